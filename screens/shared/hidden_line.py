"""Reads a pasted line that must not be seen: without echo, and longer than a terminal's line mode allows."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
from collections.abc import Sequence
from functools import cache
from types import FrameType
from typing import Any, Final, NoReturn, Protocol, Self

from wizard.basics.exit_status import of_signal
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret

LONGEST: Final = 400_000
"""Bytes of one paste; a SAML response with many groups has a tenth of that."""
_QUIET: Final = 0.2
"""Seconds in which nothing more comes, after which a paste of several lines has ended."""
_LULL: Final = 1.0
"""The same where more came after the end of the reading: an ssh that lags must not hand the rest of a secret to the shell."""
_DISCARDED: Final = 64_000_000
"""Bytes that are thrown away at the end, so that a stream without an end does not hold the terminal for ever."""
_MARKS: Final = (b"\x1b[200~", b"\x1b[201~")
"""What a terminal puts around a paste, where something has asked for it (bracketed paste)."""
_ERASE, _KILL, _END = b"\x7f", b"\x15", b"\x04"


class InputEnded(Exception):
    """Nobody is there any more: end of input."""


class Waited(Protocol):
    """Something else that may give the line, as a listener does."""

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        ...

    def answer(self) -> Secret | None:
        """Return the line, ``None`` if it was not it."""
        ...


class HiddenLines:
    """Standard input, read unbuffered. In a terminal it echoes nothing between ``with`` and its end."""

    def __init__(self) -> None:
        if sys.stdin is None:
            raise InvalidInput(
                Problem(field="standard input", message="is closed.", remedy="Start the wizard in a terminal.")
            )
        self._descriptor = sys.stdin.fileno()
        self._is_terminal = os.isatty(self._descriptor)
        self._rest = b""
        self._undo = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if self._is_terminal:
            before = termios.tcgetattr(self._descriptor)
            for number in (signal.SIGTERM, signal.SIGHUP):
                self._undo.callback(signal.signal, number, signal.signal(number, _ended))
            self._undo.callback(self._give_back, before)
            changed = termios.tcgetattr(self._descriptor)
            changed[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(self._descriptor, termios.TCSANOW, changed)
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def _give_back(self, before: list[Any]) -> None:
        """Leave the terminal to the shell as it was, without what is left of a paste: its lines would run as commands."""
        try:
            self._drain()
        finally:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, before)

    def _drain(self) -> None:
        """Throw away what still comes; a terminal hands over 4 kB at a time, so that flushing once is not enough."""
        interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)
        left, quiet = _DISCARDED, _QUIET
        try:
            with contextlib.suppress(OSError):
                while left > 0 and select.select([self._descriptor], [], [], quiet)[0]:
                    if not (data := os.read(self._descriptor, 65_536)):
                        break
                    left, quiet = left - len(data), _LULL
        finally:
            signal.signal(signal.SIGINT, interrupted)

    def read(self, others: Sequence[Waited] = ()) -> Secret:
        """Return what is pasted, in its lines, or what one of ``others`` gives; ``InputEnded`` at the end of input."""
        while True:
            line, found, rest = self._rest.replace(b"\r", b"\n").partition(b"\n")
            if found and line.strip():
                self._rest = b"" if self._is_terminal else rest
                return _text(line + (b"\n" + self._more(rest) if self._is_terminal else b""))
            if found:
                self._rest = rest
                continue
            signals = [_noted_signals()] if self._is_terminal else []
            ready = select.select([self._descriptor, *others, *signals], [], [])[0]
            for noted in signals:
                if noted in ready:
                    os.read(noted, 512)
            for other in others:
                if other in ready and (given := other.answer()) is not None:
                    return given
            if self._descriptor in ready:
                self._take()

    def _take(self) -> None:
        data = os.read(self._descriptor, 65_536)
        if not data or (self._is_terminal and data == _END and not self._rest):
            if self._rest.strip():
                data = b"\n"
            else:
                raise InputEnded
        self._rest = (self._rest + data)[-LONGEST:]
        if self._is_terminal:
            self._rest = _edited(self._rest)

    def _more(self, rest: bytes) -> bytes:
        """Return the further lines of the same paste: base64 is copied in lines. What is too long is read, and not kept."""
        while select.select([self._descriptor], [], [], _QUIET)[0]:
            data = os.read(self._descriptor, 65_536)
            if not data:
                break
            if len(rest) < LONGEST:
                rest += data
        return rest


def _noted_signals() -> int:
    """Return a descriptor on which every signal from now on leaves a byte.

    Without it, Ctrl+C in the instant before :func:`select.select` begins to wait is noted by Python and acted on only after the wait.
    """
    reading, writing = _pipe()
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


@cache
def _pipe() -> tuple[int, int]:
    """Return a pipe that stays open: signals are written to it until somebody else wants them."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    return reading, writing


def _edited(typed: bytes) -> bytes:
    """Return what is left of keys in which some erase."""
    for mark in _MARKS:
        typed = typed.replace(mark, b"")
    if _KILL in typed:
        typed = typed.rpartition(_KILL)[2]
    while (place := typed.find(_ERASE)) >= 0:
        typed = typed[: max(0, place - 1)] + typed[place + 1 :]
    return typed


def _text(data: bytes) -> Secret:
    for mark in _MARKS:
        data = data.replace(mark, b"")
    return Secret(data.decode("utf-8", errors="replace").replace("\r", "\n").strip())


def _ended(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(of_signal(number))
