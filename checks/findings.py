"""Short ways to make a finding of each kind."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain

_SHOWN = 300


def passed(identity: str, summary: str, *evidence: str) -> Finding:
    """Make a PASS."""
    return Finding(id=identity, status=Status.PASS, summary=summary, evidence=inert(evidence))


def warn(
    identity: str, summary: str, *, settings: tuple[str, ...] = (), remedy: str, evidence: Iterable[str] = ()
) -> Finding:
    """Make a WARN."""
    return _finding(identity, Status.WARN, summary, settings, remedy, evidence)


def fail(
    identity: str, summary: str, *, settings: tuple[str, ...] = (), remedy: str, evidence: Iterable[str] = ()
) -> Finding:
    """Make a FAIL."""
    return _finding(identity, Status.FAIL, summary, settings, remedy, evidence)


def unknown(
    identity: str, summary: str, *, settings: tuple[str, ...] = (), remedy: str, evidence: Iterable[str] = ()
) -> Finding:
    """Make an UNKNOWN: it could not be told."""
    return _finding(identity, Status.UNKNOWN, summary, settings, remedy, evidence)


def inert(evidence: Iterable[str]) -> tuple[str, ...]:
    """Return foreign text as evidence: inert and short; what is empty is left out."""
    return tuple(plain(text, limit=_SHOWN) for text in evidence if text)


def _finding(
    identity: str, status: Status, summary: str, settings: tuple[str, ...], remedy: str, evidence: Iterable[str]
) -> Finding:
    return Finding(
        id=identity, status=status, summary=summary, settings=settings, remedy=remedy, evidence=inert(evidence)
    )
