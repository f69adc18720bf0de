"""Rules: all that changing to another LibreChat release means for a folder, the worst first (``doctor --for-release``, the step Update)."""

from __future__ import annotations

from wizard.basics.finding import SIGNS, Finding
from wizard.deployment.model import Deployment
from wizard.librechat.releases import NEWEST, Release
from wizard.rules.advisories import advisory_findings
from wizard.rules.release_change import release_changes


def target_findings(deployment: Deployment, target: Release) -> tuple[Finding, ...]:
    """Return what changes with a release, and which published weaknesses it would have with the folder's settings."""
    found = release_changes(deployment, target)
    if target <= NEWEST or deployment.is_service_unclear:
        there = deployment._replace(release=target, release_pinned=True)
        found += advisory_findings(there, running=deployment.release)
    # Of a release that nobody knows, the changes say so already.
    order = tuple(SIGNS)
    return tuple(sorted(found, key=lambda one: order.index(one.status)))
