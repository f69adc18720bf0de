"""What has to be entered at the provider, always in view above the fields of its step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widgets import Static

from wizard.basics.plain_text import plain
from wizard.interview.presets import chosen_product, console_values, product_title
from wizard.interview.preview import values_of

if TYPE_CHECKING:
    from wizard.interview.interview import Interview
    from wizard.interview.presets import ConsoleValue
    from wizard.interview.preview import Preview

_LOW: Final = 20
"""Rows of a window below which only the first value is shown; the key copies the others, too."""
_WIDTH: Final = 54
"""Columns beside the list of steps in a window of 80: a line that is longer gets its label above it, so that it can be copied whole."""


def values_at_provider(interview: Interview, preview: Preview | None) -> tuple[ConsoleValue, ...]:
    """Return the lines of the present step, in the words of the chosen provider's console."""
    chosen = chosen_product(interview.step.provider, interview.draft)
    return console_values(interview.step, values_of(interview, preview), chosen)


class ConsoleLines(Static):
    """The lines, the redirect URI first."""

    def __init__(self, interview: Interview) -> None:
        super().__init__(id="console", markup=False)
        self._interview = interview
        self._preview: Preview | None = None

    def on_resize(self) -> None:
        """Show as many lines as the window has room for."""
        self.draw(self._preview)

    def draw(self, preview: Preview | None) -> None:
        """Show the lines as the answers make them now; in a low window the first value, so that the question below is in sight."""
        self._preview = preview
        values = values_at_provider(self._interview, preview)
        self.display = bool(values)
        if not values:
            return
        place = product_title(self._interview.step.provider, self._interview.draft) or "the provider"
        first, *others = values
        is_low = self.app.size.height < _LOW
        count = f"1/{len(values)}, " if is_low and others else ""
        heads = [f"For {place} ({count}F9 to copy): ", *([f"{place} ({count}F9): "] if is_low else ())]
        room = (self.size.width or _WIDTH) - len(first.label)
        head = next((one for one in heads if len(one) <= room), heads[-1])
        lines = [Content.assemble((head, "bold"), (first.label, "dim")), _line("", first.text)]
        for one in () if is_low else others:
            fits = len(one.label) + len(one.text) + 2 <= _WIDTH
            lines += [_line(one.label, one.text)] if fits else [_line(one.label, ""), _line("", one.text)]
        self.update(Content("\n").join(lines))


def _line(label: str, text: str) -> Content:
    shown = Content(plain(text, limit=300))
    if not text:
        return Content.styled(label, "dim")
    return Content.assemble((f"{label}  ", "dim"), shown) if label else Content.assemble("  ", shown)
