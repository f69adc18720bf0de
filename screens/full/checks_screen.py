"""The step that runs the checks on what the answers lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Static

from screens.full.buttons import Push
from screens.full.finding_rows import FindingRow
from screens.full.proposal_screen import ProposalScreen
from screens.shared import summaries
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from wizard.plan.proposal import Proposal


class ChecksScreen(ProposalScreen):
    """Runs the checks and shows each as it goes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Run again", key_display="F5"),
        Binding("escape", "cancel", "Stop", show=False),
    ]

    def buttons(self) -> Iterator[Widget]:
        """Give the buttons."""
        yield from super().buttons()
        yield Push("Run again", "again")

    def begin(self) -> None:
        """Run them."""
        self.query_one("#push-next").focus()
        self.action_again()

    @on(Push.Pressed, "#push-again")
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
        self.progress.end("Stopped. F5 runs the checks again.")

    async def proposed(self, proposal: Proposal, remark: str) -> None:
        """Run the checks on it."""
        del remark
        self._run_checks(proposal)

    @work(exclusive=True, group="checks", exit_on_error=True)
    async def _run_checks(self, proposal: Proposal) -> None:
        from checks.model import planned
        from checks.report import unfinished
        from checks.runner import report
        from screens.shared.review import unasked_checks

        checks = unasked_checks(self.practice)
        found = await report(checks, planned(proposal, inert=summaries.UNASKED))
        titles = {check.id: check.title for check in checks}
        self.progress.end(found.sentence)
        await self.rows.show(*map(FindingRow, found.ordered))
        for text, names in unfinished(found.outcomes).items():
            shown = f"{', '.join(titles[name] for name in names)}: {text}"
            await self.rows.add(Static(plain(shown, limit=600), markup=False, classes="unfinished"))
        self.rows.scroll_home(animate=False)
