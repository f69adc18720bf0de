"""The last step: what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import CommandButton, LineButton, place_buttons
from screens.full.dialogs import FormDialog, FormLine
from screens.full.finding_rows import drawn
from screens.full.messages import LeaveRequested, ResultChanged
from screens.full.step_screen import StepScreen
from screens.full.styles import FINDINGS
from screens.shared.lines import Line, Tone
from screens.shared.summary_card import LABEL
from screens.shared.write_result import PERSON_LABELS
from wizard.basics.plain_text import plain
from wizard.interview.next_steps import PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from screens.demo import Practice
    from screens.shared.write_result import WriteResult
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview


class DoneScreen(StepScreen):
    """What to do next."""

    AUTO_FOCUS = "#push-close"
    CSS_PATH = FINDINGS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no way back: the files are written."""
        del parameters
        return action not in ("steps", "find", "app.next_step", "app.previous_step", "next_step", "previous_step")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.leave", "Close", show=False),
        Binding("f9", "copy_next", "Copy the next command", key_display="F9", show=False),
        *(Binding(str(number), f"copy({number - 1})", show=False) for number in range(1, 10)),
    ]

    def __init__(
        self, interview: Interview, preview: Preview | None, practice: Practice | None, result: WriteResult
    ) -> None:
        super().__init__(interview, preview, practice)
        self._result = result
        self._copied = -1

    def body(self) -> Iterator[Widget]:
        """Yield where things stand, and the commands."""
        with VerticalScroll(id="rows", classes="scrolls", can_focus=True):
            yield from self._rows()
        with Horizontal(id="buttons"):
            if any(PERSON in command for command in self._result.commands):
                yield LineButton("My account", "person")
            yield LineButton("Test the sign-in", "test")
            yield LineButton("Save answers", "save")
            yield LineButton("Close", "close", is_main=True)

    def on_resize(self) -> None:
        """Find the place of the buttons."""
        place_buttons(self.query_one("#buttons"))

    def _rows(self) -> Iterator[Widget]:
        """Yield what was written, each step with its commands, which a digit, Enter or a click copies, and the card."""
        result = self._result
        head = [*result.verdict, result.headline]
        head += [Line(f"* {plain(note, limit=500)}", Tone.WARNING) for note in result.notes]
        yield Static(Content("\n").join(map(drawn, head)), classes="part", markup=False)
        if result.commands:
            yield Static(
                Content.styled("To copy a command, type its number, click it, or select it and press Enter.", "dim"),
                markup=False,
            )
        number = 0
        for one in result.next_steps:
            yield Static(Content.styled(f"\n{one.title}", "bold"), classes="next-step", markup=False)
            for command in one.commands:
                number += 1
                # A long command goes on below its own beginning, not below its number.
                order = Static(Content(f" {number}"), classes="number", markup=False)
                button = CommandButton(plain(command, limit=500), f"copy-{number}", classes="command")
                yield Horizontal(order, button, classes="numbered")
            if one.advice:
                yield Static(Content(one.advice), classes="next-step", markup=False)
        # What is to be done now comes first; on a small screen the card would push it out of sight.
        for row, line in enumerate(result.state):
            label = Static(Content(line.text[:LABEL]), classes="label", markup=False)
            value = Static(drawn(line._replace(text=line.text[LABEL:])), classes="value", markup=False)
            yield Horizontal(label, value, classes="card -first" if row == 0 else "card")

    def action_copy(self, number: int) -> None:
        """Copy the command with a number, counted from the first one."""
        if number < len(self._result.commands):
            self._copied = number
            self.app.copy_to_clipboard(self._result.commands[number])
            self.notify(f"Copied: command {number + 1}", markup=False, timeout=3)

    def action_copy_next(self) -> None:
        """Copy the commands one after the other."""
        if self._result.commands:
            self.action_copy((self._copied + 1) % len(self._result.commands))

    @on(LineButton.Pressed)
    def _pressed(self, event: LineButton.Pressed) -> None:
        event.stop()
        name = event.push.name or ""
        if name == "save":
            self.action_save_answers()
        elif name == "test":
            self.action_live_test()
        elif name == "person":
            self._ask_person()
        elif name.startswith("copy-"):
            self.action_copy(int(name.removeprefix("copy-")) - 1)
        else:
            self.post_message(LeaveRequested())

    @work
    async def _ask_person(self) -> None:
        """Put a person's own data into the command that makes the first account."""
        text = "These values are used only in the command that creates your account."
        blanks = tuple(map(FormLine, PERSON_LABELS))
        dialog = FormDialog("Your account", text, blanks, "Fill in", attempt=self._result.for_person)
        given = await self.app.push_screen_wait(dialog)
        if given is None:
            return
        filled = self._result.for_person(*given)
        self._result = filled
        self.post_message(ResultChanged(filled))
        rows = self.query_one("#rows", VerticalScroll)
        await rows.remove_children()
        await rows.mount_all(self._rows())
