"""GET /api/config: what a running LibreChat says of its own settings (api/server/routes/config.js, release by release)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from screens.demo.settings import Settings
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled, is_enabled_default_on

SPLIT_SINCE: Final = Release(0, 8, 6)
"""First release that keeps part of it for people who are signed in."""
DEFAULT_SOCIAL_LOGINS: Final = ("google", "facebook", "openid", "github", "discord", "saml")
_NUMBER_FIRST: Final = re.compile(r"\s*([+-]?\d+)", re.ASCII)
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
"""The interface settings without a librechat.yaml, as recorded of v0.8.8-rc1."""


class StartupConfig:
    """The answers of /api/config, and the settings that sign-in reads the same way."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = settings.environment
        self._release = settings.release

    def on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return is_enabled(self._environment.get(name))

    def given(self, *names: str) -> bool:
        """Return whether all of these have a value."""
        return all(self._environment.get(name) for name in names)

    @property
    def openid(self) -> bool:
        """Whether the OpenID button is shown."""
        secret = self._environment.get("OPENID_CLIENT_SECRET", "").strip() or self.on("OPENID_USE_PKCE")
        return bool(secret) and self.given("OPENID_CLIENT_ID", "OPENID_ISSUER", "OPENID_SESSION_SECRET")

    @property
    def ldap(self) -> bool:
        """Whether sign-in asks an LDAP server instead of the database."""
        return self.given("LDAP_URL", "LDAP_USER_SEARCH_BASE")

    @property
    def mail(self) -> bool:
        """``checkEmailConfig()``: whether LibreChat believes that it can send mail (packages/api/src/utils/email.ts, v0.8.7)."""
        smtp = self.given("EMAIL_SERVICE") or self.given("EMAIL_HOST")
        return self.given("EMAIL_FROM") and (smtp or self.given("MAILGUN_API_KEY", "MAILGUN_DOMAIN"))

    @property
    def shortest_password(self) -> int:
        """``parseInt(MIN_PASSWORD_LENGTH, 10) || 8`` (api/strategies/validators.js:3, v0.8.7)."""
        return self._parsed("MIN_PASSWORD_LENGTH") or 8

    def answer(self, *, signed_in: bool) -> dict[str, Any]:
        """Return the answer's object; a value that is not set is left out."""
        shown = self._before_sign_in()
        if self._release >= Release(0, 8, 0, 4) and (length := self._parsed("MIN_PASSWORD_LENGTH")):
            shown["minPasswordLength"] = length
        ldap: dict[str, Any] = {"enabled": self.ldap}
        if self.ldap and self.on("LDAP_LOGIN_USES_USERNAME"):
            ldap["username"] = True
        shown["ldap"] = ldap
        everything = signed_in or self._release < SPLIT_SINCE
        if everything:
            shown |= self._after_sign_in()
        shown["socialLogins"] = list(DEFAULT_SOCIAL_LOGINS)
        if everything:
            shown["interface"] = _INTERFACE
        if self._release >= SPLIT_SINCE and everything:
            shown["titleGenerationTiming"] = "immediate"
        if self._release >= Release(0, 7, 9, 1):
            shown["turnstile"] = {}
        if self._release >= SPLIT_SINCE and everything:
            shown |= self._newest()
        if self._release >= SPLIT_SINCE and self._settings.build:
            shown["buildInfo"] = dict(self._settings.build)
        return {name: value for name, value in shown.items() if value is not None}

    def _before_sign_in(self) -> dict[str, Any]:
        value = self._environment.get
        shown: dict[str, Any] = {"appTitle": value("APP_TITLE") or "LibreChat"}
        for provider in ("discord", "facebook", "github", "google"):
            name = provider.upper()
            shown[f"{provider}LoginEnabled"] = self.given(f"{name}_CLIENT_ID", f"{name}_CLIENT_SECRET")
        if self._release >= Release(0, 7, 7, 1):
            apple = ("APPLE_CLIENT_ID", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY_PATH")
            shown["appleLoginEnabled"] = self.given(*apple)
        shown["openidLoginEnabled"] = self.openid
        shown["openidLabel"] = value("OPENID_BUTTON_LABEL") or "Continue with OpenID"
        shown["openidImageUrl"] = value("OPENID_IMAGE_URL")
        if self._release >= Release(0, 7, 8, 1):
            shown["openidAutoRedirect"] = self.on("OPENID_AUTO_REDIRECT")
        if self._release >= Release(0, 7, 9, 1):
            saml = self.given("SAML_ENTRY_POINT", "SAML_ISSUER", "SAML_CERT", "SAML_SESSION_SECRET")
            shown["samlLoginEnabled"] = saml and not self.openid
            shown["samlLabel"] = value("SAML_BUTTON_LABEL")
            shown["samlImageUrl"] = value("SAML_IMAGE_URL")
        shown["serverDomain"] = value("DOMAIN_SERVER") or "http://localhost:3080"
        shown["emailLoginEnabled"] = is_enabled_default_on(value("ALLOW_EMAIL_LOGIN"))
        shown["registrationEnabled"] = not self.ldap and self.on("ALLOW_REGISTRATION")
        shown["socialLoginEnabled"] = self.on("ALLOW_SOCIAL_LOGIN")
        smtp = self.given("EMAIL_SERVICE") or self.given("EMAIL_HOST")
        shown["emailEnabled"] = smtp and self.given("EMAIL_USERNAME", "EMAIL_PASSWORD", "EMAIL_FROM")
        if self._release >= Release(0, 7, 3):
            shown["passwordResetEnabled"] = self.on("ALLOW_PASSWORD_RESET")
        return shown

    def _after_sign_in(self) -> dict[str, Any]:
        value = self._environment.get
        today = dt.datetime.now(dt.UTC)
        shared = is_enabled_default_on(value("ALLOW_SHARED_LINKS"))
        shown: dict[str, Any] = {
            "analyticsGtmId": value("ANALYTICS_GTM_ID"),
            "customFooter": value("CUSTOM_FOOTER"),
            "showBirthdayIcon": (today.month, today.day) == (2, 11)
            or self.on("SHOW_BIRTHDAY_ICON")
            or value("SHOW_BIRTHDAY_ICON") == "",
            "helpAndFaqURL": value("HELP_AND_FAQ_URL") or "https://librechat.ai",
            "sharedLinksEnabled": shared,
            "publicSharedLinksEnabled": shared and self.on("ALLOW_SHARED_LINKS_PUBLIC"),
        }
        if self._release >= Release(0, 8, 0, 3):
            shown["openidReuseTokens"] = self.on("OPENID_REUSE_TOKENS")
        if self._release >= Release(0, 8, 5, 1):
            shown["allowAccountDeletion"] = is_enabled_default_on(value("ALLOW_ACCOUNT_DELETION"))
        if self._release >= SPLIT_SINCE:
            shown["sharedLinksSnapshotFilesEnabled"] = shared
        return shown

    def _newest(self) -> dict[str, Any]:
        return {
            "balance": {"enabled": False},
            "sharePointFilePickerEnabled": self.on("ENABLE_SHAREPOINT_FILEPICKER"),
            "conversationImportMaxFileSize": self._parsed("CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES") or 0,
            "langfuseFanoutEnabled": False,
            "langfuseConnectionAccess": True,
            "fileUploadSseEnabled": False,
        }

    def _parsed(self, name: str) -> int | None:
        match = _NUMBER_FIRST.match(self._environment.get(name, ""))
        return int(match[1][:15]) if match else None
