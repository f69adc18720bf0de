"""The check ``advisory``: published vulnerabilities of the running release, from the files alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checks.model import Check, Report, Subject
from wizard.basics.check_outcomes import Ran
from wizard.basics.finding import Finding, Status
from wizard.deployment.model import Deployment
from wizard.librechat.releases import Release
from wizard.rules.advisories import advisory_findings


def _advisories(subject: Subject) -> Iterable[Finding]:
    found = advisory_findings(subject.deployment)
    if subject.expected_up:
        # LibreChat was just started with other settings; that its image names no release says nothing about those.
        found = tuple(each._replace(by_nature=each.status is Status.UNKNOWN) for each in found)
    # A plan says nothing of what runs: only what its settings would open is of interest before it is written.
    return found if subject.in_effect else [each for each in found if each.status in (Status.WARN, Status.FAIL)]


ADVISORY: Final = Check(id="advisory", title="Known vulnerabilities", static=_advisories)


def report_for_release(deployment: Deployment, target: Release) -> Report:
    """Return what changing to a release means for a folder, and which published weaknesses that release would have with its settings."""
    # A check of advisories compares no releases.
    from wizard.rules.target_release import target_findings

    findings = target_findings(deployment, target)
    return Report(findings=findings, outcomes=(("rules", Ran(seconds=0)), (ADVISORY.id, Ran(seconds=0))))
