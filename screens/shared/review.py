"""Decisions of the checks and review steps, the same for both interactive fronts."""

from typing import TYPE_CHECKING, NamedTuple

from checks.model import Report, planned
from checks.registry import ALL
from checks.static_run import run_static

if TYPE_CHECKING:
    from checks.model import Check
    from screens.demo import Practice
    from wizard.answers.draft import Draft
    from wizard.plan.proposal import Proposal


class CheckedAnswers(NamedTuple):
    """The last report of the checks, and the answers that it belongs to."""

    draft: "Draft"
    report: Report

    def report_on(self, draft: "Draft") -> Report | None:
        """Return the report if it is about these answers; ``None`` if they changed since."""
        return self.report if self.draft.entries == draft.entries else None


def automatic_checks(practice: "Practice | None") -> "tuple[Check, ...]":
    """Return the checks that start by themselves; those of the practice run during one."""
    return tuple(check for check in (ALL if practice is None else practice.checks) if not check.acts)


def judge(proposal: "Proposal", earlier: Report | None = None) -> Report:
    """Return what is known of a proposal at once, without waiting: a failure is asked about before it is written.

    ``earlier`` is what the checks said about the same answers; what they found on the network counts as well.
    """
    now = run_static([check for check in ALL if check.static is not None], planned(proposal, offline=True))
    if earlier is None:
        return now
    known = {finding.id for finding in now.findings}
    more = [finding for finding in earlier.findings if finding.id not in known]
    return Report.of((*now.findings, *more), earlier.outcomes)
