"""The LDAP_ variables as LibreChat reads them (api/strategies/ldapStrategy.js, v0.8.8-rc1; older releases by their changelog)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wizard.librechat.ldap_filter import DEFAULT_FILTER
from wizard.librechat.providers import has_ldap
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

LDAP_SINCE: Final = Release(0, 7, 3, 2)
"""First release that signs in against a directory (pull request 2859); it finds accounts by email address."""
ATTRIBUTES_SINCE: Final = Release(0, 7, 4)
"""First release with LDAP_ID, LDAP_USERNAME, LDAP_FULL_NAME and LDAP_TLS_REJECT_UNAUTHORIZED; it finds accounts by ``ldapId``
(pull requests 3124, 3247)."""
FALLBACK_MAIL_SINCE: Final = Release(0, 7, 5)
"""First release with LDAP_EMAIL and NAME@ldap.local (pull request 4177)."""
FIRST_ADMIN_SINCE: Final = Release(0, 7, 6)
"""First release whose first LDAP account becomes ADMIN (pull request 4974)."""
STARTTLS_SINCE: Final = Release(0, 7, 8)
"""First release with LDAP_STARTTLS (pull request 6438), which never worked."""
PROVIDER_CHECKED_SINCE: Final = Release(0, 8, 0)
"""First release that does not take over an account of another provider, and that asks ``registration.allowedDomains`` at sign-in
(pull requests 8999, 9566, 9868)."""
_ALWAYS_ASKED: Final = ("displayName", "mail", "uid", "cn", "name", "commonname", "givenName", "sn", "sAMAccountName")


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapSettings:
    """The variables as LibreChat interprets them; nothing is trimmed, and unless noted an empty text counts as not set."""

    url: str
    base: str
    is_on: bool
    bind_name: str | None
    """``None``: the search is made without a bind. An empty text is an anonymous bind."""
    bind_password: str
    pattern: str
    """The filter with its placeholder."""
    ca_path: str
    verifies: bool
    """Whether a certificate is checked on an ldaps:// connection."""
    starttls: bool
    id_attribute: str
    user_name_attribute: str
    mail_attribute: str
    name_attributes: tuple[str, ...]
    release: Release

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that the search asks for, in LibreChat's order; the directory compares them without case."""
        own = (*self.name_attributes, self.id_attribute, self.user_name_attribute, self.mail_attribute)
        return tuple(dict.fromkeys((*_ALWAYS_ASKED, *(name for name in own if name), "dn")))


def ldap_settings(settings: Mapping[str, str], release: Release) -> LdapSettings:
    """Return how a release reads these settings."""
    has_attributes = release >= ATTRIBUTES_SINCE
    ca_path = settings.get("LDAP_CA_CERT_PATH", "")
    named = settings.get("LDAP_FULL_NAME", "") if has_attributes else ""
    return LdapSettings(
        url=settings.get("LDAP_URL", ""),
        base=settings.get("LDAP_USER_SEARCH_BASE", ""),
        is_on=has_ldap(settings) and release >= LDAP_SINCE,
        bind_name=settings.get("LDAP_BIND_DN"),
        bind_password=settings.get("LDAP_BIND_CREDENTIALS", ""),
        pattern=settings.get("LDAP_SEARCH_FILTER") or DEFAULT_FILTER,
        ca_path=ca_path,
        verifies=not ca_path or not has_attributes or is_enabled(settings.get("LDAP_TLS_REJECT_UNAUTHORIZED")),
        starttls=is_enabled(settings.get("LDAP_STARTTLS")) and release >= STARTTLS_SINCE,
        id_attribute=settings.get("LDAP_ID", "") if has_attributes else "",
        user_name_attribute=settings.get("LDAP_USERNAME", "") if has_attributes else "",
        mail_attribute=settings.get("LDAP_EMAIL", "") if release >= FALLBACK_MAIL_SINCE else "",
        name_attributes=tuple(named.split(",")) if named else (),
        release=release,
    )
