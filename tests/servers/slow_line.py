"""A line that takes its time: a relay on loopback that gives everything on, each way, so many seconds after it came."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator


def _carry(source: socket.socket, target: socket.socket, delay: float) -> None:
    """Give on what comes from one side, in the pieces and at the distances in which it came."""
    under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def arrive() -> None:
        while True:
            due, data = under_way.get()
            time.sleep(max(0.0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)

    threading.Thread(target=arrive, daemon=True).start()
    data = b"-"
    while data:
        try:
            data = source.recv(1 << 16)
        except OSError:
            data = b""
        under_way.put((time.monotonic() + delay, data))


@contextlib.contextmanager
def slow_line(port: int, delay: float) -> Iterator[int]:
    """Give a port of 127.0.0.1 that leads to another one, with a delay in seconds each way."""
    ends: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    near = listener.accept()[0]
                    far = socket.create_connection(("127.0.0.1", port))
                except OSError:
                    return
                ends.extend((near, far))
                for one in (near, far):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for way in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(*way, delay), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            # A thread in accept() keeps a listener that is only closed.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for one in ends:
                one.close()
