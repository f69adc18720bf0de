"""Subjects for the checks of the way, and what a check said about them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from checks.model import RunMemory, Subject
from checks.net.handshake import HandshakeLimits
from checks.options import Login, SiteOptions
from checks.site.addresses import SiteAddress
from checks.site.tls.tls import TlsTask
from tests.patience import hurried
from tests.servers.proxies import HOST
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.librechat.site import Site


def quick() -> HandshakeLimits:
    """Loopback answers at once: the same check with less patience."""
    return HandshakeLimits(connect=hurried(1.5), handshake=hurried(1.5))


"""Loopback answers at once."""


def subject(
    url: str,
    *,
    cacert: Path | None = None,
    resolve: dict[str, str] | None = None,
    login: Login | None = None,
    settings: Mapping[str, str] | None = None,
) -> Subject:
    """Return a subject whose LibreChat is opened at ``url``; the tests' host leads to loopback."""
    known = {HOST: "127.0.0.1"} if resolve is None else resolve
    made = deployment({"DOMAIN_CLIENT": url, "DOMAIN_SERVER": url, **(settings or {})})
    return Subject(
        memory=RunMemory(), deployment=made, site_options=SiteOptions(resolve=known, cacert=cacert, login=login)
    )


def task(
    port: int, cacert: Path | None, *, plain_port: int = 0, host: str = HOST, address: str = "127.0.0.1"
) -> TlsTask:
    return TlsTask(
        site_address=SiteAddress(named="DOMAIN_CLIENT", site=Site(scheme="https", host=host, port=port)),
        cacert=cacert,
        resolve={host: address},
        limits=quick(),
        answer=2,
        plain_port=plain_port,
    )


async def told(findings: AsyncIterator[Finding]) -> dict[str, Finding]:
    """Return the findings by their ids."""
    return {finding.id: finding async for finding in findings}


def bad(findings: dict[str, Finding]) -> dict[str, Status]:
    """Return what is not PASS."""
    return {identity: each.status for identity, each in findings.items() if each.status is not Status.PASS}
