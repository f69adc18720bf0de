"""A paste that nobody may see ends with the reading, or with Ctrl+C; what is too long never comes to the shell as commands."""

from __future__ import annotations

import sys
import threading

from tests.screens.cli.program import CHECKOUT
from tests.screens.terminal.terminal import Terminal

READS = """
from screens.shared.hidden_line import HiddenLines
with HiddenLines() as lines:
    print("READY", flush=True)
    print(len(lines.read().reveal()) > 300_000, flush=True)
"""
INTERRUPTED = """
import ctypes, functools
from screens.shared.hidden_line import HiddenLines

class Late:
    # Asked by select itself, so that the signal comes after the last look of Python and before the wait.
    fileno = functools.partial(ctypes.CDLL(None)["raise"], 2)

try:
    with HiddenLines() as lines:
        lines.read([Late()])
except KeyboardInterrupt:
    print("INTERRUPTED", flush=True)
"""


def test_what_is_too_long_does_not_come_to_the_shell() -> None:
    command = (
        f"PYTHONPATH={CHECKOUT} {sys.executable} -P -c '{READS}'; echo ended $?; "
        'read first; read second; echo "the shell reads $first $second"'
    )
    with Terminal("-c", command, program=("/bin/sh",), size=(80, 24)) as terminal:
        terminal.until("READY")
        # A terminal takes 4 kB at a time: it is still being written when the longest paste has been read.
        whole = "echo a-secret-line\n" * 30_000
        writer = threading.Thread(target=terminal.process.send, args=(whole,), daemon=True)
        writer.start()
        terminal.until("ended 0")
        terminal.type("one\rtwo\r")
        terminal.until("the shell reads one two")
        assert b"a-secret-line" not in terminal.raw


def test_an_interrupt_in_the_instant_before_the_wait_is_not_lost() -> None:
    command = f"PYTHONPATH={CHECKOUT} {sys.executable} -P -c '{INTERRUPTED}'"
    with Terminal("-c", command, program=("/bin/sh",), size=(80, 24)) as terminal:
        terminal.until("INTERRUPTED")
        assert terminal.wait() == 0, terminal.text
