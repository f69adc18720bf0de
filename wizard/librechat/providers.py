"""Sign-in providers: the variables that enable each one, and which ones are enabled.

LibreChat asks three questions that differ: whether the page shows a button (``/api/config``), whether the route works (a strategy is
registered at start) and whether the form asks LDAP. Nothing is trimmed but OPENID_CLIENT_SECRET: a blank counts as a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wizard.librechat.releases import Release
from wizard.librechat.values import has_values, is_enabled

WITH_SECRET: Final = ("google", "github", "discord", "facebook")
"""The providers that need an id and a secret, and nothing else."""
SOCIAL: Final = (*WITH_SECRET, "apple")
"""The providers whose people get an account only with ALLOW_SOCIAL_REGISTRATION (api/strategies/socialLogin.js:115-124, v0.8.8-rc1)."""
BUTTONS: Final = ("google", "facebook", "openid", "github", "discord", "saml", "apple")
"""The names in ``registration.socialLogins`` that LibreChat draws a button for, each with a route /oauth/NAME
(client/src/components/Auth/SocialLoginRender.tsx, api/server/routes/oauth.js:66-219, v0.8.7)."""
DEFAULT_SOCIAL_LOGINS: Final = ("google", "facebook", "openid", "github", "discord", "saml")
"""``registration.socialLogins`` when librechat.yaml does not set it; without apple (packages/data-provider/src/config.ts:20,
v0.8.8-rc1)."""
MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: f"{name.upper()}_CLIENT_ID" for name in (*SOCIAL, "openid")},
        "saml": "SAML_ENTRY_POINT",
        "ldap": "LDAP_URL",
    }
)
"""The variable of each way to sign in that is set first and that nothing else uses: with it somebody means to use this way."""
NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{name: (f"{name.upper()}_CLIENT_ID", f"{name.upper()}_CLIENT_SECRET") for name in WITH_SECRET},
        "apple": ("APPLE_CLIENT_ID", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY_PATH"),
        "openid": ("OPENID_CLIENT_ID", "OPENID_ISSUER", "OPENID_SESSION_SECRET"),
        "saml": ("SAML_ENTRY_POINT", "SAML_ISSUER", "SAML_CERT", "SAML_SESSION_SECRET"),
        "ldap": ("LDAP_URL", "LDAP_USER_SEARCH_BASE"),
    }
)
"""The variables without which a way to sign in is off; OpenID also wants a secret or PKCE (api/server/routes/config.js:61-91,
api/server/services/Config/ldap.js, v0.8.8-rc1)."""
_FILLED_IN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {**{name: (mark,) for name, mark in MARKS.items()}, "saml": ("SAML_ENTRY_POINT", "SAML_CERT")}
)
"""What nobody but the operator can know; for LibreChat's own entity ID, the wizard has a proposal."""
PKCE_ALONE_SINCE: Final = Release(0, 8, 6)
"""First release that takes OPENID_USE_PKCE=true for a client secret (api/server/routes/config.js, api/server/socialLogins.js)."""
APPLE_SINCE: Final = Release(0, 7, 7, 1)
"""First release that reads the APPLE_ variables (api/server/routes/config.js)."""
SAML_SINCE: Final = Release(0, 7, 9, 1)
"""First release that reads the SAML_ variables (api/server/routes/config.js)."""


ALWAYS_REGISTERS: Final = ("openid", "saml")
"""The providers whose people get an account at the first sign-in whatever ALLOW_REGISTRATION and ALLOW_SOCIAL_REGISTRATION say: neither
strategy asks for them in any release (api/strategies/openidStrategy.js, samlStrategy.js, v0.5.0 to v0.8.8)."""
DOMAINS_AT_SIGN_IN_SINCE: Final = Release(0, 8, 0)
"""First release whose OpenID and SAML strategies ask ``registration.allowedDomains`` (pull requests 9566 and 9868)."""
BROKEN: Final = ("facebook",)
"""Providers with which nobody gets in: LibreChat's strategy reads a photo and an email address that it does not ask Facebook for, and
answers 500 (api/strategies/facebookStrategy.js, v0.8.8-rc1)."""


def openid_client_authenticates(settings: Mapping[str, str], release: Release) -> bool:
    """Whether OpenID has a client secret, or may do without one (api/server/routes/config.js:61-66, v0.8.8-rc1).

    The one value that LibreChat trims: a secret of blanks is none. Before v0.8.6 the secret has to be there.
    """
    if release < PKCE_ALONE_SINCE:
        return has_values(settings, "OPENID_CLIENT_SECRET")
    return bool(settings.get("OPENID_CLIENT_SECRET", "").strip()) or is_enabled(settings.get("OPENID_USE_PKCE"))


def is_configured(name: str, settings: Mapping[str, str], release: Release) -> bool:
    """Whether all variables of a provider are set, so that its button can show (api/server/routes/config.js:61-91, v0.8.8-rc1).

    ``name`` is one of ``BUTTONS``. The button also needs ALLOW_SOCIAL_LOGIN and ``registration.socialLogins``, and SAML's is hidden
    beside OpenID: :func:`shows_saml`.
    """
    complete = has_values(settings, *NEEDED[name])
    return complete and (name != "openid" or openid_client_authenticates(settings, release))


def is_left_empty(name: str, settings: Mapping[str, str]) -> bool:
    """Return whether nothing is filled in for a provider but what the wizard proposes."""
    return not any(settings.get(one, "").strip() for one in _FILLED_IN[name])


def configured(settings: Mapping[str, str], release: Release) -> tuple[str, ...]:
    """Return the providers that are configured, by their names in librechat.yaml."""
    return tuple(name for name in (*SOCIAL, "openid", "saml") if is_configured(name, settings, release))


def shows_saml(settings: Mapping[str, str], release: Release) -> bool:
    """Whether ``/api/config`` says that SAML is on: OpenID hides its button (api/server/routes/config.js:86, v0.8.8-rc1)."""
    return is_configured("saml", settings, release) and not is_configured("openid", settings, release)


def has_social_login(settings: Mapping[str, str]) -> bool:
    """Whether ALLOW_SOCIAL_LOGIN switches providers on, OpenID and SAML included (api/server/index.js:293-295, v0.8.8-rc1)."""
    return is_enabled(settings.get("ALLOW_SOCIAL_LOGIN"))


def is_registered(name: str, settings: Mapping[str, str], release: Release) -> bool:
    """Whether LibreChat registers a provider at start as far as settings decide it (api/server/socialLogins.js:81-115, v0.8.8-rc1).

    OpenID also wants a scope, and a discovery that works; SAML also its callback (observed on v0.8.8-rc1: ``callbackUrl is
    required``); Apple needs neither team nor key id for it. A route without its strategy answers 500.
    """
    if not has_social_login(settings):
        return False
    match name:
        case "apple":
            return has_values(settings, "APPLE_CLIENT_ID", "APPLE_PRIVATE_KEY_PATH")
        case "openid":
            return is_configured(name, settings, release) and has_values(settings, "OPENID_SCOPE")
        case "saml":
            return is_configured(name, settings, release) and has_values(settings, "SAML_CALLBACK_URL")
        case _:
            return is_configured(name, settings, release)


def limits_of_accounts(
    name: str, settings: Mapping[str, str], release: Release, allowed_domains: object
) -> tuple[str, ...]:
    """Return what of LibreChat's own limits who gets an account through OpenID or SAML; nothing if the provider alone decides.

    ``name`` is one of ``ALWAYS_REGISTERS``, ``allowed_domains`` what ``registration.allowedDomains`` has.
    """
    found = []
    if name == "openid" and settings.get("OPENID_REQUIRED_ROLE", "").strip():
        found.append("OPENID_REQUIRED_ROLE")
    if allowed_domains and release >= DOMAINS_AT_SIGN_IN_SINCE:
        found.append("registration.allowedDomains")
    return tuple(found)


def has_ldap(settings: Mapping[str, str]) -> bool:
    """Whether the sign-in form asks an LDAP server instead of the database (api/server/routes/auth.js:40, v0.8.8-rc1)."""
    return has_values(settings, *NEEDED["ldap"])
