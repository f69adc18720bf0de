"""The memory of a run holds every secret: no signal makes a core file of it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT
from tests.screens.terminal.terminal import Terminal


def _ended_with_a_dump(pid: int) -> bool:
    """Tell it without reaping the child; true also where a program takes the dumps over a pipe."""
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    return ended.si_code == os.CLD_DUMPED


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
        assert not _ended_with_a_dump(child.pid)
        child.wait()
    assert next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4] == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


_FRONTS = {"--answers": ("--answers", "pipe"), "--plain": ("--plain",), "full screen": ()}


@pytest.mark.parametrize("front", _FRONTS)
def test_memory_is_closed_whatever_the_limit(front: str, tmp_path: Path, generated_samples: Path) -> None:
    """Nor can debuggers of the same user look into it."""
    os.mkfifo(tmp_path / "pipe")
    program = ("sh", "-c", 'cd "$0" && exec "$@"', str(tmp_path), sys.executable, "-P", "-m", "wizard")
    folder = shutil.copytree(generated_samples / "v0.8.7", tmp_path / "LibreChat")
    with Terminal(*_FRONTS[front], "--dir", folder, program=program) as terminal:
        pid = terminal.process.pid
        if front == "--answers":
            with (tmp_path / "pipe").open("wb"):
                _end_for_good(pid)
        else:
            terminal.until("LibreChat")
            terminal.settle()
            _end_for_good(pid)
    assert [path.name for path in tmp_path.glob("core*")] == []


def _end_for_good(pid: int) -> None:
    if os.geteuid() != 0:
        assert Path(f"/proc/{pid}/mem").stat().st_uid == 0
        return
    resource.prlimit(pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    os.kill(pid, signal.SIGSEGV)
    assert not _ended_with_a_dump(pid)
