"""The probe account that a folder can have: its address, its password, or why there can be none."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from wizard.apply.first_admin import Admin, admin
from wizard.basics.problem import InvalidInput
from wizard.librechat.passwords import LONGEST, shortest_password
from wizard.librechat.scripts import VERIFIED_SINCE
from wizard.librechat.values import is_enabled_default_on
from wizard.store.account_record import is_ours

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment
    from wizard.librechat.releases import Release

PREFIX: Final = "librechat-wizard-probe-"
_NOBODYS: Final = "example.com"
"""A domain that never takes mail (RFC 2606, section 3)."""
_MAIL: Final = ("EMAIL_FROM", "EMAIL_HOST", "EMAIL_SERVICE", "MAILGUN_API_KEY")


class ImpossibleError(Exception):
    """No probe account can help here; the id of the finding, its summary, settings and remedy."""

    def __init__(self, identity: str, summary: str, *settings: str, remedy: str = "") -> None:
        super().__init__(summary)
        self.identity, self.summary, self.settings, self.remedy = identity, summary, settings, remedy


def account(deployment: Deployment) -> Admin:
    """Return a new account that LibreChat would make and let in; ``ImpossibleError`` if there can be none."""
    settings = deployment.settings
    if not is_enabled_default_on(settings.get("ALLOW_EMAIL_LOGIN")):
        summary = "Sign-in by email is off, so a probe account could not sign in. No account was created."
        raise ImpossibleError("email-login-off", summary, "ALLOW_EMAIL_LOGIN")
    email = f"{PREFIX}{secrets.token_hex(4)}@{_domain(deployment)}"
    try:
        made = admin(email, None, settings)
    except InvalidInput:
        # The address is one of ours: what is left is LDAP.
        summary = "When LDAP is configured, LibreChat's own accounts cannot sign in. No account was created."
        remedy = "Use a directory account: --login EMAIL --password-file FILE."
        raise ImpossibleError("ldap", summary, "LDAP_URL", remedy=remedy) from None
    if shortest_password(settings, deployment.release) > LONGEST:
        summary = f"MIN_PASSWORD_LENGTH is above {LONGEST}, so every password is too short. No account was created."
        raise ImpossibleError("password-length", summary, "MIN_PASSWORD_LENGTH", remedy="Lower MIN_PASSWORD_LENGTH.")
    return made


def no_mail(deployment: Deployment, release: Release) -> None:
    """Raise ``ImpossibleError`` if the release that runs would send a mail to the new account's address."""
    if release < VERIFIED_SINCE and any(deployment.settings.get(name) for name in _MAIL):
        summary = f"LibreChat {release} would send an email to the new account's address. No account was created."
        remedy = "Use an existing account: --login EMAIL --password-file FILE."
        raise ImpossibleError("mail", summary, remedy=remedy)


def _domain(deployment: Deployment) -> str:
    """Return a domain that ``registration.allowedDomains`` permits (``isEmailDomainAllowed``, v0.8.7).

    LibreChat compares all behind the first @ without regard to case; an empty list allows everything.
    """
    registration = (deployment.config or {}).get("registration")
    allowed = registration.get("allowedDomains") if isinstance(registration, dict) else None
    if not isinstance(allowed, list) or not allowed:
        return _NOBODYS
    names = [name.lower() for name in allowed if isinstance(name, str)]
    for name in sorted(names, key=lambda text: text != _NOBODYS):
        if is_ours(f"{PREFIX}{'0' * 8}@{name}"):
            return name
    raise ImpossibleError(
        "domains",
        "registration.allowedDomains in librechat.yaml allows no email address. No account was created.",
        remedy="Add an email domain without @ or * to that list.",
    )
