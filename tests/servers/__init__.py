"""Real servers on port 0 of the loopback address."""
