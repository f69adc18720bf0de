"""Checks whether a sign-in through Google, GitHub, Discord, Facebook or Apple would work, before anybody signs in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

from checks.model import Check, Skip, Subject
from checks.provider.chosen import empty_findings, left_empty
from wizard.basics.finding import Finding
from wizard.librechat.providers import MARKS, SOCIAL


def _chosen(subject: Subject) -> tuple[str, ...]:
    """Return the providers that somebody means to use."""
    return tuple(name for name in SOCIAL if subject.deployment.settings.get(MARKS[name], "").strip())


def only(check: Check, provider: str) -> Check:
    """Return the check for one provider alone."""
    others = frozenset(MARKS[name] for name in SOCIAL if name != provider)

    def narrowed(subject: Subject) -> Subject:
        settings = {name: value for name, value in subject.deployment.settings.items() if name not in others}
        chosen = tuple(name for name in subject.chosen if name == provider)
        return subject._replace(deployment=subject.deployment._replace(settings=settings), chosen=chosen)

    static, run = check.static, check.run
    return check._replace(
        applies=lambda subject: check.applies(narrowed(subject)),
        static=None if static is None else lambda subject: static(narrowed(subject)),
        run=None if run is None else lambda subject: run(narrowed(subject)),
    )


def _applies(subject: Subject) -> Skip | None:
    return None if _chosen(subject) or left_empty(subject, *SOCIAL) else Skip(because="no social login is configured")


def _static(subject: Subject) -> Iterator[Finding]:
    from checks.provider.oauth.own_settings import settings_findings
    from checks.provider.oauth.task import task_of

    for provider in _chosen(subject):
        yield from settings_findings(task_of(subject, provider))
    yield from empty_findings(subject, *SOCIAL)


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.provider.conversation import WebTransport
    from checks.provider.oauth.examine import examine
    from checks.provider.oauth.task import task_of
    from wizard.librechat.providers import is_registered

    deployment = subject.deployment
    transport = WebTransport.of(subject)
    for provider in _chosen(subject):
        if is_registered(provider, deployment.settings, deployment.release):
            async for finding in examine(task_of(subject, provider), transport):
                yield finding


OAUTH: Final = Check(
    id="oauth",
    title="Social sign-in",
    applies=_applies,
    static=_static,
    run=_run,
    network=True,
    seconds=240,
)
