"""Runs that are cut off: killed, failing or stopped at every step of a write."""
