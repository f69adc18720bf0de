"""The step ``update``: what another LibreChat release means for the folder, before its image is changed. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.basics.problem import InvalidInput
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview


def update_sentence(interview: Interview, text: str) -> str:
    """Return from which release to which the one in ``text`` leads, or why it does not; empty without a text."""
    if not text.strip():
        return ""
    if (target := _release(text)) is None:
        return "This is not a release tag. Use the format v0.8.8."
    present = interview.release
    assumed = "" if interview.snapshot.release_source else " (assumed)"
    if target == present:
        return f"This folder already uses {present}{assumed}."
    return f"From {present}{assumed} to {target}:"


def update_findings(interview: Interview, text: str) -> tuple[Finding, ...]:
    """Return what changing to the release in ``text`` means, the worst first; nothing if it leads nowhere."""
    target = _release(text)
    if target is None or target == interview.release:
        return ()
    from wizard.deployment.assembled import deployment
    from wizard.rules.target_release import target_findings

    try:
        current = deployment(interview.snapshot, {})
    except InvalidInput:
        # A compose file that cannot be read: the checks tell it, with its place.
        return ()
    return target_findings(current, target)


def _release(text: str) -> Release | None:
    try:
        return Release.parse(text)
    except ValueError:
        return None
