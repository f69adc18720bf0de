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
    domains.SECTION,
    accounts.SECTION,
    sessions.SECTION,
    credentials.SECTION,
    email.SECTION,
    social.SECTION,
    openid.SECTION,
    openid_roles.SECTION,
    entra.SECTION,
    saml.SECTION,
    ldap.SECTION,
    shared_links.SECTION,
    limits.SECTION,
    moderation.SECTION,
    admin_panel.SECTION,
    server.SECTION,
    redis.SECTION,
    code_api.SECTION,
    retired.SECTION,
)
"""The groups of settings, in the order in which they are shown."""

SETTINGS: Final[tuple[Setting, ...]] = tuple(setting for section in SECTIONS for setting in section.settings)
"""All settings, section by section."""

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
