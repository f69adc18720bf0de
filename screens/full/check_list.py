"""The list of running checks: one line each, with its state, its seconds and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from screens.full.theme import STYLES
from screens.shared.check_rows import CheckRows
from wizard.basics.finding import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.widget import Widget

    from checks.model import Check
    from screens.shared.check_rows import CheckRow
    from wizard.basics.check_events import CheckEvent

_TITLE: Final = 20
"""Columns of the titles, unless one of the run's checks has a longer one."""


class CheckList(Vertical):
    """Draws the rows of a run; five times a second while it runs, and once more at its end."""

    def __init__(self, checks: Sequence[Check] = ()) -> None:
        super().__init__(classes="check-list")
        self._rows = CheckRows(checks)
        self._title = _TITLE
        self._lines: Final = Static(classes="check-rows", markup=False)
        self._folded: Final = Static(classes="check-folded", markup=False)
        self._timer = self.set_interval(0.2, self.draw, pause=True)

    def compose(self) -> Iterator[Widget]:
        """Lay out the rows, each on one line, and what is folded away."""
        yield self._lines
        yield self._folded

    def begin(self, checks: Sequence[Check]) -> None:
        """Start over with these checks."""
        self._rows = CheckRows(checks)
        # Of all checks, not of the rows so far: the columns would move while the checks run.
        self._title = max((_TITLE, *(len(check.title) for check in checks)))
        self._timer.resume()
        self.draw()

    def take(self, event: CheckEvent) -> None:
        """Note what a check tells; it is drawn with the next turn."""
        self._rows.take(event)

    def end(self) -> None:
        """Draw the list as it stays."""
        self._timer.pause()
        self.draw()

    @property
    def count(self) -> str:
        """How many of those that run have ended."""
        return self._rows.count

    @property
    def sentences(self) -> set[str]:
        """The sentences that the rows have."""
        return {row.text for row in self._rows.shown()}

    @property
    def whole_sentences(self) -> set[str]:
        """The sentences that the rows have room for."""
        room = self._lines.size.width
        return {
            row.text
            for row in self._rows.shown()
            if self._head(row).cell_length + Content(row.text).cell_length <= room
        }

    def draw(self) -> None:
        """Draw every row; what waits or does not apply is folded into dim lines at the end."""
        lines = []
        for row in self._rows.shown():
            is_fine = row.status in (None, Status.PASS)
            lines.append(Content.assemble(self._head(row), (row.text, "dim" if is_fine else "")))
        self._lines.update(Content("\n").join(lines))
        folded = self._rows.folded()
        self._folded.display = bool(folded)
        self._folded.update(Content.styled("\n".join(folded), "dim"))

    def _head(self, row: CheckRow) -> Content:
        """Return a row without its sentence."""
        colour = STYLES[row.status] if row.status is not None else "dim"
        passed = "" if row.seconds is None else f"{row.seconds:.1f} s"
        return Content.assemble((row.sign, colour), f" {row.title:<{self._title}} ", (f"{passed:>6}", "dim"), "  ")
