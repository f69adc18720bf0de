"""A ``.env`` document: read as LibreChat's npm dotenv reads it, edited without changing any other byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from wizard.basics.own_command import in_folder
from wizard.basics.problem import InvalidInput, Problem
from wizard.dotenv import npm
from wizard.dotenv.whole_file import utf16_without_mark

if TYPE_CHECKING:
    from wizard.dotenv.compose import ComposeReading
    from wizard.dotenv.faults import LineFault
    from wizard.dotenv.npm_entries import NpmAssignment

_BOM: Final = "\ufeff"
_LONE_CR: Final = r"\r(?!\n)"


class WrongEncoding(InvalidInput):
    """A file is not UTF-8, so that nothing in it can be judged."""


class Document:
    """The text of a ``.env`` file; immutable. What is not asked for is not worked out, nor what does that loaded."""

    def __init__(self, text: str, name: str = ".env") -> None:
        self._text = text
        self._name = name

    @classmethod
    def parse(cls, data: bytes, name: str = ".env") -> Document:
        """Read the bytes of a file; ``InvalidInput`` names line and byte of what is not UTF-8."""
        return _parsed(data, name)

    @classmethod
    def empty(cls) -> Document:
        """Return a document without a line."""
        return cls("")

    def to_bytes(self) -> bytes:
        """Return the bytes of the file; of an unedited document those that were read."""
        return self._text.encode()

    @cached_property
    def entries(self) -> tuple[NpmAssignment, ...]:
        """All assignments in the order of the file."""
        from wizard.dotenv.npm_entries import entries

        return entries(npm.normalised(self._text))

    @cached_property
    def _values(self) -> dict[str, str]:
        return npm.values(self._text)

    def values(self) -> dict[str, str]:
        """Return what npm dotenv reads; of a name set twice the last counts."""
        return dict(self._values)

    @cached_property
    def _compose(self) -> ComposeReading:
        from wizard.dotenv import compose

        return compose.read(self._text.removeprefix(_BOM))

    def compose_values(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return what Docker Compose reads, variables filled in; what is before a line that it refuses.

        ``environment`` is that of the ``docker compose`` command, where it is known.
        """
        if environment:
            from wizard.dotenv import compose

            return compose.read(self._text.removeprefix(_BOM), environment).values()
        return self._compose.values()

    def duplicates(self) -> dict[str, tuple[int, ...]]:
        """Return the names that are set more than once with their lines; the last one counts."""
        lines: dict[str, list[int]] = {}
        for entry in self.entries:
            lines.setdefault(entry.name, []).append(entry.line)
        return {name: tuple(found) for name, found in lines.items() if len(found) > 1}

    def faults(self) -> tuple[LineFault, ...]:
        """Return the lines that Docker Compose refuses or reads differently, and those that LibreChat ignores."""
        return self._faults

    @cached_property
    def _faults(self) -> tuple[LineFault, ...]:
        from wizard.dotenv.faults import line_faults

        return line_faults(npm.normalised(self._text).removeprefix(_BOM), self.entries, self._compose)

    def edit(self, changes: Mapping[str, str | None], *, heading: str) -> Document:
        """Return the document with these names set to these spellings, or taken out where it is ``None``.

        One line a name, replaced in place (of a name set twice the last line, which counts; taken out are all); ``export``,
        indentation and a comment behind the value stay, the comment on a line of its own where the new value would not be read
        rightly before it. A commented-out sample stays a comment; new names go to the end under ``# heading``. ``InvalidInput``
        where a line of the file, such as one with an unclosed quotation mark, would swallow or change what is written.
        """
        from wizard.dotenv.edit import edited

        result = Document(edited(self._text, changes, heading), self._name)
        if result._text != self._text:
            self._refuse_disturbance(result, changes)
        return result

    def _refuse_disturbance(self, result: Document, changes: Mapping[str, str | None]) -> None:
        """Make sure that every other name is read as before, and each changed one as if it were alone."""
        alone = {name: f"{name}={spelled}\n" for name, spelled in changes.items() if spelled is not None}
        expected = {name: value for name, value in self._values.items() if name not in changes}
        for name, line in alone.items():
            expected[name] = npm.values(line).get(name, "")
        wrong = _different(result._values, expected)
        if not wrong and not result._compose.refusals:
            wrong = self._compose_disturbance(result, alone, changes)
        if not wrong and result._compose.refusals and not self._compose.refusals:
            wrong = list(changes)
        if not wrong:
            return
        known = [name for name in wrong if name in changes or name in self._values]
        names = ", ".join(known[:5]) or "another line"
        message = f"the wizard cannot safely edit the file because of this line: {names} would be misread."
        remedy = "Close the quotation mark on this line, or put the value in single quotes."
        culprit = self._culprit(result, known)
        if re.search(_LONE_CR, self._text):
            message = "the lines end with CR only. Docker Compose does not treat CR as a line ending, so nothing can be added safely."
            remedy = "Save the file with LF or CRLF line endings."
        raise InvalidInput(Problem(field="", file=self._name, line=culprit, message=message, remedy=remedy))

    def _compose_disturbance(
        self, result: Document, alone: Mapping[str, str], changes: Mapping[str, str | None]
    ) -> list[str]:
        """Return the names that Docker Compose would read otherwise; before their variables are filled in."""
        from wizard.dotenv import compose

        before, after = _templates(self._compose), _templates(result._compose)
        expected = {name: value for name, value in before.items() if name not in changes}
        for name, line in alone.items():
            expected.update({key: value for key, value in _templates(compose.read(line)).items() if key == name})
        wrong = _different(after, expected)
        # What stood after a closing quotation mark, or could not be read before, may now be read as LibreChat reads it.
        leftover = {found.name for found in self._compose.statements if not found.begins_line or not found.name}
        swallowed = self._swallowed_by(changes)
        may_change = self._compose.refusals or leftover
        return [
            name
            for name in wrong
            if not (name in leftover and name not in after)
            and not (name in swallowed and name not in before)
            and not (may_change and name not in changes and after.get(name) == self._values.get(name))
        ]

    def _swallowed_by(self, changes: Mapping[str, str | None]) -> set[str]:
        """Return the names that Docker Compose has not read so far, because a changed value reached over their lines."""
        changed = [found for found in self._compose.statements if found.name in changes]
        lines = {line for found in changed for line in range(found.line + 1, found.end_line + 1)}
        return {entry.name for entry in self.entries if entry.line in lines} if lines else set()

    def _culprit(self, result: Document, wrong: list[str]) -> int:
        """Return the line that swallows another; 0 if none can be named."""
        for reading in (self._compose, result._compose):
            if reading.refused is not None:
                return reading.beginning_of_refused()
        targets = {entry.line for entry in result.entries if entry.name in wrong}
        for found in result._compose.statements:
            if not targets.isdisjoint(range(found.line + 1, found.end_line + 1)):
                return found.line
        return next((entry.line for entry in reversed(self.entries) if entry.name in wrong), 0)


def _templates(reading: ComposeReading) -> dict[str, str]:
    return {
        found.name: found.value if found.template is None else found.template
        for found in reading.statements
        if not found.inherited
    }


def _different(found: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


@lru_cache(maxsize=2)
def _parsed(data: bytes, name: str) -> Document:
    # One run looks at the same file before and after the edit many times; a document never changes.
    if b"\0" in data and (encoding := utf16_without_mark(data)):
        message = f"the file is {encoding} without a byte order mark; LibreChat reads nothing from it."
        raise WrongEncoding(Problem(field="", file=name, line=1, message=message, remedy=_converted(name, encoding)))
    try:
        return Document(data.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise WrongEncoding(_wrong_encoding(data, name, error.start)) from None


def _wrong_encoding(data: bytes, name: str, position: int) -> Problem:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message, source = "the file is UTF-16; LibreChat reads nothing from it.", "UTF-16"
    else:
        line_start = data.rfind(b"\n", 0, position) + 1
        byte = f"byte {position - line_start + 1} of this line (0x{data[position]:02x})"
        message = f"{byte} is not UTF-8; LibreChat would read it as '\ufffd'."
        # ISO 8859-1 has no letters from 0x80 to 0x9f, Windows' own table has.
        source = "WINDOWS-1252" if 0x80 <= data[position] < 0xA0 else "ISO-8859-1"  # noqa: PLR2004
    remedy = f"If the file is {source}, run: {_converted(name, source)}"
    line = data.count(b"\n", 0, position) + 1
    return Problem(field="", file=name, line=line, message=message, remedy=remedy)


def _converted(name: str, encoding: str) -> str:
    copy = f"{name}.utf8"
    return in_folder(f"(umask 077; iconv -f {encoding} -t UTF-8 {name} > {copy} && cat {copy} > {name} && rm {copy})")
