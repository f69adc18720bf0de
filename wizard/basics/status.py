"""How a finding ends and what shows it. The first frame has these signs and no finding, whose class takes longer to make."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Status(StrEnum):
    """How a finding ends. ``UNKNOWN`` is "could not tell" and is never folded into ``FAIL``."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class Sign(NamedTuple):
    """How a status is shown, never by a color alone."""

    mark: str
    """One character, for rows and lists."""
    word: str
    tag: str
    """Four characters, for reports."""


SIGNS: Final = MappingProxyType(
    {
        Status.FAIL: Sign("x", "FAILED", "FAIL"),
        Status.UNKNOWN: Sign("?", "inconclusive", "????"),
        Status.WARN: Sign("!", "warning", "WARN"),
        Status.PASS: Sign("\u221a", "ok", "ok  "),
    }
)
"""The signs of every front, the worst status first."""
