"""A listener on this machine for the one request with which a provider sends the browser back (RFC 8252 section 7.3)."""

from __future__ import annotations

import contextlib
import socket
from typing import Final, Self

from wizard.basics.secret import Secret
from wizard.librechat.openid_request import is_callback

_LONGEST: Final = 40_000
"""Bytes of a request's head."""
_SECONDS: Final = 5.0
_PATIENCE: Final = 3.0
"""Seconds in which the browser asks for the page that it is sent on to."""
_MOST: Final = 4
"""Connections that are answered meanwhile; browsers ask for an icon, too."""
_GONE: Final = b"Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n"
_DONE: Final = "/signed-in"
_PAGE: Final = (
    b"<!doctype html><meta charset=utf-8><title>Done</title><p>Close this page and go back to the terminal.</p>"
)


class CallbackListener:
    """Listens on 127.0.0.1 alone. Use as a context manager; ``OSError`` where the port cannot be had."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """``host`` is the name that the redirect URI has: 127.0.0.1 or localhost."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
            self._socket.listen(8)
        except OSError:
            self._socket.close()
            raise
        self._origin = f"http://{host}:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        return self._socket.fileno()

    def answer(self) -> Secret | None:
        """Answer one connection; return the callback's address, ``None`` for every other request.

        The browser is sent on, so that the code does not stay in its address bar.
        """
        target = self._answered()
        if not is_callback(target.partition("?")[0]):
            return None
        with contextlib.suppress(OSError):
            self._socket.settimeout(_PATIENCE)
            for _ in range(_MOST):
                if self._answered() == _DONE:
                    break
        return Secret(f"{self._origin}{target}")

    def _answered(self) -> str:
        """Answer one connection and return what was asked for; ``OSError`` where none comes in time."""
        connection, _ = self._socket.accept()
        target = ""
        with connection, contextlib.suppress(OSError):
            connection.settimeout(_SECONDS)
            target = _target(connection)
            connection.sendall(_reply(target))
        return target


def _reply(target: str) -> bytes:
    if is_callback(target.partition("?")[0]):
        return b"HTTP/1.1 303 See Other\r\nLocation: %s\r\nContent-Length: 0\r\n%s\r\n" % (_DONE.encode(), _GONE)
    if target == _DONE:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n" % len(_PAGE)
        return head + _GONE + b"\r\n" + _PAGE
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n" + _GONE + b"\r\n"


def _target(connection: socket.socket) -> str:
    """Return the path and query of a GET request; empty for anything else."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LONGEST:
        data = connection.recv(4096)
        if not data:
            break
        head += data
    words = head.partition(b"\r\n")[0].split(b" ")
    if len(words) != 3 or words[0] != b"GET":  # noqa: PLR2004 - method, target, version
        return ""
    target = words[1].decode("ascii", errors="replace")
    return target if target.startswith("/") and target.isprintable() else ""
