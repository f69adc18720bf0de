"""Runs the program of Docker Compose: live bounded output, no leftover processes, no secret in arguments or environment."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.apply.events import CommandEnded, OutputLine
from wizard.basics import async_processes
from wizard.basics.environments import compose_environment
from wizard.basics.own_command import in_folder
from wizard.basics.patterns import late_pattern
from wizard.basics.processes import ErrorOutput, Invocation, ProcessFailure

if TYPE_CHECKING:
    from wizard.apply.redaction import Redactor
    from wizard.basics.secret import Secret

_MOST_LINES: Final = 2000
_LONGEST_LINE: Final = 4000
_KEPT_LINES: Final = 12
_GRACE: Final = 2.0
"""Seconds that a program has to end by itself."""


_NOISE: Final = late_pattern(
    r'The \\?"?\w+\\?"? variable is not set\. Defaulting to a blank string|the attribute `version` is obsolete'
    r"|Config file YAML format is invalid: ENOENT|^Warming up the engines"
)
"""What Docker Compose says about files that it accepts, before each command anew; and LibreChat's scripts of a librechat.yaml that
is not there, which is harmless: they go on (config/create-user.js, v0.8.8-rc1)."""


def is_noise(line: str) -> bool:
    """Return whether a line of Docker Compose or of LibreChat's scripts says nothing of what a command did."""
    return _NOISE.search(line) is not None


def environment() -> Mapping[str, str]:
    """Return the environment of every command: which engine and project, where programs are; no setting, no secret."""
    return {**compose_environment(), "COMPOSE_ANSI": "never"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compose:
    """The program of Docker Compose in one folder."""

    program: tuple[str, ...]
    """``/usr/bin/docker``, ``compose``; or ``docker-compose`` alone."""
    folder: Path
    redactor: Redactor

    def shown(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """Return the command as it is run in the folder."""
        return (Path(self.program[0]).name, *self.program[1:], *arguments)

    def environment(self) -> Mapping[str, str]:
        """Return what the program gets of our environment."""
        return environment()

    def typed(self, arguments: Sequence[str]) -> str:
        """Return the same as one line that a person types anywhere."""
        return in_folder(shlex.join(self.shown(arguments)))

    async def run(
        self, arguments: Sequence[str], *, seconds: float, stdin: Secret | None = None
    ) -> AsyncGenerator[OutputLine | CommandEnded, None]:
        """Run a command and give its lines as they come, its end last.

        Where the caller stops listening, or the time is over, the program and all that it started are ended. ``stdin``
        is written as one line to its standard input; else that is empty.
        """
        begun = time.monotonic()
        last: deque[str] = deque(maxlen=_KEPT_LINES)
        noise: deque[str] = deque(maxlen=_KEPT_LINES)
        try:
            child = await self._started(arguments, seconds, stdin)
        except OSError as error:
            message = f"{Path(self.program[0]).name} could not be started: {error.strerror}"
            yield CommandEnded(status=None, seconds=0.0, output=(message,))
            return
        try:
            status: int | None = None
            async with contextlib.aclosing(async_processes.lines(child, begun + seconds)) as lines:
                number = 0
                async for line in lines:
                    number += 1
                    text = self.redactor.line(line)
                    if is_noise(text):
                        noise.append(text)
                    elif text.strip():
                        last.append(text)
                        if number <= _MOST_LINES:
                            yield OutputLine(text=text)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + _left(begun, seconds)):
                    status = await child.wait()
            if status is None:
                last.append(f"(did not finish within {seconds:g} s)")
        finally:
            await async_processes.end(child, grace=_GRACE)
        yield CommandEnded(status=status, seconds=time.monotonic() - begun, output=tuple(last or noise))

    async def ask(
        self,
        arguments: Sequence[str],
        *,
        seconds: float = 20.0,
        largest: int = 1_000_000,
        stdin: Secret | None = None,
    ) -> tuple[int | None, str, str]:
        """Run a command that only looks; return status, standard output and the last of standard error, unredacted."""
        invocation = self._invocation(arguments, seconds, stdin)
        done = await async_processes.run(replace(invocation, errors=ErrorOutput.KEPT, largest=largest), grace=_GRACE)
        if done.failure is ProcessFailure.ABSENT:
            return None, "", f"could not be started: {done.reason}"
        if done.failure is ProcessFailure.ENDLESS:
            return None, "", "the command printed too much output"
        if done.failure is not None:
            return None, "", f"no response within {seconds:g} s"
        return done.status, done.text, done.error_text[-20_000:]

    async def talk(
        self, arguments: Sequence[str], *, seconds: float, reply: Callable[[str], str | None]
    ) -> tuple[int | None, tuple[str, ...]]:
        """Run a command that asks; return its status (``None``: no end in time) and its lines, redacted.

        ``reply`` is given all that was said since the last answer, and gives the next one once that is a question: a
        program that makes a readline for each question loses what is written before it asks.
        """
        try:
            child = await async_processes.start(self._invocation(arguments, seconds, None), asks=True)
        except OSError as error:
            return None, (f"could not be started: {error.strerror}",)
        output = bytearray()
        status = None
        try:
            async with asyncio.timeout(seconds):
                await _answered(child, output, reply)
                status = await child.wait()
        except TimeoutError:
            output += f"\n(did not finish within {seconds:g} s)".encode()
        finally:
            await async_processes.end(child, grace=_GRACE)
        lines = output.decode("utf-8", "replace").replace("\r", "\n").split("\n")
        shown = [self.redactor.line(line[:_LONGEST_LINE]) for line in lines[-_MOST_LINES:]]
        return status, tuple(line for line in shown if line.strip())

    def _invocation(self, arguments: Sequence[str], seconds: float, stdin: Secret | None) -> Invocation:
        return Invocation(
            arguments=(*self.program, *arguments),
            environment=self.environment(),
            seconds=seconds,
            folder=self.folder,
            stdin=stdin,
            stops_when_full=False,
            errors=ErrorOutput.JOINED,
        )

    async def _started(
        self, arguments: Sequence[str], seconds: float, stdin: Secret | None
    ) -> asyncio.subprocess.Process:
        invocation = self._invocation(arguments, seconds, stdin)
        child = await async_processes.start(invocation)
        await async_processes.give(child, invocation)
        return child


def _left(begun: float, seconds: float) -> float:
    return max(0.0, begun + seconds - time.monotonic())


async def _answered(child: asyncio.subprocess.Process, output: bytearray, reply: Callable[[str], str | None]) -> None:
    """Read to the end and answer what is asked; the last of what was said stays in ``output``."""
    stream, writer, asked = child.stdout, child.stdin, bytearray()
    while stream is not None and (chunk := await stream.read(65536)):
        output += chunk
        asked += chunk
        del output[: -_LONGEST_LINE * _KEPT_LINES], asked[: -_LONGEST_LINE * _KEPT_LINES]
        answer = reply(asked.decode("utf-8", "replace"))
        if answer is not None and writer is not None:
            asked.clear()
            with contextlib.suppress(OSError):
                writer.write(f"{answer}\n".encode())
                await writer.drain()
