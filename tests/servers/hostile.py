"""What servers do that mean harm or are broken, and what has to hold of every check that meets one."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol, TypeAlias

from checks.model import Report
from checks.report import finding_json, report_text
from tests.patience import within
from tests.servers.certificates import Certificates
from tests.servers.lines import Reader, Writer
from tests.servers.smtp import Handler, listening
from wizard.basics.finding import Finding

Check: TypeAlias = Callable[[int], Awaitable[list[Finding]]]
"""Runs a check against a port."""
STEERING = b"\x1b]0;owned\x07\x1b[2J\xff\xfe\xe2\x80\xae\x9b31m[@click=app.bell]x"
"""What would steer a terminal or a screen that shows it as it is."""


def dripping(text: bytes, *, after: bytes = b"") -> Handler:
    """Say a text, one byte every tenth of a second, and its last byte without end."""

    async def drip(_: Reader, writer: Writer) -> None:
        writer.write(after)
        for byte in itertools.chain(text, itertools.repeat(text[-1])):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.1)

    return drip


def endless(chunk: bytes, *, after: bytes = b"") -> Handler:
    """Say the same without end, as fast as it is read."""

    async def repeat(_: Reader, writer: Writer) -> None:
        writer.write(after)
        # A client that has gone is no error with TLS, and waiting for room is no waiting then.
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)

    return repeat


def saying(text: bytes) -> Handler:
    """Say something, asked or not, and close."""

    async def say(_: Reader, writer: Writer) -> None:
        writer.write(text)
        await writer.drain()

    return say


async def close(_: Reader, __: Writer) -> None:
    """Close without a word."""


flood = endless(b"x" * 65536)


class Hostile(Protocol):
    """Meets a check with a server; gives its findings, which are inert and hold no secret."""

    async def __call__(
        self, server: Handler, check: Check, *, certificate: str = "", secret: str = ""
    ) -> list[Finding]: ...


def meeting(certificates: Certificates) -> Hostile:
    """Return what the fixture ``hostile`` is. ``certificate``: TLS from the first byte, with the one of that name."""

    async def meet(server: Handler, check: Check, *, certificate: str = "", secret: str = "") -> list[Finding]:
        context = certificates.context(certificate) if certificate else None
        async with listening(server, context=context) as port:
            found = await within(check(port))
        assert_inert(found, secret)
        return found

    return meet


def assert_inert(found: list[Finding], secret: str = "") -> None:
    """Nothing that a finding says can steer what shows it, or tells the secret."""
    assert found
    text = report_text(Report(findings=tuple(found))) + json.dumps([finding_json(each) for each in found])
    assert not [char for char in text.replace("\n", "") if not char.isprintable()]
    raw = "".join(part for each in found for part in (each.summary, each.remedy, *each.evidence))
    assert raw.isprintable()
    assert "\u202e" not in raw
    assert not secret or secret not in raw + repr(found)


@contextlib.contextmanager
def memory_below(megabytes: int) -> Iterator[None]:
    """Hold what the block allocates below a limit."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 1024 * 1024
