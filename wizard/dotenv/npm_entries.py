"""The assignments of ``.env`` as npm dotenv cuts them, each with its place and its text in the file."""

import re
from functools import cache
from typing import NamedTuple

from wizard.basics.secret import shown_without
from wizard.dotenv.npm import matches, trimmed, value_of


class NpmAssignment(NamedTuple):
    """One assignment as npm dotenv cuts it."""

    name: str
    value: str
    line: int
    """The line of the name, counted from 1; LF, CRLF and a lone CR end a line."""
    end_line: int
    """The line that the value ends on."""
    raw: str
    """The assignment's text in the file, without the comment behind it; line ends as LF."""

    def __repr__(self) -> str:
        return shown_without(self, "value", "raw")


@cache
def _separator() -> re.Pattern[str]:
    return re.compile("[=:]")


def entries(text: str) -> tuple[NpmAssignment, ...]:
    """Return the assignments of a normalised text, in order."""
    found = []
    line, counted = 1, 0
    for match in matches(text):
        name_begin, name_end = match.span("name")
        value = match["value"]
        begin = match.start("export") if match["export"] else name_begin
        if value is None:
            # White space may be between the name and its separator, even a line end.
            separator = _separator().search(text, name_end)
            end = separator.end() if separator else name_end
        else:
            end = match.end("value")
        line += text.count("\n", counted, name_begin)
        counted = name_begin
        end_line = line if value is None or "\n" not in value else line + trimmed(text[name_end:end]).count("\n")
        entry = NpmAssignment(
            name=match["name"], value=value_of(value), line=line, end_line=end_line, raw=text[begin:end]
        )
        found.append(entry)
    return tuple(found)
