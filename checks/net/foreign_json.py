"""Parses untrusted JSON as LibreChat's ``JSON.parse`` does (ECMA-262 25.5.1, RFC 8259)."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

_DIGITS: Final = 300
"""Digits of the largest whole numbers that stay exact here. JavaScript has none beyond 1.8e308: those are Infinity to it."""


def foreign_json(text: str | bytes) -> Any:
    """Return a JSON value; ``ValueError`` if ``JSON.parse`` throws, ``RecursionError`` if it is nested too deep.

    Python alone also takes ``NaN``, ``Infinity`` and ``-Infinity``, and makes whole numbers that no float can hold.
    """
    return json.loads(text, parse_constant=_refused, parse_int=_whole)


def _refused(_: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= _DIGITS else float(text)
