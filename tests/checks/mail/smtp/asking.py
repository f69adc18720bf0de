"""Runs the check against servers of the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from checks.mail.smtp.probe import probe
from checks.mail.smtp.task import SmtpLimits, SmtpTask
from checks.net.node_trust import Trust
from wizard.basics.finding import Finding, Status
from wizard.librechat.mail_transport import Smtp, sender, transport
from wizard.librechat.releases import NEWEST, Release

QUICK = SmtpLimits(dns=3, connect=5, tls=8, greeting=7, answer=8, before_tls_probe=0.4, diagnostics=4, total=60)
"""Loopback answers at once: the same check with less patience. One recorded server takes five seconds."""
FROM = "noreply@librechat.test"


def task(
    settings: Mapping[str, str],
    port: int,
    trust: Trust,
    *,
    limits: SmtpLimits = QUICK,
    release: Release = NEWEST,
    allows_insecure_login: bool = False,
) -> SmtpTask:
    """Return the task for settings whose server listens on ``port``."""
    smtp = transport(settings, release)
    assert isinstance(smtp, Smtp)
    return SmtpTask(
        smtp=replace(smtp, port=port),
        sender=sender(settings, release).envelope,
        recipient="to@librechat.test",
        trust=trust,
        limits=limits,
        allows_insecure_login=allows_insecure_login,
    )


async def ask(wanted: SmtpTask) -> list[Finding]:
    return [finding async for finding in probe(wanted)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the findings say would become of LibreChat's mail."""

    accepted: bool
    encrypted: bool
    signed_in: bool
    in_clear: bool
    """LibreChat would send the password in clear; the check stopped there."""


def verdict(findings: Sequence[Finding]) -> Verdict:
    passed = {finding.id for finding in findings if finding.status is Status.PASS}
    told = {finding.id for finding in findings}
    summary = next((finding.summary for finding in findings if finding.id == "smtp.accepted"), "")
    return Verdict(
        accepted="smtp.accepted" in passed,
        encrypted="(encrypted," in summary,
        signed_in="smtp.auth.ok" in passed,
        in_clear="smtp.cleartext-credentials" in told,
    )
