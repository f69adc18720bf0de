"""Registers the checks ``instance`` and ``session``; their code is imported when they run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.model import Check, Skip, Subject
from checks.site.target import exposes_password, is_to_make, login, when_running
from wizard.basics.finding import Finding


def _applies(subject: Subject) -> Skip | None:
    """Say whether anything is to be done; what an earlier run left is removed even if nobody can sign in."""
    from wizard.store.account_record import ProbeRecords

    if subject.in_effect and ProbeRecords(subject.deployment.folder).read() is not None:
        return None
    return _has_account(subject)


def _has_account(subject: Subject) -> Skip | None:
    if (skip := when_running(subject)) is not None:
        return skip
    if subject.answers.checks.login.create and not subject.in_effect and login(subject) is None:
        return Skip(
            because="an account can be created only after the planned changes take effect: use --apply or 'doctor --make-login'",
            waits=True,
        )
    if login(subject) is None and not is_to_make(subject):
        because = (
            "no account to sign in with: use --login EMAIL --password-file FILE, --make-login, or checks.login in "
            "the answers file"
        )
        return Skip(because=because)
    return None


async def _instance(subject: Subject) -> AsyncIterator[Finding]:
    from checks.site.instance.check import run

    async for found in run(subject):
        yield found


async def _session(subject: Subject) -> AsyncIterator[Finding]:
    from checks.site.session.session import held_back, run
    from checks.site.session.with_probe_account import with_account
    from wizard.store.account_record import ProbeRecords

    can_sign_in = _has_account(subject) is None
    if can_sign_in and exposes_password(subject):
        # Before an account is made; what an earlier run left is removed all the same.
        yield held_back(subject)
        if ProbeRecords(subject.deployment.folder).read() is None:
            return
        can_sign_in = False
    if can_sign_in and not is_to_make(subject) and ProbeRecords(subject.deployment.folder).read() is None:
        async for found in run(subject):
            yield found
        return
    async for found in with_account(subject, run if can_sign_in else None):
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
    needs=("dns", "tls", "instance", "ldap"),
    applies=_applies,
    run=_session,
    network=True,
    seconds=240,
)
