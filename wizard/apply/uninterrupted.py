"""Finishes a clean-up even if Ctrl+C is pressed again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


async def uninterrupted(work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """Do what cleans up, however often the task is cancelled meanwhile; the cancellation is raised afterwards.

    A loop that is being closed (a second Ctrl+C) cancels the work itself: it is begun once more, so that it has to be one that
    can be repeated.
    """
    cancelled: asyncio.CancelledError | None = None
    task = asyncio.ensure_future(work())
    for is_last in (False, True):
        while not task.done():
            try:
                await asyncio.wait((task,))
            except asyncio.CancelledError as error:
                cancelled = error
        if is_last or not task.cancelled():
            break
        task = asyncio.ensure_future(work())
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # looked at: the cancellation is what is raised
        raise cancelled
    return task.result()
