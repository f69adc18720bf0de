"""A one-line button. Loading the styles of Textual's own takes longer than the rest of the first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.widget import Widget


class LineButton(Static, can_focus=True):
    """Something to press, with Enter, Space or the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "app.focus_above", show=False),
        Binding("down", "app.focus_below", show=False),
    ]

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, push: LineButton) -> None:
            super().__init__()
            self.push = push

        @property
        def control(self) -> Widget:
            """The button, for selectors."""
            return self.push

    def __init__(self, text: str, name: str, *, is_main: bool = False, classes: str = "") -> None:
        self._text = text
        super().__init__(
            self.drawn(has_keys=False),
            name=name,
            id=f"push-{name}" if name.replace("-", "").isalpha() else None,
            classes=f"push {'-main' if is_main else ''} {classes}",
            markup=False,
        )

    @property
    def columns(self) -> int:
        """How many columns it needs, the marks of the focus included."""
        return Content(self._text).cell_length + 2

    def drawn(self, *, has_keys: bool) -> Content:
        """Return what is on it."""
        return Content(f">{self._text}<" if has_keys else f" {self._text} ")

    def on_focus(self) -> None:
        """Show where the keys are, also if there is no color."""
        self.update(self.drawn(has_keys=True))

    def on_blur(self) -> None:
        """Show that the keys are elsewhere."""
        self.update(self.drawn(has_keys=False))

    def action_press(self) -> None:
        """Press it, unless it is switched off."""
        if not self.disabled:
            self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """Press it by the mouse."""
        self.action_press()


class CommandButton(LineButton):
    """A command to copy. A long one goes on below its own beginning; the edge shows where the keys are."""

    def drawn(self, *, has_keys: bool) -> Content:
        """Return the command alone."""
        del has_keys
        return Content(self._text)


def place_buttons(row: Widget) -> None:
    """Put the buttons that are shown side by side; where that does not fit, in two columns; else one below the other."""
    shown = [button for button in row.query(LineButton) if button.display]
    room = row.size.width
    gap = max((button.styles.margin.right for button in shown), default=0)
    is_long = sum(button.columns + gap for button in shown) > room + gap
    fits_twice = len(shown) > 2 and all(button.columns + gap <= room // 2 for button in shown)  # noqa: PLR2004
    row.set_class(is_long and fits_twice, "-paired")
    row.set_class(is_long and not fits_twice, "-stacked")
