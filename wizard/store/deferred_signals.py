"""Defers signals until the files are consistent."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from wizard.basics.problem import WriteRefused

if TYPE_CHECKING:
    from types import FrameType

_DEFERRED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl+C, a stop, and the end of the terminal or the SSH line."""

_Handler = Callable[[int, "FrameType | None"], object] | int


class DeferredSignalError(BaseException):
    """A signal asks to stop; raised only while everything can still be put back."""


@contextlib.contextmanager
def deferred_signals() -> Iterator[Callable[[], None]]:
    """Hold back the signals that would end the program; deliver them, as they were set up before, at the end.

    The value is a function to call between two steps: it raises ``DeferredSignalError`` when such a signal has come. A signal
    that is ignored stays ignored. Python runs signal handlers in the main thread only, so in any other thread nothing
    is held back, and nothing cuts that thread either. Where the handler of a signal that cut the work returns,
    ``WriteRefused`` says so.
    """
    received: list[int] = []
    before: list[tuple[signal.Signals, _Handler]] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    def check() -> None:
        if received:
            raise DeferredSignalError

    outcome: BaseException | None = None
    try:
        for number, handler in _present_handlers():
            before.append((number, handler))
            signal.signal(number, note)
        yield check
    except DeferredSignalError as cut:
        outcome = cut
    except BaseException as error:
        outcome = error
        raise
    finally:
        for number, handler in before:
            signal.signal(number, handler)
        _deliver(received, outcome)
    if outcome is not None:
        raise WriteRefused("Stopped by a signal. No file was changed.")


def _deliver(received: list[int], outcome: BaseException | None) -> None:
    is_refused = outcome is not None and not isinstance(outcome, DeferredSignalError)
    for number in dict.fromkeys(received):
        # A refusal on its way says the state of the files: Ctrl+C adds nothing to it, and would hide it.
        if not (is_refused and number == signal.SIGINT):
            signal.raise_signal(number)


def _present_handlers() -> list[tuple[signal.Signals, _Handler]]:
    if threading.current_thread() is not threading.main_thread():
        return []
    handlers = [(number, signal.getsignal(number)) for number in _DEFERRED]
    # None: a handler that was not set from Python, and that Python could not put back.
    return [(number, handler) for number, handler in handlers if handler is not None and handler != signal.SIG_IGN]
