"""Checks whether a sign-in through OpenID would work: discovery, client registration and secret, before anybody signs in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from checks.model import Check, Skip, Subject
from checks.provider.chosen import empty_findings, left_empty
from wizard.basics.finding import Finding

if TYPE_CHECKING:
    from checks.provider.openid.task import OpenIdTask


def _is_meant(settings: Mapping[str, str]) -> bool:
    return any(settings.get(name, "").strip() for name in ("OPENID_CLIENT_ID", "OPENID_ISSUER"))


def _applies(subject: Subject) -> Skip | None:
    settings = subject.deployment.settings
    if not _is_meant(settings):
        return None if left_empty(subject, "openid") else Skip(because="OpenID is not configured")
    from wizard.librechat.openid_start import CLIENT_6_SINCE

    if subject.deployment.release < CLIENT_6_SINCE:
        return Skip(because="releases before v0.7.9 contact the provider in a way that this check does not support")
    return None


def task_of(subject: Subject) -> OpenIdTask:
    """Return what the check is about."""
    import os

    from checks.net.node_trust import trust_of
    from checks.provider.openid.task import OpenIdTask
    from wizard.librechat.routes import PANEL_SINCE

    deployment = subject.deployment
    trust = trust_of(deployment, os.environ)
    return OpenIdTask(
        settings=deployment.settings,
        release=deployment.release,
        start=subject.site_options.openid_link
        or (f"{subject.site_options.url}/oauth/openid" if subject.site_options.url else ""),
        trust_problem=trust.problem,
        trust_is_doubtful=trust.is_doubtful,
        has_admin_panel="admin-panel" in (deployment.compose.get("services") or {})
        and deployment.release >= PANEL_SINCE,
        unsent=subject.read_only_reason,
    )


def _static(subject: Subject) -> Iterator[Finding]:
    from checks.provider.openid.own_settings import settings_findings

    if _is_meant(subject.deployment.settings):
        yield from settings_findings(task_of(subject))
    else:
        yield from empty_findings(subject, "openid")


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.provider.conversation import WebTransport
    from checks.provider.openid.examine import examine
    from wizard.librechat.openid_start import settings_fault

    task = task_of(subject)
    if not _is_meant(task.settings) or settings_fault(task.settings, task.release) is not None:
        return
    transport = WebTransport.of(subject, task.settings, task.release)
    async for finding in examine(task, transport, from_inside(subject)):
        yield finding


def from_inside(subject: Subject) -> AsyncIterator[Finding] | None:
    """Return what LibreChat's container sees, once it is asked; ``None`` if it must not be asked, or knows other settings."""
    if not subject.answers.checks.from_container or not subject.in_effect or subject.read_only_reason:
        return None
    from checks.provider.openid.from_container import inside

    return inside(task_of(subject), subject.deployment)


OPENID: Final = Check(
    id="openid",
    title="OpenID sign-in",
    applies=_applies,
    static=_static,
    run=_run,
    network=True,
    seconds=220,
)
