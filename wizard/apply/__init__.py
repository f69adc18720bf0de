"""Puts the written files into effect: runs Docker Compose, waits for LibreChat, checks it, rolls back if that fails."""
