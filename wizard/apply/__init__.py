"""Puts the written settings into effect: runs Docker Compose, waits for LibreChat, proves it, goes back if it fails."""
