"""Counts requests as express-rate-limit 8.5.1 does with LibreChat's settings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wizard.librechat.rate_limits import RateLimit

_MOST_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one request got from a limiter."""

    headers: tuple[tuple[str, str], ...]
    refused: str = ""
    """The message of the 429, empty if the request may pass."""


class Limiter:
    """One active limit: a fixed window that starts with an address's first request."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._hits: dict[str, tuple[int, float]] = {}

    def count(self, key: str) -> Counted:
        """Count one request of an address."""
        limit = self._limit
        now = self._clock() * 1000
        used, reset = self._hits.get(key, (0, 0.0))
        if not used or reset <= now or not limit.counts:
            used, reset = 0, now + limit.milliseconds
        used += 1
        self._hits.pop(key, None)
        self._hits[key] = (used, reset)
        if len(self._hits) > _MOST_KEYS:
            del self._hits[next(iter(self._hits))]
        remaining = limit.most - used
        headers = [
            ("X-RateLimit-Limit", limit.maximum),
            ("X-RateLimit-Remaining", js_text(remaining if math.isnan(remaining) else max(remaining, 0))),
            ("X-RateLimit-Reset", js_text(_ceiling(reset / 1000))),
        ]
        if not used > limit.most:
            return Counted(headers=tuple(headers))
        headers.append(("Retry-After", js_text(max(_ceiling((reset - now) / 1000), 0))))
        minutes = js_text(limit.milliseconds / 60000)
        return Counted(headers=tuple(headers), refused=limit.message.replace("{}", minutes))


def _ceiling(value: float) -> float:
    return value if math.isnan(value) or math.isinf(value) else math.ceil(value)


def js_text(value: float) -> str:
    """Return JavaScript's text of a number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if float(value).is_integer() else repr(float(value))
