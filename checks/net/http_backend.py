"""Connects by name: ``--resolve`` first, ``localhost`` names as in browsers, then the system's resolver."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import httpcore2

from checks.browser.origin import is_localhost
from checks.net.errors import Failure, HttpError
from checks.net.lookup import Known, by_system

NEXT: Final = 1.0
"""Seconds after which the next address is tried besides: a name whose IPv6 address swallows packets opens in a browser, too
(RFC 8305 section 5)."""
_PATIENCE: Final = 4.0
"""Seconds that all addresses but the last one have: a packet that was lost is sent again after one and after three."""
_Attempt = Callable[[], Awaitable[httpcore2.AsyncNetworkStream]]
_Connecting = asyncio.Future[httpcore2.AsyncNetworkStream]


class ResolvingBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections for httpcore2; only names are treated differently from its own backend."""

    def __init__(self, resolve: Mapping[str, str], seconds: float) -> None:
        """``seconds`` is the time that a whole request has."""
        self._resolve = resolve
        self._patience = min(_PATIENCE, seconds / 2)
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers; ``HttpError`` if the name has none."""
        found = await lookup(host, self._resolve)
        attempts = [
            partial(
                self._plain.connect_tcp,
                *(address, port),
                timeout=timeout if address == found[-1] else self._patience,
                local_address=local_address,
                socket_options=socket_options,
            )
            for address in found
        ]
        return await _first_connection(attempts)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Never used: LibreChat is reached over TCP."""
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def _first_connection(attempts: Sequence[_Attempt]) -> httpcore2.AsyncNetworkStream:
    """Return the first connection; raise the failure of the last attempt if there is none.

    An attempt begins when the one before it has failed, or besides it after :data:`NEXT` seconds. Connections that are not
    returned are closed.
    """
    begun: list[_Connecting] = []
    try:
        chosen = await _first_to_connect(attempts, begun)
        await _close([attempt for attempt in begun if attempt is not chosen])
    except BaseException:
        await _close(begun)
        raise
    return chosen.result()


async def _first_to_connect(attempts: Sequence[_Attempt], begun: list[_Connecting]) -> _Connecting:
    """Begin the attempts, adding each to ``begun``, and return the first that succeeds."""
    waiting = list(attempts)
    pending: set[_Connecting] = set()
    while waiting or pending:
        if waiting:
            begun.append(asyncio.ensure_future(waiting.pop(0)()))
            pending.add(begun[-1])
        seconds = NEXT if waiting else None
        done, pending = await asyncio.wait(pending, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for attempt in done:
            if attempt.exception() is None:
                return attempt
    failures = [attempt.exception() for attempt in begun]
    raise next(filter(None, reversed(failures)), HttpError(Failure.NAME, "the name does not resolve"))


async def _close(attempts: Sequence[_Connecting]) -> None:
    """Stop attempts, and close the connections of those that were just as fast."""
    for attempt in attempts:
        attempt.cancel()
    for ended in await asyncio.gather(*attempts, return_exceptions=True):
        if not isinstance(ended, BaseException):
            await ended.aclose()


async def addresses(host: str, resolve: Mapping[str, str]) -> list[str]:
    """Return a host's addresses as :func:`lookup`; empty if it has none, or nobody could say."""
    try:
        return await lookup(host, resolve)
    except HttpError:
        return []


async def lookup(host: str, resolve: Mapping[str, str]) -> list[str]:
    """Return a host's addresses, the preferred first; ``HttpError`` if it has none, or if nobody could say.

    ``localhost`` and names below it are this machine's loopback addresses whatever DNS says (RFC 6761 section 6.3, as in
    Chromium and Firefox).
    """
    name = host.strip("[]").lower()
    if (fixed := resolve.get(name.removesuffix("."))) is not None:
        return [fixed]
    if name.removesuffix(".").endswith(("localhost",)) and is_localhost(name):
        return ["127.0.0.1", "::1"]
    found = await by_system(name, None)
    if found.known is not Known.FOUND:
        failure = Failure.NAME if found.known is Known.NONE else Failure.UNRESOLVED
        raise HttpError(failure, found.detail or "no address")
    return list(found.addresses)
