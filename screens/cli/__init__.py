"""The command line and its unattended runs."""
