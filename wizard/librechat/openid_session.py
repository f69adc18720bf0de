"""Whether a browser returns LibreChat's cookies: those of the sign-in in progress, and those of the session."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.librechat.browser_url import split_address
from wizard.librechat.cookies import SESSION_SECURE_SINCE, is_localhost, secure_session, secure_sign_in
from wizard.librechat.proxy_hops import is_secure, trusted_hops
from wizard.librechat.releases import Release
from wizard.librechat.sessions import access_lifetime, refresh_lifetime, session_cookie_lifetime
from wizard.librechat.values import is_enabled

KEPT_ON_LOCALHOST_SINCE: Final = Release(0, 8, 1)
"""First release whose sign-in over http://localhost with NODE_ENV=production was kept: recorded for v0.8.2 and later, not for v0.8.0."""


class Place(NamedTuple):
    """Where a browser is: scheme and host name decide about cookies, the port does not (RFC 6265)."""

    scheme: str
    host: str


def place(address: str) -> Place:
    """Return the place of an address."""
    parts = split_address(address)
    return Place(parts.scheme.lower(), (parts.hostname or "").lower())


def session_fault(
    settings: Mapping[str, str], release: Release, begin: Place, end: Place, *, forwarded_proto: str, seconds: float
) -> str:
    """Return why connect.sid does not come back with the callback; empty if it does.

    express-session sets a Secure cookie only if Express takes the request for encrypted (api/server/socialLogins.js:25-58,
    v0.8.8-rc1). ``begin`` is where the person starts, ``end`` the callback.
    """
    if secure_session(settings, release):
        if not is_secure(forwarded_proto, trusted_hops(settings, release), encrypted=False):
            return "session.not-encrypted"
        if end.scheme != "https":
            return "session.callback-http"
    if begin.host != end.host:
        return "session.other-host"
    if release >= SESSION_SECURE_SINCE and seconds * 1000 >= session_cookie_lifetime(settings, release):
        return "session.too-short"
    return ""


def tokens_fault(settings: Mapping[str, str]) -> str:
    """Return which lifetime jsonwebtoken refuses at the end of a sign-in: it takes whole seconds only."""
    reuses = is_enabled(settings.get("OPENID_REUSE_TOKENS"))
    lifetime = refresh_lifetime(settings) if reuses else access_lifetime(settings)
    name = "REFRESH_TOKEN_EXPIRY" if reuses else "SESSION_EXPIRY"
    return "" if math.isfinite(lifetime) and (lifetime / 1000).is_integer() else name


def keeps_session(settings: Mapping[str, str], release: Release, end: Place) -> bool:
    """Whether the browser that comes from the callback is still signed in on the page at DOMAIN_CLIENT.

    The refresh cookie belongs to the callback's host alone; a Secure one is dropped on plain HTTP but on localhost.
    """
    client = place(settings.get("DOMAIN_CLIENT", ""))
    if client.host != end.host:
        return False
    if end.scheme == "https" or not secure_sign_in(settings, release):
        return True
    return is_localhost(settings.get("DOMAIN_SERVER", "")) and release >= KEPT_ON_LOCALHOST_SINCE
