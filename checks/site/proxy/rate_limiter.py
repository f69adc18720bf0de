"""The client address that LibreChat sees, inferred from which requests its rate limiter counts together.

LibreChat counts sign-in attempts by address and says after each how many are left (X-RateLimit-Remaining; facts of v0.8.8-rc1:
api/server/middleware/limiters/loginLimiter.js with express-rate-limit's legacy headers). Two requests therefore tell whether
they count for the same person. An address that a browser claims (X-Forwarded-For) must make no difference; an address that
it really comes from must.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from checks.net.http import HttpResponse, Web
from checks.options import Allowance

ERROR: Final = "/oauth/error"
"""Redirects to the login page and does nothing else; counts as one sign-in attempt (api/server/routes/oauth.js, v0.8.7)."""
OPENID: Final = "/oauth/openid"
_TOO_MANY: Final = 429
_DRIFT: Final = 2
"""Seconds that the end of one and the same window may move between two answers (it is rounded, and Redis counts it down)."""


class RateLimited(Exception):
    """LibreChat said that there were too many requests."""


class ClientIdentity(StrEnum):
    """Which address people have for LibreChat."""

    OWN = "own"
    """Each for the address that they come from."""
    NOT_CLAIMED = "not-claimed"
    """Not for what they claim; whether people are told apart could not be seen from one address."""
    CLAIMED = "claimed"
    """For whatever their browser claims."""
    SHARED = "shared"
    """All for the same one."""
    WRONG = "wrong"
    """For one of the two before."""
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the limiter says in an answer."""

    limit: int
    left: int
    ends: int | None
    """When the window ends, in seconds since 1970."""


def count_of(reply: HttpResponse) -> Count | None:
    """Read the limiter's headers; None if they are missing or no numbers (LOGIN_MAX=abc gives NaN)."""
    limit, left = (_number(reply.header(f"x-ratelimit-{name}")) for name in ("limit", "remaining"))
    if limit is None or left is None:
        return None
    return Count(limit=limit, left=left, ends=_number(reply.header("x-ratelimit-reset")))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def is_same(first: Count, second: Count) -> bool:
    """Whether the second request was counted together with the first."""
    if second.left >= first.left:
        return False
    return first.ends is None or second.ends is None or abs(first.ends - second.ends) <= _DRIFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Asks the limited routes, and never once too often."""

    base: str
    allowance: Allowance
    replies: list[HttpResponse] = field(default_factory=list)

    async def ask(self, web: Web, path: str, claimed: str = "") -> HttpResponse:
        """Ask once; ``LimitReached`` before a request too many, ``RateLimited`` after the first 429, ``NoReply`` as always."""
        self.allowance.take()
        headers = {"X-Forwarded-For": claimed} if claimed else {}
        reply = await web.ask("GET", f"{self.base}{path}", headers=headers, limit=64 * 1024)
        self.replies.append(reply)
        if reply.status == _TOO_MANY:
            self.allowance.stop()
            raise RateLimited
        return reply


async def identify_client(
    counter: Counter, path: str, here: Web, elsewhere: Web | None, *, may_ask_thrice: bool
) -> ClientIdentity:
    """Find out which client IP address LibreChat sees, with two requests (with ``may_ask_thrice`` three, where two do not tell).

    ``elsewhere`` reaches it from another address of this machine. Both requests then claim the same address: only if each is
    counted for its real sender are they told apart.
    """
    counter.allowance.need(2)
    claim = _somebody()
    first = count_of(await counter.ask(here, path, claim if elsewhere is not None else ""))
    if first is None or first.left == 0:
        return ClientIdentity.UNTOLD
    second = count_of(await counter.ask(elsewhere or here, ERROR, claim))
    if second is None:
        return ClientIdentity.UNTOLD
    alike = is_same(first, second)
    if elsewhere is None:
        return ClientIdentity.NOT_CLAIMED if alike else ClientIdentity.CLAIMED
    return await _why_alike(counter, here, (first, second), may_ask=may_ask_thrice) if alike else ClientIdentity.OWN


async def _why_alike(counter: Counter, here: Web, counts: tuple[Count, Count], *, may_ask: bool) -> ClientIdentity:
    """Tell two people who share one address from two who claimed the same."""
    first, second = counts
    if first.left < first.limit - 1:
        # Nobody ever came from the claimed address, so that its account would have been a fresh one.
        return ClientIdentity.SHARED
    third = count_of(await counter.ask(here, ERROR, _somebody())) if may_ask and second.left else None
    if third is None:
        return ClientIdentity.WRONG
    return ClientIdentity.SHARED if is_same(second, third) else ClientIdentity.CLAIMED


def _somebody() -> str:
    """Return an address that nobody has (RFC 2544: 198.18.0.0/15), another one each time."""
    return f"198.{18 + secrets.randbelow(2)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
