"""The flow of questions without a screen."""
