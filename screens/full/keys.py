"""The line of keys at the bottom: the keys that work now, the important ones first, as many as fit.

Textual's Footer makes a widget for every key, which is a tenth of the time to the first frame; this is one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.binding import ActiveBinding

_IMPORTANCE: Final = ("stop", "close", "select", "submit", "other_button", "next_step", "write", "apply", "previous_step", "leave", "help", "send", "sign_in", "live_test", "choose", "generate", "unmask", "copy_value", "find", "inbox", "again", "recommend", "explain", "steps", "everything", "take_back")  # fmt: skip
_NAMES: Final = {"escape": "Esc", "space": "Space", "enter": "Enter", "tab": "Tab"}


class Keys(Static):
    """One line: ``^N Next  F1 Help``. A click does what the key does."""

    def __init__(self, is_offered: Callable[[str], bool]) -> None:
        """``is_offered`` tells whether an action does something now."""
        super().__init__(id="keys", markup=False)
        self._is_offered = is_offered
        self._spans: list[tuple[int, int, str]] = []
        self._drawn: list[tuple[str, str, str]] = []

    def on_mount(self) -> None:
        """Follow what the keys do."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._draw())
        self._draw()

    def on_resize(self) -> None:
        """Show as many as fit."""
        self._draw()

    def _draw(self) -> None:
        shown: dict[str, ActiveBinding] = {}
        for active in self.screen.active_bindings.values():
            name = active.binding.action.rpartition(".")[2]
            if active.binding.show and active.enabled and name in _IMPORTANCE and self._is_offered(name):
                shown.setdefault(name, active)
        room = self.size.width or self.app.size.width
        chosen: list[str] = []
        for name in sorted(shown, key=_IMPORTANCE.index):
            length = len(key_of(shown[name])) + len(shown[name].binding.description) + 3
            if length <= room:
                room -= length
                chosen.append(name)
        keys = [(key_of(shown[name]), shown[name].binding.description, shown[name].binding.key) for name in chosen]
        if keys == self._drawn:
            return  # every move of the focus comes by here
        self._drawn = keys
        self._spans, parts, column = [], [], 0
        for key, text, pressed in keys:
            parts.append(Content.assemble((f" {key}", "bold $text-primary"), f" {text} "))
            width = len(key) + len(text) + 3
            self._spans.append((column, column + width, pressed))
            column += width
        self.update(Content("").join(parts))

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.app.simulate_key(key)


def key_of(active: ActiveBinding) -> str:
    """Return a key as the line of keys shows it: ``^N``, ``F1``."""
    key: Any = active.binding.key
    if key in _NAMES:
        return _NAMES[key]
    return f"^{key[-1].upper()}" if key.startswith("ctrl+") else str(key).upper()
