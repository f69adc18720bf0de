"""How fast the full-screen wizard is there, and how fast and with how many bytes it answers a key: in a real terminal."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.terminal.terminal import Terminal, wizard

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("READY")
Bare().run()
"""
RUNS = 31


def first_frame(marker: str, *arguments: str | Path, program: tuple[str, ...]) -> float:
    """Return the seconds from the start to the first frame that holds ``marker``."""
    begun = time.perf_counter()
    with Terminal(*arguments, program=program) as terminal:
        while marker not in terminal.text:
            terminal.read(0.005)
        return time.perf_counter() - begun


@pytest.mark.benchmark
def test_first_frame_against_bare_textual(
    sample_folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sample_folder("v0.8.7")
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(first_frame("READY", program=(sys.executable, "-P", "-c", BARE)))
        ours.append(first_frame("F1 Help", "--dir", folder, program=(sys.executable, "-P", "-m", "wizard")))
    ratio = statistics.median(ours) / statistics.median(bare)
    with capsys.disabled():
        sys.stdout.write(
            f"\nfirst frame: bare Textual {statistics.median(bare) * 1000:.0f} ms, wizard {statistics.median(ours) * 1000:.0f} ms, ratio {ratio:.2f}\n"
        )
    assert ratio <= 1.4


@pytest.mark.benchmark
def test_typed_character(sample_folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    with wizard(sample_folder("v0.8.7")) as terminal:
        terminal.until("step 1 of")
        terminal.press("f3")
        terminal.type("EMAIL_HOST")
        terminal.press("enter")
        terminal.settle(1)
        seconds, sizes = [], []
        for character in "smtp.mail.example.com.and-more":
            before, begun = len(terminal.raw), time.perf_counter()
            terminal.process.send(character)
            terminal.read(2)
            seconds.append(time.perf_counter() - begun)
            terminal.settle(0.05)
            sizes.append(len(terminal.raw) - before)
        status = Path(f"/proc/{terminal.process.pid}/status").read_text(encoding="ascii")
    memory = int(status.partition("VmRSS:")[2].split()[0]) // 1024
    with capsys.disabled():
        sys.stdout.write(
            f"\na character: {statistics.median(seconds) * 1000:.1f} ms, {statistics.median(sizes):.0f} bytes (80x24); memory {memory} MiB\n"
        )
    assert statistics.median(seconds) <= 0.020
    assert statistics.median(sizes) <= 1000
