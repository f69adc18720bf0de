"""An apply that nobody reads goes its whole way, forward and back."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.screens.cli.program import CHECKOUT
from tests.wizard.apply.stack import Stack


def unread(stack: Stack, lines: int, setting: str) -> int:
    """Run ``--answers --apply`` with a reader that goes after so many lines of its progress; return the exit status."""
    words = ["--answers", str(stack.answers(setting)), "--apply", "--offline", "--dir", str(stack.folder)]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=CHECKOUT,
        env={**stack.environment, "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(CHECKOUT)},
    )
    assert child.stderr is not None
    for _ in range(lines):
        child.stderr.readline()
    child.stderr.close()
    return child.wait()


@pytest.mark.parametrize("lines", [0, 3, 12])
def test_it_is_put_into_effect(running: Stack, lines: int) -> None:
    assert unread(running, lines, "APP_TITLE: Unread") == 0
    assert b"APP_TITLE=Unread" in (running.folder / ".env").read_bytes()
    assert not running.record.exists()


@pytest.mark.parametrize("lines", [0, 12])
def test_it_goes_back_where_it_fails(running: Stack, lines: int) -> None:
    before = (running.folder / ".env").read_bytes()
    running.trouble(Unread="image")
    assert unread(running, lines, "APP_TITLE: Unread") != 0
    assert (running.folder / ".env").read_bytes() == before
    assert not running.record.exists()
