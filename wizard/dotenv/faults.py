"""Lines of a ``.env`` file that its readers interpret differently."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.dotenv.compose import ComposeReading, Statement
from wizard.dotenv.npm_entries import NpmAssignment

_WORD_LINE: Final = late_pattern(r"\s*(?![#\s])\S")
_CAUSES: Final = {
    "comment": "Docker Compose reads the comment as the value; put the comment on its own line",
    "crlf": "Docker Compose reads the line endings in the value as CRLF, but LibreChat reads them as LF",
    "backtick": "only LibreChat treats backticks as quotation marks",
    "hash": "LibreChat ends the value at the '#'; write the value in single quotes",
    "variable": "Docker Compose expands $NAME as a variable; put the entire value in single quotes",
    "escape": "they treat backslashes differently",
    "quote": "they treat the quotation marks differently",
}
_WHOLE: Final = "Put the entire value in one pair of quotation marks that it does not contain, and put any comment on a line of its own."
"""What to do where single quotes do not help: they are there already, or the value has one in it."""
_OF_REFUSED: Final = {
    "name": "Write the line as NAME=value, with only letters, digits and underscores in the name, or comment it out.",
    "quote": "Add the closing quotation mark, or comment out the line.",
}
"""What to do about a line that Docker Compose rejects, by the part that is wrong."""
_LONGEST_NAME: Final = 60
"""No variable of LibreChat has a longer name; what is longer is a piece of a key that was pasted without quotation marks."""


class LineFault(NamedTuple):
    """A line that does not mean the same to everybody who reads the file."""

    line: int
    name: str
    """Empty where the line has none, or where what is there may be a piece of a secret."""
    kind: str
    """``compose-refuses``, ``reads-differently``, ``only-compose`` or ``ignored``."""
    message: str
    """What is so and what follows; never the value."""
    cause: str = ""
    """Of ``reads-differently``: what they disagree about, ``comment``, ``crlf``, ``backtick``, ``hash``, ``variable``, ``escape`` or
    ``quote``."""
    remedy: str = ""
    """What to do about this line; empty where what helps with most lines of its kind helps."""


def line_faults(text: str, entries: Sequence[NpmAssignment], compose: ComposeReading) -> tuple[LineFault, ...]:
    """Return the faults in the order of the lines; ``text`` has LF for every line end and no BOM."""
    found = [*_refusals(entries, compose), *_disagreements(entries, compose)]
    found += _ignored(text, entries, {fault.line for fault in found})
    return tuple(sorted(found, key=lambda fault: fault.line))


def _refusals(entries: Sequence[NpmAssignment], compose: ComposeReading) -> Iterator[LineFault]:
    if not compose.refusals:
        return
    names = {line: entry.name for entry in entries for line in range(entry.line, entry.end_line + 1)}
    for refused in compose.refusals:
        what = refused.reason if refused.begins_line else "there is text after the closing quotation mark"
        message = f"Docker Compose rejects the whole file: {what}. No container starts."
        name = _shown(names.get(refused.line, ""))
        remedy = _OF_REFUSED.get(refused.part, "") if refused.begins_line else _WHOLE
        yield LineFault(line=refused.line, name=name, kind="compose-refuses", message=message, remedy=remedy)


def _disagreements(entries: Sequence[NpmAssignment], compose: ComposeReading) -> Iterator[LineFault]:
    winners = {entry.name: entry for entry in entries}
    statements = {statement.name: statement for statement in compose.statements}
    refused_lines = {refused.line for refused in compose.refusals}
    for name, entry in winners.items():
        statement = statements.get(name)
        if statement is not None and statement.value == entry.value:
            continue
        if statement is not None and not statement.inherited:
            cause = _cause(entry, statement)
            remedy = _of_reading(entry, cause)
            message = f"LibreChat and Docker Compose read the line differently: {_CAUSES[cause]}."
        elif refused_lines.isdisjoint(range(entry.line, entry.end_line + 1)):
            cause, message, remedy = "", "LibreChat reads a value here, but Docker Compose does not.", ""
        else:
            continue
        yield LineFault(entry.line, _shown(name), "reads-differently", message, cause, remedy)
    for name, statement in statements.items():
        if name in winners or statement.inherited:
            continue
        if not statement.begins_line:
            message = "there is text after the closing quotation mark, which Docker Compose reads as another variable."
        elif not name:
            message = "Docker Compose reads a value without a name here, and the container may not start."
        else:
            message = "Docker Compose reads a variable here, but LibreChat does not."
        shown = _shown(name) if statement.begins_line else ""
        remedy = "" if statement.begins_line else _WHOLE
        yield LineFault(line=statement.line, name=shown, kind="only-compose", message=message, remedy=remedy)


def _ignored(text: str, entries: Sequence[NpmAssignment], known: set[int]) -> Iterator[LineFault]:
    covered = {line for entry in entries for line in range(entry.line, entry.end_line + 1)} | known
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in covered and _WORD_LINE.match(line):
            message = "LibreChat ignores this line: it is neither a comment nor NAME=value."
            yield LineFault(line=number, name="", kind="ignored", message=message)


def _shown(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else ""


def _cause(entry: NpmAssignment, statement: Statement) -> str:
    """Return why the two readers differ, a key of ``_CAUSES``."""
    raw = _raw_value(entry)
    quote = raw[:1] if raw[:1] in ("'", '"', "`") else ""
    seen = statement.value
    causes = {
        "comment": not entry.value and seen.startswith("#"),
        "crlf": seen.replace("\r\n", "\n") == entry.value,
        "backtick": quote == "`",
        "hash": not quote and "#" in seen and "#" not in entry.value,
        "variable": quote != "'" and statement.template is not None,
        "escape": "\\" in raw,
    }
    return next((cause for cause, holds in causes.items() if holds), "quote")


def _of_reading(entry: NpmAssignment, cause: str) -> str:
    """Return what to do about two readings; empty where single quotes help."""
    if cause == "crlf":
        return "Save the file with LF line endings."
    return _WHOLE if "'" in _raw_value(entry) else ""


def _raw_value(entry: NpmAssignment) -> str:
    return re.split("[=:]", entry.raw, maxsplit=1)[-1].strip()
