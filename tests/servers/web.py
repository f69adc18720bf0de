"""Web servers that do what no honest one does, on a free port of the loopback address.

Each behavior is a coroutine that gets the head of one request and the writer; ``Hostile`` remembers every head.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Behavior = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class Hostile:
    """``async with Hostile(endless) as server: server.port``."""

    def __init__(self, behavior: Behavior, *, ssl_context: ssl.SSLContext | None = None) -> None:
        self.heads: list[bytes] = []
        self.sent = 0
        self.port = 0
        self._behavior = behavior
        self._ssl = ssl_context
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._ssl)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            await self._behavior(head, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The client went away, as it should from such a server, or the test is over.
            pass
        finally:
            writer.transport.abort()
            self._tasks.discard(task)


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    """One whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def always(data: bytes) -> Behavior:
    """The same bytes for every request, then an orderly end."""

    async def behave(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.write_eof() if writer.can_write_eof() else writer.close()
        await asyncio.sleep(0.2)

    return behave


def redirect(target: Callable[[str], str]) -> Behavior:
    """A redirect to what ``target`` makes of the path."""

    async def behave(head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ", 2)[1].decode("latin-1")
        await always(answer("302 Found", f"Location: {target(path)}"))(head, writer)

    return behave


async def endless(_: bytes, writer: asyncio.StreamWriter) -> None:
    """A body that never ends, as fast as it is taken."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        await writer.drain()


async def slow(_: bytes, writer: asyncio.StreamWriter) -> None:
    """Headers, one letter at a time."""
    for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
        writer.write(bytes((letter,)))
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(_: bytes, __: asyncio.StreamWriter) -> None:
    """Nothing at all."""
    await asyncio.sleep(60)


async def cookies(head: bytes, writer: asyncio.StreamWriter) -> None:
    """Ten thousand cookies."""
    lines = [f"Set-Cookie: c{number}={'v' * 40}; Path=/" for number in range(10_000)]
    await always(answer("200 OK", *lines))(head, writer)
