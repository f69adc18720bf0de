"""Whether people can sign in with email address and password, including LDAP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled, is_enabled_default_on

REFUSED_SINCE: Final = Release(0, 8, 8, 1)
"""First release whose sign-in heeds ALLOW_EMAIL_LOGIN and ALLOW_EMAIL_LOGIN_OVERRIDE (packages/api/src/middleware/email.ts);
before, ALLOW_EMAIL_LOGIN only hides the form."""


def shows_form(settings: Mapping[str, str]) -> bool:
    """Return ``emailLoginEnabled`` of ``/api/config``: on when unset, off when empty (api/server/routes/config.js:23, v0.8.8-rc1)."""
    return is_enabled_default_on(settings.get("ALLOW_EMAIL_LOGIN"))


def is_overridden(settings: Mapping[str, str], release: Release) -> bool:
    """Whether ALLOW_EMAIL_LOGIN_OVERRIDE lets people in without the form (packages/api/src/middleware/email.ts:17, v0.8.8-rc1)."""
    return release >= REFUSED_SINCE and is_enabled(settings.get("ALLOW_EMAIL_LOGIN_OVERRIDE"))


def is_refused(settings: Mapping[str, str], release: Release) -> bool:
    """Whether POST /api/auth/login answers 403 (packages/api/src/middleware/email.ts:10-25, v0.8.8-rc1)."""
    return release >= REFUSED_SINCE and not shows_form(settings) and not is_overridden(settings, release)
