"""Whether LibreChat's own port can be reached without the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from checks.net.errors import HttpError
from checks.net.http import Web
from checks.net.machine import is_own
from wizard.basics.finding import Finding
from wizard.deployment.ports import Published
from wizard.findings import proxy as ids
from wizard.librechat.site import Site

_REMEDY: Final = (
    "Publish the port on loopback only, in docker-compose.override.yml: ports: !override "
    '["127.0.0.1:{port}:{port}"] (a proxy in a container on the same network needs no published port at all). '
    "Docker's published ports bypass ufw."
)


async def find_bypass(web: Web, addresses: Sequence[str], ports: Sequence[Published]) -> Finding:
    """Ask LibreChat's ports at these addresses, past the proxy; one free request each."""
    tried = [
        (Site(scheme="http", host=address, port=port.port).url, address, port)
        for port in ports
        for address in addresses
    ]
    answers = await asyncio.gather(*(is_librechat(web, base) for base, _, _ in tried))
    for (base, address, port), is_open in zip(tried, answers, strict=True):
        if is_open:
            seen = (
                " (seen from this machine itself; an external firewall may block other machines)"
                if is_own(address)
                else ""
            )
            summary = (
                f"LibreChat can also be reached at {base} without the proxy, unencrypted{seen}. Clients that connect "
                "there can forge the IP address that limits and bans use (X-Forwarded-For), and they sign in without "
                "encryption."
            )
            remedy = _REMEDY.format(port=port.port)
            return ids.AROUND_OPEN.warn(summary, remedy=remedy)
    if not tried and all(port.is_local for port in ports):
        summary = "The compose files publish LibreChat's own port to this machine only, or not at all."
        return ids.AROUND_CLOSED.passed(summary)
    if not tried:
        return ids.AROUND_UNTOLD.unknown()
    summary = f"LibreChat's own port cannot be reached without the proxy ({', '.join(base for base, _, _ in tried)})."
    return ids.AROUND_CLOSED.passed(summary)


async def is_librechat(web: Web, base: str) -> bool:
    """Whether LibreChat answers there: /api/config needs no sign-in, and no other program's reply looks like it."""
    try:
        reply = await web.ask("GET", f"{base}/api/config")
    except HttpError:
        return False
    return "serverDomain" in reply.object or "appTitle" in reply.object
