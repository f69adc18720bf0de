"""One matter, one finding: what the settings alone make probable gives way to what was tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from wizard.basics.finding import Finding, Status

_SAME: Final = {
    "rules.email.sample-sender": ("sender.domain.sample",),
    "rules.email.foreign-mailbox": ("sender.domain.mailbox",),
    "rules.email.sender-form": ("sender.address.none", "mailgun.sender.none"),
    "smtp.sender.none": ("sender.address.none", "rules.email.sender-form"),
    "mailgun.sender.none": ("sender.address.none",),
    "mailgun.sender.domain": ("sender.aligned.*",),
    "rules.email.port-465": ("smtp.greeting.tls-first",),
    "rules.email.tls-port": ("smtp.connect.not-tls",),
    "rules.email.any-certificate": (
        *("smtp.certificate.hidden", "smtp.certificate.unneeded", "smtp.unverified-credentials"),
    ),
    "smtp.certificate.hidden": ("smtp.unverified-credentials",),
    "rules.email.half-credentials": ("smtp.sender.auth-required",),
    "rules.email.gmail-password": ("smtp.auth.app-password", "smtp.auth.rejected"),
    "rules.email.microsoft": ("smtp.auth.disabled",),
    "smtp.starttls.none": ("smtp.cleartext-credentials",),
    "smtp.sender.not-set-up": ("rules.email.no-sender", "rules.email.no-credentials"),
    "delivery.link": ("rules.domains.*.domain-client",),
}
"""A finding, and those that say the same and know more; it is left out where one of them is there and no PASS."""
_REFUTED: Final = {
    "rules.email.port-465": ("smtp.greeting.ok", "smtp.greeting.slow"),
    "rules.email.tls-port": ("smtp.connect.ok",),
    "rules.email.foreign-mailbox": ("sender.mailbox",),
    "rules.email.gmail-password": ("smtp.auth.ok",),
    "rules.email.microsoft": ("smtp.auth.ok",),
}
"""A guess, and what was tried and proves it wrong."""


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings of one run without those that another one says better; their settings go to that one."""
    all_of_them = tuple(findings)
    known = {finding.id: finding for finding in all_of_them}
    better: dict[str, tuple[str, ...]] = {}
    kept: list[Finding] = []
    for finding in all_of_them:
        other = "" if finding.status is Status.PASS else _better(finding, known)
        if not other:
            kept.append(finding)
        elif known[other].status is not Status.PASS:
            better[other] = (*better.get(other, ()), *finding.settings)
    return tuple(_with_settings(finding, better.get(finding.id, ())) for finding in kept)


def _better(finding: Finding, known: dict[str, Finding]) -> str:
    for identity in _REFUTED.get(finding.id, ()):
        if identity in known:
            return identity
    check, _, rest = finding.id.partition(".")
    twin = (f"smtp.{rest}",) if check == "delivery" else ()  # the same conversation, a second time
    for pattern in (*_SAME.get(finding.id, ()), *twin):
        for identity, other in known.items():
            if fnmatchcase(identity, pattern) and other.status is not Status.PASS:
                return identity
    return ""


def _with_settings(finding: Finding, more: tuple[str, ...]) -> Finding:
    return replace(finding, settings=tuple(dict.fromkeys((*finding.settings, *more)))) if more else finding
