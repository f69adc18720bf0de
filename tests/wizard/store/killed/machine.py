"""Other machines to write on: a disk that is full or read-only, and a user who is not root."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parents[4]
NOBODY: Final = 65534
_AS_NOBODY: Final = f"""
import difflib, hashlib, json, os, sys
from pathlib import Path
from tests.wizard.store.killed import scenario
from wizard.basics.problem import WriteRefused
from wizard.store.folder_store import FolderStore

folder = Path(sys.argv[1])
if os.geteuid() == 0:
    # Everything is loaded by now: the interpreter itself may stand where only root may go.
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    result = str(eval(sys.argv[2]))
except WriteRefused as error:
    result = f"refused: {{error}}"
print(json.dumps(result))
"""


@functools.cache
def own_mounts() -> tuple[str, ...]:
    """Return the command that gives a program mounts of its own (as root, or in a user namespace); empty: not here."""
    for command in (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount")):
        if shutil.which("unshare"):
            tried = subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    return ()


def run_with_mounts(code: str, folder: Path) -> Any:
    """Run a Python program that may mount; ``folder`` is its first argument. Return the JSON that it prints."""
    return _run([*own_mounts(), sys.executable, "-c", code, str(folder)])


def as_nobody(expression: str, folder: Path) -> str:
    """Return the text of a Python expression about ``folder``, worked out by a user who is not root."""
    return str(_run([sys.executable, "-c", _AS_NOBODY, str(folder), expression]))


def _run(command: list[str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
