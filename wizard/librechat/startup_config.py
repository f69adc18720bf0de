"""``GET /api/config``: what a running LibreChat reports about its settings (api/server/routes/config.js, by release).

It says so of variables, not of what works: a provider counts as on although its strategy was not registered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from wizard.librechat import email_login, mail_configured, passwords, providers
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled, is_enabled_default_on, parse_int

SPLIT_SINCE: Final = Release(0, 8, 6)
"""First release that keeps part of it for people who are signed in."""
DEFAULT_SERVER: Final = "http://localhost:3080"
"""What stands for an empty DOMAIN_SERVER in ``serverDomain`` (api/server/routes/config.js:89, v0.8.8-rc1)."""
_INTERFACE: Final = {
    "modelSelect": True,
    "parameters": True,
    "presets": True,
    "mcpServers": {"use": True, "create": True, "share": False, "public": False},
    "autoSubmitFromUrl": True,
    "buildInfo": True,
    "contextUsage": True,
    "contextCost": False,
}
"""The interface settings without a librechat.yaml, as observed of v0.8.8-rc1."""
VARIABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "serverDomain": ("DOMAIN_SERVER",),
        "registrationEnabled": ("ALLOW_REGISTRATION",),
        "emailLoginEnabled": ("ALLOW_EMAIL_LOGIN",),
        "passwordResetEnabled": ("ALLOW_PASSWORD_RESET",),
        "socialLoginEnabled": ("ALLOW_SOCIAL_LOGIN",),
        "emailEnabled": ("EMAIL_SERVICE", "EMAIL_HOST", "EMAIL_USERNAME", "EMAIL_PASSWORD", "EMAIL_FROM"),
        "minPasswordLength": ("MIN_PASSWORD_LENGTH",),
        **{
            f"{name}LoginEnabled": providers.NEEDED[name]
            for name in ("google", "github", "discord", "facebook", "apple")
        },
        "openidLoginEnabled": ("OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET", "OPENID_ISSUER", "OPENID_SESSION_SECRET"),
        "openidLabel": ("OPENID_BUTTON_LABEL",),
        "openidAutoRedirect": ("OPENID_AUTO_REDIRECT",),
        "samlLoginEnabled": providers.NEEDED["saml"],
        "ldap": (*providers.NEEDED["ldap"], "LDAP_LOGIN_USES_USERNAME"),
        "appTitle": ("APP_TITLE",),
    }
)
"""Keys of the answer and the variables that make them (api/server/routes/config.js, v0.8.8-rc1); what is only decoration is left out."""


def startup_config(
    environment: Mapping[str, str],
    release: Release,
    *,
    signed_in: bool = False,
    build: Mapping[str, str] = MappingProxyType({}),
    today: dt.date | None = None,
) -> dict[str, Any]:
    """Return the answer's object for LibreChat's environment, without a librechat.yaml; a value that is not set is left out.

    api/server/routes/config.js:61-348 (v0.8.8-rc1, as observed), earlier releases from their source. ``build`` is what the image
    was built from; ``today`` decides LibreChat's birthday.
    """
    shown = _before_sign_in(environment, release)
    if length := passwords.minimum_setting(environment, release):
        shown["minPasswordLength"] = length
    shown["ldap"] = _ldap(environment)
    everything = signed_in or release < SPLIT_SINCE
    if everything:
        shown |= _after_sign_in(environment, release, today or dt.datetime.now(dt.UTC).date())
    shown["socialLogins"] = list(providers.DEFAULT_SOCIAL_LOGINS)
    if everything:
        shown["interface"] = _INTERFACE
    if release >= SPLIT_SINCE and everything:
        shown["titleGenerationTiming"] = "immediate"
    if release >= Release(0, 7, 9, 1):
        shown["turnstile"] = {}
    if release >= SPLIT_SINCE and everything:
        shown |= _newest(environment)
    if release >= SPLIT_SINCE and build:
        shown["buildInfo"] = dict(build)
    return {name: value for name, value in shown.items() if value is not None}


def _before_sign_in(environment: Mapping[str, str], release: Release) -> dict[str, Any]:
    value = environment.get
    shown: dict[str, Any] = {"appTitle": value("APP_TITLE") or "LibreChat"}
    for provider in ("discord", "facebook", "github", "google"):
        shown[f"{provider}LoginEnabled"] = providers.is_configured(provider, environment, release)
    if release >= providers.APPLE_SINCE:
        shown["appleLoginEnabled"] = providers.is_configured("apple", environment, release)
    shown["openidLoginEnabled"] = providers.is_configured("openid", environment, release)
    shown["openidLabel"] = value("OPENID_BUTTON_LABEL") or "Continue with OpenID"
    shown["openidImageUrl"] = value("OPENID_IMAGE_URL")
    if release >= Release(0, 7, 8, 1):
        shown["openidAutoRedirect"] = is_enabled(value("OPENID_AUTO_REDIRECT"))
    if release >= providers.SAML_SINCE:
        shown["samlLoginEnabled"] = providers.shows_saml(environment, release)
        shown["samlLabel"] = value("SAML_BUTTON_LABEL")
        shown["samlImageUrl"] = value("SAML_IMAGE_URL")
    shown["serverDomain"] = value("DOMAIN_SERVER") or DEFAULT_SERVER
    shown["emailLoginEnabled"] = email_login.shows_form(environment)
    shown["registrationEnabled"] = not providers.has_ldap(environment) and is_enabled(value("ALLOW_REGISTRATION"))
    shown["socialLoginEnabled"] = providers.has_social_login(environment)
    shown["emailEnabled"] = mail_configured.is_announced(environment)
    if release >= Release(0, 7, 3):
        shown["passwordResetEnabled"] = is_enabled(value("ALLOW_PASSWORD_RESET"))
    return shown


def _ldap(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return ``getLdapConfig()`` (api/server/services/Config/ldap.js, v0.8.8-rc1)."""
    is_on = providers.has_ldap(environment)
    by_name = is_on and is_enabled(environment.get("LDAP_LOGIN_USES_USERNAME"))
    return {"enabled": is_on, **({"username": True} if by_name else {})}


def _after_sign_in(environment: Mapping[str, str], release: Release, today: dt.date) -> dict[str, Any]:
    value = environment.get
    shared = is_enabled_default_on(value("ALLOW_SHARED_LINKS"))
    shown: dict[str, Any] = {
        "analyticsGtmId": value("ANALYTICS_GTM_ID"),
        "customFooter": value("CUSTOM_FOOTER"),
        "showBirthdayIcon": (today.month, today.day) == (2, 11)
        or is_enabled(value("SHOW_BIRTHDAY_ICON"))
        or value("SHOW_BIRTHDAY_ICON") == "",
        "helpAndFaqURL": value("HELP_AND_FAQ_URL") or "https://librechat.ai",
        "sharedLinksEnabled": shared,
        "publicSharedLinksEnabled": shared and is_enabled(value("ALLOW_SHARED_LINKS_PUBLIC")),
    }
    if release >= Release(0, 8, 0, 3):
        shown["openidReuseTokens"] = is_enabled(value("OPENID_REUSE_TOKENS"))
    if release >= Release(0, 8, 5, 1):
        shown["allowAccountDeletion"] = is_enabled_default_on(value("ALLOW_ACCOUNT_DELETION"))
    if release >= SPLIT_SINCE:
        shown["sharedLinksSnapshotFilesEnabled"] = shared
    return shown


def _newest(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "balance": {"enabled": False},
        "sharePointFilePickerEnabled": is_enabled(environment.get("ENABLE_SHAREPOINT_FILEPICKER")),
        "conversationImportMaxFileSize": parse_int(environment.get("CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES")) or 0,
        "langfuseFanoutEnabled": False,
        "langfuseConnectionAccess": True,
        "fileUploadSseEnabled": False,
    }
