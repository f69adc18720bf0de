"""Findings: accounts, sessions and shared links."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="rules")
OPEN_REGISTRATION = _of(
    "accounts.open-registration",
    "Registration is open:",
    "Create the first account before you publish the URL. Then set ALLOW_REGISTRATION=false. Alternatively, set registration.allowedDomains.",
    consequence="anyone who can reach LibreChat can create an account, and the very first account becomes an administrator.",
    settings=("ALLOW_REGISTRATION",),
)
NO_WAY_IN = _of(
    "accounts.no-way-in",
    "ALLOW_EMAIL_LOGIN is off, and no other sign-in method works:",
    "Set ALLOW_EMAIL_LOGIN=true until sign-in with a provider works.",
    consequence="nobody can sign in.",
    settings=("ALLOW_EMAIL_LOGIN", "ALLOW_SOCIAL_LOGIN"),
)
EXPIRE = _of(
    "accounts.expire",
    "This release deletes accounts whose email address was not verified within a week, even if their users are allowed to "
    "sign in.",
    "Update to v0.7.5 or later. Or require verified email addresses: ALLOW_UNVERIFIED_EMAIL_LOGIN=false.",
    settings=("ALLOW_UNVERIFIED_EMAIL_LOGIN",),
)
UNCONFIRMED = _of(
    "accounts.unconfirmed",
    "Mail is not configured:",
    "Configure mail, or close registration.",
    consequence="LibreChat treats every new account as verified, even with someone else's email address.",
    settings=("ALLOW_REGISTRATION", "EMAIL_FROM"),
)
ALLOWED_DOMAINS = _of(
    "accounts.allowed-domains",
    "registration.allowedDomains has an entry that is not a bare domain:",
    "allowedDomains: ['example.com']",
    consequence="LibreChat compares the entry with everything after the @, so the entry matches nobody, or more users than intended.",
)
PASSWORD_LENGTH = _of(
    "accounts.password-length",
    "MIN_PASSWORD_LENGTH exceeds LibreChat's maximum password length, or allows very short passwords.",
    "Set MIN_PASSWORD_LENGTH=8",
    consequence="Nobody can sign in, or passwords can be guessed.",
    settings=("MIN_PASSWORD_LENGTH",),
)
SESSIONS_WHOLE_SECONDS = _of(
    "sessions.whole-seconds",
    "SESSION_EXPIRY is not a whole number of seconds:",
    "Set SESSION_EXPIRY=1000 * 60 * 15",
    consequence="every sign-in fails with 'Something went wrong'.",
    settings=("SESSION_EXPIRY",),
)
SESSIONS_EXPIRED = _of(
    "sessions.expired",
    "SESSION_EXPIRY or REFRESH_TOKEN_EXPIRY is not greater than 0:",
    "Set SESSION_EXPIRY=1000 * 60 * 15 and REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
    consequence="sessions expire immediately.",
)
SESSIONS_SHORT = _of(
    "sessions.short",
    "SESSION_EXPIRY is very short; the value is in milliseconds.",
    "Set SESSION_EXPIRY=1000 * 60 * 15",
    settings=("SESSION_EXPIRY",),
)
SESSIONS_TOO_LONG = _of(
    "sessions.too-long",
    "REFRESH_TOKEN_EXPIRY leads to an expiry date later than JavaScript supports:",
    "Set REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
    consequence="no session can be stored, so every sign-in fails with an error.",
    settings=("REFRESH_TOKEN_EXPIRY",),
)
SESSIONS_ORDER = _of(
    "sessions.order",
    "REFRESH_TOKEN_EXPIRY is not longer than SESSION_EXPIRY:",
    "Set REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
    consequence="users are signed out even though their session should be renewed.",
    settings=("REFRESH_TOKEN_EXPIRY", "SESSION_EXPIRY"),
)
SESSIONS_SHORT_REFRESH = _of(
    "sessions.short-refresh",
    "REFRESH_TOKEN_EXPIRY is very short; the value is in milliseconds.",
    "Set REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
    consequence="Users have to sign in repeatedly.",
    settings=("REFRESH_TOKEN_EXPIRY",),
)
SESSIONS_REFRESH_WHOLE_SECONDS = _of(
    "sessions.refresh-whole-seconds",
    "REFRESH_TOKEN_EXPIRY is not a whole number of seconds:",
    "Set REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
    consequence="sign-in with reused OpenID tokens fails with an error.",
    settings=("REFRESH_TOKEN_EXPIRY",),
)
SHARED_LINKS_PUBLIC = _of(
    "shared-links.public",
    "Shared links can be opened without signing in:",
    "Set ALLOW_SHARED_LINKS_PUBLIC=false",
    consequence="anyone who has the link can read the conversation.",
    settings=("ALLOW_SHARED_LINKS_PUBLIC",),
)
