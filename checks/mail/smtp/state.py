"""What one run of the SMTP check carries from stage to stage, and how it ends early."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from checks.mail.smtp.offer import Offer
from checks.mail.smtp.task import Clock, Errand
from checks.mail.smtp.wire import Line, NoAnswer, Reply, Trouble
from wizard.basics.finding import Finding, Status
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.librechat.mail_transport import Credentials

DOCS = "https://www.librechat.ai/docs/configuration/authentication/email"
MAIL_TO = "checks.mail_to in the answers, or doctor --mail-to"
_SHOWN = 300


class Stop(Exception):
    """The conversation cannot go on; the last finding says why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[-1].id)
        self.findings = findings


@dataclass(slots=True)
class State:
    """The run. Only the stages change it, one after the other."""

    errand: Errand
    clock: Clock
    addresses: list[str] = field(default_factory=list)
    address: str = ""
    """The one that answered."""
    line: Line | None = None
    offer: Offer = field(default_factory=Offer)
    signed_in: bool = False
    sent: list[str] = field(default_factory=list, repr=False)
    """What went out in the password's place: with it and the question, the password could be guessed elsewhere."""

    @property
    def there(self) -> str:
        """``host:port`` for messages."""
        smtp = self.errand.smtp
        host = f"[{smtp.host}]" if ":" in smtp.host else smtp.host
        return f"{plain(host, limit=100)}:{smtp.port}"

    @property
    def named(self) -> str:
        """The setting that names the server."""
        return "EMAIL_SERVICE" if self.errand.smtp.service else "EMAIL_HOST"

    @property
    def port(self) -> int:
        """The port; only after the connection stage made sure of it."""
        return self.errand.smtp.port or 0

    @property
    def server_settings(self) -> tuple[str, ...]:
        """The names that decide which server is asked."""
        return ("EMAIL_SERVICE",) if self.errand.smtp.service else ("EMAIL_HOST", "EMAIL_PORT")

    @property
    def mode_settings(self) -> tuple[str, ...]:
        """The names that decide how TLS begins."""
        return ("EMAIL_SERVICE",) if self.errand.smtp.service else ("EMAIL_ENCRYPTION", "EMAIL_PORT")

    def shown(self, text: object) -> str:
        """Return foreign text as evidence: inert, short, and without the password in any form that was sent."""
        return plain(redacted(str(text), self.errand.smtp.credentials, self.sent), limit=_SHOWN)

    async def ask(self, stage: str, command: bytes) -> Reply:
        """Ask the server; where it does not answer, the check stops with ``smtp.<stage>.<trouble>``."""
        if self.line is None:
            raise RuntimeError("there is no connection yet")
        try:
            return await self.line.ask(command, self.clock.allow(self.errand.limits.answer))
        except NoAnswer as no_answer:
            self.give_up(stage, no_answer)

    def give_up(self, stage: str, no_answer: NoAnswer) -> NoReturn:
        """Stop because of an answer that did not come."""
        limit = self.errand.limits.answer
        status, summary, remedy = {
            Trouble.SILENT: (
                Status.UNKNOWN,
                f"{self.there} did not answer {_AT[stage]} within {limit:g} s. LibreChat would wait for up to ten minutes.",
                "Ask the server's operator why it is slow; try again.",
            ),
            Trouble.CLOSED: (
                Status.FAIL,
                f"{self.there} closed the connection {_AT[stage]}: LibreChat's mail ends there too.",
                "The server's log says why. Some close when there are too many connections: wait and try again.",
            ),
            Trouble.GARBLED: (
                Status.FAIL,
                f"{self.there} answered {_AT[stage]} with something that is no SMTP.",
                "Is this a mail server, and is the port the right one?",
            ),
        }[no_answer.trouble]
        evidence = tuple(self.shown(text) for text in (no_answer.text, in_words(no_answer.cause)) if text)
        raise Stop(
            Finding(
                id=f"smtp.{stage}.{no_answer.trouble.value}",
                status=status,
                summary=summary,
                evidence=evidence,
                settings=self.server_settings,
                remedy=remedy,
                docs=DOCS,
            )
        )


_AT = {
    "greeting": "in place of a greeting",
    "ehlo": "after EHLO",
    "starttls": "after STARTTLS",
    "auth": "at the sign-in",
    "sender": "after MAIL FROM",
    "recipient": "after RCPT TO",
    "data": "at the message",
}


def good(identity: str, summary: str, *evidence: str) -> Finding:
    """Make a PASS."""
    return Finding(id=identity, status=Status.PASS, summary=summary, evidence=evidence)


def finding(
    identity: str,
    status: Status,
    summary: str,
    *,
    settings: tuple[str, ...] = (),
    remedy: str = "",
    evidence: tuple[str, ...] = (),
) -> Finding:
    """Make a finding about mail."""
    return Finding(
        id=identity, status=status, summary=summary, settings=settings, remedy=remedy, evidence=evidence, docs=DOCS
    )


def fail(identity: str, summary: str, settings: tuple[str, ...], remedy: str, *evidence: str) -> Finding:
    """Make a FAIL."""
    return finding(identity, Status.FAIL, summary, settings=settings, remedy=remedy, evidence=evidence)


def warn(identity: str, summary: str, settings: tuple[str, ...], remedy: str, *evidence: str) -> Finding:
    """Make a WARN."""
    return finding(identity, Status.WARN, summary, settings=settings, remedy=remedy, evidence=evidence)


def redacted(text: str, credentials: Credentials | None, further: Iterable[str] = ()) -> str:
    """Return a server's text without the password, should it say it back in any form, and ``further`` secrets."""
    values = list(further)
    if credentials is not None:
        password = credentials.password.reveal()
        # The second as SASL PLAIN sends it (RFC 4616).
        values += [password, f"\0{credentials.user}\0{password}"]
    return SecretFilter(values, shortest=1).clean(text)
