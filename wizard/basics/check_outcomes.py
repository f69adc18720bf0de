"""How a check ended, as values."""

from __future__ import annotations

from dataclasses import dataclass


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
