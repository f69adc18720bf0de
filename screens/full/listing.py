"""A list to choose from, whose highlighted line can be seen without colors."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.style import Style
from textual.widgets import OptionList


class Listing(OptionList):
    """Textual's list of options, with ``reverse`` of the style sheet, which Textual leaves out of the style of an option."""

    # Textual hides the key: the line of keys is to name it.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Choose")]

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """Return the style of an option, reversed where the style sheet says so."""
        style = super().get_visual_style(*component_classes, partial=partial)
        if any(self.get_component_styles(name).text_style.reverse for name in component_classes):
            return style + Style(reverse=True)
        return style
