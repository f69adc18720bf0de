"""Small windows over a step. Each is a question: it returns a value, and knows nothing of who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.full.buttons import Push
from screens.full.fields import LineInput
from screens.full.sidebar import listed_steps, step_mark
from wizard.catalogue.questions import QUESTIONS, SETTINGS, label
from wizard.interview.steps import StepKind, step_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wizard.catalogue.model import Setting
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Outlook

_MOST_FOUND = 60


class Ask(ModalScreen[str]):
    """A question with a few answers; Escape gives the first, which must be the harmless one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "harmless", "Back"),
    ]

    def __init__(self, title: str, text: str, answers: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._answers = answers

    def compose(self) -> ComposeResult:
        """Lay out title, text and a button for each answer."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._text), classes="text", markup=False)
            with Horizontal(classes="answers"):
                for identity, text in self._answers:
                    yield Push(text, identity)

    def on_mount(self) -> None:
        """Begin at the harmless answer."""
        self.query(Push).first().focus()

    @on(Push.Pressed)
    def _pressed(self, event: Push.Pressed) -> None:
        self.dismiss(event.push.name or self._answers[0][0])

    def action_harmless(self) -> None:
        """Take the harmless answer."""
        self.dismiss(self._answers[0][0])


class Reading(ModalScreen[None]):
    """A longer text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,q", "close", "Close"),
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(classes="dialog -large"):
            yield Static(Content.styled(self._title, "bold"), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._text), classes="text", markup=False)
            yield Push("Close", "close")

    @on(Push.Pressed)
    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        pane = self.query_one(VerticalScroll)
        pane.scroll_page_down(animate=False) if by > 0 else pane.scroll_page_up(animate=False)


class Steps(ModalScreen[str | None]):
    """The list of steps, to jump to one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f2", "close", "Back")]

    def __init__(self, interview: Interview, outlook: Outlook | None) -> None:
        super().__init__()
        self._interview = interview
        self._outlook = outlook

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        lines = []
        for one in listed_steps(self._interview):
            if one.kind is StepKind.DONE:
                continue
            sign, word = step_mark(self._interview, self._outlook, one)
            here = "you are here" if one.id == self._interview.step.id else word
            lines.append(Option(Content.assemble(f"{sign} {one.title:<16}", (here, "dim")), id=one.id))
        with Vertical(classes="dialog"):
            yield Static(Content.styled("Go to a step", "bold"), markup=False)
            yield OptionList(*lines, compact=True)

    def on_mount(self) -> None:
        """Begin at the present step."""
        found = self.query_one(OptionList)
        found.focus()
        found.highlighted = next((n for n, one in enumerate(found.options) if one.id == self._interview.step.id), 0)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_close(self) -> None:
        """Stay."""
        self.dismiss(None)


class Find(ModalScreen[str | None]):
    """Search through every setting; returns the id of the question to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f3", "close", "Back"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, settings: tuple[Setting, ...]) -> None:
        super().__init__()
        self._entries = [(f"{SETTINGS}{one.key}", one) for one in settings] + [(one.key, one) for one in QUESTIONS]

    def compose(self) -> ComposeResult:
        """Lay out the line for the words and the list."""
        with Vertical(classes="dialog -large"):
            yield Static(Content.styled("Find a setting", "bold"), markup=False)
            yield LineInput(placeholder="name or words, such as: cookie", compact=True)
            yield OptionList(compact=True)
            yield Static(id="count", markup=False)

    def on_mount(self) -> None:
        """Begin with everything."""
        self.query_one(LineInput).focus()
        self._search("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._search(event.value)

    def _search(self, text: str) -> None:
        words = text.lower().split()
        found = [(name, one) for name, one in self._entries if all(word in _haystack(name, one) for word in words)]
        found.sort(key=lambda entry: _distance(label(entry[0]).lower(), words))
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(
            Option(Content.assemble(f"{label(name)}  ", (f"{one.title} ({step_of(name).title})", "dim")), id=name)
            for name, one in found[:_MOST_FOUND]
        )
        if found:
            listed.highlighted = 0
        more = f", the first {_MOST_FOUND} shown" if len(found) > _MOST_FOUND else ""
        self.query_one("#count", Static).update(Content(f"{len(found)} found{more}" if found else "Nothing found"))

    @on(Input.Submitted)
    def _submitted(self) -> None:
        listed = self.query_one(OptionList)
        if listed.highlighted is not None and listed.option_count:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_move(self, by: int) -> None:
        """Move in the list while the words keep the keys."""
        listed = self.query_one(OptionList)
        listed.action_cursor_down() if by > 0 else listed.action_cursor_up()

    def action_close(self) -> None:
        """Stay."""
        self.dismiss(None)


def _distance(name: str, words: list[str]) -> int:
    """Order what was found: the very name first, then names that begin so, that hold the words, the rest."""
    if words == [name]:
        return 0
    return 1 if words and name.startswith(words[0]) else 2 if all(word in name for word in words) else 3


def _haystack(name: str, one: Setting) -> str:
    return f"{name} {one.title} {one.help} {one.empty}".lower()


class AskText(ModalScreen[str | None]):
    """A question with a line to type into; ``None`` for no answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Back")]

    def __init__(self, title: str, text: str, value: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out text and line."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), markup=False)
            yield Static(Content(self._text), classes="text", markup=False)
            yield LineInput(self._value, compact=True)
            with Horizontal(classes="answers"):
                yield Push("OK", "ok", is_main=True)
                yield Push("Cancel", "cancel")

    def on_mount(self) -> None:
        """Begin in the line."""
        self.query_one(LineInput).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    @on(Push.Pressed)
    def _pressed(self, event: Push.Pressed) -> None:
        self.dismiss((self.query_one(LineInput).value.strip() or None) if event.push.name == "ok" else None)

    def action_close(self) -> None:
        """Leave it."""
        self.dismiss(None)
