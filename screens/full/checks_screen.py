"""The step that runs the checks on the planned files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import LineButton
from screens.full.check_list import CheckList
from screens.full.finding_rows import FindingRow, signed
from screens.full.messages import ChecksEnded
from screens.full.proposal_screen import ProposalScreen
from screens.shared import summaries
from wizard.basics.check_events import Found
from wizard.basics.finding import Status
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from checks.model import Report
    from screens.demo import Practice
    from wizard.basics.check_events import CheckEvent
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview
    from wizard.plan.proposal import Proposal


class ChecksScreen(ProposalScreen):
    """Runs the checks and shows each as it progresses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Run again", key_display="F5"),
        Binding("escape", "cancel", "Stop", show=False),
    ]

    def __init__(self, interview: Interview, preview: Preview | None, practice: Practice | None) -> None:
        super().__init__(interview, preview, practice)
        self._list: Final = CheckList()

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons."""
        yield from super().buttons()
        yield LineButton("Run again", "again")

    def begin(self) -> None:
        """Run them."""
        self.query_one("#push-next").focus()
        self.action_again()

    @on(LineButton.Pressed, "#push-again")
    def action_again(self) -> None:
        """Run the checks from the beginning."""
        self.workers.cancel_group(self, "checks")
        self.is_cancelled = False
        self.progress.begin("checking")
        self.work_out()

    def action_cancel(self) -> None:
        """Stop what runs."""
        self.workers.cancel_group(self, "checks")
        self.workers.cancel_group(self, "proposal")
        self.is_cancelled = True
        if self._list.is_mounted:
            self._list.end()
        self.progress.end("Stopped. Press F5 to run the checks again.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Escape stop only what runs: it must not take a verdict away."""
        return self.progress.is_working if action == "cancel" else super().check_action(action, parameters)

    async def proposed(self, proposal: Proposal, remark: str) -> None:
        """Run the checks on it."""
        del remark
        self._run_checks(proposal)

    @work(exclusive=True, group="checks", exit_on_error=True)
    async def _run_checks(self, proposal: Proposal) -> None:
        from checks.model import planned
        from checks.report_builder import ReportBuilder
        from checks.runner import run
        from screens.shared.review import automatic_checks, checked_answers

        checks, draft = automatic_checks(self.practice), self.interview.draft
        await self.rows.show(self._list)
        self._list.begin(checks)
        builder = ReportBuilder(check.id for check in checks)
        async for event in run(checks, planned(proposal, read_only_reason=summaries.ON_REQUEST_ONLY)):
            builder.add(event)
            await self._show(event)
        self._list.end()
        report = builder.report
        await self._conclude(report)
        self.post_message(ChecksEnded(checked_answers(draft, proposal, report)))

    async def _show(self, event: CheckEvent) -> None:
        """Show what a check tells; what failed is over the list at once."""
        self._list.take(event)
        self.progress.doing = f"checking, {self._list.count} done"
        if isinstance(event, Found) and event.finding.status is Status.FAIL and not event.finding.is_covered_by_cause:
            await self.rows.mount(FindingRow(event.finding), before=self._list)

    async def _conclude(self, report: Report) -> None:
        """Say what it means for people, and show what is wrong over the list: the worst first, a cause before what follows."""
        from checks.closing import closing_sentence
        from checks.report import caused_text

        closing = closing_sentence(report)
        self.progress.end("\n".join(dict.fromkeys((closing, report.sentence))))
        await self.rows.query(FindingRow).remove()
        wrong = [one for one in report.leading if one.status is not Status.PASS]
        rows = [FindingRow(one, caused=caused_text(report.caused_by(one))) for one in wrong]
        await self.rows.mount_all(rows, before=self._list)
        sentences = self._list.sentences
        passed = [
            text for one in report.having(Status.PASS) if (text := plain(one.summary, limit=300)) not in sentences
        ]
        await self.rows.mount_all(map(_passed, passed))
        self.rows.scroll_home(animate=False)


def _passed(text: str) -> Static:
    return Static(Content.assemble(signed(Status.PASS), text), classes="passed", markup=False)
