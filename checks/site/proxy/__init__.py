"""Checks of the proxy between people and LibreChat, and what it does to their requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.model import Check, Skip, Subject
from checks.site.target import address, when_running
from wizard.basics.finding import Finding


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.site.proxy.probe import probe

    async for finding in probe(subject):
        yield finding


def _applies(subject: Subject) -> Skip | None:
    skip = when_running(subject)
    site = address(subject)
    if skip is None and site is not None and site.is_loopback and site.scheme == "http":
        return Skip(because="LibreChat is used only on this machine: no other machine connects")
    return skip


PROXY: Final = Check(
    id="proxy", title="Proxy", needs=("dns", "tls", "instance"), applies=_applies, run=_run, network=True, seconds=120
)
