"""The way to LibreChat: do the names lead somewhere, and does a browser take what answers there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.instance.where import when_running
from checks.model import Check, Skip, Subject
from wizard.finding import Finding


async def _names(subject: Subject) -> AsyncIterator[Finding]:
    from checks.way.dns import probe

    async for finding in probe(subject):
        yield finding


async def _encryption(subject: Subject) -> AsyncIterator[Finding]:
    from checks.way.tls import probe

    async for finding in probe(subject):
        yield finding


def _when_not_local(subject: Subject) -> Skip | None:
    from checks.way.aims import aims

    skip = when_running(subject)
    if skip is None and all(aim.site.scheme == "http" and aim.site.is_loopback for aim in aims(subject)):
        return Skip(because="LibreChat is opened on this machine only: there is no way to encrypt")
    return skip


DNS: Final = Check(id="dns", title="Names", applies=when_running, run=_names, network=True, seconds=40)
TLS: Final = Check(
    id="tls", title="Encryption", needs=("dns",), applies=_when_not_local, run=_encryption, network=True, seconds=150
)
