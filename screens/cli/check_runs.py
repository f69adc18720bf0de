"""Runs checks unattended, for ``--answers`` and ``doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.model import Check, Report, Subject
from checks.options import SiteOptions
from checks.registry import RUNNING
from checks.static_run import needs_loop, run_static
from screens.cli.streams import tell
from wizard.basics.finding import Status

if TYPE_CHECKING:
    from screens.cli.output import Output
    from wizard.plan.compose_verdict import Judgement


def run_checks(checks: Sequence[Check], subject: Subject) -> Report:
    """Run checks to their end; without an event loop if none of them waits for anything."""
    if not needs_loop(checks, subject):
        return run_static(checks, subject)
    # Loaded late: the import of an event loop takes longer than all static checks.
    from checks.net.aio import run_until_signal
    from screens.cli.progress import CheckProgress

    return run_until_signal(CheckProgress(checks).follow(subject))


def before_the_change(report: Report) -> Report:
    """Return a report in which faults of the running LibreChat do not prevent changing it."""
    findings = tuple(
        finding._replace(
            status=Status.WARN,
            evidence=(*finding.evidence, "This result is for the running LibreChat, before the change is applied."),
        )
        if finding.check in RUNNING and finding.status in {Status.FAIL, Status.UNKNOWN}
        else finding
        for finding in report.findings
    )
    return report._replace(findings=findings)


def tell_judgement(judgement: Judgement, output: Output) -> None:
    """Print how long Docker Compose took to check the files, separately from the run's own time, or why it did not.

    Whether it accepts them is said by the findings.
    """
    output.parts["compose"] = {"judged": not judgement.remark, "seconds": round(judgement.seconds, 3)}
    if judgement.remark:
        tell(f"Note: Docker Compose did not validate the files ({judgement.remark}).")
    elif judgement.seconds:
        tell(f"Docker Compose checked the files in {judgement.seconds:.1f} s.")


def announce(subject: Subject) -> None:
    """Print what is about to run in LibreChat's container, so that a person can still stop the wizard."""
    if subject.offline or subject.read_only_reason or not subject.answers.checks.from_container:
        return
    from checks.mail.smtp.from_container import announcement

    tell(f"Note: {announcement(subject)}")


def refuse_useless_cacert(site_options: SiteOptions) -> None:
    """Refuse a ``--cacert`` that holds no certificate, with ``InvalidInput``, before anything is asked."""
    if site_options.cacert is not None:
        from checks.net.trust import context

        context(site_options.cacert)
