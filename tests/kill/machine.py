"""Other machines to write on: a disk that is full or read-only, and a user who is not root."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
NOBODY: Final = 65534


@functools.cache
def own_mounts() -> tuple[str, ...]:
    """Return the command that gives a program mounts of its own (as root, or in a user namespace); empty: not here."""
    for command in (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount")):
        if shutil.which("unshare"):
            tried = subprocess.run(
                [*command, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False, timeout=20
            )
            if tried.returncode == 0:
                return command
    return ()


def run_with_mounts(code: str, folder: Path) -> Any:
    """Run a Python program that may mount; ``folder`` is its first argument. Return the JSON that it prints."""
    done = subprocess.run(
        [*own_mounts(), sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def as_nobody(work: Callable[[], str]) -> str:
    """Do the work as a user who is not root, in a process of its own; return what it returns."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        text = "the work did not end"
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            text = work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shall see it
            text = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, text.encode())
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as stream:
        text = stream.read().decode()
    os.waitpid(child, 0)
    return text


def open_folder() -> Path:
    """Return a new folder that every user can reach; the caller removes it."""
    folder = Path(tempfile.mkdtemp(prefix="librechat-wizard-test-"))
    folder.chmod(0o755)
    return folder
