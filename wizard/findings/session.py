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
    "The session that this check opened could not be ended; it expires after REFRESH_TOKEN_EXPIRY.",
    "Nothing has to be done. A proxy may block POST /api/auth/logout.",
)
INSECURE_LOGIN = _of(
    "insecure-login",
    "The sign-in was not tried: the address is plain HTTP, and anyone on the network could read the password.",
    "Use HTTPS (access: https-proxy).",
    withheld=True,
)
LOGIN_TOKENS = _of(
    "login.tokens",
    "Nobody can sign in: SESSION_EXPIRY is not a whole number of seconds, and LibreChat then fails at every "
    "sign-in. The check did not try to sign in.",
    "Set SESSION_EXPIRY to a multiple of 1000 (milliseconds).",
    settings=("SESSION_EXPIRY",),
    stage="login",
)
LOGIN_LIMITED = _of(
    "login.limited",
    "The sign-in was not tried: this run has used all its sign-in attempts.",
    "Wait a few minutes and run the check again.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW"),
    stage="login",
)
DIRECTORY_REMEMBERED = _of(
    "login.directory-remembered",
    "The sign-in was not tried: the directory rejected this account and password before, or a rejection could not be recorded.",
    "Correct the password: directories lock accounts. To try the same password once more, set checks.ldap.again to true in the answers.",
    settings=("checks.login.password",),
    stage="login",
)
SHORT = _of(
    "short",
    "Every session ends soon after the sign-in.",
    "REFRESH_TOKEN_EXPIRY is in milliseconds: 7 days is 1000 * 60 * 60 * 24 * 7.",
    consequence="People have to sign in again and again.",
    settings=("REFRESH_TOKEN_EXPIRY",),
)
CLOCK = _of(
    "clock",
    "LibreChat's clock differs from this machine's.",
    "Synchronise both clocks with NTP (timedatectl set-ntp true).",
    consequence="Sessions, mail links and providers' tokens expire too early or are not valid yet.",
)
COOKIE_MISSING = _of("cookie.missing", "The answer contained no sign-in cookie.", stage="cookie")
COOKIE = _of("cookie", "A browser keeps the sign-in cookie.", stage="cookie")
COOKIE_SAFARI = _of(
    "cookie.safari",
    "The cookie is marked Secure, but is sent over http on this machine:",
    "Set DOMAIN_SERVER=http://localhost:3080 (from v0.8.3), or SESSION_COOKIE_SECURE=false (from v0.8.6).",
    consequence="Chromium and Firefox keep it, Safari does not.",
    settings=("SESSION_COOKIE_SECURE", "DOMAIN_SERVER"),
    stage="cookie",
)
COOKIE_UNTIL_CLOSE = _of(
    "cookie.until-close",
    "The cookie arrives without an expiry, so closing the browser signs people out.",
    "LibreChat sends an expiry: look for a proxy that rewrites cookies.",
    stage="cookie",
)
COOKIE_READABLE = _of(
    "cookie.readable",
    "The cookie arrives without HttpOnly:",
    "LibreChat sends HttpOnly: look for a proxy that rewrites cookies.",
    consequence="a script in the page could steal the session.",
    stage="cookie",
)
UNTOLD = _of(
    "untold",
    "The connection was lost while the session was renewed, so it is unknown whether people stay signed in.",
    "Try again.",
)
KEPT = _of("kept", "People stay signed in.")
LOST = _of(
    "lost",
    "People do not stay signed in.",
    "The finding shows the cause.",
    consequence="They have to sign in again at every reload.",
)
PROBE_REMOVED = _of("probe.removed", "The probe account was removed.")
PROBE_LEFTOVER = _of(
    "probe.leftover", "An earlier run was interrupted before its probe account was removed. The account is gone now."
)
PROBE_REMOVING = _of(
    "probe.removing",
    "An earlier run was interrupted before its probe account was removed. LibreChat's own script removes it.",
)
PROBE_ANNOUNCED = _of(
    "probe.announced", "This check creates an account with LibreChat's own script, and removes it afterwards."
)
PROBE_MADE = _of("probe.made", "LibreChat created the probe account.")
PROBE_NOT_MADE = _of(
    "probe.not-made",
    "LibreChat did not create the probe account, so the sign-in was not tried.",
    "The last lines of output show why. Or use an existing account: --login EMAIL --password-file FILE.",
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
        consequence="people are asked to sign in again at every reload.",
    ),
    _RULES,
)
SECRET = FindingFamily(
    _of(
        "secret.{}",
        "The running LibreChat does not use the secret in .env: it was not restarted since the change, or another value overrides it.",
        "Recreate the container: docker compose up -d --force-recreate --no-deps api",
        consequence="at the next restart everybody has to sign in again.",
    ),
    ("jwt_secret", "jwt_refresh_secret"),
)
LIFETIME = FindingFamily(
    _of(
        "lifetime.{}",
        "The running LibreChat does not use the duration in .env.",
        "Recreate the container: docker compose up -d --force-recreate --no-deps api",
    ),
    ("session_expiry", "refresh_token_expiry"),
)
REFRESH = _of("refresh", "LibreChat renews the session after a reload of the page.", stage="refresh")
REFRESH_FAILED = FindingFamily(
    _of("refresh.{}", "LibreChat does not renew the session after a reload of the page ({}).", stage="refresh"),
    _REFRESH_ENDS,
)
ROTATION = _of(
    "rotation", "LibreChat renews the session again, with the cookie from the first renewal.", stage="rotation"
)
ROTATION_FAILED = FindingFamily(
    _of("rotation.{}", "LibreChat does not renew the session again ({}).", stage="rotation"), _REFRESH_ENDS
)
PROBE_LEFT = _of(
    "probe.left",
    "The probe account could not be removed, or may still be created. Nobody knows its password.",
    "Start LibreChat, then run the doctor again.",
)
PROBE_DAMAGED = _of("probe.damaged", "The record of a probe account is damaged.")
PROBE_ELSEWHERE = _of(
    "probe.elsewhere",
    "The LibreChat at the address does not know the account that was just created: another LibreChat answers there.",
    "Check where the address leads (DNS, proxy), or name the right one with --url.",
)
PROBE_NO_DOCKER = _of(
    "probe.no-docker",
    "Docker Compose cannot reach this stack from this machine, so no account was created.",
    "Use an existing account: --login EMAIL --password-file FILE. If Docker requires root, run the wizard with sudo.",
)
PROBE_NOT_SEEN = _of(
    "probe.not-seen",
    "It is unknown whether LibreChat has any account, so none was created: the first one would be the administrator.",
    "Check that LibreChat is running (docker compose ps). If Docker requires root, run the wizard with sudo.",
)
PROBE_EMPTY = _of(
    "probe.empty",
    "LibreChat has no account yet, and the first one becomes its administrator, so no probe account was created.",
    "Create your own account first, for example with --answers FILE --apply --first-admin EMAIL, then run this again.",
)
PROBE_RECORD = _of(
    "probe.record",
    "The record for an interrupted run could not be written, so no account was created or removed.",
)
PROBE_IMPOSSIBLE = FindingFamily(
    _of("probe.{}", "With these settings, no probe account can be created ({})."),
    ("email-login-off", "ldap", "password-length", "mail"),
)
