"""Text of servers, files and people as plain text: nothing in it can steer a terminal or mislead an eye."""

from __future__ import annotations

import unicodedata
from typing import Final

_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control and format characters (bidirectional marks, zero width), surrogates, private use, line and paragraph separators."""


def plain(text: str, *, limit: int = 80) -> str:
    """Return the text on one line with every steering character as a visible escape, cut to ``limit`` characters."""
    cut = text if len(text) <= limit else f"{text[: limit - 3]}..."
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_visible(char) for char in cut)


def _visible(char: str) -> str:
    if char.isprintable() and unicodedata.category(char) not in _STEERING:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
