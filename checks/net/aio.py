"""Runs checks in an event loop that never blocks on the system's name resolution, and stops such a run early.

Ctrl+C, SIGTERM and a dropped terminal all cancel the run, so that everything cleans up after itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from wizard.basics.library_logs import keep_off_terminal

_Result = TypeVar("_Result")


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up in threads that nobody has to wait for.

    ``getaddrinfo`` cannot be stopped, and where DNS is silent it takes half a minute. asyncio's own threads are waited for at
    the end, Ctrl+C or not, and so are those of every library that asks through it.
    """

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's own name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        answer: asyncio.Future[list[Any]] = self.create_future()

        def settle(give: Callable[[Any], None], what: object) -> None:
            if not answer.done():
                give(what)

        def look_up() -> None:
            give: Callable[[Any], None]
            try:
                give, what = answer.set_result, socket.getaddrinfo(host, port, family, type, proto, flags)
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                give, what = answer.set_exception, error  # type: ignore[assignment]
            with contextlib.suppress(RuntimeError):  # nobody waits any more: the loop is closed
                self.call_soon_threadsafe(settle, give, what)

        threading.Thread(target=look_up, name="look-up", daemon=True).start()
        return await answer


def run(main: Coroutine[Any, Any, _Result]) -> _Result:
    """Do what ``asyncio.run`` does; it ends at once where it is to end, whatever DNS does."""
    keep_off_terminal()
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


def run_until_signal(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Do what :func:`run` does; ``KeyboardInterrupt`` if a signal ended it, once it has cleaned up."""
    try:
        return run(_ended_by_signals(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _ended_by_signals(work: Coroutine[Any, Any, _Result]) -> _Result:
    task = asyncio.current_task()
    if task is not None:
        for name in (signal.SIGTERM, signal.SIGHUP):
            # nohup ignores it: the run is to outlive the terminal.
            if signal.getsignal(name) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    return await work
