"""A person at a terminal: the program in a real pty, real keys in, and the screen as an emulator shows it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pexpect
import pyte

from tests.canary_run import note_output, program_environment, program_path
from tests.patience import Patience, descendants_at_work
from tests.screens.cli.program import CHECKOUT

KEYS: Final = {
    "enter": "\r",
    "tab": "\t",
    "shift-tab": "\x1b[Z",
    "space": " ",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "backspace": "\x7f",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    **{f"ctrl-{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
PATIENCE: Final = 30.0
"""Seconds in which nothing moves."""
_MOST_OF_A_FRAME: Final = 20
"""Readings: what is written without end is not waited for."""


class Terminal:
    """The program in a terminal. Everything that it writes is kept in ``raw``."""

    def __init__(
        self,
        *arguments: str | Path,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        environment: Mapping[str, str] | None = None,
        program: tuple[str, ...] = (sys.executable, "-P", "-m", "wizard"),
    ) -> None:
        columns, rows = size
        self.raw = bytearray()
        self._is_elsewhere = Path(program[0]).name == "ssh"
        """Whether it is a child of a server of this test, and this terminal only leads there."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        plain_environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/nonexistent"),
            "LANG": "C.UTF-8",
            "TERM": term,
            # With SIGABRT it writes what each thread is doing.
            "PYTHONFAULTHANDLER": "1",
            "PYTHONPATH": program_path(),
            **program_environment(),
            **(environment or {}),
        }
        self.process: Any = pexpect.spawn(
            program[0],
            [*program[1:], *map(str, arguments)],
            dimensions=(rows, columns),
            env=plain_environment,
            cwd=str(CHECKOUT),
            timeout=PATIENCE,
        )
        self.process.delaybeforesend = None
        self.process.delayafterclose = 0.01

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            sys.stderr.write(f"the screen at the end:\n{self.text}\n")
        note_output(bytes(self.raw), "the program at a terminal")
        with contextlib.suppress(OSError):
            os.kill(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError, ValueError):
            self.process.close(force=True)

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what has been written; tell whether there was something."""
        try:
            data = self.process.read_nonblocking(1 << 16, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    @property
    def lines(self) -> list[str]:
        """The screen as it stands."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def flat(self) -> str:
        """The screen with line breaks and runs of blanks folded, for texts that may be wrapped."""
        return re.sub(r"\s+", " ", self.text)

    @property
    def reversed_text(self) -> str:
        """What is drawn with colors swapped: where the keys are."""
        rows = []
        for row in range(self._screen.lines):
            cells = self._screen.buffer[row]
            rows.append("".join(cells[n].data if cells[n].reverse else " " for n in range(self._screen.columns)))
        return re.sub(r"\s+", " ", " ".join(rows)).strip()

    def until(self, wanted: str, *, gone: bool = False, patience: float = PATIENCE) -> None:
        """Wait until a text stands on the screen (or no longer does), and take in the rest of its frame."""
        self._wait(
            lambda: (wanted in self.flat) is not gone, f"{wanted!r} {'stays' if gone else 'never came'}", patience
        )
        for _ in range(_MOST_OF_A_FRAME):
            if not self.read(0.01):
                break

    def until_one_of(self, *wanted: str) -> None:
        """Wait until one of several texts stands on the screen."""
        self._wait(lambda: any(text in self.flat for text in wanted), f"none of {wanted} came", PATIENCE)

    def _wait(self, is_so: Callable[[], bool], complaint: str, seconds: float) -> None:
        patience, seen = Patience(seconds), ""
        while not is_so():
            assert not patience.spent(), f"{complaint}:\n{self.text}\n{self._where_it_stands()}"
            # A cursor that blinks is written again and again: what counts is whether the screen is another one.
            if self.read() and self.flat != seen:
                patience.moved()
                seen = self.flat

    def _where_it_stands(self) -> str:
        """Return how the program ended or, by ending it, what each of its threads is doing: no text came, and this says why."""
        if self._is_elsewhere:
            return ""
        if self.process.isalive():
            shown = len(self.raw)
            self.kill(signal.SIGABRT)
            patience = Patience(PATIENCE)
            while self.process.isalive() and not patience.spent():
                self.read()
            while self.read():
                pass
            return bytes(self.raw[shown:]).decode(errors="replace")
        return f"the program has ended: status {self.process.exitstatus}, signal {self.process.signalstatus}"

    def settle(self, quiet: float = 0.12) -> None:
        """Wait until nothing more is written for a moment, and the program waits too, however busy the machine is."""
        last, seen = time.monotonic(), ""
        end = last + PATIENCE
        while time.monotonic() - last < quiet and time.monotonic() < end:
            came = self.read(0.02)
            # A cursor that blinks every half second is no news: waiting for it to stop takes for ever.
            if (came and seen != (seen := self.text)) or self._is_busy():
                last = time.monotonic()

    def _is_busy(self) -> bool:
        """Whether a thread of the program runs, or would if there were a processor for it."""
        if self._is_elsewhere:
            return descendants_at_work(os.getpid())[0]
        try:
            tasks = list(Path(f"/proc/{self.process.pid}/task").iterdir())
            states = [(task / "stat").read_text(encoding="latin-1").rpartition(") ")[2][:1] for task in tasks]
        except OSError:
            return False
        return any(state in "RD" for state in states)

    def press(self, *names: str) -> None:
        """Press keys, one after the other, each after the screen has come to rest."""
        for name in names:
            self.process.send(KEYS[name])
            self.settle()

    def type(self, text: str) -> None:
        """Type a text."""
        self.process.send(text)
        self.settle()

    def paste(self, text: str) -> None:
        """Paste a text as a terminal with bracketed paste does."""
        self.process.send(f"\x1b[200~{text}\x1b[201~")
        self.settle()

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        self.process.setwinsize(rows, columns)
        self._screen.resize(rows, columns)
        self.settle(0.4)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal."""
        os.kill(self.process.pid, number)

    def wait(self) -> int:
        """Wait for the end; return the exit status, 128 and the signal's number where one ended it."""
        patience = Patience(PATIENCE)
        while self.process.isalive() and not patience.spent():
            self.read()
        while self.read():
            pass
        self.process.close()
        if self.process.signalstatus is not None:
            return 128 + int(self.process.signalstatus)
        assert self.process.exitstatus is not None, "still running"
        return int(self.process.exitstatus)


@contextlib.contextmanager
def wizard(folder: Path, *arguments: str, **options: object) -> Iterator[Terminal]:
    """Start the wizard on a folder."""
    with Terminal(*arguments, "--dir", folder, **options) as terminal:  # type: ignore[arg-type]
        yield terminal
