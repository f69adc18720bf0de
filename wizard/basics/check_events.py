"""What happens while checks run, as values: a front draws them as they come, and an apply decides by them."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.basics.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The check came to its end."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """The check did not run."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedOut:
    """The check did not end in its time."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """The check itself is broken: a bug of ours, reported without any value."""

    error: str
    """The kind of the error: ``ValueError``."""


CheckOutcome = Ran | Skipped | TimedOut | Crashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Event: a check begins."""

    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Event: a check has a finding."""

    check: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Event: a check has ended."""

    check: str
    outcome: CheckOutcome


CheckEvent = Started | Found | Finished
