"""Checks of the site: whether the names lead there, and whether a browser accepts what answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.model import Check, Skip, Subject
from checks.site.target import when_running
from wizard.basics.finding import Finding


async def _names(subject: Subject) -> AsyncIterator[Finding]:
    from checks.site.dns import probe

    async for finding in probe(subject):
        yield finding


async def _encryption(subject: Subject) -> AsyncIterator[Finding]:
    from checks.site.tls.tls import probe

    async for finding in probe(subject):
        yield finding


def _when_not_local(subject: Subject) -> Skip | None:
    from checks.site.addresses import site_addresses

    skip = when_running(subject)
    if skip is None and all(
        site_address.site.scheme == "http" and site_address.site.is_loopback for site_address in site_addresses(subject)
    ):
        return Skip(because="LibreChat is used only on this machine, so it needs no encryption")
    return skip


DNS: Final = Check(id="dns", title="DNS", applies=when_running, run=_names, network=True, seconds=40)
TLS: Final = Check(
    id="tls", title="TLS", needs=("dns",), applies=_when_not_local, run=_encryption, network=True, seconds=150
)
