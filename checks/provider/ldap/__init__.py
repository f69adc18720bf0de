"""Checks whether people would get in through LDAP: queries the directory as LibreChat does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Final

from checks.model import Check, Skip, Subject
from checks.provider.chosen import empty_findings, left_empty
from wizard.basics.finding import Finding


def _is_meant(subject: Subject) -> bool:
    names = ("LDAP_URL", "LDAP_USER_SEARCH_BASE", "LDAP_CA_CERT_PATH")
    return any(subject.deployment.settings.get(name) for name in names)


def _applies(subject: Subject) -> Skip | None:
    return None if _is_meant(subject) or left_empty(subject, "ldap") else Skip(because="LDAP is not configured")


def _static(subject: Subject) -> Iterable[Finding]:
    if not _is_meant(subject):
        return empty_findings(subject, "ldap")
    from checks.provider.ldap.static import static_findings
    from checks.provider.ldap.task import task_of

    return static_findings(task_of(subject))


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    if not _is_meant(subject):
        return
    from checks.provider.ldap.probe import probe
    from checks.provider.ldap.task import task_of

    async for finding in probe(task_of(subject)):
        yield finding


LDAP: Final = Check(
    id="ldap", title="LDAP directory", applies=_applies, static=_static, run=_run, network=True, seconds=90
)
