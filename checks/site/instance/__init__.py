"""Checks of the running LibreChat: what it is, and whether people stay signed in."""
