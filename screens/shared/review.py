"""Decisions of the checks and review steps, the same for both interactive fronts."""

from typing import TYPE_CHECKING, NamedTuple

from checks.closing import closing_sentence
from checks.model import Report, planned
from checks.registry import ALL
from checks.static_run import run_static
from screens.shared.live_tests import MAIL
from screens.shared.step_findings import is_about
from wizard.basics.check_outcomes import Ran, TimedOut
from wizard.basics.plain_text import enumerated
from wizard.interview.steps import step
from wizard.librechat.providers import MARKS, SOCIAL, configured
from wizard.librechat.values import has_values

if TYPE_CHECKING:
    from checks.model import Check
    from screens.demo import Practice
    from wizard.answers.draft import Draft
    from wizard.basics.finding import Finding
    from wizard.interview.steps import Step
    from wizard.plan.proposal import Proposal


class CheckedAnswers(NamedTuple):
    """The last report of the checks, and what it belongs to."""

    draft: "Draft"
    """The answers that were checked."""
    report: Report
    of_settings: "tuple[Finding, ...] | None" = None
    """What was known of the plan when its checks began; ``None`` if only a test of one step has run."""

    def report_on(self, draft: "Draft") -> Report | None:
        """Return the report if it is about these answers; ``None`` if they changed since."""
        return self.report if self.draft.entries == draft.entries else None

    def is_about(self, proposal: "Proposal") -> bool:
        """Return whether every check has run on this plan, and the folder has not changed since in what counts."""
        return self.of_settings == _of_settings(proposal)


class Verdict(NamedTuple):
    """What is known of the answers before they are written. Every front says it in this sentence."""

    report: Report
    sentence: str


def automatic_checks(practice: "Practice | None") -> "tuple[Check, ...]":
    """Return the checks that start by themselves; those of the practice run during one."""
    return tuple(check for check in (ALL if practice is None else practice.checks) if not check.acts)


def checked_answers(draft: "Draft", proposal: "Proposal", report: Report) -> CheckedAnswers:
    """Return the report of all checks with what it belongs to."""
    return CheckedAnswers(draft, report, _of_settings(proposal))


def after_test(earlier: CheckedAnswers | None, draft: "Draft", tested_step: "Step", tested: Report) -> CheckedAnswers:
    """Return what is known after the test of one step: it is newer than what the same checks said about the same answers."""
    known = earlier.report_on(draft) if earlier is not None else None
    if earlier is None or known is None:
        return CheckedAnswers(draft, tested)
    others: tuple[Finding, ...] = ()
    if tested_step.provider in SOCIAL:
        # One check is about all of them, and only one of them was tested.
        others = tuple(one for one in known.findings if one.check == "oauth" and not is_about(one, tested_step))
    return earlier._replace(report=_updated(known, tested._replace(findings=(*others, *tested.findings))))


def judge(proposal: "Proposal", draft: "Draft", checked: CheckedAnswers | None) -> Verdict:
    """Return what is known of a proposal at once, without waiting: a failure is asked about before it is written.

    If the checks have run on these answers, their report is the verdict. Else it is what the settings alone tell, and what was tested.
    """
    tested = checked.report_on(draft) if checked is not None else None
    if checked is not None and tested is not None and checked.is_about(proposal):
        return Verdict(tested, closing_sentence(tested))
    report = run_static([check for check in ALL if check.static is not None], planned(proposal, offline=True))
    if tested is not None:
        report = _updated(report, tested)
    closing = closing_sentence(report)
    closing = "" if closing == report.sentence else f"{closing} "
    has_mail = tested is not None and any(
        check in MAIL and isinstance(outcome, Ran | TimedOut) for check, outcome in tested.outcomes
    )
    asked = {check for check, outcome in tested.outcomes if isinstance(outcome, Ran | TimedOut)} if tested else set()
    settings, release = proposal.deployment.settings, proposal.deployment.release
    used = (*configured(settings, release), *(["ldap"] if has_values(settings, MARKS["ldap"]) else []))
    names = [
        *(["Mail"] if not has_mail else []),
        "DNS",
        *(step(name).title for name in used if ("oauth" if name in SOCIAL else name) not in asked),
    ]
    rest, them = (f"{enumerated(names)} were", "them") if names[1:] else ("DNS was", "it")
    unchecked = f"{rest} not checked with these answers. To check {them}, go to the Checks step."
    return Verdict(report, f"{closing}{unchecked}")


def _of_settings(proposal: "Proposal") -> "tuple[Finding, ...]":
    return (*proposal.findings, *(proposal.rules or ()))


def _updated(report: Report, newer: Report) -> Report:
    """Return a report with what some of its checks have found since."""
    outcomes = dict(newer.outcomes)
    again = {*outcomes, *(finding.check for finding in newer.findings)}
    kept = (finding for finding in report.findings if finding.check not in again)
    return Report.of((*kept, *newer.findings), {**dict(report.outcomes), **outcomes}.items())
