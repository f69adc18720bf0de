"""Runs checks without a person: for ``--answers`` and for ``doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checks.model import Check, Report, Subject
from checks.options import SiteOptions
from checks.registry import RUNNING
from checks.static_run import needs_loop, run_static
from screens.cli.streams import tell
from wizard.basics.finding import Status


def run_checks(checks: Sequence[Check], subject: Subject) -> Report:
    """Run checks to their end; without an event loop if none of them waits for anything."""
    if not needs_loop(checks, subject):
        return run_static(checks, subject)
    # Loaded late: the import of an event loop takes longer than all static checks.
    from checks.net.aio import run_until_signal
    from checks.runner import report

    return run_until_signal(report(checks, subject))


def before_the_change(report: Report) -> Report:
    """Return a report in which what the running LibreChat does wrong today keeps nobody from changing it."""
    findings = tuple(
        replace(
            finding,
            status=Status.WARN,
            evidence=(*finding.evidence, "This is LibreChat as it runs now, before the change."),
        )
        if finding.check in RUNNING and finding.status in {Status.FAIL, Status.UNKNOWN}
        else finding
        for finding in report.findings
    )
    return report._replace(findings=findings)


def announce(subject: Subject) -> None:
    """Say what is run in LibreChat's container before it is; a person who does not want that can still stop the wizard."""
    if subject.offline or subject.inert or not subject.answers.checks.from_container:
        return
    from checks.mail.smtp.from_container import announcement

    tell(f"Note: {announcement(subject)}")


def refuse_useless_cacert(reach: SiteOptions) -> None:
    """Refuse a ``--cacert`` that holds no certificate, with ``InvalidInput``, before anything is asked."""
    if reach.cacert is not None:
        from checks.net.trust import context

        context(reach.cacert)
