"""Connects by name: ``--resolve`` first, ``localhost`` names as in browsers, then the system's resolver."""

from __future__ import annotations

import asyncio
from asyncio.staggered import staggered_race
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

import httpcore2

from checks.browser.origin import is_localhost
from checks.net.errors import Failure, HttpError
from checks.net.lookup import Known, by_system

NEXT: Final = 1.0
"""Seconds after which the next address is tried besides: a name whose IPv6 address swallows packets opens in a browser, too
(RFC 8305 section 5)."""
_PATIENCE: Final = 5.0
"""Seconds that all addresses but the last one have: a packet that was lost is sent again after one and after three."""


class ResolvingBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections for httpcore2; only names are treated differently from its own backend."""

    def __init__(self, resolve: Mapping[str, str]) -> None:
        self._resolve = resolve
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
                timeout=timeout if address == found[-1] else _PATIENCE,
                local_address=local_address,
                socket_options=socket_options,
            )
            for address in found
        ]
        stream: httpcore2.AsyncNetworkStream | None
        stream, _, failures = await staggered_race(attempts, NEXT)
        if stream is not None:
            return stream
        raise next(filter(None, reversed(failures)), HttpError(Failure.NAME, "the name does not resolve"))

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
