"""The catalogue: every variable that LibreChat's authentication reads, declared once.

Read from LibreChat v0.8.8-rc1 (commit eaef87fa2); ``since`` and ``until`` from all release tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from wizard.catalogue import (
    accounts,
    admin_panel,
    code_api,
    credentials,
    domains,
    email,
    entra,
    ldap,
    limits,
    moderation,
    openid,
    openid_roles,
    openid_tokens,
    redis,
    retired,
    saml,
    server,
    sessions,
    shared_links,
    social,
)
from wizard.catalogue.model import Section, Setting

SECTIONS: Final[tuple[Section, ...]] = (
    Section(id="domains", title="Addresses", intro="Under which address people reach LibreChat, and which proxies stand in between."),
    Section(id="accounts", title="Accounts", intro="Who may have an account, and how people sign in."),
    Section(id="sessions", title="Sessions", intro="How long people stay signed in, and which cookies keep them so."),
    Section(id="credentials", title="Secrets", intro="The keys that protect sessions and stored data. They are generated; existing ones are kept."),
    Section(id="email", title="Mail", intro="Confirmation and reset links go by mail. Without working mail, leave password reset off."),
    Section(id="social", title="Google, GitHub, Discord, Facebook, Apple", intro="Sign-in with accounts that people already have."),
    Section(id="openid", title="OpenID", intro="Sign-in with an identity provider such as Keycloak, Authentik or Entra ID."),
    Section(id="openid_roles", title="OpenID roles", intro="Who gets in and who becomes administrator, decided by the provider."),
    Section(id="entra", title="Entra ID", intro="Search for people and SharePoint files with Microsoft Entra ID."),
    Section(id="saml", title="SAML", intro="Sign-in with a SAML identity provider."),
    Section(id="ldap", title="LDAP", intro="Sign-in against a directory, in place of local accounts."),
    Section(id="shared_links", title="Shared links", intro="Whether conversations can be shared, and with whom."),
    Section(id="limits", title="Limits", intro="How often something may be tried before LibreChat says: later."),
    Section(id="moderation", title="Bans and moderation", intro="What happens to those who break the limits."),
    Section(id="admin_panel", title="Admin panel", intro="The panel that v0.8.7 and later bring along."),
    Section(id="server", title="Server", intro="Ports, database, configuration file and the containers' user."),
    Section(id="redis", title="Redis", intro="Needed only when more than one copy of LibreChat runs."),
    Section(id="code_api", title="Further keys", intro="Tokens for the code interpreter, cookies for pictures, tenants."),
    Section(id="retired", title="No longer read", intro="Names that still stand in many .env files and do nothing."),
)  # fmt: skip

_FILES: Final = (
    domains,
    accounts,
    sessions,
    credentials,
    email,
    social,
    openid,
    openid_tokens,
    openid_roles,
    entra,
    saml,
    ldap,
    shared_links,
    limits,
    moderation,
    admin_panel,
    server,
    redis,
    code_api,
    retired,
)

SETTINGS: Final[tuple[Setting, ...]] = tuple(setting for file in _FILES for setting in file.SETTINGS)
"""All settings in the order in which they are shown."""

MISTAKEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "OPENID_ENABLED": "ALLOW_SOCIAL_LOGIN",
        "OPENID_REDIRECT_URI": "OPENID_CALLBACK_URL",
        "OPENID_REDIRECT_URL": "OPENID_CALLBACK_URL",
        "OPENID_SCOPES": "OPENID_SCOPE",
        "OPENID_SYNC_GROUPS_FROM_TOKEN": "OPENID_ROLE_SYNC_ENABLED",
        "AUTH_TYPE": "LDAP_URL",
        "SMTP_HOST": "EMAIL_HOST",
        "SMTP_PORT": "EMAIL_PORT",
        "SMTP_USER": "EMAIL_USERNAME",
        "SMTP_USERNAME": "EMAIL_USERNAME",
        "SMTP_PASSWORD": "EMAIL_PASSWORD",
        "SMTP_FROM": "EMAIL_FROM",
        "EMAIL_USER": "EMAIL_USERNAME",
        "COOKIE_SECURE": "SESSION_COOKIE_SECURE",
        "BASE_URL": "DOMAIN_CLIENT",
        "DOMAIN": "DOMAIN_CLIENT",
    }
)  # fmt: skip
"""Names that people and language models make up, with the one they mean."""


@cache
def by_key() -> Mapping[str, Setting]:
    """Return the settings by name."""
    return MappingProxyType({setting.key: setting for setting in SETTINGS})


def nearest(name: str) -> str | None:
    """Return the valid name that ``name`` most likely stands for; ``None`` where none is near."""
    folded = name.strip().upper().replace("-", "_")
    if folded in by_key():
        return folded
    if folded in MISTAKEN:
        return MISTAKEN[folded]
    from wizard.basics.nearest import nearest_of

    return nearest_of(folded, (setting.key for setting in SETTINGS if not setting.unread and not setting.renamed_to))
