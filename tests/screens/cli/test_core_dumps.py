"""The memory of a run holds every secret: no signal makes a core file of it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV])
def test_a_signal_leaves_no_core(number: signal.Signals, tmp_path: Path) -> None:
    pipe = tmp_path / "answers.yaml"
    os.mkfifo(pipe)

    def allow() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", "--answers", str(pipe), "--dir", str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"]},
        preexec_fn=allow,  # noqa: PLW1509 - no thread runs here
    )
    # Opening the pipe for writing waits until the program reads from it.
    with pipe.open("wb"):
        limits = Path(f"/proc/{child.pid}/limits").read_text(encoding="ascii")
        child.send_signal(number)
        child.wait()
    assert next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4] == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]
