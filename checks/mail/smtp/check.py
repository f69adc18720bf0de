"""The check ``smtp``: whether the mail server would accept LibreChat's own mail, and if not, why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.model import Check, Skip, Subject
from wizard.basics.finding import Finding, Status


def _applies(subject: Subject) -> Skip | None:
    from wizard.librechat.mail_configured import has_mailgun, has_transport

    deployment = subject.deployment
    if not has_transport(deployment.settings, deployment.release):
        return Skip(because="no mail server is configured")
    is_mailgun = has_mailgun(deployment.settings, deployment.release)
    return Skip(because="mail is sent through Mailgun") if is_mailgun else None


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.mail.consequence import consequences
    from checks.mail.smtp.probe import probe
    from checks.mail.smtp.task import task_of
    from wizard.findings import envelope as ids

    stopped: list[Finding] = []
    async for finding in probe(task_of(subject)):
        if finding.status is Status.FAIL:
            stopped.append(finding)
        else:
            yield finding
    # The finding that stopped it stays the last one: it is the check's summary.
    for finding in (*consequences(subject.deployment, stopped[-1]), *stopped) if stopped else ():
        yield finding
    if not subject.answers.checks.from_container:
        return
    if subject.read_only_reason:
        yield ids.INSIDE_NOT_RUN.passed(f"Nothing was run in LibreChat's container: {subject.read_only_reason}.")
    else:
        from checks.mail.smtp.from_container import inside

        async for finding in inside(subject):
            if finding.status is Status.FAIL and not stopped:
                for following in consequences(subject.deployment, finding):
                    yield following
            yield finding


SMTP: Final = Check(id="smtp", title="Mail server", applies=_applies, run=_run, network=True, seconds=200)
