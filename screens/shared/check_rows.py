"""The checks of a run as rows while they run: state, seconds and sentence. No terminal library."""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from checks.report_builder import ReportBuilder
from wizard.basics.check_events import CheckEvent, Finished, Found, Started
from wizard.basics.check_outcomes import Crashed, Ran, Skipped, TimedOut
from wizard.basics.finding import SIGNS, Status
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from checks.model import Check
    from wizard.basics.check_outcomes import CheckOutcome
    from wizard.basics.finding import Finding

_WAITING: Final = "."
_TURNING: Final = "|/-\\"


class CheckRow(NamedTuple):
    """One check as it is seen now."""

    id: str
    sign: str
    status: Status | None
    """The worst of what it found; ``None`` while nothing was found, and for a check that did not run."""
    title: str
    seconds: float | None
    """``None`` for a check that has not begun."""
    text: str
    """The sentence of its worst finding, or how it ended."""


class _State:
    """What one check has told so far."""

    def __init__(self, check: "Check") -> None:
        self.check = check
        self.begun: float | None = None
        self.statuses: set[Status] = set()
        self.outcome: CheckOutcome | None = None
        self.seconds = 0.0

    @property
    def is_well(self) -> bool:
        return not self.statuses & {Status.FAIL, Status.UNKNOWN}


class CheckRows:
    """The rows of one run."""

    def __init__(self, checks: "Sequence[Check]") -> None:
        self._states: Final = {check.id: _State(check) for check in checks}
        self._builder: Final = ReportBuilder(self._states)

    def take(self, event: CheckEvent) -> None:
        """Note what a check tells."""
        self._builder.add(event)
        state = self._states.get(event.check)
        if state is None:
            return
        match event:
            case Started():
                state.begun = time.monotonic()
            case Found(finding=finding):
                state.statuses.add(finding.status)
            case Finished(outcome=outcome):
                state.outcome = outcome
                state.seconds = time.monotonic() - state.begun if state.begun is not None else 0.0

    @property
    def count(self) -> str:
        """How many of those that run have ended: ``4 of 12``."""
        wanted = [one for one in self._states.values() if not isinstance(one.outcome, Skipped)]
        return f"{sum(one.outcome is not None for one in wanted)} of {len(wanted)}"

    def shown(self) -> list[CheckRow]:
        """Return the rows: every check that runs, ran or could not; those that wait or do not apply are folded away."""
        worst: dict[str, Finding] = {}
        report = self._builder.report
        for finding in report.ordered:
            worst.setdefault(finding.check, finding)
        for cause in report.leading:
            for finding in report.caused_by(cause):
                if worst[finding.check] is finding:
                    see = f"see {self._states[cause.check].check.title}" if cause.check in self._states else ""
                    worst[finding.check] = finding._replace(summary=see or finding.summary)
        shown = {name: one for name, one in self._states.items() if not self._is_folded(one)}
        return [_row(one, worst.get(name), self._because(one.outcome)) for name, one in shown.items()]

    def _because(self, outcome: "CheckOutcome | None") -> str:
        """Return why a check did not run; if another one kept it from running, that one's row says why."""
        if not isinstance(outcome, Skipped):
            return ""
        obstacle = self._states.get(outcome.obstacle)
        return outcome.because if obstacle is None else f"see {obstacle.check.title}"

    def folded(self) -> list[str]:
        """Return one line each for the checks that wait for LibreChat and for those that do not apply."""
        skipped = [one for one in self._states.values() if self._is_folded(one)]
        waiting = [one for one in skipped if isinstance(one.outcome, Skipped) and one.outcome.waits]
        others = [one for one in skipped if one not in waiting]
        lines = []
        if waiting:
            verb = "checks need" if len(waiting) > 1 else "check needs"
            lines.append(f"{len(waiting)} {verb} LibreChat to be running with these settings: {_titles(waiting)}")
        if others:
            lines.append(f"Not needed here: {_titles(others)}")
        return lines

    def _is_folded(self, state: _State) -> bool:
        return isinstance(state.outcome, Skipped) and not state.statuses and self._is_unhindered(state)

    def _is_unhindered(self, state: _State) -> bool:
        """Return whether a check that did not run was not kept from it by another one that failed."""
        needed = (self._states[name] for name in state.check.needs if name in self._states)
        return all(one.is_well and not isinstance(one.outcome, TimedOut | Crashed) for one in needed)


def _titles(states: Iterable[_State]) -> str:
    return ", ".join(one.check.title for one in states)


def _row(state: _State, finding: "Finding | None", because: str) -> CheckRow:
    """Return a row.

    ``finding`` is the worst that the check has found, unless another one says it better; ``because`` is why it did not run.
    """
    # A failure that another check says better is in that one's row: sign and sentence of this row belong together.
    status = finding.status if finding is not None else next((one for one in SIGNS if one in state.statuses), None)
    text = plain(finding.summary, limit=300) if finding is not None else ""
    seconds: float | None = state.seconds
    sign = _WAITING
    match state.outcome:
        case None if state.begun is None:
            seconds = None
        case None:
            seconds = time.monotonic() - (state.begun or 0.0)
            sign = _TURNING[int(seconds * 5) % len(_TURNING)]
        case Ran():
            status = status or Status.PASS
            sign = SIGNS[status].mark
            text = text or ("" if state.statuses else "no problems found")
        case Skipped():
            sign, text = (
                (SIGNS[status].mark, text) if status is not None else ("-", f"not run: {plain(because, limit=200)}")
            )
        case TimedOut() | Crashed():
            from checks.report import outcome_text

            status = status if status is Status.FAIL else Status.UNKNOWN
            sign, text = SIGNS[status].mark, text or outcome_text(state.outcome) or ""
    return CheckRow(state.check.id, sign, status, state.check.title, seconds, text)
