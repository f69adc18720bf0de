"""Quotes words for a POSIX shell, in lines that people copy."""

from __future__ import annotations

from typing import Final

from wizard.basics.patterns import late_pattern

_PLAIN: Final = late_pattern(r"[A-Za-z0-9_./@%+=:,-]+")


def quoted(word: str) -> str:
    """Return a word quoted for a POSIX shell."""
    return word if _PLAIN.fullmatch(word) else "'" + word.replace("'", "'\\''") + "'"
