"""A process that forks victims: one that dies at its n-th call, one that is stopped there, one that is killed after a time.

Reads one JSON object a line, answers with one. Forking from a small process costs little, so that hundreds can die.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.wizard.store.killed import scenario
from tests.wizard.store.killed.faults import Before, before_each_call, killing, signalling


def _fix(folder: Path) -> None:
    """Do what ``librechat-wizard doctor --fix --yes`` does with the folder."""
    from screens.cli.fixing import fix_folder
    from screens.cli.output import Output

    fix_folder(folder, Output("doctor", as_json=True), yes=True)


_WORK = {"write": scenario.write, "restore": scenario.restore, "fix": _fix}


def _live(order: dict[str, Any]) -> None:
    work, folder = _WORK[order["work"]], Path(order["folder"])
    if "call" in order:
        number = order["call"]
        with before_each_call(_stopped(number, order["stop"]) if "stop" in order else killing(number)):
            work(folder)
    else:
        work(folder)


def _stopped(number: int, name: str) -> Before:
    stop = signal.Signals[name]
    signal.signal(stop, signal.SIG_DFL)
    return signalling(number, (stop,))


def _fork(order: dict[str, Any]) -> dict[str, Any]:
    if order.get("here"):
        # Done in this process itself: what is imported on the way is there for all who follow.
        _live(order)
        return {"status": 0, "seconds": 0.0}
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _live(order)
            status = 0
        finally:
            os._exit(status)
    if "after" in order:
        time.sleep(order["after"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - began}


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_fork(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
