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
_FOREIGN: Final = (
    "ADLAM ARMENIAN BENGALI BOPOMOFO CANADIAN CHEROKEE COPTIC ETHIOPIC GEORGIAN GREEK GUJARATI GURMUKHI HEBREW KANNADA "
    "KHMER LAO MALAYALAM MONGOLIAN MYANMAR NKO ORIYA SINHALA SYRIAC TAMIL TELUGU THAANA THAI TIBETAN TIFINAGH YI"
)
"""The scripts in use whose letters LibreChat rejects in a user name, as the names of their characters begin.

A name does not always begin so: LibreChat accepts what is Latin, Katakana or common to several scripts under many names
(MICRO SIGN, IDEOGRAPHIC ITERATION MARK). What is not listed is left for LibreChat to judge.
"""
_SHARED: Final = "\u0374"
"""GREEK NUMERAL SIGN, which is common to several scripts."""


def name_fault(name: str) -> str:
    """Return what is wrong with a person's name, as a sentence without its subject; empty if LibreChat takes it."""
    return _length_fault(name, _SHORTEST_NAME)


def username_fault(username: str) -> str:
    """Return what is wrong with a user name, as a sentence without its subject; empty if LibreChat takes it."""
    if fault := _length_fault(username, _SHORTEST_USERNAME):
        return fault
    if _FORBIDDEN.search(username):
        return "contains characters that LibreChat rejects in a user name."
    if any(_is_foreign(char) for char in username):
        return "contains letters that LibreChat rejects in a user name."
    return ""


def _is_foreign(char: str) -> bool:
    script = unicodedata.name(char, "").partition(" ")[0]
    return char.isalpha() and char not in _SHARED and script in _FOREIGN.split()


def _length_fault(text: str, shortest: int) -> str:
    # JavaScript counts UTF-16 code units.
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return "" if shortest <= length <= _LONGEST else f"must have {shortest} to {_LONGEST} characters."
