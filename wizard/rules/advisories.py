"""Rules: each published vulnerability against the effective configuration of the running release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from wizard.basics.finding import Finding
from wizard.deployment.model import Deployment
from wizard.findings import advisory as ids
from wizard.librechat.advisories import ADVISORIES, CURRENT_TO, Advisory, Exposure, Server
from wizard.librechat.releases import NEWEST, Release

_SENTENCES = {
    Exposure.OPEN: "This configuration is vulnerable.",
    Exposure.CLOSED: "This configuration is not currently vulnerable.",
    Exposure.UNKNOWN: "The files do not show whether this configuration is vulnerable.",
}
_WOULD = {
    Exposure.OPEN: "This configuration would be vulnerable.",
    Exposure.CLOSED: "This configuration would not be vulnerable.",
    Exposure.UNKNOWN: "The files do not show whether this configuration would be vulnerable.",
}


def advisory_findings(deployment: Deployment, *, running: Release | None = None) -> tuple[Finding, ...]:
    """Return a finding for each weakness of the release that matters, one PASS if none does, or why that is unknown.

    ``running`` is the release that runs now, if that of ``deployment`` is only considered: what it would expose was not exposed yet.
    A release that is only guessed from the folder's files is not known: the image decides what runs, and a floating tag such as
    ``latest`` names no release. No finding says that a release is safe.
    """
    if not deployment.release_pinned:
        would = [advisory for advisory in ADVISORIES if advisory.exposure(_server(deployment)) is Exposure.OPEN]
        guess = (
            f"Vulnerabilities with {deployment.release}: "
            + (", ".join(each.id for each in would) or "none affects this deployment")
            + "."
        )
        return (ids.RELEASE.unknown(evidence=[guess]),)
    if deployment.release > NEWEST:
        return (
            ids.NEWER.unknown(
                f"LibreChat {deployment.release} is newer than the newest release that this wizard supports ({NEWEST})."
            ),
        )
    found = tuple(_found(deployment, running))
    summary = f"None of the {len(ADVISORIES)} vulnerabilities published up to {CURRENT_TO} affects this deployment."
    return found or (ids.NONE.passed(summary, evidence=_remaining(deployment)),)


def _found(deployment: Deployment, running: Release | None) -> Iterator[Finding]:
    server = _server(deployment)
    for advisory in ADVISORIES:
        exposure = advisory.exposure(server)
        if exposure in (Exposure.BEFORE, Exposure.FIXED) or (exposure is Exposure.CLOSED and not advisory.severe):
            continue
        entry = ids.VULNERABILITY.of(advisory.id)
        make = entry.unknown if exposure is Exposure.UNKNOWN else entry.warn
        if exposure is Exposure.OPEN and advisory.severe:
            make = entry.fail
        sentence = (_SENTENCES if running is None else _WOULD)[exposure]
        summary = f"{advisory.title} ({advisory.id.upper()}, LibreChat {server.release}). {sentence}"
        is_new = running is not None and not advisory.affects(running)
        if is_new and running is not None and server.release < running:
            remedy = _stay(advisory, exposure, running)
        else:
            remedy = _remedy(advisory, exposure, was_exposed=not is_new)
        yield make(summary, settings=advisory.settings, remedy=remedy, evidence=[advisory.reference])


def _remedy(advisory: Advisory, exposure: Exposure, *, was_exposed: bool) -> str:
    # Nobody runs a candidate for long: the final release of its number has the correction too.
    final = advisory.fixed and advisory.fixed._replace(candidate=inf)
    update = f"Update to {final} or later." if final else "No fixed release is known."
    now = advisory.now if exposure is not Exposure.CLOSED else ""
    return " ".join(filter(None, (now, update, advisory.remains if was_exposed else "")))


def _stay(advisory: Advisory, exposure: Exposure, running: Release) -> str:
    """Return what to do instead of going back to a release with a weakness that the running one no longer has."""
    fixed = advisory.fixed or running
    final = fixed._replace(candidate=inf)
    oldest = final if final <= running else fixed
    if exposure is Exposure.CLOSED:
        return f"Keep these settings, or do not roll back below {oldest}."
    now = advisory.now
    return f"Do not roll back below {oldest}.{f' If you have to: {now[0].lower()}{now[1:]}' if now else ''}"


def _remaining(deployment: Deployment) -> list[str]:
    """Return what an update does not clean up, where an older release may have run here."""
    if not deployment.has_run:
        return []
    server = _server(deployment)
    fixed = [advisory for advisory in ADVISORIES if advisory.exposure(server) is Exposure.FIXED and advisory.remains]
    return [f"If a release before {each.fixed} has ever run here ({each.id.upper()}): {each.remains}" for each in fixed]


def _server(deployment: Deployment) -> Server:
    config = deployment.config if deployment.config_mounted and deployment.config else {}
    return Server(deployment.release, deployment.settings, config, _is_rag_published(deployment.compose))


def _is_rag_published(compose: Mapping[str, Any]) -> bool:
    service = (compose.get("services") or {}).get("rag_api")
    return isinstance(service, Mapping) and bool(service.get("ports") or service.get("network_mode") == "host")
