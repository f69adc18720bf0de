"""Splits a ``.env`` file and reads its values as npm dotenv 16.4.7, LibreChat's reader, does (lib/main.js, parse)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

SPACE: Final = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript's ``\\s`` and ``trim`` take for white space (ECMA-262, WhiteSpace and LineTerminator), as a character class."""
IN_LINE: Final = SPACE.replace("\n", "").replace("\r", "").replace("\u2028\u2029", "")
"""The same without line ends."""


_QUOTES: Final = "'\"`"


def _quoted(quote: str) -> str:
    r"""Return the pattern of a quoted value: npm's ``'(?:\\'|[^'])*'``, in runs.

    What is not a quotation mark and escapes none is read in one piece: the same matches, without a place in memory for each
    character to come back to.
    """
    return rf"{quote}(?:[^{quote}\\]++|(?:\\(?!{quote}))++|\\{quote}|\\(?={quote}))*{quote}"


def _line_pattern(begin: str, end: str, not_end: str, space: str = SPACE) -> re.Pattern[str]:
    """Build the pattern of one assignment.

    npm's own begins with white space over several lines; beginning on the name's own line finds the same assignments and stays
    linear on a file of empty lines.
    """
    in_line = space.replace("\n", "").replace("\r", "").replace("\u2028\u2029", "")
    return re.compile(
        rf"{begin}(?P<indent>[{in_line}]*)(?P<export>export[{space}]+)?(?P<name>[A-Za-z0-9_.-]+)"
        rf"(?:[{space}]*=[{space}]*?|:[{space}]+?)"
        rf"(?P<value>{'|'.join(rf'[{space}]*{_quoted(quote)}' for quote in _QUOTES)}|[^#\r\n]+)?"
        rf"[{space}]*(?P<comment>#[^{not_end}]*)?{end}",
        re.MULTILINE,
    )


_TRIMMED: Final = SPACE.replace("-", "".join(map(chr, range(0x2001, 0x200A))))
"""The same characters one by one."""
_WIDE: Final = "".join(char for char in _TRIMMED if not char.isascii())


@cache
def _usual() -> re.Pattern[str]:
    """Build the pattern for texts without white space beyond ASCII: half the time to build it, and the first frame waits for it."""
    return _line_pattern("^", "$", "\n\r", "\t\n\v\f\r ")


@cache
def _wide() -> re.Pattern[str]:
    """Build the pattern for texts with other white space."""
    return _line_pattern("^", "$", "\n\r")


@cache
def _unusual() -> re.Pattern[str]:
    """Build the pattern for texts with U+2028 or U+2029, which JavaScript takes for line ends; hardly anybody needs it."""
    return _line_pattern(r"(?:^|(?<=[\u2028\u2029]))", r"(?=[\n\u2028\u2029]|\Z)", "\n\r\u2028\u2029")


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(rf"(?:\A|(?<=[\n\u2028\u2029]))[{_QUOTES}]")


@cache
def _closing(quote: str) -> re.Pattern[str]:
    return re.compile(rf"{quote}(?=[\n\u2028\u2029]|\Z)")


def normalised(text: str) -> str:
    """Return the text with every line end as LF, as npm dotenv makes them first."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def matches(text: str) -> Iterator[re.Match[str]]:
    """Return the assignments of a normalised text, in order."""
    is_usual = text.isascii() or not any(char in text for char in _WIDE)
    pattern = _usual() if is_usual else _unusual() if "\u2028" in text or "\u2029" in text else _wide()
    return pattern.finditer(text)


def trimmed(text: str) -> str:
    """Return the text without what JavaScript's ``trim`` takes away at both ends."""
    return text.strip(_TRIMMED)


def value_of(raw: str | None) -> str:
    """Return the value that npm dotenv reads from the text right of the ``=``."""
    if not raw:
        return ""
    first, last = raw[0], raw[-1]
    if raw.isascii() and first > " " and last > " " and first not in "'\"`":
        return raw
    value = trimmed(raw)
    quote = value[:1]
    if "\n" in value or "\u2028" in value or "\u2029" in value:
        value = _without_quotes(value)
    elif len(value) > 1 and quote in "'\"`" and value[-1] == quote:
        value = value[1:-1]
    if quote == '"':
        value = value.replace("\\n", "\n").replace("\\r", "\r")
    return value


def _without_quotes(value: str) -> str:
    r"""Take away each pair of equal quotation marks of which one begins a line and the other, the last such one, ends a line.

    It does what npm's replacement of ``/^(['"`])([\s\S]*)\1$/mg``; looking up the last closing mark once keeps it linear.
    """
    quotes = [quote for quote in _QUOTES if quote in value]
    if not quotes:
        return value
    last = dict.fromkeys(quotes, -1)
    for quote in quotes:
        for match in _closing(quote).finditer(value):
            last[quote] = match.start()
    pieces, position = [], 0
    for match in _opening().finditer(value):
        begin, end = match.start(), last[match[0]]
        if begin < position or end <= begin:
            continue
        pieces += [value[position:begin], value[begin + 1 : end]]
        position = end + 1
    return "".join(pieces) + value[position:]


def values(text: str) -> dict[str, str]:
    """Return all names with values; of a name set twice the last counts."""
    return {match["name"]: value_of(match["value"]) for match in matches(normalised(text))}
