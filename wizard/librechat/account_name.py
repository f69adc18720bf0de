"""The names that LibreChat accepts for its own accounts (api/strategies/validators.js:3-60, v0.8.8-rc1)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from wizard.basics.patterns import late_pattern

_SHORTEST_NAME: Final = 3
_SHORTEST_USERNAME: Final = 2
_LONGEST: Final = 80
_FORBIDDEN: Final = late_pattern(r"'|--|\$ne|\$gt|\$lt|\$or|[{}*;<>/=]", re.IGNORECASE)
"""What registration takes for an attack, in a user name alone."""
_SCRIPTS: Final = frozenset(("LATIN", "CYRILLIC", "DEVANAGARI", "CJK", "ARABIC", "HIRAGANA", "KATAKANA", "HANGUL"))
"""The scripts whose letters a user name may have, as the names of their characters begin (``\\p{Script=Han}`` is ``CJK``)."""


def name_fault(name: str) -> str:
    """Return what is wrong with a person's name, as a sentence without its subject; empty if LibreChat takes it."""
    return _length_fault(name, _SHORTEST_NAME)


def username_fault(username: str) -> str:
    """Return what is wrong with a user name, as a sentence without its subject; empty if LibreChat takes it."""
    if fault := _length_fault(username, _SHORTEST_USERNAME):
        return fault
    if _FORBIDDEN.search(username):
        return "contains characters that LibreChat rejects in a user name."
    if any(char.isalpha() and unicodedata.name(char, "").split(" ")[0] not in _SCRIPTS for char in username):
        return "contains letters that LibreChat rejects in a user name."
    return ""


def _length_fault(text: str, shortest: int) -> str:
    # JavaScript counts UTF-16 code units.
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return "" if shortest <= length <= _LONGEST else f"must have {shortest} to {_LONGEST} characters."
