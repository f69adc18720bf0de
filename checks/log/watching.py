"""LibreChat's own verdict on a sign-in, from its log while a person clicks; nothing but the log is looked at."""

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
"""How long is watched where nobody says otherwise; nobody signs in for longer."""
_QUIET: Final = 1.5
"""Seconds without a further line after which LibreChat has said all about one sign-in."""
_LARGEST: Final = 4_000_000
"""Bytes of the log that are kept; a busy LibreChat writes a thousandth of that in a minute."""
_CHUNK: Final = 65_536


async def watch(deployment: Deployment, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Follow the log from now on, to the end of the first sign-in or of the time, and give what it tells."""
    from wizard.basics import async_processes
    from wizard.basics.docker_engine import refusal

    container = "" if refusal() or not deployment.service else container_of(deployment)
    if not container:
        yield unread(refusal() or "Docker is not here, or has no container of this folder.")
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
    """Read until something is known and LibreChat is quiet again."""
    seen = b""
    found: tuple[Finding, ...] = ()
    while stream is not None and len(seen) < _LARGEST:
        left = until - time.monotonic()
        try:
            async with asyncio.timeout(min(left, _QUIET) if found else max(left, 0)):
                chunk = await stream.read(_CHUNK)
        except TimeoutError:
            break
        if not chunk:
            break
        seen += chunk
        found = tuple(one.finding for one in explain(seen, deployment) if not one.is_earlier)
    return found
