"""One question as a widget: its name, an editor for its kind, and messages about the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from screens.full.focus import focus_beside
from screens.full.sizes import room_of_field
from screens.full.stable_text import StableText
from screens.shared.field_state import FieldState, field_state
from wizard.answers.typed_values import items
from wizard.basics.plain_text import plain
from wizard.catalogue.model import Choice, Kind, Setting, holds_secret
from wizard.catalogue.questions import UPDATE, question
from wizard.interview.addresses import ADDRESSES
from wizard.interview.interview import Interview
from wizard.interview.preview import Preview

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from screens.full.line_input import AnswerInput

_ROOM_FOR_CONSEQUENCES: Final = 20
"""Rows of a window in which each choice has its consequence below it; in a lower one the help shows that of the highlighted choice."""
_SIGN: Final = 2
"""Columns before a title."""
_WIDEST: Final = 94
"""Columns of a label in the broadest field (wizard.tcss)."""


class Option(StableText):
    """One line of a :class:`Pick`."""

    class Clicked(Message):
        """The mouse chose it."""

        def __init__(self, option: Option) -> None:
            super().__init__()
            self.option = option

    def __init__(self, choice: Choice) -> None:
        super().__init__(classes="-explained" if choice.consequence else None)
        self.choice = choice

    def show(self, *, is_chosen: bool, is_here: bool, marks: tuple[str, str]) -> None:
        """Draw the option; ``is_here`` is where the keys are."""
        left, right = ("[", "]") if is_chosen else (" ", " ")
        row = f"{left}{self.choice.label}{right}"
        shown = Content(f"{marks[is_chosen]} {self.choice.label}" if marks[is_chosen] else row)
        if self.choice.consequence and self.app.size.height >= _ROOM_FOR_CONSEQUENCES:
            shown = Content.assemble(shown, "\n", (f"    {self._consequence()}", "dim not bold not reverse"))
        self.update(shown)
        is_shown = self.is_attached
        self.set_class(is_chosen, "-chosen", update=is_shown)
        self.set_class(is_here, "-here", update=is_shown)

    def _consequence(self) -> str:
        """Return what follows from it, or its first sentence where the whole does not fit; the help has all of it."""
        whole = self.choice.consequence
        return whole if len(whole) <= room_of_field(self.app.size.width) else f"{whole.partition('. ')[0].rstrip('.')}."

    def on_click(self) -> None:
        """Report the click to the list."""
        self.post_message(self.Clicked(self))


class Pick(Vertical, can_focus=True):
    """One of several choices, or some of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1, False)", "Previous", show=False),
        Binding("right", "move(1, False)", "Next", show=False),
        Binding("up", "move(-1, True)", "Above", show=False),
        Binding("down", "move(1, True)", "Below", show=False),
        Binding("space", "choose", "Choose"),
        Binding("enter", "choose_and_go_on", "Choose and continue", show=False),
        *(Binding(str(number), f"take({number - 1})", show=False) for number in range(1, 10)),
    ]

    class Looked(Message):
        """The keys are at another choice, which may be explained."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Changed(Message):
        """Another choice was made; ``value`` is text for the draft, several joined by commas."""

        def __init__(self, pick: Pick, value: str) -> None:
            super().__init__()
            self.pick = pick
            self.value = value

    def __init__(self, choices: tuple[Choice, ...], value: str, *, several: bool, columns: int) -> None:
        super().__init__(classes=("-row", "-wide", "-grid")[columns])
        self._choices = choices
        self._several = several
        self._columns = columns
        self.value = value
        self._here = self._first()

    def _first(self) -> int:
        chosen = self._chosen()
        return next((number for number, one in enumerate(self._choices) if one.value in chosen), 0)

    def _chosen(self) -> tuple[str, ...]:
        return tuple(items(self.value)) if self._several else (self.value,)

    def compose(self) -> ComposeResult:
        """Make the lines, drawn."""
        options = [Option(choice) for choice in self._choices]
        self._show(options, has_keys=self.has_focus)
        yield from options

    def on_focus(self) -> None:
        """Show where the keys are."""
        self._here = self._first() if not self._several else self._here
        self._draw(has_keys=True)

    def on_blur(self) -> None:
        """Show that the keys are elsewhere."""
        self._draw(has_keys=False)

    def set_value(self, value: str) -> None:
        """Show another value, without a message."""
        if value != self.value:
            self.value = value
            self._here = self._first() if not self._several else self._here
            self._draw()

    def draw_for_window(self) -> None:
        """Draw the choices for another size of the window."""
        self._draw()

    def _draw(self, *, has_keys: bool | None = None) -> None:
        self._show(self.query(Option), has_keys=self.has_focus if has_keys is None else has_keys)

    def _show(self, options: Iterable[Option], *, has_keys: bool) -> None:
        marks = ("[ ]", "[x]") if self._several else ("( )", "(\u2022)") if self._columns else ("", "")
        for number, option in enumerate(options):
            is_chosen = option.choice.value in self._chosen()
            is_here = has_keys and number == self._here
            option.show(is_chosen=is_chosen, is_here=is_here, marks=marks)
            if is_here and option.choice.consequence:
                self.post_message(self.Looked(option.choice))
            if is_here and self._columns:
                option.scroll_visible(animate=False)

    def action_move(self, by: int, is_vertical: bool) -> None:  # noqa: FBT001 - bindings give positions only
        """Move the selection; at the upper or lower end, go to the neighbouring field."""
        if not self._columns:
            if is_vertical:
                self._leave(by)
            elif 0 <= self._here + by < len(self._choices):
                self._here += by
                self._take(self._choices[self._here].value)
            return
        there = self._here + by * (self._columns if is_vertical else 1)
        if 0 <= there < len(self._choices):
            self._here = there
            self._draw()
        elif is_vertical:
            self._leave(by)

    def _leave(self, by: int) -> None:
        focus_beside(self.screen, by)

    def action_take(self, number: int) -> None:
        """Take the choice with a number, counted from the first one."""
        if number < len(self._choices):
            self._here = number
            self._take(self._choices[number].value)
            self._draw()

    def action_choose(self) -> None:
        """Take the choice that the keys are at."""
        self._take(self._choices[self._here].value)

    def action_choose_and_go_on(self) -> None:
        """Choose it, unless it is chosen already, and go to the next field."""
        if not self._several:
            self._take(self._choices[self._here].value)
        self.app.action_focus_next()

    @on(Option.Clicked)
    def _clicked(self, event: Option.Clicked) -> None:
        event.stop()
        self.focus()
        self._here = list(self.query(Option)).index(event.option)
        self._take(event.option.choice.value)

    def _take(self, value: str) -> None:
        if self._several:
            chosen = self._chosen()
            kept = [one.value for one in self._choices if (one.value in chosen) != (one.value == value)]
            value = ",".join(kept)
        elif value == self.value:
            self._draw()
            return
        self.value = value
        self._draw()
        self.post_message(self.Changed(self, value))


def _row_width(choices: tuple[Choice, ...]) -> int:
    """Return the columns of choices that are in a row."""
    return sum(len(one.label) + 3 for one in choices)


def _label(state: FieldState, aside: str, room: int) -> Content:
    """Return the title and what is said besides it: on one line, or where that has no room, below it."""
    title, rest = Content.styled(state.title, "bold"), Content.styled(aside, "dim")
    lines = [Content("  ").join([title, rest])] if aside else [title]
    if lines[0].cell_length + _SIGN > room:
        lines = [part.rstrip() for text in (title, rest) for part in text.wrap(room - _SIGN)]
    return Content.assemble((f"{state.sign} ", "$text-accent"), Content("\n  ").join(lines))


class Field(Vertical):
    """A question with everything that belongs to it. It shows the interview's answer and reports edits.

    Keys can come faster than their messages are handled. So a message carries no text: :meth:`hand_over` takes what the
    editor holds by then, and until that is done, :meth:`show` leaves the editor alone.
    """

    class Edited(Message):
        """The operator changed what the editor holds; ``is_left``: and went to another field, or only did that."""

        def __init__(self, field: Field, *, is_left: bool = False) -> None:
            super().__init__()
            self.field = field
            self.is_left = is_left

    def __init__(self, identity: str, interview: Interview) -> None:
        super().__init__()
        self.identity: Final = identity
        self.asked: Final[Setting] = question(identity)
        self._interview = interview
        self._line: AnswerInput | None = None
        """The editor of a free text."""
        self._pick: Pick | None = None
        """The editor of choices."""
        self._drawn: FieldState | None = None
        """What the label shows."""
        self._remarks: Content | None = None
        """What is said of the answer."""
        self._handed_over = ""
        """What the editor held when the interview and the field last agreed."""
        self._shown = ""
        """What the interview had for the editor then: another text if, for example, the editor was emptied and a default applies."""

    def compose(self) -> ComposeResult:
        """Make label, editor and remarks."""
        state = field_state(self._interview, self.identity)
        self._handed_over = self._shown = state.editor
        if self.asked.is_settable and state.choices:
            several = self.asked.kind is Kind.LIST
            self._pick = pick = Pick(state.choices, state.editor, several=several, columns=state.columns)
            if not state.columns and len(state.title) + _row_width(state.choices) <= room_of_field(self.app.size.width):
                with Horizontal(classes="line"):
                    yield StableText(classes="label")
                    yield pick
            else:
                yield StableText(classes="label")
                yield pick
            yield StableText(classes="remarks")
            return
        yield StableText(classes="label")
        if self.asked.is_settable:
            # Not above: the first screen has none.
            from screens.full.line_input import AnswerInput

            self._line = AnswerInput(
                state.editor,
                placeholder=state.placeholder,
                is_secret=lambda text: holds_secret(self.asked, text),
                compact=True,
            )
            yield self._line
        yield StableText(classes="remarks")
        if self.identity == UPDATE:
            # Not above: the first screen has none.
            from screens.full.finding_lines import FindingLines

            yield FindingLines()

    def hand_over(self, *, is_left: bool = False) -> None:
        """Give the interview what the editor holds; ``WriteRefused`` if that cannot be kept.

        Once the field ``is_left``, an address is completed, and the next :meth:`show` puts the interview's answer in.
        """
        if (text := self._text) != self._handed_over:
            self._handed_over = text
            self._interview.answer(self.identity, text)
        if is_left and self.identity in ADDRESSES:
            self._interview.complete(self.identity)
        self._shown = text if is_left else field_state(self._interview, self.identity).editor

    @property
    def _text(self) -> str:
        editor = self._line or self._pick
        return editor.value if editor is not None else self._handed_over

    def show(self, preview: Preview | None) -> None:
        """Draw label and remarks anew, and the answer where something else than the editor has changed it."""
        if not (self.is_mounted and self.query(".label") and self.query(".remarks")):
            return  # still being made, one part after the other: who adds a field draws it afterwards; or being taken apart
        state = field_state(self._interview, self.identity, preview)
        self._show_value(state)
        self._show_label(state)
        remarks = state.remarks if self.asked.is_settable else ()
        styles = {"problem": "$text-error", "warning": "$text-warning", "needed": "dim"}
        signs = {"problem": "x ", "warning": "! ", "needed": ""}
        lines = [Content.styled(f"= {state.meaning}", "dim")] if state.meaning else []
        lines += [Content.styled(f"{signs[kind]}{plain(text, limit=600)}", styles[kind]) for kind, text in remarks]
        lines += [Content.styled(state.advice, "dim")] if state.advice else []
        lines += (
            [Content.styled(f"Filled in: {state.filled} (press F6 to show the fields)", "dim")] if state.filled else []
        )
        note = self.query_one(".remarks", StableText)
        text = Content("\n").join(lines)
        if self._line is not None and self._line.has_focus and text != self._remarks:
            # What is said of the text that is typed is as much worth as the text.
            self.call_after_refresh(self.scroll_visible, animate=False)
        self._remarks = text
        note.update(text)
        note.display = bool(lines)
        self.set_class(any(kind == "problem" for kind, _ in remarks), "-problem")
        for below in self.query("FindingLines").results():
            below.tell(state.findings)  # type: ignore[attr-defined]

    def on_resize(self) -> None:
        """Break the label where the field ends now."""
        if self._drawn is not None:
            self._show_label(self._drawn)

    def _show_label(self, state: FieldState) -> None:
        self._drawn = state
        label = self.query_one(".label", StableText)
        room = label.content_size.width or min(room_of_field(self.app.size.width) + _SIGN, _WIDEST)
        name = "" if self.query(".line") else state.name
        unread = "" if self.asked.is_settable else "not read by LibreChat"
        label.update(_label(state, "  ".join(filter(None, (name, unread))), room))

    def _show_value(self, state: FieldState) -> None:
        if self._line is not None:
            self._line.placeholder = state.placeholder
        # An edit that is not handed over yet is newer than any answer.
        if state.editor == self._shown or self._text != self._handed_over:
            return
        self._handed_over = self._shown = state.editor
        if self._pick is not None:
            self._pick.set_value(state.editor)
        if self._line is not None:
            with self._line.prevent(Input.Changed):
                self._line.value = state.editor

    def toggle_masking(self) -> bool | None:
        """Show or hide what was typed into a secret's field; ``None`` if it is not a secret."""
        return self._line.toggle_masking() if self._line is not None and self._line.is_secret else None

    @property
    def has_text(self) -> bool:
        """Whether anything is typed."""
        return bool(self._text)

    @property
    def is_secret(self) -> bool:
        """Whether the field holds what is masked."""
        return self._line is not None and self._line.is_secret

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self))

    @on(Pick.Changed)
    def _picked(self, event: Pick.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.app.action_focus_next()

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        event.stop()
        self.post_message(self.Edited(self, is_left=True))
