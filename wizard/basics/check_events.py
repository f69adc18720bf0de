"""Events of a check run, as values: a front displays them as they arrive, and an apply decides by them."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.basics.check_outcomes import CheckOutcome
from wizard.basics.finding import Finding


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
