"""The catalogue: every variable that LibreChat's authentication reads, declared once.

Read from LibreChat v0.8.8-rc1 (commit eaef87fa2); what came later from the documentation and the .env.example of v0.8.8. ``since`` and
``until`` are from all release tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wizard.catalogue.model import Section, Setting

    SECTIONS: tuple[Section, ...]
    SETTINGS: tuple[Setting, ...]

_FILES: Final = (
    *("domains", "accounts", "sessions", "credentials", "email", "social", "openid", "openid_roles", "entra", "saml", "ldap"),
    *("shared_links", "limits", "moderation", "admin_panel", "security_headers", "server", "redis", "code_api", "next_release", "retired"),
)  # fmt: skip
"""The modules of the sections, in the order in which these are shown."""


@cache
def _sections() -> tuple[Section, ...]:
    return tuple(import_module(f"{__name__}.{file}").SECTION for file in _FILES)


@cache
def _settings() -> tuple[Setting, ...]:
    return tuple(setting for section in _sections() for setting in section.settings)


def __getattr__(name: str) -> object:
    """Load ``SECTIONS``, or ``SETTINGS`` section by section, when they are used first: the first frame needs none."""
    if name == "SECTIONS":
        return _sections()
    if name == "SETTINGS":
        return _settings()
    raise AttributeError(name)


COMMON_MISTAKES: Final[Mapping[str, str]] = MappingProxyType(
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
"""Names that do not exist but are often written, each with the right one."""


@cache
def by_key() -> Mapping[str, Setting]:
    """Return the settings by name."""
    return MappingProxyType({setting.key: setting for setting in _settings()})


def nearest(name: str) -> str | None:
    """Return the valid name that ``name`` most likely stands for; ``None`` if none is near."""
    folded = name.strip().upper().replace("-", "_")
    if folded in by_key():
        return folded
    if folded in COMMON_MISTAKES:
        return COMMON_MISTAKES[folded]
    from wizard.basics.nearest import nearest_of

    near = nearest_of(folded, (setting.key for setting in _settings() if setting.is_settable))
    return near if near is not None and _is_of_the_same_kind(folded, near) else None


def _is_of_the_same_kind(name: str, near: str) -> bool:
    """Whether two names begin with the same word, be it misspelt: MEILI_HOST is not meant to be EMAIL_HOST."""
    one, other = name.partition("_")[0], near.partition("_")[0]
    from difflib import SequenceMatcher

    return "_" not in name or sorted(one) == sorted(other) or SequenceMatcher(None, one, other).ratio() >= 0.7  # noqa: PLR2004 - found by trying
