"""The inputs of a sign-in through Google, GitHub, Discord, Facebook or Apple besides LibreChat's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wizard.librechat.openid_account import looked_up
from wizard.librechat.openid_situation import Browser, KnownAccount, NoAnswer
from wizard.librechat.releases import RECORDED, Release


class AppleKey(StrEnum):
    """The kind of file at APPLE_PRIVATE_KEY_PATH, as jsonwebtoken accepts it for ES256."""

    FIT = "fit"
    """An EC key on P-256 in PEM."""
    MISSING = "missing"
    NOT_PEM = "not-pem"
    ONE_LINE = "one-line"
    """PEM whose line breaks were lost."""
    OTHER_KIND = "other-kind"
    """RSA, or another curve."""


@dataclass(frozen=True, kw_only=True)
class AppRegistration:
    """What the provider has registered of LibreChat; ``None``: not known, so it raises no doubt."""

    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    redirect_uris: frozenset[str] | None = None
    team_id: str | None = None
    """Apple only."""
    key_id: str | None = None
    """Apple only."""


@dataclass(frozen=True, kw_only=True)
class ProviderStep:
    """How the token request or the profile request ends; what it says is not looked at unless it is well."""

    status: int = 200
    failure: NoAnswer | None = None

    @property
    def is_well(self) -> bool:
        """Whether the strategy continues."""
        return self.failure is None and self.status // 100 == 2  # noqa: PLR2004 - success


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the provider says about the person."""

    subject: str = ""
    email: str = ""
    name: str = ""
    username: str = ""
    email_verified: bool = True
    has_picture: bool = True
    emails_allowed: bool = True
    """GitHub: whether the app may read email addresses (a GitHub App needs KnownAccount permissions, Email addresses: read)."""

    @property
    def address(self) -> str:
        """The address as LibreChat looks an account up by it; the domain rule and a new account get ``email`` as it is."""
        return looked_up(self.email)


@dataclass(frozen=True, kw_only=True)
class SocialSituation:
    """All that decides a sign-in through a social provider."""

    provider: str
    """``google``, ``github``, ``discord``, ``facebook`` or ``apple``."""
    settings: Mapping[str, str]
    release: Release = RECORDED
    app: AppRegistration = field(default_factory=AppRegistration)
    key: AppleKey = AppleKey.FIT
    error: str = ""
    """The provider's error in place of a code: ``access_denied`` if the person says no."""
    token: ProviderStep = field(default_factory=ProviderStep)
    profile_step: ProviderStep = field(default_factory=ProviderStep)
    profile: Profile = field(default_factory=Profile)
    browser: Browser = field(default_factory=Browser)
    accounts: tuple[KnownAccount, ...] = ()
    allowed_domains: tuple[str, ...] = ()
