"""The steps and questions of the wizard, without a screen."""
