"""Notes over the screen: which of them may still be shown by the time that they arrive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import time
from typing import Protocol, runtime_checkable
from uuid import uuid4

from textual.app import App
from textual.notifications import Notification, Notify


@dataclass
class ProblemNote(Notification):
    """A note on something that the core refused. It goes once that has been done."""

    about: str = ""
    """What was tried."""


@runtime_checkable
class Covering(Protocol):
    """A window over a step. The notes of the step would hide its title."""

    opened_at: float

    def lay_aside(self, note: Notification) -> None:
        """Keep a note until the window closes."""
        ...


class NotesApp(App[int]):
    """Holds back the notes that come too late: each arrives as a message, and the screen may be another one by then."""

    def __init__(self) -> None:
        super().__init__()
        self._done: dict[str, float] = {}
        """When something that may have been refused before was last done."""

    def on_notify(self, event: Notify) -> None:
        """Show a note only where it belongs."""
        note = event.notification
        screen: object = self.screen if self.screen_stack else None
        if isinstance(note, ProblemNote) and note.raised_at < self._done.get(note.about, 0):
            event.prevent_default()
        elif isinstance(screen, Covering) and (isinstance(note, ProblemNote) or note.raised_at < screen.opened_at):
            # Problems are those of the step, even if it tells them while the window is open.
            screen.lay_aside(note)
            event.prevent_default()
        else:
            # What was told before is no longer true ("answer removed"), or would stand there twice.
            for earlier in list(self._notifications):
                is_passing = note.severity == earlier.severity == "information"
                if is_passing or earlier.message == note.message:
                    self._unnotify(earlier, refresh=False)

    def show_again(self, note: Notification, seconds: float) -> None:
        """Show a note that was laid aside, for so long."""
        # When it was raised stays true: what has been done since is known by that.
        timeout = time() - note.raised_at + seconds
        self.post_message(Notify(replace(note, timeout=timeout, identity=str(uuid4()))))

    def withdraw(self, about: str) -> None:
        """Take away what was said about something that has been done now."""
        self._done[about] = time()
        for note in list(self._notifications):
            if isinstance(note, ProblemNote) and note.about == about:
                self._unnotify(note)
