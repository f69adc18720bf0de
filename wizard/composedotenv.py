"""How Docker Compose reads a ``.env`` file (compose-go ``dotenv`` and ``template``, the same in 2.9.1 and 2.10.1).

Compose reads it twice: for ``${NAME}`` in its own files and for ``env_file:``. One statement that it cannot read makes it refuse
the file, and then no container starts; so every line of the file matters, also those that only LibreChat needs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

SPACE: Final = "\t\v\f\r \x85\xa0"
"""What compose-go skips within a line (dotenv/parser.go, isSpace)."""
_GO_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Go's unicode.IsSpace."""
_ESCAPES: Final = re.compile(r'\\(?:[abcfnrtv$"\\]|0\d{0,3})', re.ASCII)
_SIMPLE_ESCAPES: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "$": "$$",
}
_VARIABLE: Final = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[_a-z][_a-z0-9]*)|\{(?:(?P<braced>[_a-z][_a-z0-9]*(?::?[-+?](?:[^\n]*))?)\}|(?P<invalid>)))",
    re.IGNORECASE | re.ASCII,
)
_OPERATORS: Final = (":?", "?", ":-", "-", ":+", "+")
_DEEPEST: Final = 50

Lookup = Callable[[str], str | None]


class Refused(Exception):
    """Docker Compose refuses the whole file. ``reason`` is our own text and quotes no value."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One assignment as Docker Compose cuts it."""

    name: str
    value: str
    line: int
    """The line its name stands on, counted from 1."""
    literal: bool = False
    """Whether the value holds no ``$`` that was filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeReading:
    """What Docker Compose reads from a file."""

    statements: tuple[Statement, ...] = ()
    refused: Refused | None = None
    """Why it refuses the file; ``statements`` then holds what came before."""

    def values(self) -> dict[str, str]:
        """Return names with values; of a name set twice the last counts."""
        return {statement.name: statement.value for statement in self.statements}


def read(text: str, environment: Mapping[str, str] | None = None) -> ComposeReading:
    """Read the text of a ``.env`` file (line ends as they are, BOM removed)."""
    reader = _Reader(text, environment or {})
    refused = None
    try:
        reader.run()
    except Refused as error:
        refused = error
    return ComposeReading(statements=tuple(reader.statements), refused=refused)


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Fill in ``$NAME`` and ``${NAME}`` as Docker Compose does; what it would refuse becomes the empty string."""
    try:
        return _substitute(text, values.get, 0)
    except Refused:
        return ""


class _Reader:
    """Walks the text once; ``position`` only grows."""

    def __init__(self, text: str, environment: Mapping[str, str]) -> None:
        # compose-go replaces CRLF before it parses (dotenv/godotenv.go, ParseWithLookup).
        self._text = text.replace("\r\n", "\n")
        self._environment = environment
        self._position = 0
        self._counted = (0, 1)
        self._values: dict[str, str] = {}
        self.statements: list[Statement] = []

    def run(self) -> None:
        """Read statement after statement."""
        while self._skip_to_statement():
            start = self._position
            name, is_inherited = self._name()
            if " " in name:
                raise Refused(self._line(start), "a space in the name")
            if is_inherited:
                if name in self._environment:
                    self._values[name] = self._environment[name]
                continue
            value, literal = self._value(start)
            self._values[name] = value
            self.statements.append(Statement(name=name, value=value, line=self._line(start), literal=literal))

    def _line(self, position: int) -> int:
        known, line = self._counted
        line += self._text.count("\n", known, position) if position >= known else -self._text.count("\n", position, known)
        self._counted = (position, line)
        return line

    def _lookup(self, name: str) -> str | None:
        # What stands in the environment wins over the file (compose-go: lookupFn before envMap).
        if name in self._environment:
            return self._environment[name]
        return self._values.get(name)

    def _skip_to_statement(self) -> bool:
        text, size = self._text, len(self._text)
        position = self._position
        while position < size:
            if text[position] in _GO_SPACE:
                position += 1
            elif text[position] == "#":
                end = text.find("\n", position)
                position = size if end < 0 else end
            else:
                self._position = position
                return True
        self._position = size
        return False

    def _name(self) -> tuple[str, bool]:
        """Read a name up to ``=``, ``:`` or the end of the line; say whether it is a bare word, taken from the environment."""
        text = self._text
        start = self._position
        if match := re.compile(r"export[\t\n\f\r ]+").match(text, start):
            # Go trims only what isSpace knows after the word, so that a line end stays and ends the (empty) name.
            start += len("export")
            while start < match.end() and text[start] in SPACE:
                start += 1
        for position in range(start, len(text)):
            char = text[position]
            if char in SPACE:
                continue
            if char in "=:\n":
                name = text[start:position].rstrip(_GO_SPACE)
                self._position = position + 1
                while self._position < len(text) and text[self._position] in SPACE:
                    self._position += 1
                return name, char == "\n"
            if char in "_.-[]" or _is_letter_or_number(char):
                continue
            raise Refused(self._line(start), f"the character {char!r} in a name")
        # The text ends within the word: Go leaves key empty and starts over with the whole rest.
        name = ""
        self._position = len(text)
        self.statements.append(Statement(name=name, value=text[start:], line=self._line(start)))
        return name, True

    def _value(self, start: int) -> tuple[str, bool]:
        text, position = self._text, self._position
        quote = text[position : position + 1]
        if quote not in ("'", '"'):
            end = text.find("\n", position)
            raw = text[position:] if end < 0 else text[position:end]
            self._position = len(text) if end < 0 else end + 1
            raw = raw.split(" #", 1)[0].rstrip(_GO_SPACE)
            return self._expand(raw, start), "$" not in raw
        chars: list[str] = []
        escaped = False
        for index in range(position + 1, len(text)):
            char = text[index]
            if char == quote and not escaped:
                self._position = index + 1
                value = "".join(chars)
                if quote == "'":
                    return value, True
                unescaped = _unescape(value)
                return self._expand(unescaped, start), "$" not in unescaped
            if char == quote:
                escaped = False
            elif not escaped and char == "\\":
                escaped = True
                continue
            elif escaped:
                escaped = False
                chars.append("\\")
            chars.append(char)
        raise Refused(self._line(start), "a quotation mark without its end")

    def _expand(self, value: str, start: int) -> str:
        if "$" not in value:
            return value
        try:
            return _substitute(value, self._lookup, 0)
        except Refused as error:
            raise Refused(self._line(start), error.reason) from None


def _is_letter_or_number(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"


def _unescape(value: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        code = match[0][1:]
        if code[0] == "0":
            # Go wants exactly three octal digits; anything else stays as it is.
            digits = code[1:]
            if len(digits) == 3 and all(digit in "01234567" for digit in digits) and int(digits, 8) < 256:  # noqa: PLR2004
                return chr(int(digits, 8))
            return "\\" + digits
        return _SIMPLE_ESCAPES.get(code, match[0])

    return _ESCAPES.sub(replaced, value) if "\\" in value else value


def _substitute(template: str, lookup: Lookup, depth: int) -> str:
    if depth > _DEEPEST:
        raise Refused(0, "variables nested too deep")
    return _VARIABLE.sub(lambda match: _replacement(match[0], lookup, depth), template)


def _replacement(text: str, lookup: Lookup, depth: int) -> str:
    closing = _closing_brace(text)
    rest = text[closing + 1 :] if closing >= 0 else ""
    text = text[: closing + 1] if closing >= 0 else text
    match = _VARIABLE.search(text)
    if match is None or match["invalid"] is not None:
        raise Refused(0, "'${' that is no variable")
    if match["escaped"]:
        return "$"
    if match["named"]:
        return lookup(match["named"]) or ""
    inner = match["braced"]
    found = [(index, operator) for operator in _OPERATORS if (index := inner.find(operator)) >= 0]
    if not found:
        return lookup(inner) or ""
    # The longer operator wins where both begin at one place: ':-' before '-' cannot begin at the same character.
    operator = min(found)[1]
    return _conditional(inner, operator, lookup, depth) + _substitute(rest, lookup, depth + 1)


def _conditional(inner: str, operator: str, lookup: Lookup, depth: int) -> str:
    name, _, alternative = inner.partition(operator)
    value = lookup(name)
    counts = bool(value) if operator[0] == ":" else value is not None
    if operator[-1] == "?":
        if counts:
            return value or ""
        raise Refused(0, f"the variable {name} is required there and not set")
    if operator[-1] == "-":
        return value or "" if counts else _substitute(alternative, lookup, depth + 1)
    return _substitute(alternative, lookup, depth + 1) if counts else value or ""


def _closing_brace(text: str) -> int:
    opened = position = 0
    while position < len(text):
        if text[position] == "}":
            opened -= 1
            if opened == 0:
                return position
        if text[position] == "{":
            opened += 1
            position += 1
        position += 1
    return -1
