"""Classifies LibreChat's replies to a sign-in and to a refresh, by status and body.

Sources: api/server/controllers/auth/LoginController.js, AuthController.js (refresh), api/server/middleware/
(loginLimiter, checkBan), api/strategies/ (localStrategy, ldapStrategy), recorded of v0.8.8-rc1. The page never shows these
texts: it maps 403, 422, 429, 500 to words of its own and calls everything else "Unable to login".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from checks.net.http import HttpResponse
from wizard.librechat.origin_guard import REFUSAL_MESSAGE

End = TypeVar("End")


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
    CROSS_ORIGIN = "cross-origin"
    """From v0.8.8 on: LibreChat takes the address bar for that of another site."""
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


GATEWAY: Final = frozenset({502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530})
"""What proxies answer in place of a server that does not; the 52x and 530 are Cloudflare's."""


def message_of(reply: HttpResponse) -> str:
    """Return the ``message`` of LibreChat's JSON, or a short plain text; hostile until drawn as plain text."""
    value = reply.json
    if isinstance(value, dict):
        return str(value.get("message", ""))[:500]
    if isinstance(value, str):
        return value[:500]
    return "" if reply.is_page else reply.text[:500]


@dataclass(frozen=True, slots=True)
class _Sign(Generic[End]):
    """One way to recognize an answer: the first that fits decides."""

    statuses: Collection[int]
    says: str
    """What is looked for in the message; empty: whatever it is."""
    end: End
    page: bool | None = None
    """Whether it has to be a web page; None: whatever it is."""

    def fits(self, reply: HttpResponse, message: str) -> bool:
        """Whether an answer is of this kind."""
        if reply.status not in self.statuses or (self.page is not None and reply.is_page is not self.page):
            return False
        return not self.says or re.search(self.says, message) is not None


_SERVER_ERRORS: Final = range(500, 600)
_REDIRECTIONS: Final = range(300, 400)
_LOGIN: Final = (
    _Sign((200,), "", LoginEnd.PAGE, page=True),
    _Sign((400,), "JSON", LoginEnd.MALFORMED),
    _Sign((401, 407), "", LoginEnd.NEEDS_OTHER_LOGIN),
    _Sign((403,), "login is not allowed", LoginEnd.SWITCHED_OFF),
    _Sign((403,), "banned", LoginEnd.BANNED),
    _Sign((403,), rf"^{REFUSAL_MESSAGE}$", LoginEnd.CROSS_ORIGIN),
    _Sign((403,), "", LoginEnd.FORBIDDEN),
    _Sign((404,), r"^Email does not exist\.$", LoginEnd.UNKNOWN_EMAIL),
    _Sign((404,), r"^Incorrect password\.$", LoginEnd.WRONG_PASSWORD),
    _Sign((404,), r"^Missing credentials$", LoginEnd.INCOMPLETE),
    _Sign((404,), r"^Endpoint not found$", LoginEnd.NO_ROUTE),
    _Sign((404,), r"^email:", LoginEnd.INVALID_EMAIL),
    _Sign((404,), r"^password:", LoginEnd.INVALID_PASSWORD),
    _Sign((404,), r"^Invalid username/password$", LoginEnd.DIRECTORY_REFUSED),
    _Sign((404,), r"^Bad search base$", LoginEnd.DIRECTORY_SEARCH),
    # Words of passport-ldapauth for what Active Directory says about an account.
    _Sign(
        (404,),
        r"(?i)account (disabled|expired|locked)|password (expired|must change|.*reset)|not permitted to log ?on|user must reset",
        LoginEnd.DIRECTORY_ACCOUNT,
    ),
    _Sign((422,), "not verified", LoginEnd.UNVERIFIED),
    _Sign((429,), "(?i)too many", LoginEnd.LIMITED, page=False),
    _Sign((429,), "", LoginEnd.PROXY_LIMITED),
    _Sign((500,), r"^Something went wrong$", LoginEnd.TOKENS),
    _Sign(GATEWAY, "", LoginEnd.GATEWAY),
    _Sign(_SERVER_ERRORS, "", LoginEnd.UNFORESEEN, page=False),
    _Sign(_REDIRECTIONS, "", LoginEnd.REDIRECTED),
)
_REFRESH: Final = (
    _Sign((200,), r"^\s*Refresh token not provided\s*$", RefreshEnd.NO_COOKIE),
    _Sign((200,), "", RefreshEnd.PAGE, page=True),
    _Sign((401,), "Refresh token", RefreshEnd.EXPIRED),
    _Sign((401, 407), "", RefreshEnd.NEEDS_OTHER_LOGIN),
    _Sign((403,), "OpenID", RefreshEnd.OPENID),
    _Sign((403,), "Invalid refresh token", RefreshEnd.INVALID),
    _Sign((403,), "No session found", RefreshEnd.NO_SESSION),
    _Sign((403,), "banned", RefreshEnd.BANNED),
    _Sign((403,), "", RefreshEnd.FORBIDDEN),
    _Sign((404,), r"^Endpoint not found$", RefreshEnd.NO_ROUTE),
    _Sign((429,), "", RefreshEnd.LIMITED),
    _Sign(GATEWAY, "", RefreshEnd.GATEWAY),
    _Sign(_SERVER_ERRORS, "", RefreshEnd.UNFORESEEN, page=False),
    _Sign(_REDIRECTIONS, "", RefreshEnd.REDIRECTED),
)


def login_end(reply: HttpResponse) -> LoginEnd:
    """Return how a sign-in ended."""
    if reply.status == 200 and reply.object.get("twoFAPending") is True:  # noqa: PLR2004 - HTTP's OK
        return LoginEnd.TWO_FACTOR
    if reply.status == 200 and isinstance(reply.object.get("token"), str):  # noqa: PLR2004 - HTTP's OK
        return LoginEnd.SIGNED_IN
    message = message_of(reply)
    known = next((sign.end for sign in _LOGIN if sign.fits(reply, message)), LoginEnd.NOT_LIBRECHAT)
    is_no = reply.status == 404 and isinstance(reply.json, dict)  # noqa: PLR2004 - passport's refusals
    return LoginEnd.REFUSED if is_no and known is LoginEnd.NOT_LIBRECHAT else known


def refresh_end(reply: HttpResponse) -> RefreshEnd:
    """Return how a refresh ended."""
    if reply.status == 200 and isinstance(reply.object.get("token"), str):  # noqa: PLR2004 - HTTP's OK
        return RefreshEnd.RENEWED
    if reply.status == 302 and reply.header("location").rstrip("/").endswith("/login"):  # noqa: PLR2004 - Found
        return RefreshEnd.USER_GONE
    message = message_of(reply)
    return next((sign.end for sign in _REFRESH if sign.fits(reply, message)), RefreshEnd.NOT_LIBRECHAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignServer:
    """The server or service that answered instead of LibreChat."""

    name: str
    because: str


_SIGNS: Final = (
    ("Cloudflare", "server", r"^cloudflare"),
    ("Cloudflare Access", "location", r"\.cloudflareaccess\.com|/cdn-cgi/access/"),
    ("Authelia", "location", r"authelia|[?&]rd=https?"),
    ("Authentik", "location", r"/outpost\.goauthentik\.io|authentik"),
    ("oauth2-proxy", "location", r"/oauth2/(start|sign_in)"),
    ("Keycloak", "location", r"/realms/[^/]+/protocol/openid-connect"),
    ("the proxy's own sign-in", "www-authenticate", r"."),
    ("nginx", "server", r"^(nginx|openresty)"),
    ("Caddy", "server", r"^caddy"),
    ("Apache", "server", r"^apache"),
    ("Traefik", "server", r"^traefik"),
)


def foreign_server(reply: HttpResponse) -> ForeignServer | None:
    """Return what answered instead of LibreChat, recognized by its headers; ``None`` if they show nothing."""
    for name, header, pattern in _SIGNS:
        value = reply.header(header)
        if value and re.search(pattern, value[:2000], re.IGNORECASE):
            return ForeignServer(name=name, because=f"{header}: {value[:200]}")
    return None
