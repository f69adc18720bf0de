"""A line of text that is typed or pasted, masked where it is a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input

from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from textual import events

LONGEST: Final = 64 * 1024
"""Characters of a value, as in the answers file; what is longer was pasted by mistake, and would be slow at every key."""
LINE_BREAK: Final = "\u21b5"
"""Stands on the screen for a line break inside of a value."""


def without_control_characters(text: str) -> str:
    """Return a value with each control character replaced by one visible character, so that the cursor's position is right."""
    return "".join(
        LINE_BREAK if char == "\n" else char if len(plain(char)) == 1 else "\N{REPLACEMENT CHARACTER}" for char in text
    )


class LineInput(Input):
    """A line of text. A paste of several lines keeps them all (a key, a certificate); what it holds is drawn inert."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_below", "Next field", show=False),
        Binding("up", "app.focus_above", "Previous field", show=False),
        Binding("super+c", "copy_line", show=False),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Ctrl+C to the screen, where Input would copy: leaving has to work everywhere, under the name that it has there."""
        return action != "copy" and super().check_action(action, parameters)

    def action_copy_line(self) -> None:
        """Copy what is selected."""
        self.action_copy()

    @property
    def _value(self) -> Text:
        if self.password:
            return super()._value
        return Text(without_control_characters(self.value), no_wrap=True, overflow="ignore", end="")

    def _on_paste(self, event: events.Paste) -> None:
        text = event.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        if len(self.value) + len(text) > LONGEST:
            message = (
                f"Rejected: the value is longer than {LONGEST // 1024} KiB. Use an answers file with {{file: PATH}}."
            )
            self.app.notify(message, severity="error", markup=False)
        elif text:
            self.replace(text, *self.selection)
        event.stop()
        event.prevent_default()


class AnswerInput(LineInput):
    """A line whose text is masked as soon as it is a secret."""

    def __init__(
        self, value: str, *, is_secret: Callable[[str], bool], placeholder: str = "", compact: bool = False
    ) -> None:
        self._is_secret: Final = is_secret
        self._is_unmasked = False
        super().__init__(value, placeholder=placeholder, password=is_secret(value), compact=compact)

    def validate_value(self, value: str) -> str:
        """Mask the value before it is drawn where it has become a secret: a password in an address."""
        self.password = not self._is_unmasked and self._is_secret(value)
        return value

    @property
    def is_secret(self) -> bool:
        """Whether what is in it is masked unless the operator wants to see it."""
        return self._is_secret(self.value)

    def toggle_masking(self) -> bool:
        """Show or hide the secret; tell whether it is hidden now."""
        self._is_unmasked = self.password
        self.password = not self.password
        return self.password
