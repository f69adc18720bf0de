"""Reads and writes lines. A secret is never echoed, nor is text pasted after it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import termios
import textwrap
from typing import TYPE_CHECKING, Any, Final, NoReturn

from wizard.basics.command_lines import wrapped
from wizard.basics.exit_status import of_signal
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.interview.dialogues import Answer, Dialogue

_WIDTH: Final = 78
_CUT: Final = "That line was too long for this terminal and was truncated. Save the value to a file and use --answers with {file: PATH}."
_LONGEST: Final = 4094
"""Characters of one line that a terminal in line mode hands over (N_TTY_BUF_SIZE, termios(3): 4096 with the line end)."""
_MOST: Final = 1_000_000
"""Characters of one line from a pipe."""


class InputEndedError(Exception):
    """Nobody is there any more: end of input."""


class OutputEndedError(OSError):
    """Output is no longer possible: the reader of a pipe has exited, or the disk is full."""


class LeaveError(Exception):
    """The operator wants to go."""


class _TooLongError(Exception):
    """A line was longer than a terminal can hand over, and has been cut by it."""


class Console:
    """Standard input and output, line by line."""

    def __init__(self) -> None:
        self._is_terminal: Final = sys.stdin.isatty()
        self._has_read = False
        for stream in (sys.stdin, sys.stdout):
            with contextlib.suppress(AttributeError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]

    @property
    def has_read(self) -> bool:
        """Whether any answer was ever read."""
        return self._has_read

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Keep echo off between prompts for the time of the block, and put the terminal back at its end, however it comes."""
        if not self._is_terminal:
            yield
            return
        before = termios.tcgetattr(sys.stdin)
        # Whoever has a handler already, the practice, cleans up more than this.
        handlers = {
            number: signal.signal(number, _end)
            for number in (signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number) is signal.SIG_DFL
        }
        try:
            self._echo(is_on=False)
            yield
        finally:
            with contextlib.suppress(termios.error):
                # What is typed ahead belongs to the shell, unless it is the rest of a secret.
                termios.tcsetattr(sys.stdin, termios.TCSANOW, before)
            for number, handler in handlers.items():
                signal.signal(number, handler)

    @property
    def columns(self) -> int:
        """How many characters of our own words are on a line."""
        return max(20, min(_WIDTH, shutil.get_terminal_size().columns - 1))

    def _echo(self, *, is_on: bool) -> None:
        with contextlib.suppress(termios.error):
            attributes: list[Any] = termios.tcgetattr(sys.stdin)
            attributes[3] = attributes[3] | termios.ECHO if is_on else attributes[3] & ~termios.ECHO
            termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)

    def wrapped_prompt(self, prompt: str) -> str:
        """Return a prompt in lines that end between two words."""
        lines = textwrap.wrap(prompt, self.columns, break_long_words=False, break_on_hyphens=False)
        return "\n".join(lines) + " "

    def say(self, text: str = "", indent: str = "") -> None:
        """Write our own words, wrapped."""
        for line in text.split("\n"):
            _put("\n".join(wrapped(line, self.columns, head=indent, indent=indent) or [""]) + "\n")

    def show(self, text: str) -> None:
        """Write a line as it is, made inert: a command, a line of a file."""
        _put(f"{plain(text, limit=2000)}\n")

    def show_whole(self, text: str) -> None:
        """Write a line of any length, made inert: an address to copy."""
        _put(f"{plain(text, limit=len(text) + 1)}\n")

    def read(self, prompt: str) -> str:
        """Read a line, once more where the terminal has cut it; ``InputEndedError`` at the end of input."""
        prompt = self.wrapped_prompt(prompt)
        while True:
            _put(prompt)
            if self._is_terminal:
                self._echo(is_on=True)
            try:
                return self._line()
            except _TooLongError:
                self.say(_CUT)
            finally:
                if self._is_terminal:
                    self._echo(is_on=False)

    def read_secret(self, prompt: str) -> str:
        """Read a secret without echo. A pasted key of several lines (PEM) is read to its last line.

        Whatever else came with the paste is thrown away: the next prompt must not show it.
        """
        prompt = self.wrapped_prompt(prompt)
        while True:
            _put(prompt)
            try:
                text = self._lines()
            except _TooLongError:
                self.say(f"\n{_CUT}")
                continue
            if self._is_terminal:
                _put("\n")
                termios.tcflush(sys.stdin, termios.TCIFLUSH)
            return text

    def settle(self, dialogue: Dialogue, *, can_leave: bool = True) -> Answer:
        """Return the answer to a dialogue, which is asked for if there is anything to ask. Enter alone loses nothing.

        ``LeaveError`` for ``:quit``, unless ``can_leave`` is off: in the middle of a write.
        """
        if dialogue.settled is not None:
            return dialogue.settled
        self.say(dialogue.text)
        words = [one.word for one in (*dialogue.answers[1:], dialogue.answers[0])]
        asked = f"{', '.join(words[:-1])} or {words[-1]}"
        prompt = f"{asked} [{words[-1]}]> "
        while True:
            text = self.read(prompt).strip().lower()
            found = [one for one in dialogue.answers if one.word.startswith(text)]
            if found:
                return found[0]
            if text == ":quit" and can_leave:
                raise LeaveError
            if text in ("?", ":help"):
                self.say("\n".join(f"{one.word}: {one.title}" for one in dialogue.answers))
            # A command of the questions, such as :find, comes too early: this is to be answered before.
            prompt = f"{'First type' if text.startswith(':') else 'Type'} {asked}> "

    def _lines(self) -> str:
        lines = [self._line()]
        if lines[0].startswith("-----BEGIN "):
            while not lines[-1].startswith("-----END "):
                lines.append(self._line())
        return "\n".join(lines)

    def _line(self) -> str:
        line = sys.stdin.readline(_MOST)
        if len(line) >= _MOST:
            # No line of a person: a stream without line ends.
            raise InputEndedError
        if not line:
            raise InputEndedError
        self._has_read = True
        text = line.rstrip("\r\n")
        if self._is_terminal and len(os.fsencode(text)) >= _LONGEST:
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
            raise _TooLongError
        return text


def _put(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more at the end of the program.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputEndedError(error.strerror or "") from error


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(of_signal(number))
