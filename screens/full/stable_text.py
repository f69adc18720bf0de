"""A text that is redrawn only if it changed: otherwise each typed letter would resend half a screen over a slow line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.visual import VisualType


class StableText(Static):
    """A :class:`Static` without markup, whose :meth:`update` costs nothing if the text is the same."""

    def __init__(self, content: Content | str = "", **keywords: Any) -> None:
        super().__init__(content, markup=False, **keywords)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text; the screen is laid out again only if the text changes its size."""
        before = self.content
        if isinstance(before, str):
            before = Content(before)
        if isinstance(content, Content) and isinstance(before, Content):
            if content.is_same(before):
                return
            layout = layout and self._takes_another_room(before, content)
        super().update(content, layout=layout)

    def _takes_another_room(self, before: Content, after: Content) -> bool:
        width = self.content_size.width
        if not width or (self.styles.is_auto_width and _columns(before) != _columns(after)):
            return True
        return len(before.wrap(width)) != len(after.wrap(width))


def _columns(text: Content) -> int:
    """Return how wide a text is whose width nothing limits: as wide as its longest line."""
    return max(line.cell_length for line in text.split(allow_blank=True))
