"""The state of one SMTP check run, passed from stage to stage, and how the run ends early."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from checks.mail.smtp.connection import SmtpConnection, SmtpReply
from checks.mail.smtp.offer import Offer
from checks.mail.smtp.task import SmtpTask, TimeBudget
from checks.net.errors import Failure, SmtpError
from wizard.basics.finding import Finding, Status
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.findings import smtp as ids
from wizard.librechat.mail_transport import Credentials

MAIL_TO = "checks.mail_to in the answers file, or doctor --mail-to"
_SHOWN = 300


class Stop(Exception):
    """The conversation cannot continue; the last finding says why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[-1].id)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class CertificateDoubt:
    """Why a mail server's certificate could not be verified."""

    reason: str
    """Continues "the certificate is": ``expired since 2026-01-01``."""
    remedy: str
    lines: tuple[str, ...] = ()
    """The certificate as evidence."""


@dataclass(slots=True)
class SmtpSession:
    """The state of the run; the stages change it one after the other."""

    task: SmtpTask
    budget: TimeBudget
    addresses: list[str] = field(default_factory=list)
    address: str = ""
    """The address that answered."""
    connection: SmtpConnection | None = None
    offer: Offer = field(default_factory=Offer)
    is_verified: bool = False
    """Whether the certificate of this very connection was verified, its name included."""
    certificate_doubt: CertificateDoubt | None = None
    """Why it was not verified, if LibreChat continues all the same (EMAIL_ALLOW_SELFSIGNED)."""
    signed_in: bool = False
    sent: list[str] = field(default_factory=list, repr=False)
    """Responses that were computed from the password; together with the challenge, they allow offline guessing."""

    @property
    def host_and_port(self) -> str:
        """``host:port`` for messages."""
        smtp = self.task.smtp
        host = f"[{smtp.host}]" if ":" in smtp.host else smtp.host
        return f"{plain(host, limit=100)}:{smtp.port}"

    @property
    def server_setting(self) -> str:
        """The setting that determines the server's host."""
        return "EMAIL_SERVICE" if self.task.smtp.service else "EMAIL_HOST"

    @property
    def port(self) -> int:
        """The port; valid only after the connection stage."""
        return self.task.smtp.port or 0

    @property
    def server_settings(self) -> tuple[str, ...]:
        """The names that decide which server is asked."""
        return ("EMAIL_SERVICE",) if self.task.smtp.service else ("EMAIL_HOST", "EMAIL_PORT")

    @property
    def mode_settings(self) -> tuple[str, ...]:
        """The names of the settings that decide how TLS starts."""
        return ("EMAIL_SERVICE",) if self.task.smtp.service else ("EMAIL_ENCRYPTION", "EMAIL_PORT")

    def shown(self, text: object) -> str:
        """Return untrusted text as evidence: plain, short, and without the password in any form that was sent."""
        return plain(redacted(str(text), self.task.smtp.credentials, self.sent), limit=_SHOWN)

    async def ask(self, stage: str, command: bytes) -> SmtpReply:
        """Ask the server; if it does not answer, the check stops with ``smtp.<stage>.<failure>``."""
        if self.connection is None:
            raise RuntimeError("there is no connection yet")
        try:
            return await self.connection.ask(command, self.budget.allow(self.task.limits.answer))
        except SmtpError as error:
            self.give_up(stage, error)

    def give_up(self, stage: str, error: SmtpError) -> NoReturn:
        """Stop the check because no reply arrived."""
        limit = self.task.limits.answer
        status, family, summary = {
            Failure.SILENT: (
                Status.UNKNOWN,
                ids.SILENT,
                f"{self.host_and_port} did not respond within {limit:g} s {_AT[stage]}. LibreChat would wait for up to ten minutes.",
            ),
            Failure.CLOSED: (
                Status.FAIL,
                ids.CLOSED,
                f"{self.host_and_port} closed the connection {_AT[stage]}: LibreChat's mail fails the same way.",
            ),
            Failure.GARBLED: (
                Status.FAIL,
                ids.GARBLED,
                f"{self.host_and_port} sent a non-SMTP response {_AT[stage]}.",
            ),
        }[error.failure]
        evidence = [self.shown(text) for text in (error.detail, in_words(error.cause)) if text]
        raise Stop(family.of(stage).finding(status, summary, settings=self.server_settings, evidence=evidence))


_AT = {
    "greeting": "before its greeting",
    "ehlo": "after EHLO",
    "starttls": "after STARTTLS",
    "auth": "during sign-in",
    "sender": "after MAIL FROM",
    "recipient": "after RCPT TO",
    "data": "after the message",
}


def redacted(text: str, credentials: Credentials | None, further: Iterable[str] = ()) -> str:
    """Return a server's text without the password, should it say it back in any form, and ``further`` secrets."""
    values = list(further)
    if credentials is not None:
        password = credentials.password.reveal()
        # The second as SASL PLAIN sends it (RFC 4616).
        values += [password, f"\0{credentials.user}\0{password}"]
    return SecretFilter(values, shortest=1).clean(text)
