"""Reads a ``.env`` file as Docker Compose does (compose-go, packages ``dotenv`` and ``template``, v2.9.1 as in Docker Compose 2.40).

Compose reads it twice: for ``${NAME}`` in its own files and for ``env_file:``. One statement that it cannot read makes it refuse
the file, and then no container starts; so every line of the file matters, also those that only LibreChat needs.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.basics.secret import shown_without
from wizard.dotenv.template import InvalidTemplate, lost_names, substitute

SPACE: Final = "\t\v\f\r \x85\xa0"
"""What compose-go skips within a line (dotenv/parser.go, isSpace)."""
_GO_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""Go's unicode.IsSpace."""
_GAP: Final = late_pattern(rf"(?:[{_GO_SPACE}]++|#[^\n]*+)*+")
"""What may be before a statement: blanks, empty lines and comments."""
_EXPORT: Final = late_pattern(r"export(?=[\t\n\f\r ])")
_BLANKS: Final = late_pattern(rf"[{SPACE}]*+")
_PLAIN_NAME: Final = late_pattern(rf"[A-Za-z0-9_.\[\]{SPACE}-]*+")
_QUOTED: Final = {
    "'": late_pattern(r"'((?:[^'\\]++|\\[\s\S])*+)'"),
    '"': late_pattern(r'"((?:[^"\\]++|\\[\s\S])*+)"'),
}
_ESCAPES: Final = late_pattern(r'\\(?:[abcfnrtv$"\\]|0\d{0,3})', re.ASCII)
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
_MOST_GROWN: Final = 1 << 24
"""Characters that variables may bring into a file: each of 50 000 lines could repeat the line before it. Our own limit."""
_OCTAL: Final = late_pattern(r"[0-3][0-7][0-7]")


class RefusedStatement(NamedTuple):
    """A statement that makes Docker Compose refuse the whole file."""

    line: int
    reason: str
    """In our own words; it quotes no value."""
    begins_line: bool = True
    """False where something is left over after a closing quotation mark: a part of a value, not a name."""
    part: str = ""
    """The part of the line that is wrong: ``name``, ``quote`` or ``value``."""


class Statement(NamedTuple):
    """One assignment as Docker Compose cuts it."""

    name: str
    value: str
    line: int
    """The line its name is on, counted from 1; LF, CRLF and a lone CR end a line."""
    end_line: int
    """The line its value ends on."""
    template: str | None = None
    """The value before variables are filled in; ``None`` if nothing is ever filled in."""
    lost: tuple[str, ...] = ()
    """The variables in it that are set nowhere, of which nothing is left (:func:`wizard.dotenv.template.lost_names`)."""
    begins_line: bool = True
    """False where it is after the closing quotation mark of another value; its name may then be a part of a secret."""
    inherited: bool = False
    """A bare word, whose value comes from the environment."""

    def __repr__(self) -> str:
        return shown_without(self, "value", "template")


class ComposeReading(NamedTuple):
    """What Docker Compose reads from a file."""

    statements: tuple[Statement, ...] = ()
    """All statements that it can read; those after a refused one as if that line were fixed."""
    refusals: tuple[RefusedStatement, ...] = ()
    """Every statement that makes it refuse the file."""

    @property
    def refused(self) -> RefusedStatement | None:
        """Return the statement at which it gives up; ``None`` if it reads the whole file."""
        return self.refusals[0] if self.refusals else None

    def beginning_of_refused(self) -> int:
        """Return the line where the refused text starts: that of the opening quotation mark, if one was closed too early.

        0 if nothing is refused.
        """
        if self.refused is None:
            return 0
        line = self.refused.line
        if not self.refused.begins_line:
            return next((found.line for found in self.statements if found.end_line == line), line)
        return line

    def values(self) -> dict[str, str]:
        """Return names with values, up to a refused statement; of a name set twice the last counts."""
        if self.refused is None:
            return {statement.name: statement.value for statement in self.statements}
        limit = self.refused.line
        return {statement.name: statement.value for statement in self.statements if statement.line < limit}


def read(
    text: str, environment: Mapping[str, str] | None = None, earlier: Mapping[str, str] | None = None
) -> ComposeReading:
    """Read the text of a ``.env`` file (line ends as they are, BOM removed).

    ``environment`` is that of the ``docker compose`` command: it wins over the file where a variable is filled in.
    ``earlier`` is what files before this one say, which comes after it.
    """
    outside = (environment or {}, earlier or {})
    # A line that is looked at alone must not take the place of a file.
    is_kept = len(text) > _SMALL and not fills_in(text, *outside)
    return read_alone(text) if is_kept else _read(text, *outside)


_ALONE: Final = r"(?m)^[ \t]*+(?:export[ \t]++)?+([A-Za-z_][\w.]*+)[^=:\n]*+$"
_SMALL: Final = 4096
"""Characters; reading so few anew costs nothing."""


def fills_in(text: str, *outside: Mapping[str, str]) -> bool:
    """Whether a text may take values from outside of it: by ``$NAME``, or by a name alone on its line."""
    if not any(outside):
        return False
    named = {*re.findall(r"\$\{?(\w+)", text), *re.findall(_ALONE, text)}
    return not all(map(named.isdisjoint, outside))


@lru_cache(maxsize=2)
def read_alone(text: str) -> ComposeReading:
    """Read a text in which nothing from outside is filled in: one look at a folder asks for its ``.env`` several times."""
    return _read(text, {}, {})


def _read(text: str, environment: Mapping[str, str], earlier: Mapping[str, str]) -> ComposeReading:
    reader = _Reader(text, environment, earlier)
    reader.run()
    return ComposeReading(statements=tuple(reader.statements), refusals=tuple(reader.refusals))


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Fill in ``$NAME`` and ``${NAME}`` as Docker Compose does; what it would refuse becomes the empty string."""
    try:
        return substitute(text, values.get)
    except InvalidTemplate:
        return ""


class _Refused(Exception):
    """The statement being read cannot be read; ``reason`` quotes no value, ``part`` is that of :class:`RefusedStatement`."""

    def __init__(self, reason: str, part: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.part = part


class _Reader:
    """Walks the text once; the position only grows."""

    def __init__(self, text: str, environment: Mapping[str, str], earlier: Mapping[str, str]) -> None:
        self._text = text
        self._environment = environment
        self._position = 0
        self._counted = (0, 1)
        self._values: dict[str, str] = dict(earlier)
        self._grown = 0
        """Characters that variables brought in so far."""
        self.statements: list[Statement] = []
        self.refusals: list[RefusedStatement] = []

    def run(self) -> None:
        """Read statement after statement."""
        text = self._text
        last_end = -1
        while True:
            start = self._position = _gap_end(text, self._position)
            if start >= len(text):
                return
            begins_line = last_end < 0 or "\n" in text[last_end:start]
            line = self._line(start)
            try:
                self._statement(start, line, begins_line=begins_line)
            except _Refused as refused:
                refusal = RefusedStatement(line=line, reason=refused.reason, begins_line=begins_line, part=refused.part)
                self.refusals.append(refusal)
            # An unquoted value and a bare word take their line end with them.
            last_end = self._position - (text[self._position - 1] == "\n")

    def _statement(self, start: int, line: int, *, begins_line: bool) -> None:
        name, kind = self._name()
        if " " in name:
            # Compose gives up here; the next line is read as if this one were mended.
            if kind != "bare":
                self._skip_line()
            raise _Refused("a space in the name", "name")
        if kind == "bare":
            if name in self._environment:
                value = self._values[name] = self._environment[name]
                found = Statement(
                    name=name, value=value, line=line, end_line=line, begins_line=begins_line, inherited=True
                )
                self.statements.append(found)
            return
        raw, template = self._raw_value()
        value = raw
        if template is not None:
            try:
                value = substitute(template, self._lookup)
            except InvalidTemplate as error:
                raise _Refused(error.reason, "value") from None
            self._grown += max(0, len(value) - len(template))
            if self._grown > _MOST_GROWN:
                raise _Refused("values with a total size of more than 16 MiB", "value")
        lost = lost_names(template, self._lookup) if template is not None else ()
        self._values[name] = value
        end_line = self._line(max(start, self._position - 1))
        found = Statement(
            name=name,
            value=value,
            line=line,
            end_line=end_line,
            template=template,
            lost=lost,
            begins_line=begins_line,
        )
        self.statements.append(found)

    def _line(self, position: int) -> int:
        text, (known, line) = self._text, self._counted
        line += text.count("\n", known, position) + text.count("\r", known, position)
        line -= text.count("\r\n", known, position)
        if position and text[position - 1] == "\r" and text[position : position + 1] == "\n":
            line -= 1
            position -= 1
        self._counted = (position, line)
        return line

    def _lookup(self, name: str) -> str | None:
        if name in self._environment:
            return self._environment[name]
        return self._values.get(name)

    def _skip_line(self) -> None:
        end = self._text.find("\n", self._position)
        self._position = len(self._text) if end < 0 else end + 1

    def _name(self) -> tuple[str, str]:
        """Read a name; say whether a value follows (``set``), or none (``bare``), or the file ends within it (``rest``)."""
        text, start = self._text, self._position
        if _EXPORT.match(text, start):
            start = _end(_BLANKS, text, start + len("export"))
        if start >= len(text):
            self._position = start
            raise _Refused("the word 'export' without a name", "name")
        position = start
        while True:
            position = _end(_PLAIN_NAME, text, position)
            if position >= len(text):
                # Compose's name then is empty, and what is there is the value.
                self._position = start
                return "", "rest"
            char = text[position]
            if char in "=:\n":
                break
            if unicodedata.category(char)[0] not in "LN":
                self._position = position
                self._skip_line()
                raise _Refused(f"the character {char!a} in a name", "name")
            position += 1
        self._position = _end(_BLANKS, text, position + 1)
        return text[start:position].rstrip(_GO_SPACE), "bare" if char == "\n" else "set"

    def _raw_value(self) -> tuple[str, str | None]:
        """Read a value; return it unchanged and, if variables are filled in, the template."""
        text, position = self._text, self._position
        quote = text[position : position + 1]
        if quote not in _QUOTED:
            self._skip_line()
            raw = text[position : self._position].split("\n", 1)[0].split(" #", 1)[0].rstrip(_GO_SPACE)
            return raw, raw if "$" in raw else None
        match = _QUOTED[quote].match(text, position)
        if match is None:
            self._skip_line()
            raise _Refused("an unclosed quotation mark", "quote")
        self._position = match.end()
        raw = match[1]
        if "\\" in raw:
            raw = re.sub(r"\\([\s\S])", lambda found: quote if found[1] == quote else found[0], raw)
        if quote == "'":
            return raw, None
        raw = _unescape(raw)
        return raw, raw if "$" in raw else None


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where a pattern that always matches ends."""
    match = pattern.match(text, position)
    return match.end() if match else position


def _gap_end(text: str, position: int) -> int:
    return _end(_GAP, text, position)


def _unescape(value: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        code = match[0][1:]
        if code[0] == "0":
            # Go wants exactly three octal digits after the 0 and a value below 256; else only the 0 goes.
            digits = code[1:]
            return chr(int(digits, 8)) if _OCTAL.fullmatch(digits) else "\\" + digits
        return _SIMPLE_ESCAPES.get(code, match[0])

    return _ESCAPES.sub(replaced, value) if "\\" in value else value
