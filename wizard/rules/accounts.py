"""Who gets in, and who is locked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.librechat import email_login
from wizard.librechat.passwords import LONGEST, SHORTEST, shortest_password
from wizard.librechat.releases import Release
from wizard.librechat.sessions import access_lifetime, refresh_lifetime
from wizard.rules.view import Rule, View, fail, warn

_DOMAIN = r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"


def open_registration(view: View) -> Iterator[Finding]:
    """Open registration where strangers come by."""
    if (
        view.is_on("ALLOW_REGISTRATION")
        and not view.is_local
        and not view.has_ldap
        and not view.registration.get("allowedDomains")
    ):
        summary = "Registration is open: whoever reaches the address makes an account, and the very first account becomes administrator."
        remedy = "Make the first account before the address is known, then ALLOW_REGISTRATION=false; or set registration.allowedDomains."
        yield warn("rules.accounts.open-registration", summary, "ALLOW_REGISTRATION", remedy=remedy)


def every_door_closed(view: View) -> Iterator[Finding]:
    """R14: no form and no provider."""
    settings = view.deployment.settings
    if email_login.shows_form(settings) or email_login.is_overridden(settings, view.release):
        return
    if not view.providers or not view.is_on("ALLOW_SOCIAL_LOGIN"):
        summary = "ALLOW_EMAIL_LOGIN is off and no other way to sign in works: nobody gets in."
        remedy = "ALLOW_EMAIL_LOGIN=true until a provider is proven to work."
        yield fail("rules.accounts.no-way-in", summary, "ALLOW_EMAIL_LOGIN", "ALLOW_SOCIAL_LOGIN", remedy=remedy)


def unverified(view: View) -> Iterator[Finding]:
    """R08, R09: accounts wait for a mail that has to arrive."""
    if view.has_mail and view.is_on("ALLOW_UNVERIFIED_EMAIL_LOGIN") and view.release < Release(0, 7, 5):
        summary = f"LibreChat {view.release} deletes accounts whose address was not confirmed within a week, although they may sign in."
        yield warn(
            "rules.accounts.expire",
            summary,
            "ALLOW_UNVERIFIED_EMAIL_LOGIN",
            remedy="Update to v0.7.5 or later, or have addresses confirmed: ALLOW_UNVERIFIED_EMAIL_LOGIN=false.",
        )
    if not view.has_mail and view.is_on("ALLOW_REGISTRATION") and not view.has_ldap:
        summary = "No mail is set up: whoever registers counts as confirmed, also with somebody else's address."
        yield warn(
            "rules.accounts.unconfirmed",
            summary,
            "ALLOW_REGISTRATION",
            "EMAIL_FROM",
            remedy="Set up mail, or close registration.",
        )


def allowed_domains(view: View) -> Iterator[Finding]:
    """R04, I34: a list that matches nobody."""
    value = view.registration.get("allowedDomains")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        # Left out, or refused by LibreChat's schema: files.config.schema says so.
        return
    odd = [item for item in value if not re.fullmatch(_DOMAIN, item.lower())]
    if odd:
        whom = "nobody gets in" if len(odd) == len(value) else "nobody gets in through these entries"
        shown = ", ".join(f"'{plain(item, limit=40)}'" for item in odd[:3])
        summary = f"registration.allowedDomains: {shown} is no bare domain. LibreChat compares the whole domain after the @: {whom}."
        yield fail("rules.accounts.allowed-domains", summary, remedy="allowedDomains: ['example.com']")


def password_length(view: View) -> Iterator[Finding]:
    """L08 and passwords that are too short."""
    length = shortest_password(view.deployment.settings, view.release)
    if length > LONGEST:
        yield fail(
            "rules.accounts.password-length",
            f"MIN_PASSWORD_LENGTH is above {LONGEST}, the longest password: nobody can sign in.",
            "MIN_PASSWORD_LENGTH",
            remedy="MIN_PASSWORD_LENGTH=8",
        )
    elif length < SHORTEST and not view.has_ldap:
        summary = f"MIN_PASSWORD_LENGTH allows passwords of {max(1, length):g} characters."
        yield warn(
            "rules.accounts.password-length", summary, "MIN_PASSWORD_LENGTH", remedy="MIN_PASSWORD_LENGTH=8 or more."
        )


def session_lifetimes(view: View) -> Iterator[Finding]:
    """S17: lifetimes in the wrong unit, and those that jsonwebtoken refuses."""
    access, keep = access_lifetime(view.deployment.settings), refresh_lifetime(view.deployment.settings)
    if access % 1000:
        summary = "SESSION_EXPIRY is no whole number of seconds: every sign-in ends with 'Something went wrong'."
        yield fail("rules.sessions.whole-seconds", summary, "SESSION_EXPIRY", remedy="SESSION_EXPIRY=1000 * 60 * 15")
    elif access <= 0 or keep <= 0:
        name = "SESSION_EXPIRY" if access <= 0 else "REFRESH_TOKEN_EXPIRY"
        yield fail(
            "rules.sessions.expired",
            f"{name} is not above 0: sessions have ended before they begin.",
            name,
            remedy=f"{name}=1000 * 60 * 60 * 24",
        )
    elif access < 60_000:  # noqa: PLR2004
        summary = f"SESSION_EXPIRY is {access / 1000:g} seconds; it is meant in milliseconds."
        yield warn("rules.sessions.short", summary, "SESSION_EXPIRY", remedy="SESSION_EXPIRY=1000 * 60 * 15")
    elif keep <= access:
        summary = "REFRESH_TOKEN_EXPIRY is not longer than SESSION_EXPIRY: people are signed out although their session should be renewed."
        yield warn(
            "rules.sessions.order",
            summary,
            "REFRESH_TOKEN_EXPIRY",
            "SESSION_EXPIRY",
            remedy="REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
        )
    elif keep < 3_600_000:  # noqa: PLR2004 - an hour
        summary = f"REFRESH_TOKEN_EXPIRY is {keep / 60_000:g} minutes, after which everybody signs in again; it is meant in milliseconds."
        yield warn(
            "rules.sessions.short-refresh",
            summary,
            "REFRESH_TOKEN_EXPIRY",
            remedy="REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
        )
    if view.is_on("OPENID_REUSE_TOKENS") and keep % 1000:
        summary = (
            "REFRESH_TOKEN_EXPIRY is no whole number of seconds: sign-in with reused OpenID tokens ends with an error."
        )
        yield fail(
            "rules.sessions.refresh-whole-seconds",
            summary,
            "REFRESH_TOKEN_EXPIRY",
            remedy="REFRESH_TOKEN_EXPIRY=1000 * 60 * 60 * 24 * 7",
        )


def public_links(view: View) -> Iterator[Finding]:
    """Shared conversations that the whole world can read."""
    unset_is_public = not view.is_set("ALLOW_SHARED_LINKS_PUBLIC") and view.release < Release(0, 8, 3)
    is_public = view.is_on("ALLOW_SHARED_LINKS_PUBLIC") or unset_is_public
    knows = view.release >= Release(0, 7, 3)
    if knows and is_public and view.is_on("ALLOW_SHARED_LINKS") and not view.is_local:
        summary = "Shared links can be read without signing in: whoever gets hold of one reads the conversation."
        yield warn(
            "rules.shared-links.public", summary, "ALLOW_SHARED_LINKS_PUBLIC", remedy="ALLOW_SHARED_LINKS_PUBLIC=false"
        )


RULES: tuple[Rule, ...] = (
    open_registration,
    every_door_closed,
    unverified,
    allowed_domains,
    password_length,
    session_lifetimes,
    public_links,
)
