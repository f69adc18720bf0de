"""Handlers of a mail server on loopback that says what a test says, line by line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tests.servers.smtp import Handler

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


def answering(*answers: bytes, then: Callable[[Reader, Writer], Awaitable[None]] | None = None) -> Handler:
    """Return a handler that gives one answer after the other, the first unasked, and then does something else."""

    async def handler(reader: Reader, writer: Writer) -> None:
        for number, answer in enumerate(answers):
            if number:
                await reader.readline()
            writer.write(answer)
            await writer.drain()
        if then is not None:
            if answers:
                await reader.readline()
            await then(reader, writer)

    return handler


async def silence(_: Reader, __: Writer) -> None:
    await asyncio.sleep(3600)
