"""A stand-in for a running LibreChat on the loopback address, used by ``demo`` and by the tests of the checks.

It answers as recorded of a real LibreChat v0.8.8-rc1; what differs in earlier releases follows their source. It sends no mail, asks
no identity provider and keeps everything in memory.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from screens.demo.application import Application, is_limited
from screens.demo.database import Database, Session
from screens.demo.http_server import ClientConnection, Malformed, Request
from screens.demo.settings import Account, Settings, StartRefused

__all__ = ["Account", "Database", "Request", "Session", "Settings", "StandIn", "StartRefused"]

MOST_CONNECTIONS: Final = 200
"""Connections at a time; more are closed at once."""
MOST_REQUESTS: Final = 10_000
"""Requests that are remembered; the oldest are forgotten."""
KEEP_ALIVE: Final = 5.0
"""Seconds that Node waits for the next request on a connection."""


class StandIn:
    """One stand-in: ``async with StandIn(settings) as server: server.port``.

    ``port`` 0 takes a free one; ``host`` may be ``::1``. With ``ssl_context`` it speaks TLS. ``patience`` is how many seconds a
    client may take for one request. ``clock`` gives seconds since 1970; a test that moves it need not wait for a session's end.
    Settings that LibreChat does not start with raise ``StartRefused``, a port that is taken ``OSError``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
        patience: float = 15.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.host = host
        self.port = port
        self.requests: list[Request] = []
        """What came in, as far as it could be read, oldest first."""
        self.limited_requests = 0
        """How many of them LibreChat counts against a rate limit."""
        self.database = Database(clock)
        self._ssl = ssl_context
        self._patience = patience
        self._clock = clock
        self._application: Application | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it answers, without a last slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self._ssl is None else 'https'}://{host}:{self.port}"

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The open sessions of all people."""
        return self.database.sessions

    async def start(self) -> None:
        """Start listening; from then on ``port`` is the real one."""
        self._application = Application(self.settings, self.database, self._clock)
        self.database.add_accounts(self.settings.accounts)
        self._server = await asyncio.start_server(self._connected, self.host, self.port, ssl=self._ssl)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await server.wait_closed()

    async def restart(self, settings: Settings) -> None:
        """Restart on the same port with other settings, as recreating the container does.

        People, sessions and bans stay, rate limits begin anew. Where the new settings are refused the port stays closed.
        """
        await self.stop()
        self.settings = settings
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            # The client went away, or the server is being stopped: the connection's task ends here either way.
            writer.transport.abort()
        finally:
            self._connections.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = ClientConnection(reader, writer, patience=self._patience)
        idle, refused = self._patience, 0
        while True:
            try:
                request = await client.request(idle)
            except Malformed as fault:
                refused = fault.status
                break
            if request is None or self._application is None:
                break
            self._remember(request)
            await client.answer(request, await self._application.answer(request))
            if not request.persistent:
                break
            idle = min(KEEP_ALIVE, self._patience)
        await client.end(refused)

    def _remember(self, request: Request) -> None:
        self.requests.append(request)
        if len(self.requests) > MOST_REQUESTS:
            del self.requests[0]
        if is_limited(request):
            self.limited_requests += 1
