"""Rate limits and the address they count by, as express-rate-limit 8.5.1 and Express behave on LibreChat's settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from screens.demo.http_server import Request
from wizard.librechat.releases import Release
from wizard.librechat.values import js_number

TRUST_SETTING_SINCE: Final = Release(0, 7, 7)
"""First release that reads TRUST_PROXY; before it was fixed at one proxy."""
_TIMER_LIMIT: Final = 2**31 - 1
"""Milliseconds beyond which a Node timer fires at once, so that a longer window limits nothing."""
_MOST_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one request got from a limiter."""

    headers: tuple[tuple[str, str], ...]
    refused: str = ""
    """The message of the 429, empty where the request may pass."""


class Limiter:
    """One limiter of api/server/middleware/limiters (v0.8.7): a fixed window that begins with an address's first request.

    Maximum and window are the texts of the settings, the window in minutes: ``LOGIN_MAX=`` allows nothing, ``LOGIN_MAX=abc`` and
    ``LOGIN_WINDOW=abc`` limit nothing.
    """

    def __init__(self, *, maximum: str, window: str, message: str, clock: Callable[[], float]) -> None:
        self._maximum_text = maximum
        self._maximum = js_number(maximum)
        self._window = js_number(window) * 60 * 1000
        self._message = message
        self._clock = clock
        self._hits: dict[str, tuple[int, float]] = {}

    def count(self, key: str) -> Counted:
        """Count one request of an address."""
        now = self._clock() * 1000
        used, reset = self._hits.get(key, (0, 0.0))
        if not used or reset <= now or not 1 <= self._window <= _TIMER_LIMIT:
            used, reset = 0, now + self._window
        used += 1
        self._hits.pop(key, None)
        self._hits[key] = (used, reset)
        if len(self._hits) > _MOST_KEYS:
            del self._hits[next(iter(self._hits))]
        remaining = self._maximum - used
        headers = [
            ("X-RateLimit-Limit", self._maximum_text),
            ("X-RateLimit-Remaining", js_text(remaining if math.isnan(remaining) else max(remaining, 0))),
            ("X-RateLimit-Reset", js_text(_ceiling(reset / 1000))),
        ]
        if not used > self._maximum:
            return Counted(headers=tuple(headers))
        headers.append(("Retry-After", js_text(max(_ceiling((reset - now) / 1000), 0))))
        return Counted(headers=tuple(headers), refused=self._message.replace("{}", js_text(self._window / 60000)))


def _ceiling(value: float) -> float:
    return value if math.isnan(value) or math.isinf(value) else math.ceil(value)


def js_text(value: float) -> str:
    """Return JavaScript's text of a number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def trusted_hops(environment: Mapping[str, str], release: Release) -> float:
    """Return how many proxies Express believes: ``Number(TRUST_PROXY) || 1`` (api/server/index.js:82, v0.8.7)."""
    if release < TRUST_SETTING_SINCE:
        return 1
    number = js_number(environment["TRUST_PROXY"]) if "TRUST_PROXY" in environment else math.nan
    return 1 if math.isnan(number) or number == 0 else number


def client_address(request: Request, hops: float) -> str:
    """Return ``req.ip``: the first address from the near end that is not one of the trusted proxies."""
    forwarded = [part.strip() for part in (request.header("x-forwarded-for") or "").split(",") if part.strip()]
    chain = [request.peer, *reversed(forwarded)]
    address = next((each for index, each in enumerate(chain) if not index < hops), chain[-1])
    return without_port(address)


def without_port(address: str) -> str:
    """Return an address without its port (packages/api/src/utils/ports.ts, v0.8.7)."""
    if address.startswith("["):
        inner, bracket, _ = address[1:].partition("]")
        return inner if bracket and inner else address
    head, colon, tail = address.rpartition(":")
    return head if colon and "." in address and tail.isascii() and tail.isdigit() else address


def is_secure(request: Request, hops: float) -> bool:
    """Return ``req.secure``: the connection's own TLS, or what the nearest trusted proxy says of it."""
    claimed = request.header("x-forwarded-proto")
    if hops > 0 and claimed:
        return claimed.partition(",")[0].strip() == "https"
    return request.encrypted
