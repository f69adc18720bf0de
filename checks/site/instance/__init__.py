"""The running LibreChat: what it is, and whether people who sign in stay signed in."""
