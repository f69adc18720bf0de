"""Findings: sign-in with Google, GitHub, Discord, Facebook and Apple."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_WITH_SECRET = ("google", "github", "discord", "facebook")
_PROVIDERS = (*_WITH_SECRET, "apple", "openid", "saml")

_of = partial(FindingEntry, check="rules")
SWITCHED_OFF = _of(
    "social.switched-off",
    "Providers are configured, but ALLOW_SOCIAL_LOGIN is not on:",
    "ALLOW_SOCIAL_LOGIN=true",
    consequence="there is no button and no sign-in.",
    settings=("ALLOW_SOCIAL_LOGIN",),
    # What each provider's own check says about the same line.
    supersedes=(
        "openid.settings.switched-off",
        *(f"oauth.{provider}.switched-off" for provider in (*_WITH_SECRET, "apple")),
    ),
)
APPLE_HTTPS = _of(
    "social.apple-https",
    "Apple requires https and a public name; DOMAIN_SERVER has neither.",
    "Put LibreChat behind HTTPS.",
    settings=("DOMAIN_SERVER", "APPLE_CLIENT_ID"),
)
GOOGLE_HTTPS = _of(
    "social.google-https",
    "Google refuses redirect addresses with http, except for localhost.",
    "Put LibreChat behind HTTPS.",
    settings=("DOMAIN_SERVER", "GOOGLE_CLIENT_ID"),
)
NO_ADMIN = _of(
    "social.no-admin",
    "The only ways to sign in are providers that make nobody an administrator:",
    "Once somebody has signed in, give them the role ADMIN: librechat-wizard users role EMAIL ADMIN.",
    consequence="there may be no administrator.",
    settings=("ALLOW_EMAIL_LOGIN",),
)
NO_REGISTRATION = _of(
    "social.no-registration",
    "ALLOW_SOCIAL_REGISTRATION is not on:",
    "ALLOW_SOCIAL_REGISTRATION=true if others may join.",
    consequence="only people who already have an account can sign in.",
    settings=("ALLOW_SOCIAL_REGISTRATION",),
)

STATE_COOKIE = FindingFamily(
    _of(
        "social.state-cookie.{}",
        "Sign-in with {} cannot finish: browsers drop its cookie over plain HTTP.",
        "Use HTTPS, or set SESSION_COOKIE_SECURE=false in a private network.",
        consequence="people come back from the provider to the sign-in page (auth_failed).",
    ),
    _WITH_SECRET,
)
FACEBOOK_BROKEN = _of(
    "social.facebook-broken",
    "Facebook sign-in does not work in LibreChat:",
    "Remove FACEBOOK_CLIENT_ID and FACEBOOK_CLIENT_SECRET from .env, and facebook from registration.socialLogins.",
    consequence="everybody who tries it gets an error page (500).",
    settings=("FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET"),
    supersedes=("rules.social.not-listed.facebook", "rules.social.callback.facebook", "oauth.facebook.broken"),
)
ALWAYS_REGISTERS = _of(
    "social.always-registers",
    "OpenID and SAML make an account for everyone the provider accepts:",
    "Limit access at the provider (assign people to the application), with OPENID_REQUIRED_ROLE, or with "
    "registration.allowedDomains in librechat.yaml (v0.8.0 and later).",
    consequence="ALLOW_REGISTRATION and ALLOW_SOCIAL_REGISTRATION change nothing there.",
    settings=("ALLOW_SOCIAL_REGISTRATION",),
)

HALF = FindingFamily(
    _of(
        "social.half.{}",
        "Either the client ID or the secret of {} is missing.",
        "Set what is missing.",
        consequence="the provider has no button.",
    ),
    (*_WITH_SECRET, "apple"),
)
NOT_LISTED = FindingFamily(
    _of(
        "social.not-listed.{}",
        "{} is configured, but socialLogins does not name it:",
        "Add it to registration.socialLogins in librechat.yaml.",
        consequence="there is no button.",
    ),
    _PROVIDERS,
)
CALLBACK = FindingFamily(
    _of(
        "social.callback.{}",
        "The callback path of {} is not the one that LibreChat serves:",
        "Set it to /oauth/PROVIDER/callback, with the provider's name.",
        consequence="people cannot return from the provider.",
    ),
    _PROVIDERS,
)
