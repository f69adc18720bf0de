"""Listens on this machine for the one request that brings the browser back from the provider (RFC 8252 section 7.3).

Every program on this machine and every page in its browsers can reach it, so only the reply to this sign-in is accepted, and no client can block it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import deque
from typing import Final, Self

from checks.provider.signin.pasted_address import Pasted, read_address
from wizard.basics.secret import Secret
from wizard.librechat.openid_request import CALLBACK_PATH

_LONGEST: Final = 40_000
"""Bytes of a request line and its header fields."""
_SECONDS: Final = 5.0
"""Time limit for one request and its response."""
_PATIENCE: Final = 3.0
"""Seconds to wait for the browser to request the page it is redirected to."""
_MOST: Final = 100
"""Connections at a time; further ones are closed at once."""
_GONE: Final = b"Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n"
_DONE: Final = "/signed-in"
_PAGE: Final = (
    b"<!doctype html><meta charset=utf-8><title>Done</title><p>Close this page and go back to the terminal.</p>"
)


class CallbackListener:
    """Listens on 127.0.0.1 only, in its own thread. Use as a context manager; ``OSError`` if the port is not available."""

    def __init__(self, port: int, host: str = "127.0.0.1", *, state: str, path: str = CALLBACK_PATH) -> None:
        """``host`` and ``path`` are the redirect URI's: 127.0.0.1 or localhost. ``state`` is the request's (RFC 6749 section 10.12)."""
        self._state = state
        self._path = path
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
            self._socket.listen(_MOST)
        except OSError:
            self._socket.close()
            raise
        self._port = int(self._socket.getsockname()[1])
        self._origin = f"http://{host}:{self._port}"
        self._given: deque[Secret] = deque()
        self._told, self._tell = socket.socketpair()
        self._is_shown = threading.Event()
        self._connections = 0
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        for each in (self._socket, self._told, self._tell):
            each.close()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    def fileno(self) -> int:
        """Return the file descriptor that becomes readable when the callback has arrived."""
        return self._told.fileno()

    def answer(self) -> Secret | None:
        """Return the callback's URL after the browser was redirected away from it; ``None`` if none arrived."""
        self._told.recv(1)
        if not self._given:
            return None
        self._is_shown.wait(_PATIENCE)
        return self._given.popleft()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        server = await asyncio.start_server(self._connection, sock=self._socket, limit=_LONGEST)
        try:
            await self._stopped.wait()
        finally:
            server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        try:
            if self._connections <= _MOST:
                # Cancelled is what is still open at the end; asyncio of Python 3.11 would print a traceback.
                with contextlib.suppress(OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
                    async with asyncio.timeout(_SECONDS):
                        await self._answered(reader, writer)
        finally:
            self._connections -= 1
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = _target(await reader.readuntil(b"\r\n\r\n"))
        address = Secret(f"{self._origin}{target}")
        kind = read_address(address, f"{self._origin}{self._path}", self._state).kind if target else Pasted.FOREIGN
        is_own = kind in {Pasted.CALLBACK, Pasted.NO_CODE}
        writer.write(_reply(target, is_own=is_own))
        await writer.drain()
        if is_own:
            self._given.append(address)
            self._tell.send(b".")
        elif target == _DONE and self._given:
            self._is_shown.set()


def _reply(target: str, *, is_own: bool) -> bytes:
    if is_own:
        # The browser is sent on, so that the code does not stay in its address bar.
        return b"HTTP/1.1 303 See Other\r\nLocation: %s\r\nContent-Length: 0\r\n%s\r\n" % (_DONE.encode(), _GONE)
    if target == _DONE:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n" % len(_PAGE)
        return head + _GONE + b"\r\n" + _PAGE
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n" + _GONE + b"\r\n"


def _target(head: bytes) -> str:
    """Return the path and query of a GET request; empty for anything else."""
    words = head.partition(b"\r\n")[0].split(b" ")
    if len(words) != 3 or words[0] != b"GET":  # noqa: PLR2004 - method, target, version
        return ""
    target = words[1].decode("ascii", errors="replace")
    return target if target.startswith("/") and target.isprintable() else ""
