"""Window sizes: the classes of a screen from its first frame on, and the room of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.screen import Screen

_NARROW: Final = 72
_BROAD: Final = 116
_LIST: Final = 20
_BROAD_LIST: Final = 24
_EDGES: Final = 9
"""Columns of a window from which it has a list of steps, and what list and edges take (wizard.tcss)."""


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


def room_of_field(columns: int) -> int:
    """Return the columns of a field in a window that is ``columns`` wide, without its sign and its edges."""
    return columns - (_BROAD_LIST if columns >= _BROAD else _LIST if columns >= _NARROW else 0) - _EDGES
