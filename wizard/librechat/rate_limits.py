"""LibreChat's rate limits on sign-in, registration and password reset: requests per address and time window.

After api/server/middleware/limiters and express-rate-limit 8.5.1 (v0.8.8-rc1). The defaults hold for unset variables only: an empty
``LOGIN_MAX=`` is 0 and refuses everybody.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.librechat.values import js_number

_LONGEST_TIMER: Final = 2**31 - 1
"""Milliseconds beyond which a Node timer fires at once, so that a longer window limits nothing."""


class RateLimit(NamedTuple):
    """One limit: a fixed window that starts with the first request of an address."""

    maximum: str
    """The text of ``..._MAX``, as the header X-RateLimit-Limit repeats it."""
    window: str
    """The text of ``..._WINDOW``, in minutes."""
    message: str
    """What the 429 says; ``{}`` stands for the minutes."""

    @property
    def most(self) -> float:
        """How many requests are answered: none for 0, an empty text or less; not a number limits nothing."""
        return js_number(self.maximum)

    @property
    def milliseconds(self) -> float:
        """The window. A text such as ``5m`` is not a number."""
        return js_number(self.window) * 60 * 1000

    @property
    def counts(self) -> bool:
        """Whether requests add up; below a millisecond, beyond Node's timers and for no number each one starts anew."""
        return 1 <= self.milliseconds <= _LONGEST_TIMER


_DEFAULTS: Final = {
    "LOGIN": RateLimit(maximum="7", window="5", message="Too many login attempts, please try again after {} minutes."),
    "REGISTER": RateLimit(
        maximum="5", window="60", message="Too many accounts created, please try again after {} minutes"
    ),
    "RESET_PASSWORD": RateLimit(
        maximum="2", window="2", message="Too many attempts, please try again after {} minute(s)"
    ),
}


def rate_limit(name: str, settings: Mapping[str, str]) -> RateLimit:
    """Return the limit that ``NAME_MAX`` and ``NAME_WINDOW`` make, for LOGIN, REGISTER or RESET_PASSWORD.

    api/server/middleware/limiters/{loginLimiter,registerLimiter,resetPasswordLimiter}.js, v0.8.8-rc1. LOGIN holds for
    /api/auth/login and everything below /oauth together.
    """
    default = _DEFAULTS[name]
    return RateLimit(
        maximum=settings.get(f"{name}_MAX", default.maximum),
        window=settings.get(f"{name}_WINDOW", default.window),
        message=default.message,
    )
