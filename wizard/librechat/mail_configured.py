"""Whether LibreChat has mail configured at all; :mod:`wizard.librechat.mail_transport` says how it would send one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.releases import Release
from wizard.librechat.values import has_values

_MAILGUN_SINCE: Final = Release(0, 7, 9, 1)
ANONYMOUS_SINCE: Final = Release(0, 8, 4)
"""First release that considers mail configured without user and password (packages/api/src/utils/email.ts)."""


def has_mailgun(settings: Mapping[str, str], release: Release) -> bool:
    """Whether mail is sent through Mailgun, which wins over everything else (sendEmail.js:106, v0.8.8-rc1)."""
    return bool(settings.get("MAILGUN_API_KEY") and settings.get("MAILGUN_DOMAIN")) and release >= _MAILGUN_SINCE


def has_smtp(settings: Mapping[str, str]) -> bool:
    """Whether a mail server is named: EMAIL_SERVICE or EMAIL_HOST (packages/api/src/utils/email.ts:7-25, v0.8.8-rc1)."""
    return has_values(settings, "EMAIL_SERVICE") or has_values(settings, "EMAIL_HOST")


def has_transport(settings: Mapping[str, str], release: Release) -> bool:
    """Whether Mailgun, a service or a host is named."""
    return has_mailgun(settings, release) or has_smtp(settings)


def is_announced(settings: Mapping[str, str]) -> bool:
    """Whether ``/api/config`` says ``emailEnabled`` (api/server/routes/config.js:93-97, v0.8.8-rc1).

    It knows neither Mailgun nor servers without a login, so that it says no where :func:`is_configured` is right to say yes.
    """
    return has_smtp(settings) and has_values(settings, "EMAIL_USERNAME", "EMAIL_PASSWORD", "EMAIL_FROM")


def is_configured(settings: Mapping[str, str], release: Release) -> bool:
    """Whether LibreChat considers mail configured: ``checkEmailConfig()`` (packages/api/src/utils/email.ts:7-25, v0.8.8-rc1).

    Registration, verification, password reset and invitations ask it. Before v0.8.4 a mail server counts only with user and
    password, before v0.7.9-rc1 there is no Mailgun.
    """
    if not has_transport(settings, release) or not settings.get("EMAIL_FROM"):
        return False
    has_login = bool(settings.get("EMAIL_USERNAME") and settings.get("EMAIL_PASSWORD"))
    return has_mailgun(settings, release) or has_login or release >= ANONYMOUS_SINCE
