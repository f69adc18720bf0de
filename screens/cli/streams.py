"""Standard output and error of a run that continues without a reader: a write never fails in the middle of the work."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, Final

from screens.cli import color
from wizard.basics.exit_status import ExitStatus

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_CAN_CHANGE: Final = frozenset({ExitStatus.DONE, ExitStatus.FAILED, ExitStatus.INVALID, ExitStatus.UNKNOWN})
"""What a run ended with whose output is lost; a break or a signal counts more."""

_CLEAR: Final = "\r\x1b[K"
"""Back to the beginning of the line, and nothing in it (ECMA-48, CR and EL)."""
_status: str = ""


class _Sink(io.RawIOBase):
    """Writes to a descriptor until that fails, and then nowhere."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self.lost: OSError | None = None
        """Why nothing is written any more."""
        self.raises = False
        """Whether the write that fails says so: where a person is asked, nobody is there any more."""

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        while self.lost is None:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:
                # A pipe that was made so by another process that has it, too.
                import select

                poll = select.poll()
                poll.register(self._descriptor, select.POLLOUT)
                poll.poll()
            except OSError as error:
                self.lost = error
                if self.raises:
                    raise
        return memoryview(data).nbytes


class ProgramStreams:
    """What became of the output of this process."""

    __slots__ = ("_out",)

    def __init__(self, out: _Sink | None) -> None:
        # None if standard output was closed from the start: nobody asked for it.
        self._out = out

    def is_lost(self) -> bool:
        """Return whether something could not be written to standard output."""
        return self._out is not None and self._out.lost is not None

    def ask_a_person(self) -> None:
        """Let the first failed write to standard output raise ``OSError``: a question that nobody reads has no answer."""
        if self._out is not None:
            self._out.raises = True

    def open_output(self) -> None:
        """Put something in place of a closed standard output, so that the work continues and its exit status says it alone."""
        if sys.stdout is None:
            sys.stdout = _nowhere()

    def end(self, status: int) -> int:
        """Write what is still held back; return the exit status, which is 3 where the output was wanted and is lost.

        A reader who has gone (``| head``) wants no more of it.
        """
        with contextlib.suppress(OSError):
            if sys.stdout is not None:
                sys.stdout.flush()
        lost = None if self._out is None else self._out.lost
        if lost is None or lost.errno == errno.EPIPE or status not in _CAN_CHANGE:
            return status
        sys.stderr.write(f"The output could not be written ({lost.strerror}).\n")
        return ExitStatus.NOT_WRITTEN


def take_over() -> ProgramStreams:
    """Replace ``sys.stdout`` and ``sys.stderr`` by streams that never fail; to be called before anything is written."""
    with contextlib.suppress(OSError):
        for descriptor in range(3):
            _fill(descriptor)
    # A terminal that is not UTF-8 gets escapes for what it cannot show, and never a traceback.
    out = _replaced(sys.stdout)
    if out is not None:
        sys.stdout = out[0]
    err = _replaced(sys.stderr)
    sys.stderr = _nowhere() if err is None else err[0]
    return ProgramStreams(None if out is None else out[1])


def tell(text: str) -> None:
    """Print a line for the operator at once; nothing for an empty text."""
    if text:
        cleared = _CLEAR if _status else ""
        sys.stderr.write(f"{cleared}{color.fitted(text.rstrip(), sys.stderr)}\n{_status}")
        sys.stderr.flush()


def show_status(text: str) -> None:
    """Show what is in progress in the last line of a terminal, below what is printed meanwhile; an empty text removes it."""
    global _status  # noqa: PLW0603 - one terminal a process
    shown = color.cut(text, sys.stderr)
    if shown != _status:
        sys.stderr.write(f"{_CLEAR}{shown}")
        sys.stderr.flush()
    _status = shown


def _fill(descriptor: int) -> None:
    """Let a closed standard descriptor lead nowhere: the next file that is opened would get its number, and the output."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDWR)


def _replaced(stream: object) -> tuple[io.TextIOWrapper, _Sink] | None:
    if not isinstance(stream, io.TextIOWrapper):
        return None
    sink = _Sink(stream.fileno())
    text = io.TextIOWrapper(
        io.BufferedWriter(sink),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    return text, sink


def _nowhere() -> io.TextIOWrapper:
    from pathlib import Path

    return Path(os.devnull).open("w", encoding="utf-8")
