"""Something happens at the n-th call by which a transaction changes the disk."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock

CHANGING: Final = (
    "open",
    "write",
    "pwrite",
    "ftruncate",
    "fsync",
    "fchmod",
    "fchown",
    "chmod",
    "chown",
    "link",
    "rename",
    "replace",
    "unlink",
    "rmdir",
    "mkdir",
    "setxattr",
)
"""Between two of these nothing changes on the disk, so that these are all the instants that differ."""

Before = Callable[["Call"], None]
"""Runs before a call: it may raise, kill the process or send it a signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that is about to be made."""

    number: int
    """Counted from 1."""
    name: str
    arguments: tuple[Any, ...]


@dataclass(slots=True)
class Calls:
    """The calls made so far."""

    names: list[str] = field(default_factory=list)


@contextlib.contextmanager
def before_each_call(before: Before) -> Iterator[Calls]:
    """Call ``before`` ahead of every call that changes the disk; the value counts them."""
    calls = Calls()
    with contextlib.ExitStack() as stack:
        for name in CHANGING:
            stack.enter_context(mock.patch.object(os, name, _watched(name, getattr(os, name), calls, before)))
        yield calls


def _watched(name: str, real: Callable[..., Any], calls: Calls, before: Before) -> Callable[..., Any]:
    def watched(*arguments: Any, **options: Any) -> Any:
        if name == "open" and arguments[1] & os.O_PATH:
            # A step on the way to a file: it changes nothing, and there are many.
            return real(*arguments, **options)
        calls.names.append(name)
        before(Call(number=len(calls.names), name=name, arguments=arguments))
        return real(*arguments, **options)

    return watched


def nothing(_: Call) -> None:
    """Let every call pass: for counting them."""


def killing(number: int) -> Before:
    """Die by SIGKILL at the n-th call; in a write, half of it has reached the file by then."""
    write = os.write

    def before(call: Call) -> None:
        if call.number == number:
            if call.name == "write":
                descriptor, data = call.arguments
                write(descriptor, bytes(data)[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    return before


def failing(number: int, error: int, *, for_good: bool = False) -> Before:
    """Fail the n-th call with this error number; ``for_good``: all that follow too, as with a disk that died."""

    def before(call: Call) -> None:
        if call.number == number or (for_good and call.number > number):
            raise OSError(error, os.strerror(error), "/a/path/that/nobody/shall/see")

    return before


def signalling(number: int, signals: tuple[signal.Signals, ...]) -> Before:
    """Send ourselves these signals right before the n-th call."""

    def before(call: Call) -> None:
        if call.number == number:
            for each in signals:
                signal.raise_signal(each)

    return before
