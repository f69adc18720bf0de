"""The same-origin guard on sign-in: from v0.8.8-rc4, LibreChat refuses a sign-in that another page could have sent.

packages/api/src/middleware/origin.ts and api/server/middleware/requireSameOrigin.js, read at the commits of v0.8.8-rc4; nothing of it was
run against a real v0.8.8.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.librechat.browser_url import origin as origin_of
from wizard.librechat.releases import Release

GUARD_SINCE: Final = Release(0, 8, 8, 4)
"""First release with the guard (pull request 15880)."""
SAME_ORIGIN_ROUTES: Final = ("/api/auth/login", "/api/auth/2fa/verify-temp", "/api/admin/login/local")
"""The routes that it is before, for POST; it comes before the rate limiter, so that a refusal costs no attempt."""
TRUSTED: Final = ("DOMAIN_CLIENT", "DOMAIN_SERVER", "ADMIN_PANEL_URL")
"""The variables whose origins it trusts."""
REFUSAL_CODE: Final = "auth_cross_origin"
"""The ``code`` of its answer, status 403."""
REFUSAL_MESSAGE: Final = "Cross-site request rejected"
_OWN: Final = ("same-origin", "none")


class SignInRequest(NamedTuple):
    """The headers of a sign-in that the guard looks at, as they reach LibreChat; empty: not sent."""

    origin: str
    """``Origin``: a browser sends it with every POST."""
    fetch_site: str
    """``Sec-Fetch-Site``: a browser sends it on https and on localhost only (W3C Fetch Metadata, section 2)."""
    host: str
    """``Host`` as it reaches LibreChat: a proxy may replace it."""
    protocol: str
    """``req.protocol``: ``X-Forwarded-Proto`` if a trusted proxy sends it, else http."""


def trusted_origins(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return the origins that may sign in from anywhere; a value that is not a web address adds none."""
    found = (origin_of(settings.get(name, "")) for name in TRUSTED)
    return tuple(dict.fromkeys(origin for origin in found if origin))


def is_refused(request: SignInRequest, settings: Mapping[str, str], release: Release) -> bool:
    """Whether LibreChat answers a sign-in with 403 ``auth_cross_origin`` (``isCrossSiteRequest``, origin.ts)."""
    if release < GUARD_SINCE:
        return False
    origin = origin_of(request.origin)
    if origin and origin in trusted_origins(settings):
        return False
    if request.fetch_site:
        return request.fetch_site not in _OWN
    if not request.origin:
        return False
    own = origin_of(f"{request.protocol}://{request.host}") if request.host else None
    return origin is None or own != origin
