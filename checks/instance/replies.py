"""What LibreChat's answers to a sign-in and to a refresh mean, told apart by status and body.

Sources: api/server/controllers/auth/LoginController.js, AuthController.js (refresh), api/server/middleware/
(loginLimiter, checkBan), api/strategies/ (localStrategy, ldapStrategy), recorded of v0.8.8-rc1. The page never shows these
texts: it maps 403, 422, 429, 500 to words of its own and calls everything else "Unable to login".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from checks.web.client import Reply


class LoginEnd(StrEnum):
    """How a sign-in ended; stable, the last part of a finding's id."""

    SIGNED_IN = "signed-in"
    TWO_FACTOR = "two-factor"
    UNKNOWN_EMAIL = "unknown-email"
    WRONG_PASSWORD = "wrong-password"
    INCOMPLETE = "incomplete"
    INVALID_EMAIL = "invalid-email"
    INVALID_PASSWORD = "invalid-password"
    DIRECTORY_REFUSED = "directory-refused"
    DIRECTORY_SEARCH = "directory-search"
    DIRECTORY_ACCOUNT = "directory-account"
    REFUSED = "refused"
    """A 404 with a message that is none of those: LibreChat's way of saying no."""
    NO_ROUTE = "no-route"
    UNVERIFIED = "unverified"
    SWITCHED_OFF = "email-login-off"
    BANNED = "banned"
    FORBIDDEN = "forbidden"
    LIMITED = "limited"
    PROXY_LIMITED = "proxy-limited"
    MALFORMED = "malformed-body"
    TOKENS = "tokens"
    UNFORESEEN = "server-error"
    GATEWAY = "gateway"
    REDIRECTED = "redirected"
    NEEDS_OTHER_LOGIN = "other-login"
    PAGE = "page"
    NOT_LIBRECHAT = "not-librechat"


class RefreshEnd(StrEnum):
    """How a refresh ended; stable."""

    RENEWED = "renewed"
    NO_COOKIE = "no-cookie"
    """200, and yet a failure: LibreChat saw no refreshToken."""
    EXPIRED = "expired"
    INVALID = "invalid"
    NO_SESSION = "no-session"
    OPENID = "openid"
    USER_GONE = "user-gone"
    BANNED = "banned"
    LIMITED = "limited"
    FORBIDDEN = "forbidden"
    UNFORESEEN = "server-error"
    GATEWAY = "gateway"
    REDIRECTED = "redirected"
    NEEDS_OTHER_LOGIN = "other-login"
    NO_ROUTE = "no-route"
    PAGE = "page"
    NOT_LIBRECHAT = "not-librechat"


_DIRECTORY_ACCOUNT: Final = re.compile(
    r"account (disabled|expired|locked)|password (expired|must change|.*reset)|not permitted to log ?on|user must reset",
    re.IGNORECASE,
)
"""Words of passport-ldapauth for what Active Directory says of an account."""
_TOO_OFTEN: Final = re.compile(r"too many", re.IGNORECASE)
_GATEWAY: Final = frozenset({502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530})
"""What proxies answer in place of a server that does not; the 52x and 530 are Cloudflare's."""


def message_of(reply: Reply) -> str:
    """Return the ``message`` of LibreChat's JSON, or a short plain text; hostile until drawn as plain text."""
    value = reply.json
    if isinstance(value, dict):
        return str(value.get("message", ""))[:500]
    if isinstance(value, str):
        return value[:500]
    return "" if reply.is_page else reply.text[:500]


def login_end(reply: Reply) -> LoginEnd:  # noqa: C901, PLR0911, PLR0912 - one line a case
    """Return how a sign-in ended."""
    message = message_of(reply)
    match reply.status:
        case 200 if reply.object.get("twoFAPending") is True:
            return LoginEnd.TWO_FACTOR
        case 200 if isinstance(reply.object.get("token"), str):
            return LoginEnd.SIGNED_IN
        case 200:
            return LoginEnd.PAGE if reply.is_page else LoginEnd.NOT_LIBRECHAT
        case 400 if "JSON" in message:
            return LoginEnd.MALFORMED
        case 401 | 407:
            return LoginEnd.NEEDS_OTHER_LOGIN
        case 403 if "login is not allowed" in message:
            return LoginEnd.SWITCHED_OFF
        case 403 if "banned" in message:
            return LoginEnd.BANNED
        case 403:
            return LoginEnd.FORBIDDEN
        case 404 if isinstance(reply.json, dict):
            return _refusal(message)
        case 422 if "not verified" in message:
            return LoginEnd.UNVERIFIED
        case 429:
            return LoginEnd.LIMITED if _TOO_OFTEN.search(message) and not reply.is_page else LoginEnd.PROXY_LIMITED
        case 500 if message == "Something went wrong":
            return LoginEnd.TOKENS
        case status if status in _GATEWAY:
            return LoginEnd.GATEWAY
        case status if 500 <= status < 600 and not reply.is_page:  # noqa: PLR2004 - server errors
            return LoginEnd.UNFORESEEN
        case status if 300 <= status < 400:  # noqa: PLR2004 - redirections
            return LoginEnd.REDIRECTED
        case _:
            return LoginEnd.NOT_LIBRECHAT


def _refusal(message: str) -> LoginEnd:  # noqa: PLR0911 - one line a case
    """Tell LibreChat's 404s apart: whatever passport refuses is one."""
    if message == "Email does not exist.":
        return LoginEnd.UNKNOWN_EMAIL
    if message == "Incorrect password.":
        return LoginEnd.WRONG_PASSWORD
    if message == "Missing credentials":
        return LoginEnd.INCOMPLETE
    if message == "Endpoint not found":
        return LoginEnd.NO_ROUTE
    if message.startswith("email:"):
        return LoginEnd.INVALID_EMAIL
    if message.startswith("password:"):
        return LoginEnd.INVALID_PASSWORD
    if message == "Invalid username/password":
        return LoginEnd.DIRECTORY_REFUSED
    if message == "Bad search base":
        return LoginEnd.DIRECTORY_SEARCH
    if _DIRECTORY_ACCOUNT.search(message):
        return LoginEnd.DIRECTORY_ACCOUNT
    return LoginEnd.REFUSED


def refresh_end(reply: Reply) -> RefreshEnd:  # noqa: C901, PLR0911, PLR0912 - one line a case
    """Return how a refresh ended."""
    message = message_of(reply)
    match reply.status:
        case 200 if isinstance(reply.object.get("token"), str):
            return RefreshEnd.RENEWED
        case 200 if message.strip() == "Refresh token not provided":
            return RefreshEnd.NO_COOKIE
        case 200:
            return RefreshEnd.PAGE if reply.is_page else RefreshEnd.NOT_LIBRECHAT
        case 401 if "Refresh token" in message:
            return RefreshEnd.EXPIRED
        case 401 | 407:
            return RefreshEnd.NEEDS_OTHER_LOGIN
        case 403 if "OpenID" in message:
            return RefreshEnd.OPENID
        case 403 if "Invalid refresh token" in message:
            return RefreshEnd.INVALID
        case 403 if "No session found" in message:
            return RefreshEnd.NO_SESSION
        case 403 if "banned" in message:
            return RefreshEnd.BANNED
        case 403:
            return RefreshEnd.FORBIDDEN
        case 404 if message == "Endpoint not found":
            return RefreshEnd.NO_ROUTE
        case 429:
            return RefreshEnd.LIMITED
        case 302 if reply.header("location").rstrip("/").endswith("/login"):
            return RefreshEnd.USER_GONE
        case status if status in _GATEWAY:
            return RefreshEnd.GATEWAY
        case status if 500 <= status < 600 and not reply.is_page:  # noqa: PLR2004 - server errors
            return RefreshEnd.UNFORESEEN
        case status if 300 <= status < 400:  # noqa: PLR2004 - redirections
            return RefreshEnd.REDIRECTED
        case _:
            return RefreshEnd.NOT_LIBRECHAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A page or a redirect that is not LibreChat's: whose it may be."""

    name: str
    because: str


_SIGNS: Final = (
    ("Cloudflare", "server", r"^cloudflare"),
    ("Cloudflare Access", "location", r"\.cloudflareaccess\.com|/cdn-cgi/access/"),
    ("Authelia", "location", r"authelia|[?&]rd=https?"),
    ("Authentik", "location", r"/outpost\.goauthentik\.io|authentik"),
    ("oauth2-proxy", "location", r"/oauth2/(start|sign_in)"),
    ("Keycloak", "location", r"/realms/[^/]+/protocol/openid-connect"),
    ("a sign-in of the proxy itself", "www-authenticate", r"."),
    ("nginx", "server", r"^(nginx|openresty)"),
    ("Caddy", "server", r"^caddy"),
    ("Apache", "server", r"^apache"),
    ("Traefik", "server", r"^traefik"),
)


def visitor(reply: Reply) -> Visitor | None:
    """Return who seems to have answered in LibreChat's place, by the headers that give it away."""
    for name, header, pattern in _SIGNS:
        value = reply.header(header)
        if value and re.search(pattern, value[:2000], re.IGNORECASE):
            return Visitor(name=name, because=f"{header}: {value[:200]}")
    return None
