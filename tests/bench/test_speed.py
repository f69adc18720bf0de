"""Running times, compared with what they cannot beat or have to beat: ``./test -m benchmark``.

Everything compared runs in turns in the same minute with the same interpreter, and medians are compared, because other programs
use the machine, too.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.guards.checkout import CHECKOUT
from wizard.dotenv.document import Document

ROUNDS = 21
LINES = 100_000

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]


def medians(actions: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Run everything in turns and return the median seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        action()  # once before counting: compiled modules and file caches
    for _ in range(ROUNDS):
        for name, action in actions.items():
            before = time.perf_counter()
            action()
            taken[name].append(time.perf_counter() - before)
    return {name: statistics.median(times) for name, times in taken.items()}


def show(capsys: pytest.CaptureFixture[str], times: Mapping[str, float], base: str) -> None:
    """Print the table, whatever pytest does with output."""
    heading = f"median of {ROUNDS} runs in turns, Python {sys.version.split()[0]}"
    rows = [f"| {name} | {seconds * 1000:.1f} | {seconds / times[base]:.2f} |" for name, seconds in times.items()]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", "", f"| {heading} | ms | of the first |", "|---|--:|--:|", *rows, ""]))


def process(*arguments: str | Path) -> Callable[[], object]:
    """Return an action that runs this interpreter to its end; without Docker, whose own time is printed apart."""
    return partial(
        subprocess.run,
        [sys.executable, "-I", *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "PATH": "/nonexistent"},
    )


def test_start(sample_folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = sample_folder("v0.8.7")
    answers = CHECKOUT / "examples" / "first-install.yaml"
    times = medians(
        {
            "python3 -c pass": process("-c", "pass"),
            "--help": process("-m", "wizard", "--help"),
            "--answers ... --dry-run --offline": process(
                *("-m", "wizard", "--answers", answers, "--dir", folder, "--dry-run", "--offline")
            ),
        }
    )
    show(capsys, times, "python3 -c pass")
    assert times["--help"] <= 4 * times["python3 -c pass"]
    assert times["--answers ... --dry-run --offline"] <= 15 * times["python3 -c pass"]


def large_file(folder: Path) -> Path:
    """Write a file with every usual form of line."""
    forms = (
        "# a comment about {0}",
        "NAME_{0}=value-{0}",
        "QUOTED_{0}='a value with #, $ and {0}'",
        'DOUBLE_{0}="{0}"',
        "",
    )
    path = folder / ".env"
    path.write_text(
        "".join(forms[number % len(forms)].format(number) + "\n" for number in range(LINES)), encoding="utf-8"
    )
    return path


def test_reading_a_large_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, turns = large_file(tmp_path), itertools.count()

    def ours() -> dict[str, str]:
        # Other bytes each time: what was read before is kept.
        return dict(Document.parse(path.read_bytes() + b"# %d\n" % next(turns)).values())

    def theirs() -> dict[str, str | None]:
        return dotenv_values(path, interpolate=False)

    assert ours() == theirs()
    times = medians({"python-dotenv, interpolate=False": theirs, f"the wizard, {LINES} lines of .env": ours})
    show(capsys, times, "python-dotenv, interpolate=False")
    assert 2 * times[f"the wizard, {LINES} lines of .env"] <= times["python-dotenv, interpolate=False"]
