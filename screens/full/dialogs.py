"""Small dialogs over a step, each with a question or a text."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.full.buttons import LineButton
from screens.full.dialog import Dialog, paragraph
from screens.full.line_input import LineInput
from screens.full.listing import Listing
from screens.full.sidebar import listed_steps, step_mark
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.interview.dialogues import Answer, Dialogue
from wizard.interview.steps import StepKind

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

    from screens.shared.review import CheckedAnswers
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview


_AROUND_A_TEXT: Final = 5
"""Rows of a window with a text that show something else: frame, title, button, and the line of keys."""


class QuestionDialog(Dialog[Answer]):
    """A question with a few answers; Escape gives the first, which is the harmless one."""

    def __init__(self, dialogue: Dialogue) -> None:
        super().__init__(dialogue.title)
        self.dialogue = dialogue

    def middle(self) -> "Iterator[Widget]":
        """Yield the text."""
        yield VerticalScroll(paragraph(self.dialogue.text), can_focus=False)

    def buttons(self) -> "Iterator[Widget]":
        """Yield a button for each answer."""
        yield from (LineButton(one.title, one.word) for one in self.dialogue.answers)

    def on_mount(self) -> None:
        """Begin at the harmless answer."""
        self.query(LineButton).first().focus()

    @on(LineButton.Pressed)
    def _pressed(self, event: LineButton.Pressed) -> None:
        self.dismiss(self.dialogue.answer(event.push.name or ""))

    def action_close(self) -> None:
        """Take the harmless answer."""
        self.dismiss(self.dialogue.answers[0])


async def settle(app: "App[Any]", dialogue: Dialogue) -> Answer:
    """Return the answer to a dialogue, asking for it only if there is a choice."""
    if dialogue.settled is not None:
        return dialogue.settled
    return await app.push_screen_wait(QuestionDialog(dialogue))


class TextDialog(Dialog[None]):
    """A longer text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,enter,q", "close", "Close"),
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("space", "page(1)", show=False),
    ]
    is_large = True

    @staticmethod
    def text_width(columns: int) -> int:
        """Return how many columns a text has in a terminal of so many: the dialog without its frame and scroll bar (wizard.tcss)."""
        return min(84, columns * 96 // 100) - 8

    def __init__(self, title: str, text: str | Callable[[int], str]) -> None:
        """``text`` may be a function that returns it in lines of at most so many characters."""
        super().__init__(title)
        self._text = text

    def middle(self) -> "Iterator[Widget]":
        """Yield the text."""
        yield VerticalScroll(Static(self._wrapped(), classes="text", markup=False), can_focus=False)
        yield LineButton("Close", "close")

    def _wrapped(self) -> Content:
        """Return the text for the present width. A line that is too long goes on below its own beginning."""
        width = self.text_width(self.app.size.width)
        text = self._text if isinstance(self._text, str) else self._text(width)
        return Content("\n").join(part for line in text.split("\n") for part in _hanging(line, width))

    def on_resize(self) -> None:
        """Break the lines anew. Let the text have all rows that the window has, and scroll where they are too few."""
        self.query_one(".text", Static).update(self._wrapped())
        self.query_one(VerticalScroll).styles.max_height = max(1, self.size.height - _AROUND_A_TEXT)

    @on(LineButton.Pressed)
    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _hanging(line: str, width: int) -> list[Content]:
    """Return an indented line in lines that all have its indent; what is not indented is wrapped when it is drawn."""
    text = line.lstrip(" ")
    indent = len(line) - len(text)
    if not indent or indent >= width or len(line) <= width:
        return [Content(line)]
    return [Content(" " * indent) + part.rstrip() for part in Content(text).wrap(width - indent)]


class ChoiceDialog(Dialog[str | None]):
    """A list to choose from."""

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


class StepsDialog(ChoiceDialog):
    """The list of steps, to jump to one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "close", "Back")]

    def __init__(self, interview: "Interview", preview: "Preview | None", checked: "CheckedAnswers | None") -> None:
        super().__init__("Go to a step")
        self._checked = checked
        self._interview = interview
        self._preview = preview

    def middle(self) -> "Iterator[Widget]":
        """Yield the list."""
        lines = []
        for one in listed_steps(self._interview):
            sign, word = step_mark(self._interview, self._preview, one, self._checked)
            here = "you are here" if one.id == self._interview.step.id else word
            lines.append(
                Option(
                    Content.assemble(f"{sign} {one.title:<16}", (here, "dim")),
                    id=one.id,
                    disabled=one.kind is StepKind.DONE,
                )
            )
        yield Listing(*lines, compact=True)

    def on_mount(self) -> None:
        """Begin at the present step."""
        found = self.query_one(OptionList)
        found.focus()
        found.highlighted = next((n for n, one in enumerate(found.options) if one.id == self._interview.step.id), 0)
        # In a small window it is scrolled to once the list has its height.
        self.call_after_refresh(found.scroll_to_highlight)


class FormLine(NamedTuple):
    """A line to fill in."""

    label: str = ""
    value: str = ""
    is_secret: bool = False


class FormDialog(Dialog[tuple[str, ...] | None]):
    """A question with lines to type into; ``None`` for no answer. Enter moves from line to line, and after the last one confirms."""

    def __init__(
        self,
        title: str,
        text: str,
        blanks: tuple[FormLine, ...],
        go: str = "OK",
        *,
        may_be_empty: bool = False,
        attempt: "Callable[..., object] | None" = None,
    ) -> None:
        """``go`` is what the button says that gives the answer; ``may_be_empty``: what is empty is an answer, too.

        ``attempt`` is called with the lines. If it raises ``WizardError``, the dialog says why and keeps what was typed; a problem's
        field is the label of the line that is wrong.
        """
        super().__init__(title)
        self._attempt = attempt
        self._may_be_empty = may_be_empty
        self._paragraph = paragraph(text)
        self._blanks = blanks
        self._go = go

    def middle(self) -> "Iterator[Widget]":
        """Yield text and lines."""
        yield self._paragraph
        for one in self._blanks:
            if one.label:
                yield Static(Content(one.label), markup=False)
            yield LineInput(one.value, compact=True, password=one.is_secret)

    def buttons(self) -> "Iterator[Widget]":
        """Yield both ways on."""
        yield LineButton(self._go, "ok", is_main=True)
        yield LineButton("Cancel", "cancel")

    def on_mount(self) -> None:
        """Begin in the first line that is empty."""
        lines = list(self.query(LineInput))
        next((one for one in lines if not one.value), lines[0]).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        lines: list[Input] = list(self.query(LineInput))
        if event.input is lines[-1]:
            self._give()
        else:
            lines[lines.index(event.input) + 1].focus()

    @on(LineButton.Pressed)
    def _pressed(self, event: LineButton.Pressed) -> None:
        if event.push.name == "ok":
            self._give()
        else:
            self.dismiss(None)

    def _give(self) -> None:
        lines = tuple(line.value if line.password else line.value.strip() for line in self.query(LineInput))
        if not self._may_be_empty and not all(lines):
            self._say("Fill in every field." if len(lines) > 1 else "Type an answer, or press Esc.", lines.index(""))
        elif self._is_well(lines):
            self.dismiss(lines)

    def _is_well(self, lines: tuple[str, ...]) -> bool:
        try:
            if self._attempt is not None:
                self._attempt(*lines)
        except WizardError as error:
            labels = [one.label for one in self._blanks]
            wrong = [labels.index(one.field) for one in error.problems if one.field in labels]
            # What was typed is in sight, so that no file name has to be repeated.
            messages = [plain(str(one._replace(file="")), limit=500) for one in error.problems]
            self._say("\n".join(messages), min(wrong, default=0))
            return False
        return True

    def _say(self, text: str, line: int) -> None:
        """Say what is wrong, where the question was, so that a small terminal has room for it; go to the line that is wrong."""
        self._paragraph.update(Content(text))
        self._paragraph.add_class("-fault")
        self.query(LineInput)[line].focus()
