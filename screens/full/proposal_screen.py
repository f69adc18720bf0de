"""What the checks and review steps share: the proposal for the answers, computed in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from screens.full.buttons import LineButton
from screens.full.finding_rows import ProblemRow
from screens.full.messages import GoBeside, GoTo, Previewed
from screens.full.progress import Progress, Rows
from screens.full.step_screen import StepScreen
from screens.full.styles import FINDINGS
from wizard.interview.preview import look_closely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from screens.demo import Practice
    from wizard.basics.problem import Problem
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview
    from wizard.plan.proposal import Proposal


class ProposalScreen(StepScreen):
    """What checks and review share: a proposal that is worked out in the background."""

    AUTO_FOCUS = ""
    CSS_PATH = FINDINGS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "to_end(-1)", show=False),
        Binding("end", "to_end(1)", show=False),
    ]

    class Ready(Message):
        """The proposal is there, or the reasons why there is none."""

        def __init__(self, preview: Preview, remark: str) -> None:
            super().__init__()
            self.preview = preview
            self.remark = remark

    def body(self) -> Iterator[Widget]:
        """Yield the pane and the buttons."""
        yield self.progress
        yield self.rows
        with Horizontal(id="buttons"):
            yield from self.buttons()

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons."""
        yield LineButton("Next", "next", is_main=True)
        yield LineButton("Back", "back")

    def __init__(self, interview: Interview, preview: Preview | None, practice: Practice | None) -> None:
        super().__init__(interview, preview, practice)
        self.progress: Final = Progress("progress")
        self.rows: Final = Rows(id="rows", classes="scrolls")
        self.is_cancelled = False
        self.problems: tuple[Problem, ...] = ()
        """Why nothing can be written with these answers."""

    def action_to_end(self, where: int) -> None:
        """Scroll to the beginning or to the end, wherever the keys are."""
        self.rows.scroll_end(animate=False) if where > 0 else self.rows.scroll_home(animate=False)

    @work(thread=True, exclusive=True, group="proposal", exit_on_error=True)
    def work_out(self) -> None:
        """Find out what would be written; Docker Compose judges it if there is one."""
        self.post_message(self.Ready(*look_closely(self.interview)))

    @on(Ready)
    async def _ready(self, event: Ready) -> None:
        event.stop()
        preview = event.preview.after(self.preview)
        self.post_message(Previewed(preview))
        self.refresh_frame(preview)
        self.problems = preview.problems
        if self.is_cancelled:
            return
        if event.preview.proposal is not None:
            await self.proposed(event.preview.proposal, event.remark)
            return
        self.progress.end("Nothing can be written with these answers yet:")
        await self.rows.show(*map(ProblemRow, self.problems))

    async def proposed(self, proposal: Proposal, remark: str) -> None:
        """Go on with the proposal; ``remark`` is what else there is to say about it."""

    @on(LineButton.Pressed, "#push-next")
    def _next(self) -> None:
        self.post_message(GoBeside(1))

    @on(LineButton.Pressed, "#push-back")
    def _back(self) -> None:
        self.post_message(GoBeside(-1))

    @on(LineButton.Pressed, ".jump")
    def _jump(self, event: LineButton.Pressed) -> None:
        event.stop()
        self.post_message(GoTo.field_of(event.push.name or ""))
