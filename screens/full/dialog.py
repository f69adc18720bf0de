"""What all dialogs over a step share. A dialog returns a value and does not know who opened it."""

from __future__ import annotations

from collections.abc import Iterator
from time import time
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.full.buttons import place_buttons
from screens.full.fresh_styles import StyledAsMade
from screens.full.keys import Keys
from screens.full.notes import NotesApp
from screens.full.progress import Progress, Rows
from screens.full.sizes import begin_at_size
from screens.full.styles import DIALOGS, FINDINGS

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.await_complete import AwaitComplete
    from textual.notifications import Notification
    from textual.widget import Widget

Result = TypeVar("Result")


class Dialog(StyledAsMade, ModalScreen[Result], Generic[Result]):
    """A title, what the dialog shows, and its buttons. Escape closes it without an answer."""

    CSS_PATH = [FINDINGS, DIALOGS]  # noqa: RUF012 - Textual's declaration
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 - Textual's declaration
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Back"),
        # The keys of the application end at a window over a step.
        Binding("ctrl+c", "app.leave", "Quit"),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]
    is_large: ClassVar[bool] = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-normal"), (116, "-broad")]  # noqa: RUF012 - Textual's declaration

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.opened_at: Final = time()
        self._covered: list[tuple[Notification, float]] = []
        """Warnings and errors of the step below, and how long each was still to be read."""

    def on_mount(self) -> None:
        """Lay the notes of the step aside: they would hide the title. What only says what a key just did has been read."""
        for note in list(self.app._notifications):  # noqa: SLF001 - nothing public lists them
            self.lay_aside(note)
        self.app.clear_notifications()

    def lay_aside(self, note: Notification) -> None:
        """Keep a warning or an error of the step until the dialog closes."""
        if note.severity != "information":
            self._covered.append((note, note.time_left))

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close it, and show the step's warnings again for the time that they had left."""
        app = self.app
        if isinstance(app, NotesApp):
            for note, left in self._covered:
                app.show_again(note, left)
        return super().dismiss(result)

    def compose(self) -> ComposeResult:
        """Lay out title, middle and buttons."""
        begin_at_size(self)
        with Vertical(classes="dialog -large" if self.is_large else "dialog"):
            yield Static(Content.styled(self._title, "bold"), markup=False)
            yield from self.middle()
            if buttons := tuple(self.buttons()):
                yield Horizontal(*buttons, classes="answers")
        yield Keys(lambda _: True)

    def on_resize(self) -> None:
        """Find the room for the buttons."""
        self.place_buttons()

    def place_buttons(self) -> None:
        """Find the place of the buttons that are shown."""
        for row in self.query(".answers"):
            place_buttons(row)

    def middle(self) -> Iterator[Widget]:
        """Yield what is below the title."""
        yield from ()

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons."""
        yield from ()

    def action_close(self) -> None:
        """Leave it without an answer."""
        self.dismiss(None)

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        for pane in self.query(VerticalScroll):
            pane.scroll_page_down(animate=False) if by > 0 else pane.scroll_page_up(animate=False)


def paragraph(text: str) -> Static:
    """Return a text of a dialog."""
    return Static(Content(text), classes="text", markup=False)


class RunningDialog(Dialog[Result], Generic[Result]):
    """A window in which something runs that has to be stopped before anything else can be."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop, close"),
        Binding("ctrl+c", "app.leave", "Stop, close", show=False),
    ]
    is_large = True

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.progress: Final = Progress("live-progress")
        self.rows: Final = Rows(id="live-rows")

    def middle(self) -> Iterator[Widget]:
        """Yield the progress, and the outcome."""
        yield self.progress
        yield self.rows

    def action_stop(self) -> Any:
        """Stop it; if nothing is in progress, close the window."""
        raise NotImplementedError
