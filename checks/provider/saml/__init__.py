"""Checks whether people would get in through SAML: settings, the provider's metadata, one request, and a pasted response."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Final

from checks.model import Check, Skip, Subject
from checks.provider.chosen import empty_findings, left_empty
from wizard.basics.finding import Finding


def _is_meant(subject: Subject) -> bool:
    names = ("SAML_ENTRY_POINT", "SAML_ISSUER", "SAML_CERT")
    return any(subject.deployment.settings.get(name) for name in names) and not left_empty(subject, "saml")


def _applies(subject: Subject) -> Skip | None:
    return None if _is_meant(subject) or left_empty(subject, "saml") else Skip(because="SAML is not configured")


def _static(subject: Subject) -> Iterable[Finding]:
    if not _is_meant(subject):
        return empty_findings(subject, "saml")
    from checks.provider.saml.own_settings import settings_findings
    from checks.provider.saml.task import task_of

    return settings_findings(task_of(subject))


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    if not _is_meant(subject):
        return
    from checks.provider.conversation import WebTransport
    from checks.provider.saml.examine import examine
    from checks.provider.saml.task import task_of

    async for finding in examine(task_of(subject), WebTransport.of(subject)):
        yield finding


SAML: Final = Check(
    id="saml", title="SAML sign-in", applies=_applies, static=_static, run=_run, network=True, seconds=90
)
