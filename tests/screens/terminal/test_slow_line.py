"""Over ssh on a line of 100 ms each way: keys without F-keys and Ctrl arrive as what they are, and what is typed ahead is not lost."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rounds import of_each_kind
from tests.screens.cli.program import CHECKOUT
from tests.screens.terminal.terminal import Terminal
from tests.screens.terminal.test_ssh import SIZES, ssh  # noqa: F401 - a fixture
from tests.servers.slow_line import slow_line

DELAY = 0.1
"""Seconds, each way: from Europe to the other side of America and back."""
Open = Callable[[Path, tuple[int, int]], Terminal]


@pytest.fixture
def far(ssh: tuple[str, ...]) -> Iterator[Open]:  # noqa: F811 - the fixture
    """A function that starts the wizard on a folder at the other end of a slow line."""
    place = ssh.index("-p") + 1
    with slow_line(int(ssh[place]), DELAY) as port:
        line = (*ssh[:place], str(port), *ssh[place + 1 :])

        def start(folder: Path, size: tuple[int, int]) -> Terminal:
            command = f"LANG=C.UTF-8 PYTHONPATH={CHECKOUT} {sys.executable} -P -m wizard --dir {folder}; echo ended $?"
            return Terminal(command, program=line, size=size)

        yield start


def send(terminal: Terminal, *pieces: str) -> None:
    """Send pieces without waiting for anything: a person types on although the screen is late."""
    for piece in pieces:
        terminal.process.send(piece)


def until_shown(terminal: Terminal, shown: str, *pieces: str) -> None:
    """Send pieces until something is shown, as a person presses again a key that did not arrive: on a machine that is busy the
    pause between Escape and its digit may become longer than the program waits.
    """
    for _ in range(4):
        send(terminal, *pieces)
        for _ in range(40):
            terminal.read(0.1)
            if shown in terminal.flat:
                return
    terminal.until(shown)


def keys(far: Open, folder: Path, size: tuple[int, int]) -> None:
    with far(folder, size) as terminal:
        terminal.until("step 1 of")
        # Escape and the digit in one packet, as tmux sends them, and each for itself, as fingers do.
        send(terminal, "\x1b2")
        terminal.until("Go to a step")
        send(terminal, "\x1b")
        terminal.until("Go to a step", gone=True)
        until_shown(terminal, "Find a setting", "\x1b", "3")
        send(terminal, "\x1b")
        terminal.until("Find a setting", gone=True)
        send(terminal, "\x1bn")
        terminal.until("step 2 of")
        send(terminal, "\x1bp")
        terminal.until("step 1 of")
        # All at once: the next step, the way people connect, the address, the next step.
        send(terminal, "\x1bn", "1", "\t", "chat.example.com", "\x1bn")
        terminal.until("step 3 of")
        send(terminal, "\x1bp")
        terminal.until("https://chat.example.com")
        send(terminal, "\x03")
        terminal.until("Leave and discard")
        send(terminal, "\x1b[C\x1b[C\r")
        terminal.until("ended 130")


def install(far: Open, folder: Path, size: tuple[int, int]) -> None:
    with far(folder, size) as terminal:
        terminal.until("step 1 of")
        send(terminal, "\x1bn", "4", "\t", "192.168.1.50")
        for number in range(3, 7):
            send(terminal, "\x1bn")
            terminal.until(f"step {number} of")
        send(terminal, "\x1bn")
        terminal.until("Run again")
        send(terminal, "\x1bn")
        terminal.until("Write the files")
        terminal.until("will change")
        send(terminal, "\x1bw")
        terminal.until_one_of("A check failed", "Written: ")
        if "A check failed" in terminal.flat:
            send(terminal, "\x1b[C\r")
        terminal.until("Written: ")
        send(terminal, "\r")
        terminal.until("ended 0")
    assert "DOMAIN_CLIENT=http://192.168.1.50:3080" in (folder / ".env").read_text(encoding="utf-8")


@pytest.mark.parametrize(("does", "size"), of_each_kind(itertools.product((keys, install), SIZES), [(keys, SIZES[1])]))
def test_on_a_slow_line(
    far: Open,
    sample_folder: Callable[..., Path],
    does: Callable[[Open, Path, tuple[int, int]], None],
    size: tuple[int, int],
) -> None:
    does(far, sample_folder("v0.8.7"), size)
