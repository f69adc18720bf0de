"""Would LibreChat's own mail be accepted by the mail server, and if not, why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.model import Check, Skip, Subject
from wizard.finding import Finding


def _applies(subject: Subject) -> Skip | None:
    from wizard.mailtransport import Mailgun, transport

    deployment = subject.deployment
    chosen = transport(deployment.settings, deployment.release)
    if chosen is None:
        return Skip(because="no mail server is set up")
    return Skip(because="mail goes through Mailgun") if isinstance(chosen, Mailgun) else None


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.consequence import consequences
    from checks.smtp.errand import errand_of
    from checks.smtp.probe import probe

    last = None
    async for finding in probe(errand_of(subject)):
        last = finding
        yield finding
    for finding in consequences(subject.deployment, last) if last is not None else ():
        yield finding
    if subject.answers.checks.from_container:
        from checks.smtp.inside import inside

        async for finding in inside(subject):
            yield finding


SMTP: Final = Check(id="smtp", title="Mail server", applies=_applies, run=_run, network=True, seconds=200)
