"""Which step of the wizard a finding of the checks belongs to. No terminal library."""

from typing import TYPE_CHECKING, Final

from wizard.basics.finding import SIGNS, FindingKind, Status
from wizard.catalogue.questions import variable_id

if TYPE_CHECKING:
    from checks.model import Report
    from wizard.basics.finding import Finding
    from wizard.interview.steps import Step

_STEPS: Final = {
    **dict.fromkeys(("smtp", "mailgun", "sender", "delivery"), "mail"),
    **{name: name for name in ("openid", "saml", "ldap")},
}
"""The step of a check whose findings are all about that step."""


def found_in_step(report: "Report", one: "Step") -> Status | None:
    """Return the worst that the checks found in a step; ``None`` if nothing was wrong there.

    What only follows for people from a finding is marked where its cause is.
    """
    statuses = {
        finding.status
        for finding in report.findings
        if finding.status is not Status.PASS
        and finding.acknowledged is None
        and finding.kind is FindingKind.CAUSE
        and is_about(finding, one)
    }
    return next((status for status in SIGNS if status in statuses), None)


def is_about(finding: "Finding", one: "Step") -> bool:
    """Return whether a finding is about what a step asks."""
    if finding.check in _STEPS:
        return one.id == _STEPS[finding.check]
    if finding.check == "oauth" and one.provider and one.provider in finding.id.split("."):
        # A provider that cannot be reached is about no setting.
        return True
    return any(variable_id(name) in one.all_questions for name in finding.settings)


def was_checked(report: "Report", one: "Step") -> bool:
    """Return whether a check that is about the whole step has ended; True for a step that has no such check."""
    checks = {check for check, step in _STEPS.items() if step == one.id} or ({"oauth"} if one.provider else set())
    return not checks or any(check in checks for check, _ in report.outcomes)
