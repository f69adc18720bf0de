"""What is shown if the wizard itself crashes: kind and place, never a value."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Final

from wizard.basics.exit_status import ExitStatus

if TYPE_CHECKING:
    from types import TracebackType

_DEEPEST: Final = 6
"""The frames that are named."""
_LONGEST: Final = 600
_in_threads: list[str] = []
"""Where a thread of this process broke that nobody waits for."""


def where(error: BaseException) -> str:
    """Return kind and place of an error. Its message is left out: it could hold a value.

    Of several errors that came together it is the first.
    """
    import traceback

    trace = error.__traceback__
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
        trace = error.__traceback__ or trace
    frames = traceback.extract_tb(trace)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-_DEEPEST:]]
    place = f"{type(error).__name__} at {' < '.join(reversed(places))}"
    return "".join(letter if letter.isprintable() else "?" for letter in place)[:_LONGEST]


def tell(place: str) -> ExitStatus:
    """Print the crash for the operator; return the exit status."""
    _write(
        "The wizard crashed. This is a bug. No file was left half-written, and your answers are kept. Start the wizard again to continue.\n"
        f"  {place}\n"
    )
    return ExitStatus.BROKEN


def report_thread_crashes(status: int) -> int:
    """Report a crash of a thread, if there was one; return the exit status then, else ``status``."""
    return tell(_in_threads[0]) if _in_threads else status


def show_no_traceback() -> None:
    """Keep Python's own reports off the terminal for as long as this process lives.

    They quote messages of errors and lines of source, and would be drawn over the full screen.
    """
    sys.excepthook = _end
    sys.unraisablehook = lambda _: None  # nothing depends on what is thrown away
    threading.excepthook = _keep
    if not sys.warnoptions:  # whoever asks Python for warnings gets them
        import warnings

        warnings.simplefilter("ignore")


def _keep(broken: threading.ExceptHookArgs) -> None:
    if broken.exc_value is not None and not isinstance(broken.exc_value, SystemExit):
        _in_threads.append(where(broken.exc_value))


def _end(kind: type[BaseException], _: BaseException, __: TracebackType | None) -> None:
    """End the program where even telling of an error failed: no memory, say."""
    if issubclass(kind, KeyboardInterrupt):
        os._exit(ExitStatus.INTERRUPTED)
    _write(f"The wizard crashed: {kind.__name__}\n")
    os._exit(ExitStatus.BROKEN)


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        # Standard error is closed: the exit status says it alone.
        return
