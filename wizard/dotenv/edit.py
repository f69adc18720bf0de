"""Changes single values in the text of a ``.env`` file; every other byte stays."""

import bisect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.dotenv import compose, npm

_BOM: Final = "\ufeff"
_LINE_END: Final = late_pattern(r"\r\n|\r|\n")
_PLAIN_SEPARATOR: Final = late_pattern(rf"[{npm.IN_LINE}]*=[{npm.IN_LINE}]*")
_NEXT: Final = "\nZ=z\n"
"""A line after the one in question: what is written must not reach for it."""


class _Cut(NamedTuple):
    """Where one assignment is in the text, as offsets; ``begin`` takes in indentation and ``export``."""

    name: str
    begin: int
    name_end: int
    value_begin: int
    value_end: int
    end: int
    """After the comment on the value's last line, before its line end."""


def edited(text: str, changes: Mapping[str, str | None], heading: str) -> str:
    """Return the text with these names set to these spellings, or taken out where it is ``None``.

    The line that counts is replaced in place; names that are not there go to the end under ``# heading``.
    """
    bom = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    line_end = _usual_line_end(text)
    cuts: dict[str, list[_Cut]] = {}
    for cut in _cuts(text, changes):
        cuts.setdefault(cut.name, []).append(cut)
    pieces: list[tuple[int, int, str]] = []
    for name, spelled in changes.items():
        if name not in cuts:
            continue
        if spelled is None:
            pieces += [(*_whole_lines(text, cut), "") for cut in cuts[name]]
        else:
            cut = cuts[name][-1]
            pieces.append((cut.begin, cut.end, _assignment(text, cut, spelled, line_end)))
    for begin, end, new in sorted(pieces, reverse=True):
        text = text[:begin] + new + text[end:]
    added = [f"{name}={spelled}" for name, spelled in changes.items() if name not in cuts and spelled is not None]
    return bom + (_with_block(text, heading, added, line_end) if added else text)


def _usual_line_end(text: str) -> str:
    found = _LINE_END.findall(text) if "\r" in text else []
    return max(("\n", "\r\n", "\r"), key=found.count) if found else "\n"


def _offsets(text: str) -> Callable[[int], int]:
    """Return what turns an offset in the text with every line end as LF into one in the text as it is."""
    if "\r\n" not in text:
        return lambda offset: offset
    shortened = [match.start() - number for number, match in enumerate(re.finditer("\r\n", text))]
    return lambda offset: offset + bisect.bisect_left(shortened, offset)


def _cuts(text: str, names: Mapping[str, str | None] | None = None) -> Iterator[_Cut]:
    """Yield the assignments to these names, or all."""
    normal = npm.normalised(text)
    offset = _offsets(text)
    for match in npm.matches(normal):
        if names is None or match["name"] in names:
            yield _cut(normal, match, offset)


def _cut(normal: str, match: re.Match[str], offset: Callable[[int], int]) -> _Cut:
    value = match["value"] or ""
    stripped = npm.trimmed(value)
    if stripped:
        value_begin = match.start("value") + value.index(stripped)
    else:
        separator = re.compile("[=:]").search(normal, match.end("name"))
        value_begin = separator.end() if separator else match.end("name")
    value_end = value_begin + len(stripped)
    line_end = normal.find("\n", value_end)
    end = min(match.end(), line_end) if line_end >= 0 else match.end()
    return _Cut(
        name=match["name"],
        begin=offset(match.start("indent")),
        name_end=offset(match.end("name")),
        value_begin=offset(value_begin),
        value_end=offset(value_end),
        end=offset(max(value_end, end)),
    )


def _whole_lines(text: str, cut: _Cut) -> tuple[int, int]:
    """Return the lines that hold nothing but this assignment, with their end; else the assignment alone."""
    before = max(text.rfind("\n", 0, cut.begin), text.rfind("\r", 0, cut.begin)) + 1
    after = _LINE_END.search(text, cut.end)
    text_end = after.start() if after else len(text)
    if text[before : cut.begin].strip() or text[cut.end : text_end].strip():
        return cut.begin, cut.end
    return before, after.end() if after else len(text)


def _assignment(text: str, cut: _Cut, spelled: str, line_end: str) -> str:
    """Return the line with the new value: as it was around it, unless a reader would then take it for something else."""
    head = text[cut.begin : cut.name_end]
    separator = text[cut.name_end : cut.value_begin]
    tail = text[cut.value_end : cut.end]
    comment = tail.strip()
    separators = [separator, "="] if _PLAIN_SEPARATOR.fullmatch(separator) else ["="]
    for kept in dict.fromkeys(separators):
        for end in dict.fromkeys([tail, f" {comment}" if comment else ""]):
            line = f"{head}{kept}{spelled}{end}"
            if _is_read_as(line, cut.name, spelled):
                return line
    # A comment that cannot be behind the new value, such as an empty one, goes to a line of its own.
    above = f"{comment}{line_end}" if comment else ""
    return f"{above}{head}={spelled}"


def _is_read_as(line: str, name: str, spelled: str) -> bool:
    """Return whether npm dotenv and Docker Compose read this line as ``name=spelled``."""
    plain = f"{name}={spelled}"
    if npm.values(line + _NEXT) != npm.values(plain + _NEXT):
        return False
    found, wanted = compose.read(line + _NEXT), compose.read(plain + _NEXT)
    return not found.refusals and found.values() == wanted.values()


def _with_block(text: str, heading: str, added: list[str], line_end: str) -> str:
    """Add lines to the block under the heading, or at the end under a new one; a missing last line end stays missing."""
    position = _end_of_block(text, heading)
    lines = line_end.join(added)
    if position is not None:
        before = "" if not position or text[position - 1] in "\r\n" else line_end
        after = "" if before else line_end
        return f"{text[:position]}{before}{lines}{after}{text[position:]}"
    has_end = not text or text[-1] in "\r\n"
    last_line = _LINE_END.split(text)[-2 if has_end and text else -1]
    gap = (line_end if last_line.strip() else "") if has_end else line_end * 2
    return f"{text}{gap}# {heading}{line_end}{lines}{line_end if has_end else ''}"


def _end_of_block(text: str, heading: str) -> int | None:
    """Return the offset after the last line of the block under the heading; ``None`` if there is no such heading."""
    title = f"# {heading}"
    if title not in text:
        return None
    # A value over several lines may hold what looks like the heading or like the end of the block.
    values = [(cut.begin, cut.end) for cut in _cuts(text) if _LINE_END.search(text, cut.begin, cut.end)]
    position, is_inside = 0, False
    while position < len(text):
        ending = _LINE_END.search(text, position)
        stop, after = ending.span() if ending else (len(text), len(text))
        if covering := next((end for begin, end in values if begin <= stop and position < end), 0):
            ending = _LINE_END.search(text, covering)
            position = ending.end() if ending else len(text)
            continue
        line = text[position:stop]
        if is_inside and not line.strip():
            return position
        is_inside = is_inside or line.rstrip() == title
        position = after
    return position if is_inside else None
