"""The command line, and unattended runs."""
