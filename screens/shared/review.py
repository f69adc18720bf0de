"""What the steps of checks and review decide, the same for both fronts that ask a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.model import planned
from checks.registry import ALL
from checks.static_run import run_static

if TYPE_CHECKING:
    from checks.model import Check, Report
    from screens.demo import Practice
    from wizard.plan.proposal import Proposal


def unasked_checks(practice: Practice | None) -> tuple[Check, ...]:
    """Return the checks that begin by themselves, the practice's own where there is one."""
    return tuple(check for check in (ALL if practice is None else practice.checks) if not check.acts)


def judge(proposal: Proposal) -> Report:
    """Return what can be said of a proposal at once, without waiting: a failure is asked about before it is written."""
    return run_static([check for check in ALL if check.static is not None], planned(proposal, offline=True))
