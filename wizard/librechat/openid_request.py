"""The requests of an OpenID sign-in: LibreChat's parameters, and its own addresses that start and end it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.librechat.browser_url import split_address
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

START_PATH: Final = "/oauth/openid"
CALLBACK_PATH: Final = "/oauth/openid/callback"
"""The one path that LibreChat serves for it (api/server/routes/oauth.js, v0.8.8-rc1)."""
ADMIN_CALLBACK_PATH: Final = "/api/admin/oauth/openid/callback"
"""Where the provider sends administrators back to who sign in to the admin panel (api/server/routes/admin/auth.js, v0.8.8-rc1)."""
NONCE_SINCE: Final = Release(0, 8, 0)
"""First release that reads OPENID_GENERATE_NONCE (api/strategies/openidStrategy.js)."""
_UNFIT_FOR_SCOPE: Final = late_pattern(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")


def redirect_uri(settings: Mapping[str, str], name: str = "OPENID") -> str:
    """Return DOMAIN_SERVER and the callback path, put together as JavaScript does: an unset one is the text ``undefined``.

    api/strategies/openidStrategy.js and the other strategies, v0.8.8-rc1.
    """
    return settings.get("DOMAIN_SERVER", "undefined") + settings.get(f"{name}_CALLBACK_URL", "undefined")


def is_callback(path: str, provider: str = "openid") -> bool:
    """Whether LibreChat's router treats this path as the provider's callback: Express ignores case and one final slash."""
    return path.lower().removesuffix("/") == f"/oauth/{provider}/callback"


def wants_nonce(settings: Mapping[str, str], release: Release) -> bool:
    """Whether LibreChat sends a nonce and expects it in the ID token."""
    return release >= NONCE_SINCE and is_enabled(settings.get("OPENID_GENERATE_NONCE"))


def authorization_parameters(settings: Mapping[str, str], release: Release) -> dict[str, str]:
    """Return the parameters of the authorization request but for state, nonce and code_challenge.

    openid-client 6.5.0, ``Strategy.authorizationRequest`` with LibreChat's own additions (``CustomOpenIDStrategy``, v0.8.8-rc1).
    """
    parameters = {
        "client_id": settings.get("OPENID_CLIENT_ID", ""),
        "response_type": "code",
        "code_challenge_method": "S256",
        "redirect_uri": redirect_uri(settings),
        "scope": settings.get("OPENID_SCOPE", ""),
    }
    if release >= NONCE_SINCE and settings.get("OPENID_AUDIENCE"):
        parameters["audience"] = settings["OPENID_AUDIENCE"]
    return parameters


def client_secret(settings: Mapping[str, str]) -> str:
    """Return the secret as LibreChat sends it: trimmed, the one social secret that is; empty: none is sent."""
    return settings.get("OPENID_CLIENT_SECRET", "").strip()


def unfit_scope(scope: str) -> bool:
    """Whether a scope has a character that RFC 6749 section 3.3 allows in none: a quotation mark, a backslash."""
    return bool(_UNFIT_FOR_SCOPE.search(scope))


def start_kind(start: str) -> str:
    """Return how LibreChat treats the address at which a person starts: ``begin``, ``callback`` or ``page``.

    With a query other than ``iss`` alone, openid-client takes the request for a callback; ``//oauth/openid`` is not a route.
    """
    parts = split_address(start)
    if parts.path.lower().removesuffix("/") != START_PATH:
        return "page"
    names = [pair.partition("=")[0] for pair in parts.query.split("&") if pair]
    return "begin" if not names or names == ["iss"] else "callback"
