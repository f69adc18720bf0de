"""Parses environment files and command lines as systemd does (systemd 257: src/basic/env-file.c, src/basic/extract-word.c).

The file is not a shell script: nothing is expanded, and a ``#`` begins a comment at the start of a line alone.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

_COMMENTS: Final = "#;"
_SPACE: Final = " \t"
_NEWLINE: Final = "\n\r"
_WHITE: Final = " \t\n\r"
_ESCAPED_IN_QUOTES: Final = '"\\`$'
"""What a backslash escapes between double quotes; before anything else it stays (``SHELL_NEED_ESCAPE``)."""


class _At(Enum):
    """Where in the file a reader is."""

    LINE = "line"
    """Before a name."""
    NAME = "name"
    COMMENT = "comment"
    COMMENT_ESCAPE = "comment-escape"
    BEGIN = "begin"
    """Before a value, and behind its quoted parts: blanks are skipped, and a quotation mark opens another part."""
    VALUE = "value"
    ESCAPE = "escape"
    SINGLE = "single"
    DOUBLE = "double"
    DOUBLE_ESCAPE = "double-escape"


def environment_file(data: bytes) -> dict[str, str]:
    """Return the variables of a file that ``EnvironmentFile=`` names; names that are none are left out."""
    reader = _Reader()
    for char in data.decode("utf-8", "replace"):
        reader.take(char)
    reader.finish()
    return {name: value for name, value in reader.found.items() if _is_name(name)}


def _is_name(name: str) -> bool:
    is_plain = all(char.isascii() and (char.isalnum() or char == "_") for char in name)
    return bool(name) and is_plain and not name[0].isdigit()


class _Reader:
    """The reader of ``parse_env_file_internal``, a character at a time."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._at = _At.LINE
        self._name: list[str] = []
        self._value: list[str] = []
        self._kept = 0
        """How much of the value stays whatever blanks follow."""

    def take(self, char: str) -> None:
        """Read one character."""
        getattr(self, f"_in_{self._at.name.lower()}")(char)

    def finish(self) -> None:
        """Read the end of the file."""
        if self._at not in (_At.LINE, _At.NAME, _At.COMMENT, _At.COMMENT_ESCAPE):
            self._end_value()

    def _end_value(self) -> None:
        value = self._value[: self._kept] if self._at is _At.VALUE else self._value
        self.found["".join(self._name).strip()] = "".join(value)
        self._name, self._value, self._kept, self._at = [], [], 0, _At.LINE

    def _in_line(self, char: str) -> None:
        if char in _COMMENTS:
            self._at = _At.COMMENT
        elif char not in _WHITE:
            self._at, self._name = _At.NAME, [char]

    def _in_name(self, char: str) -> None:
        if char in _NEWLINE:
            self._at = _At.LINE
        elif char == "=":
            self._at, self._value, self._kept = _At.BEGIN, [], 0
        else:
            self._name.append(char)

    def _in_comment(self, char: str) -> None:
        self._at = _At.COMMENT_ESCAPE if char == "\\" else _At.LINE if char in _NEWLINE else _At.COMMENT

    def _in_comment_escape(self, _: str) -> None:
        self._at = _At.COMMENT

    def _in_begin(self, char: str) -> None:
        if char in _NEWLINE:
            self._end_value()
        elif char in _QUOTES:
            self._at = _QUOTES[char]
        elif char == "\\":
            self._at = _At.ESCAPE
        elif char not in _WHITE:
            self._at = _At.VALUE
            self._add(char)

    def _in_value(self, char: str) -> None:
        if char in _NEWLINE:
            self._end_value()
        elif char == "\\":
            self._at, self._kept = _At.ESCAPE, len(self._value)
        else:
            self._add(char)

    def _in_escape(self, char: str) -> None:
        self._at = _At.VALUE
        if char not in _NEWLINE:
            self._value.append(char)
        self._kept = len(self._value)

    def _in_single(self, char: str) -> None:
        if char == "'":
            self._at = _At.BEGIN
        else:
            self._value.append(char)

    def _in_double(self, char: str) -> None:
        if char == '"':
            self._at = _At.BEGIN
        elif char == "\\":
            self._at = _At.DOUBLE_ESCAPE
        else:
            self._value.append(char)

    def _in_double_escape(self, char: str) -> None:
        self._at = _At.DOUBLE
        if char in _ESCAPED_IN_QUOTES:
            self._value.append(char)
        elif char != "\n":
            self._value.extend(("\\", char))

    def _add(self, char: str) -> None:
        self._value.append(char)
        if char not in _WHITE:
            self._kept = len(self._value)


_QUOTES: Final = {"'": _At.SINGLE, '"': _At.DOUBLE}


def words(line: str) -> list[str]:
    """Return the words of ``Environment=``: blanks part them, quotes hold them together."""
    found: list[str] = []
    word: list[str] = []
    quote, is_open = "", False
    for char in line:
        if quote:
            if char == quote:
                quote = ""
            else:
                word.append(char)
        elif char in "'\"":
            quote, is_open = char, True
        elif char in _SPACE:
            if word or is_open:
                found.append("".join(word))
            word, is_open = [], False
        else:
            word.append(char)
    if word or is_open:
        found.append("".join(word))
    return found
