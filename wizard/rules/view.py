"""What rules ask of a deployment, named once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from wizard.basics.finding import Finding, Status
from wizard.catalogue import by_key
from wizard.deployment.model import Deployment
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled, is_enabled_default_on

SOCIAL = ("google", "github", "discord", "facebook")
DEFAULT_LOGINS = ("google", "facebook", "openid", "github", "discord", "saml")
"""The built-in list of sign-in providers; apple is not in it (packages/data-provider/src/config.ts:20, v0.8.8-rc1)."""


@dataclass(frozen=True, slots=True)
class View:
    """A deployment with the questions that several rules ask."""

    deployment: Deployment

    @property
    def release(self) -> Release:
        """The release that the rules are about."""
        return self.deployment.release

    @property
    def api(self) -> Mapping[str, Any]:
        """LibreChat's service of the merged compose files; empty where there is none."""
        api: Mapping[str, Any] = (self.deployment.compose.get("services") or {}).get("api") or {}
        return api

    def value(self, name: str) -> str:
        """Return a setting without blanks around it; nothing where it is not set."""
        return self.deployment.settings.get(name, "").strip()

    def is_set(self, name: str) -> bool:
        """Whether the line is there, be it empty."""
        return name in self.deployment.settings

    def is_on(self, name: str) -> bool:
        """Whether a switch is on, as LibreChat reads it."""
        text = self.deployment.settings.get(name)
        setting = by_key().get(name)
        if setting is not None and setting.kind.value == "bool-default-on":
            return is_enabled_default_on(text)
        return is_enabled(text)

    @property
    def has_smtp(self) -> bool:
        """Whether an SMTP server is named (packages/api/src/utils/email.ts:7-25, v0.8.8-rc1)."""
        return bool(self.value("EMAIL_SERVICE") or self.value("EMAIL_HOST"))

    @property
    def has_mail(self) -> bool:
        """Whether LibreChat takes mail for set up; before v0.8.4 it also wanted user and password."""
        if not self.value("EMAIL_FROM"):
            return False
        if self.value("MAILGUN_API_KEY") and self.value("MAILGUN_DOMAIN"):
            return True
        signs_in = bool(self.value("EMAIL_USERNAME") and self.value("EMAIL_PASSWORD"))
        return self.has_smtp and (signs_in or self.release >= Release(0, 8, 4))

    @property
    def has_ldap(self) -> bool:
        """Whether sign-in goes to LDAP (api/server/routes/auth.js:40, v0.8.8-rc1)."""
        return bool(self.value("LDAP_URL") and self.value("LDAP_USER_SEARCH_BASE"))

    @property
    def has_openid(self) -> bool:
        """Whether OpenID is configured (api/server/socialLogins.js:81-115, v0.8.8-rc1)."""
        secret = self.value("OPENID_CLIENT_SECRET") or self.is_on("OPENID_USE_PKCE")
        names = ("OPENID_CLIENT_ID", "OPENID_ISSUER", "OPENID_SESSION_SECRET")
        return bool(secret) and all(self.value(name) for name in names)

    @property
    def has_saml(self) -> bool:
        """Whether SAML is configured."""
        return all(self.value(f"SAML_{part}") for part in ("ENTRY_POINT", "ISSUER", "CERT", "SESSION_SECRET"))

    @property
    def has_apple(self) -> bool:
        """Whether the Apple button shows."""
        return all(self.value(f"APPLE_{part}") for part in ("CLIENT_ID", "TEAM_ID", "KEY_ID", "PRIVATE_KEY_PATH"))

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers that are completely configured, by their names in librechat.yaml."""
        found = [
            name
            for name in SOCIAL
            if self.value(f"{name.upper()}_CLIENT_ID") and self.value(f"{name.upper()}_CLIENT_SECRET")
        ]
        found += ["apple"] * self.has_apple + ["openid"] * self.has_openid + ["saml"] * self.has_saml
        return tuple(found)

    def url(self, name: str) -> SplitResult | None:
        """Return a setting as URL, ``None`` where it is none with scheme and host."""
        try:
            parts = urlsplit(self.value(name))
            # Only asking for the port tells one that is no port number.
            port = parts.port
        except ValueError:
            return None
        return parts if parts.scheme and parts.hostname and port != 0 else None

    @property
    def is_local(self) -> bool:
        """Whether LibreChat takes DOMAIN_SERVER for localhost (packages/api/src/oauth/csrf.ts:19-48, v0.8.8-rc1)."""
        parts = self.url("DOMAIN_SERVER")
        host = (parts.hostname or "") if parts else re.sub(r"[:/].*", "", self.value("DOMAIN_SERVER"))
        return host in ("localhost", "127.0.0.1") or host.endswith(".localhost")

    @property
    def registration(self) -> dict[str, object]:
        """``registration:`` of librechat.yaml where it takes effect, else nothing."""
        config = self.deployment.config or {}
        registration = config.get("registration") if self.deployment.config_mounted else None
        return dict(registration) if isinstance(registration, dict) else {}


Rule = Callable[[View], Iterator[Finding]]


def fail(identity: str, summary: str, *settings: str, remedy: str = "", evidence: tuple[str, ...] = ()) -> Finding:
    """Return a finding that something does not work or is a hole."""
    return _finding(Status.FAIL, identity, summary, settings, remedy, evidence)


def warn(identity: str, summary: str, *settings: str, remedy: str = "", evidence: tuple[str, ...] = ()) -> Finding:
    """Return a finding that something works and is probably not meant so."""
    return _finding(Status.WARN, identity, summary, settings, remedy, evidence)


def _finding(
    status: Status, identity: str, summary: str, settings: tuple[str, ...], remedy: str, evidence: tuple[str, ...]
) -> Finding:
    docs = next((setting.docs for name in settings if (setting := by_key().get(name)) is not None), "")
    return Finding(
        id=identity, status=status, summary=summary, settings=settings, remedy=remedy, evidence=evidence, docs=docs
    )
