"""An application that shows only where it crashed, never a value."""

from __future__ import annotations

from textual.app import App
from textual.worker import WorkerFailed

from screens.shared import crash


class CrashSafeApp(App[int]):
    """Keeps where it broke, for the caller. Textual's own report prints local variables, passwords too."""

    def __init__(self) -> None:
        super().__init__()
        self.crash: list[str] = []

    def _handle_exception(self, error: Exception) -> None:
        """Keep where it broke, without any value."""
        self.crash.append(crash.where(error.error if isinstance(error, WorkerFailed) else error))
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *_: object) -> None:
        """End; what there is to say has been kept by the caller, if not by Textual's thread that reads the keys."""
        self.crash = self.crash or ["could not read the keyboard"]
        self._close_messages_no_wait()
