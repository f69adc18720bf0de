"""Sets the classes for the window size on a screen from its first frame on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen


def begin_at_size(screen: Screen[Any]) -> None:
    """Give a screen the classes of its breakpoints before it is laid out.

    Textual gives them with the first resize, which comes after a frame: the list of steps would jump, or appear and vanish.
    No style of the screen itself goes by them, so that it is not styled anew.
    """
    size = screen.app.size
    for extent, points in ((size.width, screen.HORIZONTAL_BREAKPOINTS), (size.height, screen.VERTICAL_BREAKPOINTS)):
        screen.add_class(
            *[name for least, name in sorted(points or (), reverse=True) if extent >= least][:1], update=False
        )
