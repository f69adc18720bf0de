"""Interpolates variables as Docker Compose does: ``$NAME``, ``${NAME}`` and the forms with ``-``, ``+`` and ``?``.

compose-go, template/template.go, v2.9.1. Releases from v2.10.1 on look at the alternative of ``${NAME:-alternative}`` only when it
is needed; the older ones always do, and refuse the file over a fault in it, so that is what counts here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wizard.basics.patterns import late_pattern

Lookup = Callable[[str], str | None]

# Go's case-insensitive [a-z] also takes U+017F and U+212A, whose other cases are s and k.
_NAME: Final = late_pattern(r"[_A-Za-z\u017f\u212a][_A-Za-z0-9\u017f\u212a]*")
_OPERATOR: Final = late_pattern(r":?[-+?]")
_BRACE: Final = late_pattern(r"\{[\s\S]?|\}")
_DEEPEST: Final = 100
_LONGEST: Final = 1 << 20
"""Characters that a value may grow to; Linux hands no process a variable of more than 128 KiB."""


class InvalidTemplate(Exception):
    """Docker Compose refuses the text. ``reason`` is our own and quotes no value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def substitute(template: str, lookup: Lookup, depth: int = 0) -> str:
    """Return the text with its variables filled in; ``InvalidTemplate`` for what Docker Compose refuses."""
    if "$" not in template:
        return template
    if depth > _DEEPEST:
        raise InvalidTemplate("variables that are nested too deeply")
    # No variable reaches over a line end.
    return "\n".join(_line(line, lookup, depth) for line in template.split("\n"))


def lost_names(template: str, lookup: Lookup) -> tuple[str, ...]:
    """Return the variables without braces that are inside of a longer text and are set nowhere: ``cd9`` of ``ab$cd9``.

    Docker Compose puts nothing in their place, so that the text gets shorter than it is written.
    """
    found: dict[str, None] = {}
    position = 0
    while (start := template.find("$", position)) >= 0:
        name = _NAME.match(template, start + 1)
        if name is not None and lookup(name[0]) is None and name[0] != template[1:]:
            found[name[0]] = None
        position = name.end() if name is not None else start + 2
    return tuple(found)


def _line(line: str, lookup: Lookup, depth: int) -> str:
    pieces: list[str] = []
    position = length = 0
    last_brace = line.rfind("}")
    while (start := line.find("$", position)) >= 0:
        pieces.append(line[position:start])
        value, position = _variable(line, start, last_brace, lookup, depth)
        pieces.append(value)
        length += len(value)
        if length > _LONGEST:
            raise InvalidTemplate("a value larger than 1 MiB")
    pieces.append(line[position:])
    return "".join(pieces)


def _variable(line: str, start: int, last_brace: int, lookup: Lookup, depth: int) -> tuple[str, int]:
    """Return what stands for the ``$`` at ``start``, and where the text continues."""
    following = line[start + 1 : start + 2]
    if following == "$":
        return "$", start + 2
    if following != "{":
        name = _NAME.match(line, start + 1)
        return ("$", start + 1) if name is None else (lookup(name[0]) or "", name.end())
    name = _NAME.match(line, start + 2)
    if name is None:
        raise InvalidTemplate("an invalid ${...} expression")
    if line.startswith("}", name.end()):
        return lookup(name[0]) or "", name.end() + 1
    operator = _OPERATOR.match(line, name.end())
    if operator is None or last_brace < operator.end():
        raise InvalidTemplate("an invalid ${...} expression")
    end = _closing_brace(line, start, last_brace)
    alternative = substitute(line[operator.end() : end], lookup, depth + 1)
    return _conditional(name[0], operator[0], alternative, lookup), end + 1


def _conditional(name: str, operator: str, alternative: str, lookup: Lookup) -> str:
    value = lookup(name)
    counts = bool(value) if operator[0] == ":" else value is not None
    if operator[-1] == "?" and not counts:
        raise InvalidTemplate(f"the required variable {name}, which is not set")
    if operator[-1] == "+":
        return alternative if counts else value or ""
    return value or "" if counts or operator[-1] == "?" else alternative


def _closing_brace(line: str, start: int, last: int) -> int:
    """Return the brace that closes the first one, or the last of the line if none does (getFirstBraceClosingIndex)."""
    opened = 0
    for match in _BRACE.finditer(line, start, last + 1):
        opened += 1 if match[0][0] == "{" else -1
        if opened == 0:
            return match.start()
    return last
