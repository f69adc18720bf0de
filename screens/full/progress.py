"""Shows work in the background: how long it takes, and the results so far."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

_SPINNER: Final = "|/-\\"
_MOST_ROWS: Final = 400
"""Rows that are kept on the screen: pulling images says thousands."""


class Progress(Static):
    """One line: what is in progress and for how long, or how it ended."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, markup=False)
        self.doing = ""
        """What is in progress."""
        self._is_working = False
        self._begun = time.monotonic()
        self._timer: Timer = self.set_interval(0.2, self._turn, pause=True)

    @property
    def is_working(self) -> bool:
        """Whether something is in progress."""
        return self._is_working

    def begin(self, doing: str) -> None:
        """Show that something works."""
        self.doing, self._begun, self._is_working = doing, time.monotonic(), True
        self._timer.resume()

    def end(self, text: str) -> None:
        """Show how it ended, or its current state."""
        self._is_working = False
        self._timer.pause()
        self.update(Content(text))

    def _turn(self) -> None:
        if not self._is_working:
            # The timer had gone off before the work ended, and would hide how it did.
            return
        passed = time.monotonic() - self._begun
        self.update(Content(f"{_SPINNER[int(passed * 5) % 4]} {self.doing} ({passed:.0f} s; Escape stops)"))


class Rows(VerticalScroll, can_focus=True):
    """The outcome."""

    follows: bool = True
    """Whether what is new is scrolled into sight; what has a head that matters stays where it is."""

    async def add(self, *widgets: Widget) -> None:
        """Put something below the rest."""
        await self.mount_all(widgets)
        if len(self.children) > _MOST_ROWS:
            await self.children[0].remove()
        if self.follows:
            self.scroll_end(animate=False)

    async def show(self, *widgets: Widget) -> None:
        """Show these instead of what was there."""
        await self.remove_children()
        await self.mount_all(widgets)
