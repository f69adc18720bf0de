"""Makes text from servers, files and people safe to display: it cannot control a terminal or mislead a reader."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control and format characters (bidirectional marks, zero width), surrogates, private use, line and paragraph separators."""


def plain(text: str, *, limit: int = 80) -> str:
    """Return the text on one line with every steering character as a visible escape, cut to ``limit`` characters."""
    cut = text if len(text) <= limit else f"{text[: limit - 3]}..."
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_visible(char) for char in cut)


def some_of(texts: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the first texts of a list, and how many are left out: nothing is cut in silence."""
    left = len(texts) - most
    return tuple(texts) if left <= 0 else (*texts[:most], f"and {left} more")


def in_lines(names: Iterable[str], *, width: int = 180) -> tuple[str, ...]:
    """Return names separated by commas on as many lines as it takes; no line is longer than every front shows of one."""
    lines: list[str] = []
    for name in names:
        if lines and len(lines[-1]) + len(name) + 2 <= width:
            lines[-1] += f", {name}"
        else:
            lines.append(name)
    return tuple(lines)


def _visible(char: str) -> str:
    if char.isprintable() and unicodedata.category(char) not in _STEERING:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def enumerated(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: ``Mail``, ``Mail and DNS``, ``Mail, DNS and OpenID``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 warning``, ``2 warnings``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
