"""Sends a test mail, looks for it, and checks the typed code. Used by screens and by unattended runs."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Final

from checks.mail.delivery import headers
from checks.mail.delivery.code import LENGTH, CodeVerdict, OneTimeCode
from checks.mail.delivery.imap import Mailbox, MailboxError
from checks.mail.delivery.message import DeliveryMail, packed, write
from checks.mail.delivery.received import Received, read
from checks.mail.smtp.probe import probe
from checks.mail.smtp.session import redacted
from checks.mail.smtp.task import NODEMAILER, SmtpLimits, SmtpTask, task_of
from checks.model import Subject
from checks.net.node_trust import Trust, trust_of
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.basics.secret import Secret
from wizard.findings import delivery as ids
from wizard.findings.envelope import ACCEPTED
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_transport import Credentials, Mailgun, Sender, sender, transport

_MAIL_TO: Final = "the recipient (checks.mail_to in the answers file, or doctor --mail-to)"
_LATE: Final = 60.0
"""Seconds; the links in LibreChat's emails are good for 900 (AuthService.js, v0.8.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLimits:
    """Seconds."""

    smtp: SmtpLimits = NODEMAILER
    mailgun: float = 20
    imap: float = 20
    """For each step with the mailbox."""
    arrival: float = 100
    """How long the mailbox is looked at."""
    pause: float = 2
    """Between two looks."""


class Delivery:
    """One operator's mail test, with any number of mails; only the code of the last one is valid."""

    def __init__(
        self,
        subject: Subject,
        *,
        limits: DeliveryLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
        task: Callable[[Subject], SmtpTask] = task_of,
    ) -> None:
        """Prepare for a subject that ``checks.mail.delivery`` applies to.

        ``clock`` decides when a code is too old; ``task`` says how the mail server is reached (practice has its own way).
        """
        self._task_of = task
        self._subject = subject
        self._limits = limits or DeliveryLimits()
        self._codes = OneTimeCode(clock)
        self._reference = ""
        self.received: Received | None = None
        """The mail as it was found in the mailbox."""

    @property
    def left(self) -> int:
        """How many times a code may still be typed; 0 if there is none, or it is no longer valid."""
        return self._codes.left

    @property
    def expires(self) -> float:
        """For how many seconds the code is still good."""
        return self._codes.seconds_left

    async def send(self) -> AsyncIterator[Finding]:
        """Send a mail with a new code. The last finding is ``delivery.accepted`` (PASS) or what stopped it."""
        self.received = None
        try:
            mail = self._mail(self._codes.make())
            message = packed(mail, self._sender, self._to)
        except ValueError:
            self._codes.withdraw()
            summary = f"EMAIL_FROM or {_MAIL_TO} contains no email address, so no email was sent."
            yield ids.ADDRESS.fail(summary)
            return
        self._reference = mail.reference
        is_taken = False
        async for finding in self._by_mailgun(mail) if self._is_mailgun else self._by_smtp(message):
            is_taken = finding.id == ids.ACCEPTED.id
            yield finding
        if not is_taken:
            self._codes.withdraw()

    def enter(self, text: str) -> Finding:
        """Judge the code that a person typed; ``delivery.received`` (PASS) where it is the one in the last mail."""
        verdict = self._codes.enter(text)
        if verdict is CodeVerdict.ACCEPTED:
            return ids.RECEIVED.passed()
        left = self._codes.left
        tries = f"{left} {'attempt' if left == 1 else 'attempts'} left." if left else "No attempts left."
        summary, remedy = {
            CodeVerdict.WRONG: (
                f"That code is wrong. {tries}",
                f"The code has {LENGTH} letters and no vowels." if left else "Send a new email.",
            ),
            CodeVerdict.LATE: (
                "That code has expired: it is older than ten minutes.",
                "Send a new email.",
            ),
            CodeVerdict.EARLIER: (
                "That code is from an earlier email; only the latest code is valid.",
                "Open the newest email.",
            ),
            CodeVerdict.USED: ("That code has already been used.", "Send a new email to test again."),
            CodeVerdict.SPENT: ("No valid code is left.", "Send a new email."),
        }[verdict]
        return ids.CODE.of(verdict.value).unknown(summary, remedy=remedy)

    def headers(self, text: str) -> tuple[Finding, ...]:
        """Judge the headers of the received mail as a person pastes them: SPF, DKIM, DMARC, TLS."""
        return headers.verdict(text)

    async def unattended(self) -> AsyncIterator[Finding]:
        """Send, then read the code from ``checks.imap``, or stop at "accepted by the server" and say so."""
        imap = self._subject.answers.checks.imap
        if imap is None:
            async for finding in self.send():
                yield _stopping(finding)
            return
        is_sent = False
        try:
            # Opened before the mail is sent, so that a wrong password is found out first and only newer mails are looked at.
            async with Mailbox(imap, self._trust.context_with_names, self._limits.imap) as box:
                is_sent = True
                is_taken = False
                async for finding in self.send():
                    is_taken = finding.id == ids.ACCEPTED.id
                    yield finding
                if is_taken:
                    async for finding in self._look(box):
                        yield finding
        except MailboxError as error:
            yield self._unread(error)
        if not is_sent:
            async for finding in self.send():
                yield _stopping(finding)

    async def _look(self, box: Mailbox) -> AsyncIterator[Finding]:
        begun = time.monotonic()
        while time.monotonic() - begun < self._limits.arrival:
            async for data in box.arrived():
                mail = read(data, self._reference)
                if mail is None:
                    continue
                self.received = mail
                yield self.enter(mail.code)
                if (took := time.monotonic() - begun) > _LATE:
                    yield _late(took)
                for finding in headers.verdict(mail.header):
                    yield finding
                return
            await asyncio.sleep(self._limits.pause)
        summary = (
            f"The email did not reach the mailbox within {self._limits.arrival:g} s. It may be late, or in the "
            "spam folder."
        )
        yield ids.NOT_RECEIVED.unknown(summary)

    def _unread(self, error: MailboxError) -> Finding:
        imap = self._subject.answers.checks.imap
        credentials = Credentials(user=imap.user, password=imap.password or Secret("")) if imap else None
        text = plain(redacted(error.text, credentials if credentials and credentials.password else None), limit=200)
        where = f"{plain(imap.host)}:{imap.tcp_port}" if imap else "checks.imap"
        what = {
            "password": "checks.imap has no password",
            "login": f"{where} rejected the user name or password in checks.imap",
            "folder": f"{where} does not have the folder set in checks.imap.folder",
            "certificate": f"the certificate for {where} is not trusted",
            "connect": f"could not connect to {where}",
            "silent": f"{where} did not respond in time",
            "starttls": f"{where} does not support STARTTLS",
        }.get(error.kind, f"{where} does not respond like an IMAP server")
        summary = f"Could not read the mailbox: {what}. It is unknown whether the email arrived."
        evidence = (text,) if error.text else ()
        if error.kind == "certificate" and (problem := self._trust.problem):
            evidence = (*evidence, plain(problem, limit=600))
        return ids.IMAP.of(error.kind).unknown(summary, evidence=evidence)

    @property
    def _trust(self) -> Trust:
        return trust_of(self._subject.deployment, os.environ)

    @property
    def _sender(self) -> Sender:
        deployment = self._subject.deployment
        return sender(deployment.settings, deployment.release)

    @property
    def _to(self) -> str:
        return envelope_address(self._subject.answers.checks.mail_to)

    @property
    def _is_mailgun(self) -> bool:
        deployment = self._subject.deployment
        return isinstance(transport(deployment.settings, deployment.release), Mailgun)

    def _mail(self, code: str) -> DeliveryMail:
        settings = self._subject.deployment.settings
        return write(
            app=settings.get("APP_TITLE") or "LibreChat",
            code=code,
            link=settings.get("DOMAIN_CLIENT", "undefined"),
            host=socket.gethostname(),
        )

    async def _by_smtp(self, message: bytes) -> AsyncIterator[Finding]:
        task = replace(self._task_of(self._subject), message=message, limits=self._limits.smtp)
        async for finding in probe(task):
            if finding.id == ACCEPTED.id:
                yield _accepted(finding.summary, self._to)
            elif finding.status in (Status.FAIL, Status.UNKNOWN):
                # What only deserves a warning was told by the check ``smtp``, which has the same conversation.
                yield finding.as_counterpart("delivery")

    async def _by_mailgun(self, mail: DeliveryMail) -> AsyncIterator[Finding]:
        from checks.mail.mailgun import api_of
        from checks.mail.mailgun.sending import send

        api = replace(api_of(self._subject), seconds=self._limits.mailgun)
        finding = await send(api, mail, self._sender, self._to)
        yield _accepted(finding.summary, self._to) if finding.status is Status.PASS else finding


def _accepted(summary: str, to: str) -> Finding:
    text = f"{summary} The recipient is {plain(to)}."
    return ids.ACCEPTED.passed(text)


def _late(seconds: float) -> Finding:
    summary = f"The email took {seconds:.0f} s to arrive. The links in LibreChat's emails expire after 15 minutes."
    return ids.LATE.warn(summary)


def _stopping(finding: Finding) -> Finding:
    if finding.id != ids.ACCEPTED.id:
        return finding
    text = f"{finding.summary} Delivery was not checked (checks.imap is not set or does not work)."
    return finding._replace(summary=text)
