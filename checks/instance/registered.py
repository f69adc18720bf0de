"""The checks ``instance`` and ``session``; what they do is loaded when they run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.instance.where import login, when_running
from checks.model import Check, Skip, Subject
from wizard.finding import Finding


def _has_account(subject: Subject) -> Skip | None:
    if (skip := when_running(subject)) is not None:
        return skip
    if login(subject) is None:
        because = "no account to sign in with: --login EMAIL --password-file FILE, or checks.login in the answers"
        return Skip(because=because)
    return None


async def _instance(subject: Subject) -> AsyncIterator[Finding]:
    from checks.instance.program import run

    async for found in run(subject):
        yield found


async def _session(subject: Subject) -> AsyncIterator[Finding]:
    from checks.instance.session import run

    async for found in run(subject):
        yield found


INSTANCE: Final = Check(
    id="instance",
    title="The running LibreChat",
    needs=("dns", "tls"),
    applies=when_running,
    run=_instance,
    network=True,
    early=True,
    seconds=40,
)
SESSION: Final = Check(
    id="session",
    title="Staying signed in",
    needs=("dns", "tls", "instance"),
    applies=_has_account,
    run=_session,
    network=True,
    seconds=90,
)
