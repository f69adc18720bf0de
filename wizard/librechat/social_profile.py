"""A person's profile in LibreChat's social strategies, from the provider's reply.

api/strategies/{google,github,discord,facebook,apple}Strategy.js (v0.8.8-rc1) with the profile parsers of the Passport strategies:
passport-google-oauth20, passport-github2, passport-discord, passport-facebook, passport-apple.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from wizard.librechat.social_situation import Profile


def social_profile(provider: str, fields: Mapping[str, Any], emails: object = None) -> Profile:
    """Return the profile that a provider's answer makes; for Apple ``fields`` are the claims of its ID token.

    ``emails``: GitHub's list of addresses; ``None``: it was not given.
    """
    return _github(fields, emails) if provider == "github" else _READERS[provider](fields)


def _google(fields: Mapping[str, Any]) -> Profile:
    given, family = _text(fields, "given_name"), _text(fields, "family_name")
    return Profile(
        subject=_text(fields, "sub"),
        email=_text(fields, "email"),
        email_verified=bool(fields.get("email_verified")),
        name=f"{given} {family}".strip(),
        username=given,
        has_picture=bool(fields.get("picture")),
    )


def _github(fields: Mapping[str, Any], emails: object) -> Profile:
    """Take the primary address, private or not; the public one only if none is marked as primary (lib/strategy.js)."""
    listed = [each for each in emails if isinstance(each, Mapping)] if isinstance(emails, list) else []
    primary = next((_text(each, "email") for each in listed if each.get("primary")), "")
    return Profile(
        subject=str(fields.get("id", "")),
        email=primary or _text(fields, "email"),
        email_verified=False,
        name=_text(fields, "name"),
        username=_text(fields, "login"),
        emails_allowed=bool(listed),
    )


def _discord(fields: Mapping[str, Any]) -> Profile:
    return Profile(
        subject=_text(fields, "id"),
        email=_text(fields, "email"),
        email_verified=bool(fields.get("verified")),
        name=_text(fields, "global_name"),
        username=_text(fields, "username"),
    )


def _facebook(fields: Mapping[str, Any]) -> Profile:
    given, family = _text(fields, "first_name"), _text(fields, "last_name")
    return Profile(
        subject=_text(fields, "id"), email=_text(fields, "email"), name=f"{given} {family}".strip(), has_picture=False
    )


def _apple(fields: Mapping[str, Any]) -> Profile:
    """Read the ID token. The name is the form field ``user`` at the first consent alone, and LibreChat does not read it even then."""
    email, subject = _text(fields, "email"), _text(fields, "sub")
    return Profile(
        subject=subject,
        email=email,
        email_verified=str(fields.get("email_verified", "")).lower() == "true",
        username=email.partition("@")[0] if email else f"user_{subject}",
    )


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Profile]]] = MappingProxyType(
    {"google": _google, "discord": _discord, "facebook": _facebook, "apple": _apple}
)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
