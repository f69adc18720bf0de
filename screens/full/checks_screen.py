"""The step that runs the checks on what the answers lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.full.buttons import Push
from screens.full.finding_rows import FindingRow, ProblemRow
from screens.full.proposal_screen import ProposalScreen
from screens.shared import summaries
from wizard.basics.finding import Finding, Status
from wizard.catalogue.questions import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from screens.demo import Practice
    from wizard.basics.check_events import CheckEvent
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Outlook
    from wizard.plan.proposal import Proposal


class ChecksScreen(ProposalScreen):
    """Runs the checks and shows each as it goes."""

    doing = "checking"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Run again", key_display="F5"),
        Binding("escape", "cancel", "Stop", show=False),
    ]

    class Happened(Message):
        """A check began, found something or ended."""

        def __init__(self, event: CheckEvent) -> None:
            super().__init__()
            self.event = event

    def buttons(self) -> Iterator[Widget]:
        """Give the buttons."""
        yield from super().buttons()
        yield Push("Run again", "again")

    def __init__(self, interview: Interview, outlook: Outlook | None, practice: Practice | None) -> None:
        super().__init__(interview, outlook, practice)
        self._titles: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self._findings: list[Finding] = []
        self._is_cancelled = False

    def begin(self) -> None:
        """Run them."""
        self.query_one("#push-next").focus()
        self.action_again()

    @on(Push.Pressed, "#push-again")
    def action_again(self) -> None:
        """Run the checks from the beginning."""
        self.workers.cancel_group(self, "checks")
        self._findings, self._states, self._is_cancelled = [], {}, False
        self.start_spinner()
        self.work_out()

    def action_cancel(self) -> None:
        """Stop what runs."""
        self.workers.cancel_group(self, "checks")
        self.workers.cancel_group(self, "proposal")
        self._is_cancelled = True
        self.stop_spinner("Stopped. F5 runs the checks again.")

    @on(ProposalScreen.Ready)
    def _ready(self, event: ProposalScreen.Ready) -> None:
        event.stop()
        self._looked(event.outlook)
        if self._is_cancelled:
            return
        if event.proposal is None:
            self.stop_spinner("Nothing can be written with these answers yet:")
            self._show_rows([ProblemRow(problem) for problem in event.problems])
            return
        self._run_checks(event.proposal)

    @work(exclusive=True, group="checks", exit_on_error=True)
    async def _run_checks(self, proposal: Proposal) -> None:
        from checks.model import planned
        from checks.registry import ALL
        from checks.runner import run

        checks = tuple(
            check for check in (self.practice.checks if self.practice is not None else ALL) if not check.acts
        )
        self._titles = {check.id: check.title for check in checks}
        subject = planned(proposal, inert=summaries.UNASKED)
        async for event in run(checks, subject):
            self.post_message(self.Happened(event))

    @on(Happened)
    def _happened(self, message: Happened) -> None:
        from checks.report import outcome_text
        from wizard.basics.check_events import Finished, Found, Started
        from wizard.basics.check_outcomes import Ran

        message.stop()
        match message.event:
            case Started(check=check):
                self._states[check] = "running"
            case Found(finding=finding):
                self._findings.append(finding)
            case Finished(check=check, outcome=outcome):
                self._states[check] = "done" if isinstance(outcome, Ran) else outcome_text(outcome) or "done"
        if len([state for state in self._states.values() if state != "running"]) == len(self._titles):
            self._finish()

    def _finish(self) -> None:
        from checks.fold import folded

        order = (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS)
        found = sorted(folded(self._findings), key=lambda one: order.index(one.status))
        counts = {status: sum(one.status is status for one in found) for status in order}
        skipped = [f"{self._titles[name]}: {state}" for name, state in self._states.items() if state != "done"]
        text = f"{counts[Status.FAIL]} failed, {summaries.counted(counts[Status.WARN], 'warning')}, {counts[Status.UNKNOWN]} could not be told."
        self.stop_spinner("  ".join((text, *skipped)))
        self._show_rows([FindingRow(one, tuple(f"{SETTINGS}{name}" for name in one.settings)) for one in found])

    @work(exclusive=True, group="rows")
    async def _show_rows(self, rows: list[FindingRow]) -> None:
        pane = self.query_one("#rows")
        await pane.remove_children()
        await pane.mount_all(rows)
