"""Values as LibreChat's code reads them."""

from __future__ import annotations

import math as floating
import re
from collections.abc import Mapping
from typing import Final

_JS_NUMBER: Final = r"(?a)[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Infinity"
_JS_RADIX: Final = r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)"
_JS_INTEGER: Final = r"(?a)[+-]?\d{1,300}"
_JS_BLANK: Final = "\t\n\v\f\r \xa0\ufeff\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def is_enabled(text: str | None) -> bool:
    """Return what ``isEnabled`` returns for a value: true only for ``true`` (packages/api/src/utils/common.ts:20-28, v0.8.8-rc1)."""
    return text is not None and text.strip(_JS_BLANK).lower() == "true"


def is_enabled_default_on(text: str | None) -> bool:
    """Return the state of a switch that is on when unset and off when empty (api/server/routes/config.js:23, v0.8.8-rc1)."""
    return text is None or is_enabled(text)


def has_values(settings: Mapping[str, str], *names: str) -> bool:
    """Whether all of these are set and not empty (``!!process.env.NAME``); a blank is a value."""
    return all(settings.get(name) for name in names)


def math(text: str | None, fallback: float) -> float:
    """Return what ``math()`` returns for a value (packages/api/src/utils/math.ts:19-57, v0.8.8-rc1).

    Every text that it cannot evaluate gives the fallback, silently; ``0/0`` stays not-a-number, as observed.
    """
    from wizard.librechat.math_expression import evaluate

    value = None if text is None else evaluate(text)
    return fallback if value is None else value


def js_number(text: str) -> float:
    """Return JavaScript's ``Number(text)`` (ECMA-262, StringToNumber): blank is 0, anything odd is nan."""
    stripped = text.strip(_JS_BLANK)
    if not stripped:
        return 0.0
    if re.fullmatch(_JS_RADIX, stripped):
        try:
            return float(int(stripped, 0))
        except OverflowError:
            return floating.inf
    return float(stripped) if re.fullmatch(_JS_NUMBER, stripped) else floating.nan


def parse_int(text: str | None) -> int | None:
    """Return JavaScript's ``parseInt(text, 10)`` (ECMA-262, parseInt): the leading number of a text, ``None`` for NaN."""
    match = None if text is None else re.match(_JS_INTEGER, text.lstrip(_JS_BLANK))
    return int(float(match[0])) if match else None
