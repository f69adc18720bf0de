"""A web server on loopback that answers what a test says, byte for byte, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


Handler = Callable[[Asked], bytes]


def answer(status: int, body: bytes | str = b"", *headers: str, kind: str = "application/json") -> bytes:
    """Return an answer's bytes."""
    content = body.encode() if isinstance(body, str) else body
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


class Answering:
    """``async with Answering(handler) as server: server.port``; one request a connection."""

    def __init__(
        self, handler: Handler, *, ssl_context: ssl.SSLContext | None = None, host: str = "127.0.0.1", delay: float = 0
    ) -> None:
        self.handler = handler
        self.asked: list[Asked] = []
        self.port = 0
        self._host = host
        self._ssl = ssl_context
        self._delay = delay
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, self._host, 0, ssl=self._ssl)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            asked = await self._read(reader)
            self.asked.append(asked)
            await asyncio.sleep(self._delay)
            writer.write(self.handler(asked))
            await writer.drain()
        writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> Asked:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ", 2)
        return Asked(method=method, path=path, headers=headers, body=body)
