"""A run of the program that kills itself at a step of its apply."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.screens.cli.program import CHECKOUT
from tests.wizard.apply.stack import Stack

VICTIM = """
import os, signal, sys
from wizard.store.folder_store import FolderStore
number, moment, *words = sys.argv[1:]
note, count = FolderStore.note_apply, 0
def dying(self, record):
    global count
    count += 1
    if count == int(number) and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    note(self, record)
    if count == int(number):
        os.kill(os.getpid(), signal.SIGKILL)
FolderStore.note_apply = dying
from screens.cli.main import main
raise SystemExit(main(words))
"""


def killed(stack: Stack, number: int, moment: str, settings: tuple[str, ...], *flags: str) -> bool:
    """Run ``--answers --apply`` and kill it at its n-th note; tell whether it came that far."""
    words = ["--answers", str(stack.answers(*settings)), "--apply", "--offline", "--dir", str(stack.folder), *flags]
    done = subprocess.run(
        [sys.executable, "-P", "-c", VICTIM, str(number), moment, *words],
        capture_output=True,
        check=False,
        cwd=CHECKOUT,
        env={**stack.environment, "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode in (0, 1, -signal.SIGKILL), done.stderr.decode()
    return done.returncode == -signal.SIGKILL
