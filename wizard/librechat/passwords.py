"""The passwords that LibreChat accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.releases import NEWEST, Release
from wizard.librechat.values import parse_int

SETTING_SINCE: Final = Release(0, 8, 0, 4)
"""First release that reads MIN_PASSWORD_LENGTH (api/strategies/validators.js:3, api/server/routes/config.js)."""
SHORTEST: Final = 8
"""The shortest password when MIN_PASSWORD_LENGTH is unset, 0 or no number (api/strategies/validators.js:3, v0.8.8-rc1)."""
LONGEST: Final = 128
"""``MAX_PASSWORD_LENGTH`` (api/strategies/validators.js:33-77, v0.8.8-rc1)."""


def shortest_password(settings: Mapping[str, str], release: Release = NEWEST) -> int:
    """Return the shortest password that sign-in and registration take: ``parseInt(MIN_PASSWORD_LENGTH, 10) || 8``.

    api/strategies/validators.js:3, v0.8.8-rc1; before v0.8.0-rc4 it is 8. It may be below 1, which allows every length.
    """
    return minimum_setting(settings, release) or SHORTEST


def minimum_setting(settings: Mapping[str, str], release: Release) -> int | None:
    """Return ``minPasswordLength`` of ``/api/config``; ``None`` when it is left out (api/server/routes/config.js:101, v0.8.8-rc1)."""
    if release < SETTING_SINCE:
        return None
    return parse_int(settings.get("MIN_PASSWORD_LENGTH")) or None


def password_fault(password: str, shortest: int) -> str:
    """Return what is wrong with a password that somebody typed, without its subject; empty if LibreChat takes it."""
    if not password.isprintable():
        return "contains a control character (such as a line break or a tab)"
    if not password.strip():
        return "is empty or contains only spaces"
    if not shortest <= len(password) <= LONGEST:
        return f"must be {shortest} to {LONGEST} characters long"
    return ""
