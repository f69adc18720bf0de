"""Runs the program as an operator does: a process of its own, real files, nothing inherited by chance."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.canary_run import note_output, program_environment, program_path
from tests.patience import Child, communicate
from tests.screens.cli.forked import ForkServer

CHECKOUT = Path(__file__).resolve().parents[3]
_IDENTITY = (os.getuid(), os.geteuid(), os.getegid())


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run of the program left behind."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that reached the terminal."""
        return self.out + self.err


def run(
    *arguments: str | Path,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    is_fresh: bool = False,
) -> Run:
    """Run ``librechat-wizard`` with these arguments; ``is_fresh``: by an interpreter that imports everything itself."""
    chosen = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/nonexistent"),
        "LANG": "C.UTF-8",
        "PYTHONPATH": program_path(),
        **program_environment(),
        **(environment or {}),
    }
    words, folder = list(map(str, arguments)), str(cwd or CHECKOUT)
    # An interpreter reads these when it starts, and the server was started with those of this process.
    own = {name for name in environment or {} if name.startswith(("PYTHON", "LC_", "LANG", "LD_", "CANARY_"))}
    if is_fresh or own or (os.getuid(), os.geteuid(), os.getegid()) != _IDENTITY:
        child: Child[str] = _process(words, chosen, folder)
    else:
        child = _fork_server().start(words, chosen, folder)
    out, err = communicate(child, stdin)
    note_output(out + err, "the program")
    return Run(status=child.returncode, out=out, err=err)


def _process(words: list[str], environment: Mapping[str, str], folder: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
        cwd=folder,
        env=environment,
    )


@functools.cache
def _fork_server() -> ForkServer:
    return ForkServer()


def answers(folder: Path, text: str) -> Path:
    """Write an answers file beside (not into) the LibreChat folder."""
    path = folder.parent / f"{folder.name}-answers.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def tree(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Return every file of a folder with mode, owner, group and content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            about = path.stat()
            found[str(path.relative_to(folder))] = (
                about.st_mode & 0o7777,
                about.st_uid,
                about.st_gid,
                path.read_bytes(),
            )
    return found
