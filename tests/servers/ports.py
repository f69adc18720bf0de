"""A port for a server that cannot be told to take any."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """Return a free port of 127.0.0.1 from below those that the system gives out by itself, so that none is taken meanwhile."""
    while True:
        port = random.randrange(15_000, 32_000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
