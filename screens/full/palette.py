"""The command palette: every action of the screen with its key, every step, every setting with its value."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.full.dialogs import ChoiceDialog
from screens.full.keys import key_of
from screens.full.line_input import LineInput
from screens.full.listing import Listing
from screens.full.sidebar import listed_steps
from screens.shared.field_state import field_state
from wizard.basics.own_command import own_command
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.catalogue.model import holds_secret
from wizard.interview.search import actions_for, commands_for, not_read, search
from wizard.interview.steps import StepKind, step_of

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    from wizard.catalogue.model import Setting
    from wizard.interview.interview import Interview
    from wizard.interview.search_words import CommandWords

_OF_THE_WIZARD: Final = late_pattern(r"f\d+|ctrl\+[a-z]")
"""The keys of the wizard's own actions; Textual's scrolling has others, such as Ctrl+PageUp."""
_PLACES: Final = {"next_step": -1, "leave": 1}
"""Actions that are not listed where the screen declares them."""
_MOST_FOUND: Final = 60
_LONGEST_VALUE: Final = 30
"""Characters of a value beside its setting."""


class PaletteAction(NamedTuple):
    """Something that a key does on the screen below."""

    key: str
    """As Textual names it; pressing it does the action."""
    shown_key: str
    title: str
    name: str = ""
    """The name of the action, by which people's words find it."""


def actions_of(screen: "Screen[None]", is_offered: Callable[[str], bool]) -> tuple[PaletteAction, ...]:
    """Return the actions that the keys of a screen have now, each once: the main one first, leaving last."""
    found: dict[str, PaletteAction] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        name = binding.action.rpartition(".")[2]
        # What moves the cursor of a line is the focused widget's, and gone with it.
        is_ours = active.node in (screen, screen.app) and bool(_OF_THE_WIZARD.fullmatch(binding.key))
        if is_ours and binding.description and active.enabled and name != "find" and is_offered(name):
            found.setdefault(name, PaletteAction(binding.key, key_of(active), binding.description, name))
    return tuple(found[name] for name in sorted(found, key=lambda name: _PLACES.get(name, 0)))


class SearchLine(LineInput):
    """The line for the words; Enter takes what is highlighted in the list."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Choose")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Enter choose only where there is something to choose."""
        if action == "submit":
            return any(listed.option_count for listed in self.screen.query(OptionList))
        return super().check_action(action, parameters)


class Find(ChoiceDialog):
    """Search through actions, steps and settings; returns ``action:KEY``, ``step:ID``, ``setting:ID`` or ``command:WORDS``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "close", "Back", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]
    is_large = True

    def __init__(self, interview: "Interview", actions: tuple[PaletteAction, ...]) -> None:
        super().__init__("Find a setting, step or action")
        self._interview = interview
        self._actions = actions

    def middle(self) -> "Iterator[Widget]":
        """Yield the line for the words and the list."""
        yield SearchLine(placeholder="a name or words, such as cookie, sso, smtp, 2fa", compact=True)
        yield Listing(compact=True)
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
        settings = search(text, self._interview.release)
        is_named = bool(settings) and words == [settings[0].label.lower()]
        others = [*self._found_actions(text), *self._found_steps(words), *map(_of_command, commands_for(text))]
        options = [_of_setting(self._interview, one) for one in settings[:_MOST_FOUND]]
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([*options, *others] if is_named else [*others, *options])
        if listed.display != bool(listed.option_count):
            listed.display = bool(listed.option_count)
            self.refresh_bindings()
        if listed.option_count:
            listed.highlighted = 0
        more = f", showing the first {_MOST_FOUND} settings" if len(settings) > _MOST_FOUND else ""
        count = len(settings) + len(others)
        nothing = "Nothing found. Try a single word, such as cookie, mail or ldap. Press Escape to go back."
        self.query_one("#count", Static).update(Content(f"{count} found{more}" if count else nothing))

    def _found_actions(self, text: str) -> Iterator[Option]:
        found = actions_for(text, ((one.name, one.title) for one in self._actions))
        for one in self._actions:
            if one.name in found:
                yield Option(Content.assemble((f"{one.shown_key:<5}", "bold"), one.title), id=f"action:{one.key}")

    def _found_steps(self, words: list[str]) -> Iterator[Option]:
        for one in listed_steps(self._interview):
            if one.kind is not StepKind.DONE and all(word in one.title.lower() for word in words):
                yield Option(Content.assemble(("step ", "dim"), one.title), id=f"step:{one.id}")

    @on(Input.Submitted)
    def _submitted(self) -> None:
        listed = self.query_one(OptionList)
        if listed.highlighted is not None and listed.option_count:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    def action_move(self, by: int) -> None:
        """Move in the list while the words keep the keys."""
        listed = self.query_one(OptionList)
        listed.action_cursor_down() if by > 0 else listed.action_cursor_up()


def _of_setting(interview: "Interview", one: "Setting") -> Option:
    state = field_state(interview, one.id)
    value = "(secret)" if state.value and holds_secret(one, state.value) else plain(state.value, limit=_LONGEST_VALUE)
    shown = f" = {value or state.hint}" if value or state.hint else ""
    step = f" ({step_of(one.id).title})"
    # The name of a question of the wizard's own says nothing to a reader.
    name, told = (one.label, f"  {one.title}{step}") if one.is_variable else (one.title, step)
    # The value of what is not read does not count.
    unread = not_read(one, interview.release)
    note = (f"  {unread}", "$text-warning") if unread else (shown, "bold")
    return Option(Content.assemble(name, note, (told, "dim")), id=f"setting:{one.id}")


def _of_command(one: "CommandWords") -> Option:
    told = f"  {one.title} (Enter copies the command)"
    return Option(Content.assemble((own_command(one.command), "bold"), (told, "dim")), id=f"command:{one.command}")
