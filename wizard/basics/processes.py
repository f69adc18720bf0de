"""Runs other programs: bounded output and time, no leftover processes, no secret in arguments or environment.

:mod:`wizard.basics.async_processes` is the same for what waits for several things at once.
"""

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from wizard.basics.secret import Secret, shown_without

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

LARGEST: Final = 1_000_000
"""Bytes of output that are kept if nothing else is said."""
MOST: Final = 32_000_000
"""Bytes of output after which a program is ended in any case: what says more never comes to an end."""
CHUNK: Final = 65536
KILL_SECONDS: Final = 5.0
"""Seconds that the system has to clear up a program that was killed."""


class ErrorOutput(StrEnum):
    """Where a program's standard error goes."""

    KEPT = "kept"
    JOINED = "joined"
    """In one stream with its standard output."""
    SHOWN = "shown"
    """To our own, for a program that may ask its owner something."""


class ProcessFailure(StrEnum):
    """Why a program gave no result."""

    ABSENT = "absent"
    """It could not be started."""
    SILENT = "silent"
    """It did not end in time."""
    ENDLESS = "endless"
    """It said more than anybody wants to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A program and how it is run."""

    arguments: tuple[str, ...]
    """The program first; no shell."""
    environment: Mapping[str, str] = field(repr=False)
    """All that it gets: nothing else is inherited."""
    seconds: float
    folder: "Path | None" = None
    descriptors: tuple[int, ...] = ()
    """What it inherits besides its streams."""
    stdin: Secret | bytes | None = field(default=None, repr=False)
    """What it reads; a secret as one line. Else that is empty: our own standard input is never given away."""
    largest: int = LARGEST
    """Bytes of each stream that are kept."""
    stops_when_full: bool = True
    """Whether it is ended where it says more; else the rest is read and forgotten, up to :data:`MOST`."""
    errors: ErrorOutput = ErrorOutput.KEPT
    has_terminal: bool = False
    """Whether it may ask its owner at the terminal: it stays in our process group then, and is ended alone."""

    def __post_init__(self) -> None:
        if isinstance(self.stdin, Secret) and self.stdin:
            clear = self.stdin.reveal()
            if any(clear == text for text in (*self.arguments, *self.environment.values())):
                raise ValueError("a secret goes to a program's standard input, never to its arguments or environment")

    @property
    def given(self) -> bytes | None:
        """What is written to its standard input; ``None``: that is empty."""
        if isinstance(self.stdin, Secret):
            return f"{self.stdin.reveal()}\n".encode(errors="surrogateescape")
        return self.stdin


class ProcessResult(NamedTuple):
    """How a program ended."""

    status: int | None = None
    """``None``: it could not be started or had to be ended."""
    out: bytes = b""
    err: bytes = b""
    failure: ProcessFailure | None = None
    reason: str = ""
    """Why it could not be started, in the system's words; may be empty."""

    def __repr__(self) -> str:
        return shown_without(self, "out", "err")

    @property
    def text(self) -> str:
        """Its standard output."""
        return self.out.decode("utf-8", "replace")

    @property
    def error_text(self) -> str:
        """Its standard error."""
        return self.err.decode("utf-8", "replace")


class KeptOutput:
    """What is kept of one stream of a program."""

    def __init__(self, invocation: Invocation) -> None:
        self.data = bytearray()
        self._invocation = invocation
        self._received = 0

    def is_too_much(self, chunk: bytes) -> bool:
        """Keep what there is room for; tell whether the program has said more than it may."""
        room = max(0, self._invocation.largest - len(self.data))
        self.data += chunk[:room]
        self._received += len(chunk)
        return (self._invocation.stops_when_full and len(chunk) > room) or self._received > MOST


def options(invocation: Invocation, *, asks: bool = False) -> dict[str, Any]:
    """Return how a program is started, for ``subprocess`` and for asyncio: its streams, environment, folder and group.

    ``asks``: its standard input stays open for the caller to write to.
    """
    import subprocess

    errors = {ErrorOutput.KEPT: subprocess.PIPE, ErrorOutput.JOINED: subprocess.STDOUT, ErrorOutput.SHOWN: None}
    return {
        "stdin": subprocess.PIPE if asks or invocation.given is not None else subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": errors[invocation.errors],
        "env": dict(invocation.environment),
        "cwd": invocation.folder,
        "pass_fds": invocation.descriptors,
        "start_new_session": not invocation.has_terminal,
    }


def ended(status: int | None, out: KeptOutput, err: KeptOutput, failure: ProcessFailure | None) -> ProcessResult:
    """Return the result of a program that was started."""
    status = status if failure is None else None
    return ProcessResult(status=status, out=bytes(out.data), err=bytes(err.data), failure=failure)


def not_started(error: OSError | ValueError) -> ProcessResult:
    """Return the result of a program that could not be started."""
    reason = (error.strerror or "") if isinstance(error, OSError) else ""
    return ProcessResult(failure=ProcessFailure.ABSENT, reason=reason)


def run(invocation: Invocation) -> ProcessResult:
    """Run a program to its end. It and all that it started are ended where time or patience is over."""
    import subprocess

    try:
        child = subprocess.Popen(invocation.arguments, **options(invocation))
    except (OSError, ValueError) as error:
        return not_started(error)
    conversation = _Conversation(child, invocation)
    failure: ProcessFailure | None
    try:
        failure = conversation.hold()
        if failure is None:
            try:
                child.wait(max(0.0, conversation.until - time.monotonic()))
            except subprocess.TimeoutExpired:
                failure = ProcessFailure.SILENT
    finally:
        _end(child, is_alone=invocation.has_terminal)
    return ended(child.returncode, conversation.out, conversation.err, failure)


class _Conversation:
    """Writes a program's input and reads its output, whatever comes first, until both streams end."""

    def __init__(self, child: "Popen[bytes]", invocation: Invocation) -> None:
        self._child = child
        self._rest = memoryview(invocation.given or b"")
        self.until: Final = time.monotonic() + invocation.seconds
        self.out, self.err = KeptOutput(invocation), KeptOutput(invocation)

    def hold(self) -> ProcessFailure | None:
        import selectors

        child = self._child
        with selectors.DefaultSelector() as selector:
            for stream, kept in ((child.stdout, self.out), (child.stderr, self.err)):
                if stream is not None:
                    selector.register(stream, selectors.EVENT_READ, kept)
            if child.stdin is not None:
                os.set_blocking(child.stdin.fileno(), False)
                selector.register(child.stdin, selectors.EVENT_WRITE, None)
            while selector.get_map():
                ready = selector.select(max(0.0, self.until - time.monotonic()))
                if not ready and time.monotonic() >= self.until:
                    return ProcessFailure.SILENT
                for key, _ in ready:
                    chunk = b"" if key.data is None else os.read(key.fd, CHUNK)
                    if chunk and key.data.is_too_much(chunk):
                        return ProcessFailure.ENDLESS
                    if not (self._write(key.fd) if key.data is None else chunk):
                        selector.unregister(key.fileobj)
                        if key.fileobj is child.stdin and child.stdin is not None:
                            _close(child.stdin)
        return None

    def _write(self, descriptor: int) -> bool:
        """Write some of the input; tell whether there is more."""
        try:
            self._rest = self._rest[os.write(descriptor, self._rest[:CHUNK]) :]
        except BlockingIOError:
            return True
        except OSError:
            # It reads no further: its own affair.
            return False
        return bool(self._rest)


def _end(child: "Popen[bytes]", *, is_alone: bool) -> None:
    """Leave no process behind, neither docker nor the plugin that it started."""
    import subprocess

    if not is_alone:
        kill_group(child.pid)
    elif child.poll() is None:
        child.kill()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            _close(stream)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(KILL_SECONDS)


def _close(stream: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        stream.close()


def kill_group(leader: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a program that leads a group and to all that it started; nothing if none is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
