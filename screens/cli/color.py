"""Color and width of the command line's output. Color never carries meaning alone, and JSON has none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Final

from wizard.basics.patterns import late_pattern

_RESET: Final = "\x1b[0m"
_RED, _GREEN, _YELLOW, _MAGENTA, _CYAN, _BOLD, _DIM = (
    f"\x1b[{code}m" for code in ("31", "32", "33", "35", "36", "1", "2")
)
_REPORT: Final = {
    "FAIL": f"{_BOLD}{_RED}",
    "????": _MAGENTA,
    "WARN": _YELLOW,
    "ok  ": _GREEN,
    "ackn": _DIM,
    "----": _DIM,
}
"""The tags at the beginning of a report's lines (:data:`wizard.basics.finding.SIGNS`, :mod:`checks.report`)."""
_DIFFERENCE: Final = {"---": _BOLD, "+++": _BOLD, "@@": _CYAN, "+": _GREEN, "-": _RED}
_FIELD: Final = late_pattern(r"[^\s:]+(?::\d+)?: (?:[\w.$-]+: )?")
"""The place at the beginning of an error: ``answers.yaml:7: settings.EMAIL_PORT: ``."""
_COLUMNS: Final = 80
_mode: str = "auto"


def choose(mode: str) -> None:
    """Take what ``--color`` says; Textual, which draws the full screen, heeds NO_COLOR alone."""
    global _mode  # noqa: PLW0603 - one command line a process
    _mode = mode
    if mode == "never":
        os.environ["NO_COLOR"] = "1"
    elif mode == "always":
        os.environ.pop("NO_COLOR", None)


def is_on(stream: IO[str] | None) -> bool:
    """Return whether what is written there may be colored: https://no-color.org, and a terminal that is not ``dumb``."""
    if _mode != "auto":
        return _mode == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb" and is_terminal(stream)


def is_terminal(stream: IO[str] | None) -> bool:
    """Return whether the stream is a terminal."""
    return stream is not None and stream.isatty()


def report(text: str, stream: IO[str]) -> str:
    """Return a report with its tags colored."""
    return "\n".join(_of_report(text.split("\n"))) if is_on(stream) else text


def difference(text: str, stream: IO[str]) -> str:
    """Return the difference of files with its signs colored."""
    return "\n".join(map(_of_difference, text.split("\n"))) if is_on(stream) else text


def error(text: str) -> str:
    """Return an error as standard error shows it: no word cut at a terminal, the place in color."""
    found = _FIELD.match(text)
    shown = fitted(text, sys.stderr)
    if not is_on(sys.stderr) or found is None:
        return shown
    place = shown[: found.end()]
    return f"{_BOLD}{_RED}{place}{_RESET}{shown[len(place) :]}" if "\n" not in place else shown


def fitted(text: str, stream: IO[str]) -> str:
    """Return text whose lines end between two words of prose at a terminal; an indented line is a command or a report, and stays."""
    if not is_terminal(stream):
        return text
    columns = _columns(stream)
    return "\n".join(_wrapped(line, columns) for line in text.split("\n"))


def cut(text: str, stream: IO[str]) -> str:
    """Return text that fits into one line of the terminal."""
    columns = _columns(stream)
    return text if len(text) < columns else f"{text[: columns - 4]}..."


def _wrapped(line: str, columns: int) -> str:
    if len(line) < columns or line.startswith((" ", "|")):
        return line
    from wizard.basics.command_lines import wrapped

    return "\n".join(wrapped(line, columns - 1))


def _columns(stream: IO[str]) -> int:
    try:
        # 0: the terminal does not know it.
        return max(40, min(_COLUMNS, os.get_terminal_size(stream.fileno()).columns or _COLUMNS))
    except (OSError, ValueError):
        return _COLUMNS


def _of_report(lines: Iterable[str]) -> Iterator[str]:
    is_dim = False
    for line in lines:
        color = _REPORT.get(line[:4], "") if line[4:6] == "  " else ""
        # What did not run is dim as a whole, with the lines that belong to it.
        is_dim = color == _DIM or (is_dim and line.startswith("      "))
        if is_dim:
            yield f"{_DIM}{line}{_RESET}"
        else:
            yield f"{color}{line[:4]}{_RESET}{line[4:]}" if color else line


def _of_difference(line: str) -> str:
    color = next((color for sign, color in _DIFFERENCE.items() if line.startswith(sign)), "")
    return f"{color}{line}{_RESET}" if color else line
