"""LibreChat's ``math()``: arithmetic in a setting, evaluated as its code does (packages/api/src/utils/math.ts:19-57, v0.8.8-rc1).

Only digits, ``+ - * / % ( ) .`` and blanks are let through to mathjs 15; whatever else a text holds, or whatever mathjs refuses,
gives the fallback without a word.
"""

from __future__ import annotations

import math as floating
import re
from typing import Final

from wizard.basics.patterns import late_pattern

_ALLOWED: Final = late_pattern(r"[+\-\d.\s*/%()]+", re.ASCII)
_TOKEN: Final = late_pattern(r"\s*(?:(?P<number>\d+\.?\d*|\.\d+)|(?P<operator>[-+*/%()]))", re.ASCII)
_DEEPEST: Final = 50
_LONGEST: Final = 2000


class _Malformed(Exception):
    """Not an expression that mathjs takes."""


def evaluate(text: str) -> float | None:
    """Return the value of an expression, ``None`` if LibreChat would use its fallback."""
    if len(text) > _LONGEST or not _ALLOWED.fullmatch(text):
        return None
    try:
        return _Parser(text).whole()
    except _Malformed:
        return None


class _Parser:
    """Recursive descent over the few operators that can occur, with mathjs' precedences."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._position = 0
        self._depth = 0
        self._closed = False

    def whole(self) -> float:
        """Evaluate everything; what is left over is an error."""
        value = self._sum()
        if self._peek():
            raise _Malformed
        return value

    def _peek(self, ahead: int = 0) -> str:
        index = self._position + ahead
        return self._tokens[index] if index < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._position += 1
        return token

    def _sum(self) -> float:
        value, percent = self._product()
        if percent:
            value /= 100
        while self._peek() in ("+", "-"):
            operator = self._take()
            right, percent = self._product()
            if percent:
                # mathjs: 100 + 10% adds ten per cent of what is before.
                right = value * right / 100
            value = value + right if operator == "+" else value - right
        return value

    def _product(self) -> tuple[float, bool]:
        """Return the value of a product, and whether it is a bare percentage, which a sum treats of its own."""
        value, percent = self._implicit()
        while (operator := self._peek()) in ("*", "/", "%"):
            self._take()
            if percent:
                value, percent = value / 100, False
            right, right_is_percent = self._implicit()
            if right_is_percent:
                right /= 100
            if operator == "*":
                value *= right
            else:
                value = _divided(value, right) if operator == "/" else _remainder(value, right)
        return value, percent

    def _implicit(self) -> tuple[float, bool]:
        """Evaluate ``2(3)`` and ``(2)3``, which bind tighter than a written operator; ``2 3`` is not a product."""
        value, percent = self._unary()
        while not percent and (self._peek() == "(" or (self._closed and self._starts_number())):
            right, percent = self._unary()
            value *= right
        return value, percent

    def _unary(self) -> tuple[float, bool]:
        sign = 1.0
        while self._peek() in ("+", "-"):
            sign = -sign if self._take() == "-" else sign
        token = self._take()
        self._closed = token == "("
        if token == "(":
            self._depth += 1
            if self._depth > _DEEPEST:
                raise _Malformed
            value = self._sum()
            self._depth -= 1
            if self._take() != ")":
                raise _Malformed
            self._closed = True
        elif token and (token[0].isdigit() or token[0] == "."):
            value = float(token)
        else:
            raise _Malformed
        # Before an operand, signed or not, '%' is the remainder; anywhere else it is a percentage.
        is_percent = self._peek() == "%" and self._peek(1) in ("", ")", "*", "/", "%")
        if is_percent:
            self._take()
        return sign * value, is_percent

    def _starts_number(self) -> bool:
        token = self._peek()
        return bool(token) and (token[0].isdigit() or token[0] == ".")


def _tokens(text: str) -> list[str]:
    tokens = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise _Malformed
        tokens.append(match["number"] or match["operator"])
        position = match.end()
    return tokens


def _divided(value: float, divisor: float) -> float:
    if divisor == 0:
        return floating.nan if value == 0 or floating.isnan(value) else floating.copysign(floating.inf, value)
    return value / divisor


def _remainder(value: float, divisor: float) -> float:
    if divisor == 0:
        return value
    if floating.isinf(value) or floating.isnan(value) or floating.isnan(divisor):
        return floating.nan
    return value - divisor * floating.floor(value / divisor)
