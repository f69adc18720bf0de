"""A ``.env`` document: read as LibreChat's npm dotenv reads it, edited without touching a byte that nobody asked for."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from wizard import composedotenv, npmdotenv
from wizard.problem import InvalidInput, Problem
from wizard.quoting import Reader, Spelling, Unspellable, spell

__all__ = ["Document", "Entry", "LineFault", "Reader", "Spelling", "Unspellable", "spell"]

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_BOM: Final = "\ufeff"
_WORD_LINE: Final = re.compile(r"\s*(?![#\s])\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One assignment as npm dotenv cuts it."""

    name: str
    value: str = field(repr=False)
    line: int
    """The line of the name, counted from 1."""
    end_line: int
    raw: str = field(repr=False)
    """The assignment as it stands in the file, line ends as LF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """A line that does not mean the same to everybody who reads the file."""

    line: int
    name: str
    kind: str
    """``compose-refuses``, ``reads-differently``, ``only-compose`` or ``ignored``."""
    message: str
    """What is so and what follows; never the value."""


class Document:
    """The text of a ``.env`` file; immutable."""

    def __init__(self, text: str, name: str = ".env") -> None:
        self._text = text
        self._name = name

    @classmethod
    def parse(cls, data: bytes, name: str = ".env") -> Document:
        """Read the bytes of a file; ``InvalidInput`` names line and byte of what is no UTF-8."""
        try:
            return cls(data.decode("utf-8"), name)
        except UnicodeDecodeError as error:
            raise InvalidInput(_wrong_encoding(data, name, error.start)) from None

    @classmethod
    def empty(cls) -> Document:
        """Return a document without a line."""
        return cls("")

    def to_bytes(self) -> bytes:
        """Return the bytes of the file; of an unedited document those that were read."""
        return self._text.encode()

    @cached_property
    def _normal(self) -> str:
        return npmdotenv.normalised(self._text)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All assignments in the order of the file."""
        text = self._normal
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        found = []
        for match in npmdotenv.matches(text):
            begin = match.start("export") if match["export"] else match.start("name")
            end = match.end("value") if match["value"] is not None else match.end("name")
            name, raw = match["name"], text[begin:end]
            separator = text.find("=" if match["value"] is None else "", match.end("name"))
            end = max(end, separator + 1 if match["value"] is None and separator >= 0 else end)
            line = bisect.bisect_right(starts, match.start("name"))
            end_line = line if "\n" not in raw else bisect.bisect_right(starts, len(text[:end].rstrip("\n")) or 1)
            entry = Entry(name=name, value=npmdotenv.value_of(match["value"]), line=line, end_line=end_line, raw=raw)
            found.append(entry)
        return tuple(found)

    def values(self) -> dict[str, str]:
        """Return what npm dotenv reads; of a name set twice the last counts."""
        return npmdotenv.values(self._text)

    @cached_property
    def _compose(self) -> composedotenv.ComposeReading:
        return composedotenv.read(self._text.removeprefix(_BOM))

    def compose_values(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return what Docker Compose reads, variables filled in; what stands before a line that it refuses."""
        if environment:
            return composedotenv.read(self._text.removeprefix(_BOM), environment).values()
        return self._compose.values()

    def duplicates(self) -> dict[str, tuple[int, ...]]:
        """Return the names that are set more than once with their lines; the last one counts."""
        lines: dict[str, list[int]] = {}
        for entry in self.entries:
            lines.setdefault(entry.name, []).append(entry.line)
        return {name: tuple(found) for name, found in lines.items() if len(found) > 1}

    def faults(self) -> tuple[LineFault, ...]:
        """Return the lines that Docker Compose refuses or reads differently, and those that LibreChat ignores."""
        found = list(self._disagreements())
        refused = self._compose.refused
        if refused is not None:
            entry = self._entry_at(refused.line)
            message = f"Docker Compose refuses the whole file: {refused.reason}. No container starts."
            name = entry.name if entry else ""
            found.append(LineFault(line=refused.line, name=name, kind="compose-refuses", message=message))
        found.extend(self._ignored({fault.line for fault in found}))
        return tuple(sorted(found, key=lambda fault: fault.line))

    def _entry_at(self, line: int) -> Entry | None:
        return next((entry for entry in self.entries if entry.line <= line <= entry.end_line), None)

    def _disagreements(self) -> Iterable[LineFault]:
        winners = {entry.name: entry for entry in self.entries}
        statements = {statement.name: statement for statement in self._compose.statements}
        limit = self._compose.refused.line if self._compose.refused else None
        for name, entry in winners.items():
            statement = statements.get(name)
            if statement is not None and statement.value != entry.value:
                message = f"LibreChat and Docker Compose read it differently: {_cause(entry, statement.value)}."
                yield LineFault(line=entry.line, name=name, kind="reads-differently", message=message)
            elif statement is None and (limit is None or entry.line < limit):
                message = "LibreChat reads a value here, Docker Compose does not."
                yield LineFault(line=entry.line, name=name, kind="reads-differently", message=message)
        for name, statement in statements.items():
            if name not in winners:
                message = "Docker Compose reads a variable here that LibreChat does not."
                yield LineFault(line=statement.line, name=name, kind="only-compose", message=message)

    def _ignored(self, known: set[int]) -> Iterable[LineFault]:
        covered = {line for entry in self.entries for line in range(entry.line, entry.end_line + 1)} | known
        for number, line in enumerate(self._normal.removeprefix(_BOM).split("\n"), start=1):
            if number not in covered and _WORD_LINE.match(line):
                message = "LibreChat ignores this line: it is neither a comment nor NAME=value."
                yield LineFault(line=number, name="", kind="ignored", message=message)

    def edit(self, changes: Mapping[str, str | None], *, heading: str) -> Document:
        """Return the document with these names set to these spellings, or taken out where it is ``None``.

        One line a name, replaced in place (of a name set twice the last line, which counts); a commented-out sample stays a
        comment; new names go to the end under ``# heading``. ``InvalidInput`` where a line of the file, such as one with an
        unclosed quotation mark, would swallow or change what is written.
        """
        lines = _Lines(self._text)
        winners = {entry.name: entry for entry in self.entries}
        # From the end to the beginning, so that the numbers of the lines before stay right.
        for name in sorted((n for n in changes if n in winners), key=lambda n: winners[n].line, reverse=True):
            spelled = changes[name]
            if spelled is not None:
                lines.replace(winners[name], spelled)
                continue
            for entry in reversed([entry for entry in self.entries if entry.name == name]):
                lines.remove(entry)
        new = [f"{name}={spelled}" for name, spelled in changes.items() if name not in winners and spelled is not None]
        lines.append(heading, new)
        edited = Document(lines.text(), self._name)
        self._refuse_disturbance(edited, changes)
        return edited

    def _refuse_disturbance(self, edited: Document, changes: Mapping[str, str | None]) -> None:
        """Make sure that every other name is read as before, and each changed one as if it stood alone."""
        before, after = self.values(), edited.values()
        expected = {name: value for name, value in before.items() if name not in changes}
        for name, spelled in changes.items():
            if spelled is not None:
                expected[name] = npmdotenv.values(f"{name}={spelled}\n").get(name, "")
        if after == expected:
            return
        wrong = sorted(name for name in {*after, *expected} if after.get(name) != expected.get(name))
        culprit = self._unclosed_line()
        message = f"the line cannot be written safely beside it: {', '.join(wrong[:5])} would be read as something else."
        remedy = "Close the quotation mark on this line, or put the value in single quotes."
        raise InvalidInput(Problem(field="", file=self._name, line=culprit, message=message, remedy=remedy))

    def _unclosed_line(self) -> int:
        if self._compose.refused is not None:
            return self._compose.refused.line
        odd = (entry.line for entry in self.entries if re.search(r"=\s*['\"`]", entry.raw) and entry.raw[-1] not in "'\"`")
        return next(odd, 0)


class _Lines:
    """The lines of a file with their own ends, while they are being edited."""

    def __init__(self, text: str) -> None:
        self._lines = _LINE_END.split(text)
        self._ends = _LINE_END.findall(text)
        self._end = max(set(self._ends), key=self._ends.count) if self._ends else "\n"

    def replace(self, entry: Entry, spelled: str) -> None:
        """Write a new value in the place of an entry; indentation, ``export`` and a comment after the value stay."""
        first, last = entry.line - 1, entry.end_line - 1
        head = re.match(rf"(?P<indent>[{npmdotenv.IN_LINE}]*)(?P<export>export\s+)?{re.escape(entry.name)}", self._lines[first])
        prefix = f"{head['indent']}{head['export'] or ''}" if head else ""
        text = f"{prefix}{entry.name}={spelled}"
        tail = self._tail(entry)
        comment = tail.strip()
        if comment and spelled and _reads_alike(text, tail):
            text += tail
        elif comment:
            text = f"{comment}{self._end}{text}"
        self._lines[first : last + 1] = [text]
        del self._ends[first:last]

    def _tail(self, entry: Entry) -> str:
        """Return the comment after an entry's value on its last line, with the blanks before it."""
        line = self._lines[entry.end_line - 1]
        last_piece = entry.raw.rsplit("\n", 1)[-1].rstrip()
        position = line.find(last_piece) + len(last_piece)
        found = re.match(r"\s*#.*", line[position:])
        if found is None:
            return ""
        return found[0] if found[0][0].isspace() else f" {found[0]}"

    def remove(self, entry: Entry) -> None:
        """Take the lines of an entry out."""
        first, last = entry.line - 1, entry.end_line - 1
        del self._lines[first : last + 1]
        if self._ends:
            del self._ends[first : last + 1]
        if not self._lines:
            self._lines = [""]
        # A last line without an end that goes leaves the one before it as the last, with its end.
        if len(self._ends) >= len(self._lines):
            self._lines.append("")

    def append(self, heading: str, new: list[str]) -> None:
        """Add lines at the end under a heading, or to the block that already stands under it."""
        if not new:
            return
        title = f"# {heading}"
        if title in self._lines:
            position = self._lines.index(title) + 1
            while position < len(self._lines) and self._lines[position].strip():
                position += 1
            at_end = position == len(self._lines)
            self._lines[position:position] = new
            self._ends[position - at_end : position - at_end] = [self._end] * len(new)
            return
        has_final_end = self._lines[-1] == ""
        block = [title, *new]
        if has_final_end:
            self._lines.pop()
            if self._lines and self._lines[-1].strip():
                block.insert(0, "")
            self._lines += [*block, ""]
        else:
            self._lines += ["", *block]
        self._ends += [self._end] * (len(self._lines) - 1 - len(self._ends))

    def text(self) -> str:
        """Return the whole text."""
        pieces = []
        for number, line in enumerate(self._lines):
            pieces.append(line)
            if number < len(self._ends):
                pieces.append(self._ends[number])
        return "".join(pieces)


def _reads_alike(text: str, tail: str) -> bool:
    """Tell whether a comment after the value changes what npm dotenv or Docker Compose read."""
    plain, commented = f"{text}\nZ=z\n", f"{text}{tail}\nZ=z\n"
    if npmdotenv.values(plain) != npmdotenv.values(commented):
        return False
    readings = composedotenv.read(plain), composedotenv.read(commented)
    return all(reading.refused is None for reading in readings) and readings[0].values() == readings[1].values()


def _cause(entry: Entry, compose_value: str) -> str:
    raw = entry.raw.partition("=")[2].strip()
    if compose_value.startswith("#") and not entry.value:
        return "Docker Compose takes the comment for the value"
    if raw[:1] == "`":
        return "backticks are quotation marks to LibreChat only"
    if "#" in compose_value and "#" not in entry.value and raw[:1] not in ("'", '"'):
        return "LibreChat ends the value at the '#'; write it in single quotes"
    if "$" in raw and raw[:1] != "'":
        return "Docker Compose fills in what follows '$'; write it in single quotes"
    if "\\" in raw:
        return "a backslash means something else to each"
    return "the quotation marks mean something else to each"


def _wrong_encoding(data: bytes, name: str, position: int) -> Problem:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message, source = "the file is UTF-16; LibreChat reads nothing from it.", "UTF-16"
    else:
        line_start = data.rfind(b"\n", 0, position) + 1
        message = f"byte {position - line_start + 1} of this line (0x{data[position]:02x}) is no UTF-8; LibreChat would read '\ufffd' for it."
        source = "ISO-8859-1"
    remedy = f"If the file is {source}: iconv -f {source} -t UTF-8 {name} > {name}.utf8 && mv {name}.utf8 {name}"
    line = data.count(b"\n", 0, position) + 1
    return Problem(field="", file=name, line=line, message=message, remedy=remedy)
