"""The step ``update``: what another LibreChat release means for the folder, before its image is changed. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.basics.problem import InvalidInput
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview


def update_lines(interview: Interview, text: str) -> tuple[str, ...]:
    """Return what changing to the release in ``text`` means, a line each; empty without a text."""
    if not text.strip():
        return ()
    try:
        target = Release.parse(text)
    except ValueError:
        return ("This is not a release tag. Use the format v0.8.8.",)
    present = interview.release
    assumed = "" if interview.snapshot.release_source else " (assumed)"
    if target == present:
        return (f"This folder already uses {present}{assumed}.",)
    return (f"From {present}{assumed} to {target}:", *_finding_lines(_found(interview, target)))


def _found(interview: Interview, target: Release) -> tuple[Finding, ...]:
    from wizard.deployment.assembled import deployment
    from wizard.rules.advisories import advisory_findings
    from wizard.rules.release_change import release_changes

    try:
        current = deployment(interview.snapshot, {})
    except InvalidInput:
        # A compose file that cannot be read: the checks tell it, with its place.
        return ()
    there = current._replace(release=target, release_pinned=True)
    return (*release_changes(current, target), *advisory_findings(there))


def _finding_lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        settings = f" [{', '.join(finding.settings[:6])}]" if finding.settings else ""
        yield f"{finding.status.value}: {finding.summary}{settings}"
        if finding.remedy:
            yield f"-> {finding.remedy}"
        if not finding.remedy:
            yield from (f"* {line}" for line in finding.evidence)
