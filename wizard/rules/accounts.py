"""Rules: who can sign in, and who is locked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain, some_of
from wizard.deployment.ports import Published, bound, own_port
from wizard.findings import accounts as ids
from wizard.librechat import email_login
from wizard.librechat.durations import LONGEST_TIME
from wizard.librechat.hosts import is_address, is_loopback
from wizard.librechat.passwords import LONGEST, SHORTEST, shortest_password
from wizard.librechat.releases import Release
from wizard.librechat.sessions import access_lifetime, refresh_lifetime
from wizard.rules.view import Rule, View

_DOMAIN = r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"


def open_registration(view: View) -> Iterator[Finding]:
    """Open registration where strangers come by: at a public address, or at a port that the whole network reaches."""
    if not view.is_on("ALLOW_REGISTRATION") or view.has_ldap or view.registration.get("allowedDomains"):
        return
    if not view.is_local:
        yield ids.OPEN_REGISTRATION.warn()
    elif port := _open_port(view):
        summary = f"Registration is open, and port {port} is open to the network, although DOMAIN_SERVER is localhost."
        remedy = (
            "Set ALLOW_REGISTRATION=false after you have created your account, or close the port to other "
            "machines (access: localhost)."
        )
        yield ids.OPEN_REGISTRATION.warn(summary, remedy=remedy)


def _open_port(view: View) -> int:
    """Return the port of this machine at which other machines come to LibreChat; 0 if none is known."""
    deployment, host = view.deployment, view.value("HOST").strip()
    is_own_host = host == "localhost" or (is_address(host) and is_loopback(host))
    if deployment.stack is Stack.LOCAL:
        # LibreChat's own default is localhost (api/server/index.js, v0.8.8); in its image it is 0.0.0.0.
        return own_port(deployment) if host and not is_own_host else 0
    if view.api.get("network_mode") == "host":
        return 0 if is_own_host else own_port(deployment)
    own = own_port(deployment)
    published = (each for each in bound(deployment) if each.target == own)
    return next((each.port for each in published if not _is_closed(each)), 0)


def _is_closed(published: Published) -> bool:
    return published.is_local or (is_address(published.host) and is_loopback(published.host))


def no_sign_in_method(view: View) -> Iterator[Finding]:
    """R14: neither the sign-in form nor a provider is available."""
    settings = view.deployment.settings
    if email_login.shows_form(settings) or email_login.is_overridden(settings, view.release):
        return
    if not view.providers or not view.is_on("ALLOW_SOCIAL_LOGIN"):
        yield ids.NO_WAY_IN.fail()


def unverified(view: View) -> Iterator[Finding]:
    """R08, R09: accounts that wait for a verification mail."""
    if view.has_mail and view.is_on("ALLOW_UNVERIFIED_EMAIL_LOGIN") and view.release < Release(0, 7, 5):
        summary = (
            f"LibreChat {view.release} deletes accounts whose email address was not verified within a week, even if "
            "their users are allowed to sign in."
        )
        yield ids.EXPIRE.warn(summary)
    if not view.has_mail and view.is_on("ALLOW_REGISTRATION") and not view.has_ldap:
        yield ids.UNCONFIRMED.warn()


def allowed_domains(view: View) -> Iterator[Finding]:
    """R04, I34: a list of domains that matches nobody."""
    value = view.registration.get("allowedDomains")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        # Left out, or refused by LibreChat's schema: files.config.schema says so.
        return
    odd = [item for item in value if not re.fullmatch(_DOMAIN, item.lower())]
    if odd:
        whom = "nobody can sign in" if len(odd) == len(value) else "these entries match nobody"
        shown = ", ".join(some_of([f"'{plain(item, limit=40)}'" for item in odd], 3))
        summary = f"registration.allowedDomains must list bare domains, not {shown}. LibreChat compares the whole domain after the @: {whom}."
        yield ids.ALLOWED_DOMAINS.fail(summary)


def password_length(view: View) -> Iterator[Finding]:
    """L08 and passwords that are too short."""
    length = shortest_password(view.deployment.settings, view.release)
    if length > LONGEST:
        yield ids.PASSWORD_LENGTH.fail(
            f"MIN_PASSWORD_LENGTH exceeds {LONGEST}, the maximum password length: nobody can sign in."
        )
    elif length < SHORTEST and not view.has_ldap:
        summary = f"MIN_PASSWORD_LENGTH allows passwords of length {max(1, length):g}."
        yield ids.PASSWORD_LENGTH.warn(summary, remedy="Set MIN_PASSWORD_LENGTH to 8 or more.")


def session_lifetimes(view: View) -> Iterator[Finding]:
    """S17: lifetimes in the wrong unit, and those that jsonwebtoken refuses."""
    access, keep = access_lifetime(view.deployment.settings), refresh_lifetime(view.deployment.settings)
    if access % 1000:
        yield ids.SESSIONS_WHOLE_SECONDS.fail()
    elif access <= 0 or keep <= 0:
        name = "SESSION_EXPIRY" if access <= 0 else "REFRESH_TOKEN_EXPIRY"
        yield ids.SESSIONS_EXPIRED.fail(
            f"{name} is not greater than 0: sessions expire immediately.",
            settings=(name,),
            remedy=f"Set {name}=1000 * 60 * {'15' if access <= 0 else '60 * 24 * 7'}",
        )
    elif keep > LONGEST_TIME:
        yield ids.SESSIONS_TOO_LONG.fail()
    elif access < 60_000:  # noqa: PLR2004
        summary = f"SESSION_EXPIRY is {access / 1000:g} seconds; the value is in milliseconds."
        yield ids.SESSIONS_SHORT.warn(summary)
    elif keep <= access:
        yield ids.SESSIONS_ORDER.warn()
    elif keep < 3_600_000:  # noqa: PLR2004 - an hour
        summary = (
            f"REFRESH_TOKEN_EXPIRY is {keep / 60_000:g} minutes, after which all users have to sign in again; the "
            "value is in milliseconds."
        )
        yield ids.SESSIONS_SHORT_REFRESH.warn(summary)
    if view.is_on("OPENID_REUSE_TOKENS") and keep % 1000:
        yield ids.SESSIONS_REFRESH_WHOLE_SECONDS.fail()


def public_links(view: View) -> Iterator[Finding]:
    """Shared conversations that the whole world can read."""
    unset_is_public = not view.is_set("ALLOW_SHARED_LINKS_PUBLIC") and view.release < Release(0, 8, 3)
    is_public = view.is_on("ALLOW_SHARED_LINKS_PUBLIC") or unset_is_public
    knows = view.release >= Release(0, 7, 3)
    if knows and is_public and view.is_on("ALLOW_SHARED_LINKS") and not view.is_local:
        yield ids.SHARED_LINKS_PUBLIC.warn()


RULES: tuple[Rule, ...] = (
    open_registration,
    no_sign_in_method,
    unverified,
    allowed_domains,
    password_length,
    session_lifetimes,
    public_links,
)
