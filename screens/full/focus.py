"""Moves the focus with Up and Down. It stops at the first and last field, so that nobody reaches Back by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen


def focus_beside(screen: Screen[Any], by: int) -> None:
    """Move the focus by one, without going around at the ends."""
    chain = screen.focus_chain
    if screen.focused not in chain:
        screen.focus_next()
        return
    there = chain.index(screen.focused) + by
    if 0 <= there < len(chain):
        screen.set_focus(chain[there])
