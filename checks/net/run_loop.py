"""How a run of the program ends before its time: Ctrl+C, SIGTERM and a dropped line alike let everything tidy up behind itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from checks.net.event_loop import run

Result = TypeVar("Result")


def run_tidily(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; ``KeyboardInterrupt`` where a signal ended it, once it has tidied up."""
    try:
        return run(_ended_by_signals(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _ended_by_signals(work: Coroutine[Any, Any, Result]) -> Result:
    task = asyncio.current_task()
    if task is not None:
        for name in (signal.SIGTERM, signal.SIGHUP):
            # nohup has it ignored: the run is to outlive the line.
            if signal.getsignal(name) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    return await work
