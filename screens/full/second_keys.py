"""Alternatives for keys that a terminal may intercept: Escape then a digit for F1 to F12, Alt with a letter for Ctrl."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_DIGITS: Final = {
    **{str(number): f"f{number}" for number in range(1, 10)},
    "0": "f10",
    "minus": "f11",
    "equals_sign": "f12",
}
AFTER_ESCAPE: Final = MappingProxyType({**_DIGITS, "slash": "f3", "question_mark": "f1"})
"""The key that is meant by a key behind Escape, in the order of the keyboard: 1 to 9, 0, - and =."""
WAITS_FOR_DIGIT: Final = 0.3
"""Seconds that Escape waits for a digit before it acts alone."""
WITH_ALT: Final = MappingProxyType(
    {
        **{f"alt+{digit}": key for digit, key in AFTER_ESCAPE.items()},
        **{f"alt+{letter}": f"ctrl+{letter}" for letter in "nptwas"},
    }
)
"""What a combination with Alt, or Escape in front of the same key, stands for."""


def resolved(key: str) -> str:
    """Return the key that a combination with Alt stands for; any other key is returned unchanged."""
    return WITH_ALT.get(key, key)
