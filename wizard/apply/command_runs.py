"""Runs commands of Docker Compose as events: shown, run, and the reason if one fails."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from wizard.apply import failures
from wizard.apply.events import ApplyEvent, CommandEnded, CommandShown, Failed

if TYPE_CHECKING:
    from wizard.apply.commands import Compose


async def one_after_another(*parts: AsyncGenerator[ApplyEvent, None]) -> AsyncGenerator[ApplyEvent, None]:
    """Yield the events of each command in turn; stop after one that fails."""
    has_failed = False
    for part in parts:
        async with contextlib.aclosing(part) as events:
            if not has_failed:
                async for event in events:
                    has_failed = has_failed or isinstance(event, Failed)
                    yield event


async def run_command(
    compose: Compose, arguments: tuple[str, ...], why: str, seconds: float
) -> AsyncGenerator[ApplyEvent, None]:
    """Show a command, run it, and say what is wrong if it fails."""
    yield CommandShown(command=compose.shown(arguments), why=why)
    async with contextlib.aclosing(compose.run(arguments, seconds=seconds)) as events:
        async for event in events:
            yield event
            if isinstance(event, CommandEnded) and event.status != 0:
                yield failures.of_output(event.output)
