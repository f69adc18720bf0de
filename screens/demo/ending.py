"""Ends a practice run on a signal: once, and with its clean-up."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Final, NoReturn

from wizard.basics.exit_status import of_signal

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)


def ignore_further_signals() -> None:
    """Let nothing interrupt the clean-up: a terminal that closes sends SIGHUP, and another one when its shell ends."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def one_signal_ends() -> Iterator[None]:
    """Let the first of the signals end the block with ``SystemExit``, and ignore the others until it has ended."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: object) -> NoReturn:
    ignore_further_signals()
    raise SystemExit(of_signal(number))
