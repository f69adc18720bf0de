"""Puts the checks of a running LibreChat to a server of the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checks.model import Check, Report, RunMemory, Subject
from checks.options import Login, SiteOptions
from checks.runner import report
from checks.site.session.registered import INSTANCE, SESSION
from screens.demo.librechat import Account, Settings
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding
from wizard.basics.secret import Secret
from wizard.librechat.releases import NEWEST, Release

PASSWORD = "correct horse battery 9"
ADA = Account(email="ada@example.com", password=Secret(PASSWORD), name="Ada")
SECRETS = {"JWT_SECRET": "a1" * 32, "JWT_REFRESH_SECRET": "b2" * 32}


def settings(
    values: Mapping[str, str] | None = None, *, release: Release = NEWEST, accounts: tuple[Account, ...] = (ADA,)
) -> Settings:
    """Return what a stand-in runs with: production, and the secrets that :func:`subject` knows."""
    environment = {"NODE_ENV": "production", **SECRETS, **(values or {})}
    return Settings(environment=environment, release=release, accounts=accounts)


def subject(
    url: str,
    values: Mapping[str, str] | None = None,
    *,
    release: str = str(NEWEST),
    account: Account = ADA,
    resolve: Mapping[str, str] | None = None,
) -> Subject:
    """Return a folder whose LibreChat is asked at ``url``."""
    made = deployment({**SECRETS, **(values or {})}, release=release)
    login = Login(email=account.email, password=account.password)
    return Subject(
        memory=RunMemory(), deployment=made, site_options=SiteOptions(url=url, login=login, resolve=resolve or {})
    )


async def ask(given: Subject, *checks: Check) -> Report:
    """Run the checks (the session check where none is named)."""
    return await report(checks or (SESSION,), given)


def ids(findings: Report | tuple[Finding, ...]) -> dict[str, str]:
    """Return the findings' ids with their status."""
    found = findings.findings if isinstance(findings, Report) else findings
    return {finding.id: finding.status.value for finding in found}


def everything(made: Report) -> str:
    """Return every word of a report."""
    return repr(made)


__all__ = [
    "ADA",
    "INSTANCE",
    "PASSWORD",
    "SECRETS",
    "SESSION",
    "ask",
    "everything",
    "ids",
    "replace",
    "settings",
    "subject",
]
