"""Builds subjects whose mail goes to servers of the tests, and drives deliveries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from checks.mail.delivery.delivery import DeliveryLimits
from checks.mail.smtp.task import SmtpLimits
from checks.model import RunMemory, Subject
from tests.patience import within
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Answers, CheckInputs, Imap
from wizard.basics.finding import Finding

FROM = "noreply@librechat.test"
TO = "operator@librechat.test"
QUICK = DeliveryLimits(
    smtp=SmtpLimits(dns=2, connect=3, tls=3, greeting=3, answer=3, before_tls_probe=0.3, diagnostics=1, total=15),
    mailgun=2,
    imap=6,
    arrival=15,
    pause=0.1,
)


def subject(settings: Mapping[str, str], *, imap: Imap | None = None, to: str = TO, compose: bool = False) -> Subject:
    """Return a subject whose LibreChat runs on this machine's own network."""
    api = {} if compose else {"network_mode": "host"}
    made = deployment({"EMAIL_FROM": FROM, **settings}, compose={"services": {"api": api}})
    return Subject(memory=RunMemory(), deployment=made, answers=Answers(checks=CheckInputs(mail_to=to, imap=imap)))


async def all_of(findings: AsyncIterator[Finding]) -> list[Finding]:
    async def gathered() -> list[Finding]:
        return [finding async for finding in findings]

    return await within(gathered())


def ids(findings: list[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def told(findings: list[Finding]) -> str:
    """Return everything that a person could read."""
    return "\n".join("\n".join((each.id, each.summary, each.remedy, *each.evidence, repr(each))) for each in findings)
