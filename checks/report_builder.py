"""Builds a report from the events of a run, for every front and every way of running checks."""

from __future__ import annotations

from collections.abc import Iterable

from checks.model import Report
from wizard.basics.check_events import CheckEvent, Finished, Found, Started
from wizard.basics.check_outcomes import CheckOutcome
from wizard.basics.finding import Finding


class ReportBuilder:
    """Collects the events of one run into a report."""

    def __init__(self, checks: Iterable[str] = ()) -> None:
        """Keep the order of ``checks`` in the report; those that are not named come in the order in which they begin."""
        self._findings: dict[str, list[Finding]] = {check: [] for check in checks}
        self._outcomes: dict[str, CheckOutcome] = {}

    def add(self, event: CheckEvent) -> None:
        """Take an event."""
        found = self._findings.setdefault(event.check, [])
        match event:
            case Found(finding=finding):
                found.append(finding)
            case Finished(outcome=outcome):
                self._outcomes[event.check] = outcome
            case Started():
                pass

    @property
    def report(self) -> Report:
        """What they found, one finding a matter, and how those ended that have ended."""
        return Report.of(
            (finding for found in self._findings.values() for finding in found),
            ((check, self._outcomes[check]) for check in self._findings if check in self._outcomes),
        )
