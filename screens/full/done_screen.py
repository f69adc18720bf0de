"""The last step: what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import Push
from screens.full.finding_rows import drawn
from screens.full.messages import LeaveRequested
from screens.full.step_screen import StepScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from screens.demo import Practice
    from screens.shared.write_result import WriteResult
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Outlook


class DoneScreen(StepScreen):
    """What to do next."""

    AUTO_FOCUS = "#push-close"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no way back: the files are written."""
        del parameters
        return action not in ("steps", "find", "app.next_step", "app.previous_step", "next_step", "previous_step")

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "app.leave", "Close", show=False)]

    def __init__(
        self, interview: Interview, outlook: Outlook | None, practice: Practice | None, result: WriteResult
    ) -> None:
        super().__init__(interview, outlook, practice)
        self._result = result

    def body(self) -> Iterator[Widget]:
        """Give the commands."""
        with VerticalScroll(id="rows", classes="scrolls", can_focus=True):
            yield Static(Content("\n").join(map(drawn, self._result.lines())), id="next-steps", markup=False)
        with Horizontal(id="buttons"):
            yield Push("Test the sign-in (Ctrl+T)", "test")
            yield Push("Save answers (F10)", "save")
            yield Push("Close", "close", is_main=True)

    @on(Push.Pressed)
    def _pressed(self, event: Push.Pressed) -> None:
        event.stop()
        if event.push.name == "save":
            self.action_save_answers()
        elif event.push.name == "test":
            self.action_live_test()
        else:
            self.post_message(LeaveRequested())
