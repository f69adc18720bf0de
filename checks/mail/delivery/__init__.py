"""Checks whether LibreChat's mail arrives: sends a real message with a one-time code to ``checks.mail_to``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.model import Check, Skip, Subject
from wizard.basics.finding import Finding, Status


def _applies(subject: Subject) -> Skip | None:
    from wizard.librechat.mail_address import envelope_address
    from wizard.librechat.mail_configured import has_transport, is_configured

    deployment = subject.deployment
    if not envelope_address(subject.answers.checks.mail_to):
        return Skip(because="no recipient: set checks.mail_to in the answers file, or run doctor --mail-to ADDRESS")
    if not has_transport(deployment.settings, deployment.release):
        return Skip(because="no mail server is configured")
    if not is_configured(deployment.settings, deployment.release):
        return Skip(because="LibreChat treats mail as not configured and sends none")
    return None


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.mail.consequence import consequences, links
    from checks.mail.delivery.delivery import Delivery

    stopped = None
    async for finding in Delivery(subject).unattended():
        if finding.status is Status.FAIL and not finding.test_only:
            stopped = stopped or finding
        yield finding
    for finding in consequences(subject.deployment, stopped) if stopped is not None else ():
        yield finding
    yield links(subject.deployment)


DELIVERY: Final = Check(
    id="delivery",
    title="Delivery",
    needs=("smtp", "mailgun"),
    applies=_applies,
    run=_run,
    network=True,
    acts=True,
    seconds=300,
)
