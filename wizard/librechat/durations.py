"""Converts durations between people's notation (``24h``) and LibreChat's (``1000 * 60 * 60 * 24``)."""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_UNITS: Final = {
    "ms": (1, ""),
    "s": (1000, "1000"),
    "m": (60_000, "1000 * 60"),
    "h": (3_600_000, "1000 * 60 * 60"),
    "d": (86_400_000, "1000 * 60 * 60 * 24"),
    "w": (604_800_000, "1000 * 60 * 60 * 24 * 7"),
}
LONGEST_TIME: Final = 8_638_000_000_000_000.0
"""Milliseconds from now until the last moment that JavaScript's Date knows (8.64e15 ms after 1970; ECMA-262, 21.4.1.1), rounded down:
beyond it ``new Date(Date.now() + n)`` is invalid, and no session with such an end is stored."""
_NAMES: Final = (
    ("week", 604_800_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1000),
    ("millisecond", 1),
)
_PART: Final = late_pattern(r"(\d{1,9})\s*(ms|[smhdw])", re.ASCII)
_WHOLE: Final = late_pattern(r"(?:\d{1,9}\s*(?:ms|[smhdw])\s*)+", re.ASCII)


def duration_expression(text: str) -> str | None:
    """Return the expression in milliseconds for ``24h``, ``30d``, ``1h30m``; ``None`` if the text is not a duration.

    The expression shows where it comes from and evaluates to exactly that in LibreChat's math().
    """
    lowered = text.strip().lower()
    if not _WHOLE.fullmatch(lowered):
        return None
    terms = [_term(int(number), unit) for number, unit in _PART.findall(lowered)]
    return terms[0] if len(terms) == 1 else " + ".join(terms)


def duration_seconds(text: str) -> float | None:
    """Return the seconds of ``90s``, ``1h30m``; ``None`` if the text is not a duration."""
    lowered = text.strip().lower()
    if not _WHOLE.fullmatch(lowered):
        return None
    return sum(int(number) * _UNITS[unit][0] for number, unit in _PART.findall(lowered)) / 1000


def _term(number: int, unit: str) -> str:
    product = _UNITS[unit][1]
    if not product:
        return str(number)
    return product if number == 1 and unit != "s" else f"{product} * {number}"


def shortest_duration(milliseconds: float) -> str:
    """Return a duration in the largest unit that it is a whole number of: ``7d`` for 604800000."""
    units = [(size, unit) for unit, (size, _) in _UNITS.items() if unit != "w" and milliseconds % size == 0]
    size, unit = max(units, default=(1, "ms"))
    return f"{milliseconds / size:.0f}{unit}"


def describe_duration(milliseconds: float) -> str:
    """Return milliseconds in words: ``30 days``, ``1 hour 30 minutes``, ``0 seconds``."""
    if milliseconds != milliseconds or milliseconds in (float("inf"), float("-inf")):  # noqa: PLR0124 - nan
        return "no end" if milliseconds > 0 else "no time"
    rest = int(milliseconds)
    if rest <= 0:
        return "0 seconds" if rest == 0 else "a negative duration"
    parts = []
    for name, size in _NAMES:
        count, rest = divmod(rest, size)
        if name == "week" and rest:
            rest += count * size
            continue
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts[:3])
