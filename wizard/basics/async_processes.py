"""Runs other programs concurrently, by the rules of :mod:`wizard.basics.processes`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncGenerator
from typing import Final

from wizard.basics.processes import (
    CHUNK,
    KILL_SECONDS,
    MOST,
    Invocation,
    KeptOutput,
    ProcessFailure,
    ProcessResult,
    ended,
    kill_group,
    not_started,
    options,
)

_LONGEST_LINE: Final = 4000


class _FullError(Exception):
    """A program said more than is kept."""


async def run(invocation: Invocation, *, grace: float = 0.0) -> ProcessResult:
    """Run a program to its end. It and all that it started are ended where time or patience is over.

    With ``grace`` it is asked to end first and has that many seconds.
    """
    try:
        child = await start(invocation)
    except (OSError, ValueError) as error:
        return not_started(error)
    out, err = KeptOutput(invocation), KeptOutput(invocation)
    failure: ProcessFailure | None = None
    try:
        async with asyncio.timeout(invocation.seconds):
            await _hold(child, invocation, out, err)
    except TimeoutError:
        failure = ProcessFailure.SILENT
    except _FullError:
        failure = ProcessFailure.ENDLESS
    finally:
        await end(child, grace=grace)
    return ended(child.returncode, out, err, failure)


async def start(invocation: Invocation, *, asks: bool = False) -> asyncio.subprocess.Process:
    """Start a program as the leader of a group of its own; the caller ends it with :func:`end`.

    ``asks``: its standard input stays open for the caller to write to.
    """
    return await asyncio.create_subprocess_exec(*invocation.arguments, **options(invocation, asks=asks))


async def give(child: asyncio.subprocess.Process, invocation: Invocation) -> None:
    """Write what the program reads and close its standard input."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.write(invocation.given or b"")
            await child.stdin.drain()
        child.stdin.close()


async def _hold(child: asyncio.subprocess.Process, invocation: Invocation, out: KeptOutput, err: KeptOutput) -> None:
    """Give the input, take both outputs to their end and wait."""
    pairs = ((child.stdout, out), (child.stderr, err))
    tasks = [asyncio.ensure_future(_take(stream, kept)) for stream, kept in pairs if stream is not None]
    tasks.append(asyncio.ensure_future(give(child, invocation)))
    try:
        await asyncio.gather(*tasks)
        await child.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _take(stream: asyncio.StreamReader, kept: KeptOutput) -> None:
    while chunk := await stream.read(CHUNK):
        if kept.is_too_much(chunk):
            raise _FullError


async def lines(child: asyncio.subprocess.Process, until: float) -> AsyncGenerator[str, None]:
    """Yield lines as they come, also those that end with a carriage return; an endless one is cut.

    ``until`` is a time of ``time.monotonic()``: then no more come, nor after :data:`~wizard.basics.processes.MOST` bytes.
    """
    stream, rest, received = child.stdout, b"", 0
    while stream is not None:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                chunk = await stream.read(CHUNK)
        except TimeoutError:
            return
        received += len(chunk)
        if not chunk or received > MOST:
            break
        *whole, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        for line in whole:
            yield line[:_LONGEST_LINE].decode("utf-8", "replace")
        rest = rest[:_LONGEST_LINE]
    if rest:
        yield rest.decode("utf-8", "replace")


async def end(child: asyncio.subprocess.Process, *, grace: float = 0.0) -> None:
    """End a program's whole group: docker itself and the plugins that it started.

    With ``grace`` it is asked to end first and has that many seconds.
    """
    if child.returncode is None and grace:
        kill_group(child.pid, signal.SIGTERM)
        await _gone(child, grace)
    # Also once docker itself has ended: the plugin that it started is of the same group.
    kill_group(child.pid)
    await _gone(child, KILL_SECONDS)


async def _gone(child: asyncio.subprocess.Process, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            for stream in (child.stdout, child.stderr):
                # Where a pipe is full, asyncio would wait for its end forever.
                while stream is not None and await stream.read(CHUNK):
                    pass
            await child.wait()
