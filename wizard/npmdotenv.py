"""How npm dotenv 16.4.7, LibreChat's reader, cuts a ``.env`` file and reads its values (lib/main.js, parse)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

SPACE: Final = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript's ``\\s`` and ``trim`` take for white space (ECMA-262, WhiteSpace and LineTerminator), as a character class."""
IN_LINE: Final = SPACE.replace("\n", "").replace("\r", "").replace("\u2028\u2029", "")
"""The same without line ends."""


def _line_pattern(begin: str, end: str, not_end: str) -> re.Pattern[str]:
    """Build the pattern of one assignment.

    npm's own begins with white space over several lines; beginning on the name's own line finds the same assignments and stays
    linear on a file of empty lines.
    """
    return re.compile(
        rf"{begin}(?P<indent>[{IN_LINE}]*)(?P<export>export[{SPACE}]+)?(?P<name>[A-Za-z0-9_.-]+)"
        rf"(?:[{SPACE}]*=[{SPACE}]*?|:[{SPACE}]+?)"
        rf"(?P<value>[{SPACE}]*'(?:\\'|[^'])*'|[{SPACE}]*\"(?:\\\"|[^\"])*\"|[{SPACE}]*`(?:\\`|[^`])*`|[^#\r\n]+)?"
        rf"[{SPACE}]*(?P<comment>#[^{not_end}]*)?{end}",
        re.MULTILINE,
    )


_USUAL: Final = _line_pattern("^", "$", "\n\r")
_UNUSUAL: Final = _line_pattern(r"(?:^|(?<=[\u2028\u2029]))", r"(?=[\n\u2028\u2029]|\Z)", "\n\r\u2028\u2029")
"""The same where U+2028 or U+2029 stand in the text: JavaScript takes them for line ends."""
_QUOTED: Final = re.compile(r"^(['\"`])([\s\S]*)\1$", re.MULTILINE)
_TRIM: Final = re.compile(rf"^[{SPACE}]+|[{SPACE}]+\Z")


def normalised(text: str) -> str:
    """Return the text with every line end as LF, as npm dotenv makes them first."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def matches(text: str) -> Iterator[re.Match[str]]:
    """Give the assignments of a normalised text, in order."""
    pattern = _UNUSUAL if "\u2028" in text or "\u2029" in text else _USUAL
    return pattern.finditer(text)


def value_of(raw: str | None) -> str:
    """Return the value that npm dotenv makes of what stands right of the ``=``."""
    if not raw:
        return ""
    first, last = raw[0], raw[-1]
    if first > " " and last > " " and first < "\x7f" and last < "\x7f" and first not in "'\"`":
        return raw
    value = _TRIM.sub("", raw)
    quote = value[:1]
    if quote and quote in "'\"`" or "\n" in value:
        value = _QUOTED.sub(lambda match: match[2], value)
    if quote == '"':
        value = value.replace("\\n", "\n").replace("\\r", "\r")
    return value


def values(text: str) -> dict[str, str]:
    """Return all names with values; of a name set twice the last counts."""
    return {match["name"]: value_of(match["value"]) for match in matches(normalised(text))}
