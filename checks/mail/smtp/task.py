"""The task of the SMTP check: what to find out, and its time limits."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checks.net.node_trust import Trust, trust_of
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.mail_transport import Smtp, sender, transport

if TYPE_CHECKING:
    from checks.model import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpLimits:
    """Seconds. ``greeting`` is nodemailer's own limit and decides the verdict (lib/smtp-connection/index.js, 9.0.1).

    nodemailer waits 120 s for a connection and 600 s for an answer; nobody waits that long for a check, so that a silence
    above these limits is reported as unknown. TCP has repeated an unanswered SYN three times by ``connect``.
    """

    dns: float = 10
    connect: float = 15
    tls: float = 20
    greeting: float = 30
    answer: float = 30
    before_tls_probe: float = 2
    """If no greeting has arrived after this time, the check tries whether the port expects TLS."""
    diagnostics: float = 6
    """For each further connection that is opened only to find the cause."""
    total: float = 110


NODEMAILER: Final = SmtpLimits()


class TimeBudget:
    """Hands out time, so that the parts together stay within the whole."""

    def __init__(self, total: float) -> None:
        self.total = total
        self.begun = time.monotonic()

    def allow(self, seconds: float) -> float:
        """Return ``seconds`` or what is left, whichever is less; never nothing, so that a wait can end by itself."""
        return max(0.05, min(seconds, self.total - (time.monotonic() - self.begun)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpTask:
    """Everything that the check needs to know; made once, never changed."""

    smtp: Smtp
    sender: str
    """The address after MAIL FROM; empty if EMAIL_FROM has none."""
    recipient: str = ""
    recipient_given: bool = True
    """False where EMAIL_FROM is in, because ``checks.mail_to`` was not answered."""
    configured: bool = True
    """Whether LibreChat takes mail for set up; where not, it sends none whatever the server says."""
    hello: str = "[127.0.0.1]"
    """How LibreChat's container calls itself."""
    trust: Trust = field(default_factory=Trust)
    neighbours: frozenset[str] = frozenset()
    """Names that only containers of the same project can resolve."""
    in_container: bool = False
    """Whether LibreChat's own loopback address is another one than this machine's."""
    port_text: str | None = None
    """EMAIL_PORT, unchanged; ``None`` if it is not set."""
    message: bytes | None = None
    """A whole message to be delivered after RCPT; ``None``: nothing is sent."""
    limits: SmtpLimits = NODEMAILER
    allows_insecure_login: bool = False
    """Whether a person said that the password may go to a server that nobody verified. In clear it is never sent."""


def task_of(subject: Subject) -> SmtpTask:
    """Return the task for a deployment whose transport is SMTP."""
    from wizard.answers.model import Stack

    deployment = subject.deployment
    smtp = transport(deployment.settings, deployment.release)
    if not isinstance(smtp, Smtp):
        raise TypeError("the check applies only to SMTP")
    address = sender(deployment.settings, deployment.release).envelope
    mail_to = subject.answers.checks.mail_to
    services = deployment.compose.get("services")
    names = frozenset(map(str, services)) if isinstance(services, Mapping) else frozenset()
    return SmtpTask(
        smtp=smtp,
        sender=address,
        recipient=envelope_address(mail_to) or address,
        recipient_given=bool(mail_to),
        configured=is_configured(deployment.settings, deployment.release),
        hello=_hello(str(deployment.librechat.get("hostname", ""))),
        trust=trust_of(deployment, os.environ),
        neighbours=names | {"host.docker.internal"},
        port_text=deployment.settings.get("EMAIL_PORT"),
        allows_insecure_login=subject.allows_insecure_login,
        in_container=deployment.stack not in (Stack.HELM, Stack.LOCAL)
        and deployment.librechat.get("network_mode") != "host",
    )


def _hello(host_name: str) -> str:
    """Return nodemailer's name for itself: the host's name if it has a dot, else 127.0.0.1 (``_getHostname``)."""
    if "." not in host_name:
        return "[127.0.0.1]"
    is_v4 = all(part.isdigit() for part in host_name.split(".")) and host_name.count(".") == 3  # noqa: PLR2004
    return f"[{host_name}]" if is_v4 else host_name
