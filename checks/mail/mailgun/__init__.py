"""Checks whether Mailgun would accept LibreChat's mail: API key, domain, region and sender. Sends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from checks.model import Check, Skip, Subject
from wizard.basics.finding import Finding, Status

if TYPE_CHECKING:
    from checks.mail.mailgun.api import Api


def _applies(subject: Subject) -> Skip | None:
    from wizard.librechat.mail_configured import has_mailgun

    is_chosen = has_mailgun(subject.deployment.settings, subject.deployment.release)
    return None if is_chosen else Skip(because="mail is not sent through Mailgun")


def api_of(subject: Subject) -> Api:
    """Return Mailgun's API for a deployment whose transport it is."""
    import os

    from checks.mail.mailgun.api import Api
    from checks.net.node_trust import trust_of
    from wizard.librechat.mail_transport import Mailgun, transport

    chosen = transport(subject.deployment.settings, subject.deployment.release)
    if not isinstance(chosen, Mailgun):
        raise TypeError("the check applies only to Mailgun")
    return Api(mailgun=chosen, trust=trust_of(subject.deployment, os.environ))


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.mail.consequence import consequences
    from checks.mail.mailgun.findings import judge
    from wizard.librechat.mail_transport import sender

    stopped = None
    async for finding in judge(api_of(subject), sender(subject.deployment.settings, subject.deployment.release)):
        stopped = stopped or (finding if finding.status is Status.FAIL else None)
        yield finding
    for finding in consequences(subject.deployment, stopped) if stopped is not None else ():
        yield finding


MAILGUN: Final = Check(id="mailgun", title="Mailgun", applies=_applies, run=_run, network=True, seconds=70)
