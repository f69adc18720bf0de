"""Findings: whether people can sign in and stay signed in."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_LOGIN_ENDS = (
    *("two-factor", "unknown-email", "wrong-password", "incomplete", "invalid-email", "invalid-password", "no-route"),
    *("directory-refused", "directory-search", "directory-account", "unverified", "email-login-off", "banned"),
    *(
        "cross-origin",
        "forbidden",
        "proxy-limited",
        "malformed-body",
        "server-error",
        "gateway",
        "redirected",
        "other-login",
        "page",
    ),
    "not-librechat",
)
_REFRESH_ENDS = (
    *("no-cookie", "expired", "invalid", "no-session", "openid", "user-gone", "banned", "limited", "forbidden"),
    *("server-error", "gateway", "redirected", "other-login", "no-route", "page", "not-librechat"),
)
_RULES = (
    *("scheme", "empty", "character", "size", "ambiguous", "domain", "secure", "secure-kept", "same-site-none"),
    *("prefix", "partitioned", "expired", "crowded"),
)
_DOCS = "https://www.librechat.ai/docs/configuration/authentication"
_of = partial(FindingEntry, check="session", docs=_DOCS)
LEFT = _of(
    "left",
    "The session that this check opened could not be closed; it expires after REFRESH_TOKEN_EXPIRY.",
    "No action is needed. A proxy may be blocking POST /api/auth/logout.",
)
INSECURE_LOGIN = _of(
    "insecure-login",
    "The check did not try to sign in: the site uses plain HTTP, and anyone on the network could read the password.",
    "Use HTTPS (access: https-proxy).",
    withheld=True,
)
LOGIN_TOKENS = _of(
    "login.tokens",
    "Nobody can sign in: SESSION_EXPIRY is not a whole number of seconds. The check did not try to sign in.",
    "Set SESSION_EXPIRY to a multiple of 1000 (milliseconds).",
    settings=("SESSION_EXPIRY",),
    stage="login",
)
LOGIN_LIMITED = _of(
    "login.limited",
    "The check did not try to sign in: this run has reached its limit of sign-in attempts.",
    "Wait a few minutes and run the check again.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW"),
    stage="login",
)
DIRECTORY_REMEMBERED = _of(
    "login.directory-remembered",
    "The check did not try to sign in: the directory has already rejected this password, or the wizard cannot record a "
    "rejection.",
    "Correct the password first: directories lock accounts after failed attempts. To try the same password again, "
    "set checks.ldap.again to true in the answers file.",
    settings=("checks.login.password",),
    stage="login",
)
SHORT = _of(
    "short",
    "Every session ends soon after sign-in.",
    "Set REFRESH_TOKEN_EXPIRY in milliseconds: 7 days is 1000 * 60 * 60 * 24 * 7.",
    consequence="Users have to sign in repeatedly.",
    settings=("REFRESH_TOKEN_EXPIRY",),
)
CLOCK = _of(
    "clock",
    "LibreChat's clock differs from this machine's clock.",
    "Synchronize both clocks: timedatectl set-ntp true",
    consequence="Sessions, links in emails and providers' tokens expire too early or are not valid yet.",
)
COOKIE_MISSING = _of("cookie.missing", "LibreChat's response contained no sign-in cookie.", stage="cookie")
COOKIE = _of("cookie", "Browsers keep the sign-in cookie.", stage="cookie")
COOKIE_SAFARI = _of(
    "cookie.safari",
    "The cookie is marked Secure, but LibreChat sends it over plain HTTP on this machine:",
    "Set DOMAIN_SERVER=http://localhost:3080 (from v0.8.3), or SESSION_COOKIE_SECURE=false (from v0.8.6).",
    consequence="Chromium and Firefox keep the cookie; Safari does not.",
    settings=("SESSION_COOKIE_SECURE", "DOMAIN_SERVER"),
    stage="cookie",
)
COOKIE_UNTIL_CLOSE = _of(
    "cookie.until-close",
    "The cookie has no expiry, so closing the browser signs users out.",
    "LibreChat sets an expiry, so check for a proxy that rewrites cookies.",
    stage="cookie",
)
COOKIE_READABLE = _of(
    "cookie.readable",
    "The cookie is not marked HttpOnly:",
    "LibreChat sets HttpOnly, so check for a proxy that rewrites cookies.",
    consequence="a script on the page could steal the session.",
    stage="cookie",
)
UNTOLD = _of(
    "untold",
    "The connection was lost while the session was being renewed, so it is unknown whether people stay signed in.",
    "Try again.",
)
KEPT = _of("kept", "People stay signed in.")
LOST = _of(
    "lost",
    "People do not stay signed in.",
    "The other findings show the cause.",
    consequence="Users have to sign in again after every reload, or when their tokens expire.",
)
PROBE_REMOVED = _of("probe.removed", "The probe account was removed.")
PROBE_LEFTOVER = _of(
    "probe.leftover",
    "An earlier run was interrupted before it removed its probe account; the account has now been removed.",
)
PROBE_REMOVING = _of(
    "probe.removing",
    "An earlier run was interrupted before it removed its probe account; LibreChat's own script will remove it.",
)
PROBE_ANNOUNCED = _of(
    "probe.announced", "For this check, LibreChat's own script creates an account and removes it afterwards."
)
PROBE_MADE = _of("probe.made", "LibreChat created the probe account.")
PROBE_NOT_MADE = _of(
    "probe.not-made",
    "LibreChat did not create the probe account, so the check did not try to sign in.",
    "See the last lines of the script's output for the reason, or use an existing account: --login EMAIL --password-file FILE",
)

LOGIN = _of("login", "LibreChat accepts the account's password.", stage="login")
LOGIN_FAILED = FindingFamily(
    _of("login.{}", "The sign-in failed ({}).", "The finding shows the cause.", stage="login"),
    (*_LOGIN_ENDS, *FAILURES),
)
COOKIE_DROPPED = FindingFamily(
    _of(
        "cookie.{}",
        "Browsers drop the sign-in cookie ({}).",
        stage="cookie",
        consequence="users are asked to sign in again after every reload.",
    ),
    _RULES,
)
SECRET = FindingFamily(
    _of(
        "secret.{}",
        "LibreChat is running with a different secret than the one in .env. The container has not been recreated since .env was changed, or another value overrides .env.",
        "Recreate the container: docker compose up -d --force-recreate --no-deps api",
        consequence="all users will have to sign in again after the next restart.",
    ),
    ("jwt_secret", "jwt_refresh_secret"),
)
LIFETIME = FindingFamily(
    _of(
        "lifetime.{}",
        "LibreChat is running with a different session duration than the one in .env.",
        "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    ),
    ("session_expiry", "refresh_token_expiry"),
)
REFRESH = _of("refresh", "LibreChat renews the session when the page is reloaded.", stage="refresh")
REFRESH_FAILED = FindingFamily(
    _of("refresh.{}", "LibreChat does not renew the session when the page is reloaded ({}).", stage="refresh"),
    _REFRESH_ENDS,
)
ROTATION = _of(
    "rotation", "LibreChat renews the session a second time, with the cookie from the first renewal.", stage="rotation"
)
ROTATION_FAILED = FindingFamily(
    _of("rotation.{}", "LibreChat does not renew the session a second time ({}).", stage="rotation"), _REFRESH_ENDS
)
PROBE_LEFT = _of(
    "probe.left",
    "The probe account may still exist: it could not be removed, or LibreChat may not have finished creating it. Nobody knows its password.",
    "Start LibreChat, then run the doctor again.",
)
PROBE_DAMAGED = _of("probe.damaged", "The record of a probe account is damaged.")
PROBE_ELSEWHERE = _of(
    "probe.elsewhere",
    "The account that was just created does not exist at this URL, where a different LibreChat instance responds.",
    "Check what the URL points to (DNS, proxy), or specify the right URL with --url.",
)
PROBE_NO_DOCKER = _of(
    "probe.no-docker",
    "The wizard cannot use Docker Compose for this stack on this machine, so it created no account.",
    "Use an existing account: --login EMAIL --password-file FILE. If Docker needs root, run the wizard with sudo.",
)
PROBE_NOT_SEEN = _of(
    "probe.not-seen",
    "The wizard does not know whether LibreChat has any accounts, so it created no probe account. The first account would be the administrator.",
    "Check that LibreChat is running (docker compose ps). If Docker needs root, run the wizard with sudo.",
)
PROBE_EMPTY = _of(
    "probe.empty",
    "LibreChat has no account yet, so the wizard created no probe account. The first account becomes the administrator.",
    "Create your own account first (for example with --answers FILE --apply --first-admin EMAIL). Then run the check again.",
)
PROBE_RECORD = _of(
    "probe.record",
    "The wizard could not write its record of the probe account, so it neither created nor removed an account.",
)
PROBE_IMPOSSIBLE = FindingFamily(
    _of("probe.{}", "The wizard cannot create a probe account with these settings ({})."),
    ("email-login-off", "ldap", "password-length", "mail"),
)
