"""Lifetimes of LibreChat's tokens and session cookies, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.releases import Release
from wizard.librechat.values import js_number, math

ACCESS_DEFAULT: Final = 1000.0 * 60 * 15
"""``DEFAULT_SESSION_EXPIRY`` (packages/data-schemas/src/methods/user.ts:6, v0.8.5)."""
REFRESH_DEFAULT: Final = 1000.0 * 60 * 60 * 24 * 7
"""``DEFAULT_REFRESH_TOKEN_EXPIRY`` (packages/data-schemas/src/methods/session.ts:16, v0.8.7)."""
COOKIE_MATH_SINCE: Final = Release(0, 8, 7, 1)
"""First release that evaluates SESSION_EXPIRY for connect.sid; before it is ``Number(...) || 900000`` (api/server/socialLogins.js)."""


def access_lifetime(settings: Mapping[str, str]) -> float:
    """Return how long an access token lives: ``math(SESSION_EXPIRY)`` (api/server/services/AuthService.js:671-672, v0.8.8-rc1).

    jsonwebtoken takes whole seconds only: with anything else, nan and infinity too, each sign-in ends with status 500.
    """
    return math(settings.get("SESSION_EXPIRY"), ACCESS_DEFAULT)


def refresh_lifetime(settings: Mapping[str, str]) -> float:
    """Return how long a session lives, counted from its sign-in: ``math(REFRESH_TOKEN_EXPIRY)``.

    packages/data-schemas/src/methods/session.ts:42-65, v0.8.8-rc1; a refresh does not lengthen it.
    """
    return math(settings.get("REFRESH_TOKEN_EXPIRY"), REFRESH_DEFAULT)


def session_cookie_lifetime(settings: Mapping[str, str], release: Release) -> float:
    """Return how long connect.sid lives (api/server/socialLogins.js:25-48, v0.8.2 and v0.8.8-rc1)."""
    if release < COOKIE_MATH_SINCE:
        number = js_number(settings.get("SESSION_EXPIRY", ""))
        return number if number and abs(number) < float("inf") else ACCESS_DEFAULT
    value = access_lifetime(settings)
    return value if abs(value) < float("inf") else ACCESS_DEFAULT
