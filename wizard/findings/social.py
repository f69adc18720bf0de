"""Findings: sign-in with Google, GitHub, Discord, Facebook and Apple."""

from __future__ import annotations

from functools import partial
from typing import Final

from wizard.findings.model import FindingEntry, FindingFamily

_WITH_SECRET = ("google", "github", "discord", "facebook")
_PROVIDERS = (*_WITH_SECRET, "apple", "openid", "saml")

_of = partial(FindingEntry, check="rules")
SWITCHED_OFF = _of(
    "social.switched-off",
    "Providers are configured, but ALLOW_SOCIAL_LOGIN is not on:",
    "Set ALLOW_SOCIAL_LOGIN=true",
    consequence="the buttons are missing, and nobody can sign in with these providers.",
    settings=("ALLOW_SOCIAL_LOGIN",),
    # What each provider's own check says about the same line.
    supersedes=(
        "openid.settings.switched-off",
        *(f"oauth.{provider}.switched-off" for provider in (*_WITH_SECRET, "apple")),
    ),
)
APPLE_HTTPS = _of(
    "social.apple-https",
    "Apple requires HTTPS and a public name, but DOMAIN_SERVER does not meet these requirements.",
    "Put LibreChat behind HTTPS.",
    settings=("DOMAIN_SERVER", "APPLE_CLIENT_ID"),
)
GOOGLE_HTTPS = _of(
    "social.google-https",
    "Google accepts http:// redirect URIs only for localhost.",
    "Put LibreChat behind HTTPS.",
    settings=("DOMAIN_SERVER", "GOOGLE_CLIENT_ID"),
)
NO_ADMIN = _of(
    "social.no-admin",
    "None of the configured providers makes anyone an administrator:",
    "After someone has signed in, give them the role ADMIN: librechat-wizard users role EMAIL ADMIN",
    consequence="LibreChat may have no administrator.",
    settings=("ALLOW_EMAIL_LOGIN",),
)
NO_REGISTRATION = _of(
    "social.no-registration",
    "ALLOW_SOCIAL_REGISTRATION is not on:",
    "To let new users join, set ALLOW_SOCIAL_REGISTRATION=true.",
    consequence="only users who already have an account can sign in.",
    settings=("ALLOW_SOCIAL_REGISTRATION",),
)

STATE_COOKIE = FindingFamily(
    _of(
        "social.state-cookie.{}",
        "Sign-in with {} cannot finish: browsers drop the sign-in cookie over plain HTTP.",
        "Use HTTPS, or set SESSION_COOKIE_SECURE=false on a private network.",
        consequence="the provider sends users back to the sign-in page (auth_failed).",
    ),
    _WITH_SECRET,
)
FACEBOOK_BROKEN = _of(
    "social.facebook-broken",
    "Facebook sign-in does not work in LibreChat:",
    "Remove FACEBOOK_CLIENT_ID and FACEBOOK_CLIENT_SECRET from .env, and facebook from registration.socialLogins.",
    consequence="everyone who tries it sees an error page (500).",
    settings=("FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET"),
    supersedes=("rules.social.not-listed.facebook", "rules.social.callback.facebook", "oauth.facebook.broken"),
)
LIMIT: Final = (
    "Limit access in the provider's console (assign users to the application),{role} or with "
    "registration.allowedDomains in librechat.yaml (v0.8.0 and later)."
)
"""What limits who gets an account; ``role`` is what OpenID has besides."""
ALWAYS_REGISTERS = _of(
    "social.always-registers",
    "With OpenID and SAML, LibreChat creates an account for everyone the provider accepts:",
    LIMIT.format(role=" with OPENID_REQUIRED_ROLE (OpenID only),"),
    consequence="ALLOW_REGISTRATION and ALLOW_SOCIAL_REGISTRATION have no effect on this.",
    settings=("ALLOW_SOCIAL_REGISTRATION",),
)

HALF = FindingFamily(
    _of(
        "social.half.{}",
        "Only some of the settings for {} sign-in are set.",
        "Set the missing settings.",
        consequence="the provider's button is missing.",
    ),
    (*_WITH_SECRET, "apple"),
)
NOT_LISTED = FindingFamily(
    _of(
        "social.not-listed.{}",
        "{} is configured, but not listed in socialLogins:",
        "Add {} to registration.socialLogins in librechat.yaml.",
        consequence="its button is missing.",
    ),
    _PROVIDERS,
)
CALLBACK = FindingFamily(
    _of(
        "social.callback.{}",
        "LibreChat does not serve the callback path in {}:",
        "Use the path /oauth/PROVIDER/callback.",
        consequence="users cannot return from the provider to LibreChat.",
    ),
    _PROVIDERS,
)
