"""Findings as their entries in the registry make them, for tests of what is done with findings."""

from __future__ import annotations

from functools import cache

from wizard.basics.finding import Finding, Status
from wizard.findings.model import FindingEntry
from wizard.findings.registry import entries


@cache
def declared() -> dict[str, FindingEntry]:
    """Return every entry by id, those of a conversation's second time included."""
    found = {entry.id: entry for entry in entries()}
    again = [entry.at(entry.counterpart) for entry in found.values() if entry.counterpart]
    return {entry.id: entry for entry in again} | found


def sample(identity: str, status: Status = Status.FAIL, *settings: str) -> Finding:
    """Return a finding of that id."""
    return declared()[identity].finding(status, settings=settings)
