"""Waiting that follows what moves, not the clock: a machine that does other things too makes no test fail.

Time counts against a wait only while nothing moves: nothing new came, and no process that the test started runs or would run if
a processor were free. Only then, after so many seconds of standing still, is the wait given up.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import AnyStr, Final, Protocol, TypeVar

T = TypeVar("T")
SECONDS: Final = 30.0
"""Of standing still: more than any wait that the program itself makes in a test."""
LAST_RESORT: Final = 600.0
"""For what only a hang would need."""
_MOST: Final = 12
"""So many times the patience is the end in any case: what moves for ever never arrives."""
_STEP: Final = 0.25
"""A longer time between two looks shows that this process had no processor: it counts as this much."""
_GROWTH: Final = 16


def _tasks() -> dict[int, tuple[int, str, int]]:
    """Return parent, state and used processor time of every process on this machine."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text(encoding="latin-1").rpartition(") ")[2].split()
            except OSError:
                continue
            found[int(folder.name)] = (int(fields[1]), fields[0], int(fields[11]) + int(fields[12]))
    return found


def descendants_at_work(root: int) -> tuple[bool, int]:
    """Tell whether a descendant of a process runs or waits for a processor, and the time that all of them have used."""
    tasks = _tasks()
    own, busy, used = {root}, False, 0
    for process in sorted(tasks):
        parent, state, spent = tasks[process]
        if process != root and parent in own:
            own.add(process)
            busy = busy or state in "RD"
            used += spent
    return busy, used


def stretched(seconds: float) -> float:
    """Return a limit that what works must keep, for a machine that does other things too."""
    return seconds * max(3.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def hurried(seconds: float) -> float:
    """Return a limit that silence is to reach soon, and what works is not to reach: longer on a machine that does other things too."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Patience:
    """One wait: ask ``spent()`` now and then, and say ``moved()`` when something new came."""

    def __init__(self, seconds: float = SECONDS) -> None:
        # On a loaded machine one that this process waits for, and does not see, is slow as well.
        self._left = hurried(seconds)
        self._limit = self._left * _MOST
        self._full = self._left
        self._looked = self._asked = time.monotonic()
        self._used = -1

    def moved(self) -> None:
        """Note that something new came."""
        self._left = self._full

    def spent(self) -> bool:
        """Tell whether nothing has moved for as long as this wait allows."""
        now = time.monotonic()
        passed = min(now - self._asked, _STEP)
        self._asked = now
        self._limit -= passed
        self._left -= passed
        # Looking through /proc costs something: a few times a second is enough.
        if now - self._looked > _STEP:
            self._looked = now
            busy, used = descendants_at_work(os.getpid())
            # A tick (10 ms) of every 250 ms is more than a blinking cursor needs.
            if busy or used > self._used + 1 > 0:
                self._left = min(self._full, self._left + _STEP)
            self._used = used
        return self._left <= 0 or self._limit <= 0


def wait_until(is_so: Callable[[], bool], what: Callable[[], object] | str, *, seconds: float = SECONDS) -> None:
    """Wait until something is so; ``what`` says what did not happen."""
    patience = Patience(seconds)
    while not is_so():
        assert not patience.spent(), what if isinstance(what, str) else what()
        time.sleep(0.02)


def wait_for_port(port: int, lives: Callable[[], bool] = lambda: True) -> None:
    """Wait until a server accepts connections on loopback."""

    def answers() -> bool:
        assert lives(), "the server has ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, f"nothing listens on port {port}")


def has_ended(process: int) -> bool:
    """Tell whether a process has ended, be it that nobody has asked for its status yet; a signal takes a moment to do its work."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="latin-1").rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


async def until(is_so: Callable[[], bool], what: str, *, seconds: float = SECONDS) -> None:
    """Wait until something is so, and let the loop go on meanwhile."""
    patience = Patience(seconds)
    while not is_so():
        assert not patience.spent(), what
        await asyncio.sleep(0.01)


async def within(awaited: Awaitable[T], seconds: float = SECONDS) -> T:
    """Wait for a coroutine or a future, as long as something moves: the loop of this process, too."""
    task = asyncio.ensure_future(awaited)
    patience, used = Patience(seconds), time.process_time()
    try:
        while not (await asyncio.wait({task}, timeout=0.1))[0]:
            before, used = used, time.process_time()
            if used - before > 0.05:
                patience.moved()
            if patience.spent():
                raise AssertionError(f"nothing has moved for {seconds} s")
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=5)


class Child(Protocol[AnyStr]):
    """What :func:`communicate` needs of a process: a ``subprocess.Popen`` has it."""

    @property
    def args(self) -> object: ...

    @property
    def returncode(self) -> int: ...

    def communicate(self, given: AnyStr | None = None, /) -> tuple[AnyStr, AnyStr]: ...

    def kill(self) -> None: ...


def communicate(
    child: Child[AnyStr], given: AnyStr | None = None, *, seconds: float = SECONDS
) -> tuple[AnyStr, AnyStr]:
    """Give a child its input and read what it writes until it ends."""
    outputs: list[tuple[AnyStr, AnyStr]] = []
    reading = threading.Thread(target=lambda: outputs.append(child.communicate(given)), daemon=True)
    reading.start()
    patience = Patience(seconds)
    while reading.is_alive():
        reading.join(0.05)
        if patience.spent():
            child.kill()
            reading.join(5)
            raise AssertionError(f"{child.args!r} does not end: {outputs}")
    return outputs[0]


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """Assert that work of this size costs about as many times a sixteenth of it as it is larger, not the square of that.

    Processor time of this thread is compared with itself: what else the machine does can make it differ, but not three times by
    so much.
    """

    def cost(amount: int) -> float:
        begun = time.thread_time()
        work(amount)
        return time.thread_time() - begun

    most = _GROWTH**1.5
    tries = []
    for _ in range(3):
        small, large = max(min(cost(size // _GROWTH) for _ in range(3)), 1e-4), cost(size)
        tries.append(large / small)
        if tries[-1] <= most:
            return
    raise AssertionError(f"{_GROWTH} times as much costs {', '.join(f'{found:.0f}' for found in tries)} times as much")
