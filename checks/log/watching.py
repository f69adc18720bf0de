"""Watches LibreChat's log for its own verdict while a person signs in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from checks.log.check import container_of, docker_invocation, unread
from checks.log.explanation import explain
from wizard.basics.finding import Finding
from wizard.findings import log_check as ids

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

SECONDS: Final = 300.0
"""How long is watched if nobody says otherwise; nobody signs in for longer."""
_QUIET: Final = 1.5
"""Seconds without a further line after which LibreChat has said all about one sign-in."""
_EVENT: Final = 5.0
"""Seconds of further lines at most, where a busy LibreChat is never quiet."""
_LARGEST: Final = 4_000_000
"""Bytes of them at most."""
_BEFORE: Final = 32_768
"""Bytes of earlier lines that are kept: they say which part of LibreChat a line is from, and go on behind a line's beginning."""
_CHUNK: Final = 65_536


async def watch(deployment: Deployment, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Follow the log from now on, to the end of the first sign-in or of the time, and give what it tells."""
    from wizard.basics import async_processes
    from wizard.basics.docker_engine import refusal

    container = "" if refusal() or not deployment.service else container_of(deployment)
    if not container:
        yield unread(refusal() or "Docker is not available, or has no container for this LibreChat folder.")
        return
    child = await async_processes.start(docker_invocation(("logs", "--follow", "--tail", "0", container), seconds))
    try:
        found = await _first_sign_in(child.stdout, deployment, time.monotonic() + seconds)
    finally:
        await async_processes.end(child)
    for finding in found or (ids.NOBODY.unknown(),):
        yield finding


async def _first_sign_in(
    stream: asyncio.StreamReader | None, deployment: Deployment, until: float
) -> tuple[Finding, ...]:
    """Read until something is known and LibreChat is quiet again. Only what is new is explained, behind the lines before it."""
    seen, first = b"", 1
    while stream is not None and (chunk := await _read(stream, until - time.monotonic())):
        seen += chunk
        if _explained_findings(seen, first, deployment):
            seen += await _rest(stream, min(until, time.monotonic() + _EVENT))
            return _explained_findings(seen, first, deployment)
        begin = seen.find(b"\n", len(seen) - _BEFORE) + 1 if len(seen) > _BEFORE else 0
        seen, first = seen[begin:], first + seen.count(b"\n", 0, begin)
    return ()


async def _rest(stream: asyncio.StreamReader, until: float) -> bytes:
    """Return what LibreChat still says about the same sign-in; where other people's lines never end, so much of it."""
    rest = b""
    while len(rest) < _LARGEST:
        chunk = await _read(stream, min(until - time.monotonic(), _QUIET))
        if not chunk:
            break
        rest += chunk
    return rest


async def _read(stream: asyncio.StreamReader, seconds: float) -> bytes:
    """Return what the log has next; nothing at its end, or if nothing comes in time."""
    if seconds <= 0:
        return b""
    try:
        async with asyncio.timeout(seconds):
            return await stream.read(_CHUNK)
    except TimeoutError:
        return b""


def _explained_findings(log: bytes, first: int, deployment: Deployment) -> tuple[Finding, ...]:
    return tuple(one.finding for one in explain(log, deployment, first=first) if not one.is_earlier)
