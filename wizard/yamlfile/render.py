"""Renders plain data as YAML text, to be inserted into a file that a person maintains."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern

Notes = Mapping[tuple[tuple[str, ...], int | None], str]
"""Comments: of a key at its path, or of one item of the list at a path (counted from 0)."""

# ``.0`` is a number.
_PLAIN: Final = late_pattern(r"(?!\.\d)[A-Za-z_./][A-Za-z0-9_./@=+-]*\Z")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"})
"""Words that a YAML 1.1 or 1.2 reader takes for a boolean, a number or for nothing."""


class Quoted(str):
    """A text that is written in double quotes, whatever it is: for files whose other readers guess what a bare word means."""

    __slots__ = ()


class Tagged(NamedTuple):
    """A value with its own tag, such as Docker Compose's ``!override``."""

    tag: str
    value: Any


def scalar(value: object) -> str:
    """Return one value on one line: bare if every reader reads it as the same text, else in double quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    text = str(value)
    if not isinstance(value, Quoted) and _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    # JSON leaves these bare, YAML calls them unprintable or a line break.
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda match: f"\\u{ord(match[0]):04x}", quoted)


def flow(value: object, *, quoted: bool = False) -> str:
    """Return a value on one line, collections in brackets; ``quoted`` puts every text in quotes, as JSON does."""
    if isinstance(value, Tagged):
        return f"{value.tag} {flow(value.value, quoted=quoted)}"
    if isinstance(value, Mapping):
        pairs = (f"{flow(key, quoted=quoted)}: {flow(item, quoted=quoted)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item, quoted=quoted) for item in value) + "]"
    return json.dumps(value) if quoted and isinstance(value, str) and value.isascii() else scalar(value)


def entry(path: Sequence[str], value: object, *, column: int, step: int, notes: Notes) -> list[str]:
    """Return the lines of the last key of ``path`` and its value in block style, the key at ``column``."""
    head = f"{' ' * column}{scalar(path[-1])}:"
    note = notes.get((tuple(path), None), "")
    tail = f"  {note}" if note else ""
    if isinstance(value, Tagged):
        head, value = f"{head} {value.tag}", value.value
        head += " null" if value is None else ""
    if value is None:
        return [head + tail]
    lines = [head + tail]
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            lines += entry((*path, str(name)), inner, column=column + step, step=step, notes=notes)
        return lines
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        for place, item in enumerate(value):
            lines += listed(item, column=column + step, step=step, note=notes.get((tuple(path), place), ""))
        return lines
    return [f"{head} {flow(value)}{tail}"]


def listed(item: object, *, column: int, step: int, note: str = "") -> list[str]:
    """Return the lines of one ``- item`` of a block list, the dash at ``column``."""
    pad, tail = " " * column, f"  {note}" if note else ""
    if not isinstance(item, Mapping) or not item:
        return [f"{pad}- {flow(item)}{tail}"]
    lines = [line for name in item for line in entry((str(name),), item[name], column=column + 2, step=step, notes={})]
    return [f"{pad}- {lines[0].lstrip()}{tail}", *lines[1:]]
