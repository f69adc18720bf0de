"""Checks whether the mail server would accept LibreChat's own mail, and if not, why."""
