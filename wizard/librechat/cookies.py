"""When LibreChat's cookies are Secure, and which ones a sign-out clears, by release."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.librechat.browser_url import hostname
from wizard.librechat.releases import Release

PROVIDER_SINCE: Final = Release(0, 7, 9, 1)
"""First release with the token_provider cookie (api/server/services/AuthService.js)."""
SESSION_SECURE_SINCE: Final = Release(0, 8, 2)
"""First release whose express-session cookie may be Secure and has an end (api/server/socialLogins.js)."""
SESSION_SECURE_BEFORE: Final = Release(0, 8, 2, 1)
"""The candidates of v0.8.2, from this one on, make connect.sid Secure in production whatever the address (thread LC#11753)."""
LOCALHOST_SINCE: Final = Release(0, 8, 3, 1)
"""First release that exempts localhost for the cookies of a sign-in (packages/api/src/oauth/csrf.ts)."""
SWITCH_SINCE: Final = Release(0, 8, 6)
"""First release with SESSION_COOKIE_SECURE; v0.8.6-rc1 does not read it (packages/api/src/oauth/csrf.ts)."""
STATE_SINCE: Final = Release(0, 8, 8, 4)
"""First release that binds a social login to its browser with a cookie (packages/api/src/oauth/state.ts, pull request 15880)."""
STATE_SECONDS: Final = 600
"""For how long it is kept, unless ``registration.oauthStateTtlMs`` says otherwise (DEFAULT_OAUTH_STATE_TTL_MS)."""

_SCHEME: Final = late_pattern(r"https?://", re.IGNORECASE)


def secure_sign_in(environment: Mapping[str, str], release: Release) -> bool:
    """Return whether the cookies of a sign-in (refreshToken, token_provider) are Secure.

    Until v0.8.2 ``NODE_ENV === 'production'`` alone decides (api/server/services/AuthService.js:392, v0.8.2), then
    ``shouldUseSecureCookie`` (packages/api/src/oauth/csrf.ts:19-48, v0.8.8-rc1).
    """
    if release < LOCALHOST_SINCE:
        return environment.get("NODE_ENV") == "production"
    return _should_be_secure(environment, release)


def secure_session(environment: Mapping[str, str], release: Release) -> bool:
    """Return whether connect.sid is Secure (api/server/socialLogins.js:25-48, v0.8.2); before v0.8.2 it never is."""
    return release >= SESSION_SECURE_SINCE and _should_be_secure(environment, release)


def secure_switch(settings: Mapping[str, str], release: Release) -> bool | None:
    """Return what SESSION_COOKIE_SECURE decides; ``None`` when it decides nothing (packages/api/src/oauth/csrf.ts:19-24, v0.8.8-rc1).

    Blanks around it and its case do not count; any other word than true and false leaves the decision to the address.
    """
    switch = settings.get("SESSION_COOKIE_SECURE", "").strip().lower()
    return switch == "true" if release >= SWITCH_SINCE and switch in ("true", "false") else None


def is_localhost(domain_server: str) -> bool:
    """Whether LibreChat treats DOMAIN_SERVER as localhost (packages/api/src/oauth/csrf.ts:26-48, v0.8.8-rc1).

    ``http://[::1]`` is not: its host name has brackets. ``127.1`` and ``http://0x7f.1`` are. An address that is none is compared
    as it is written.
    """
    name = hostname(domain_server if _SCHEME.match(domain_server) else f"http://{domain_server}")
    name = domain_server.lower() if name is None else name
    return name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost")


def _should_be_secure(environment: Mapping[str, str], release: Release) -> bool:
    if (switch := secure_switch(environment, release)) is not None:
        return switch
    if environment.get("NODE_ENV") != "production":
        return False
    server = environment.get("DOMAIN_SERVER", "")
    return not (server and is_localhost(server))


class StateCookie(NamedTuple):
    """The state cookie that a social login sets at its start and needs at its end; path ``/``, HttpOnly, no domain."""

    name: str
    secure: bool
    same_site: str


def state_cookie(provider: str, environment: Mapping[str, str], release: Release) -> StateCookie | None:
    """Return the cookie of GET /oauth/PROVIDER (google, github, discord, facebook, apple), ``None`` before v0.8.8-rc4.

    Apple comes back with a form from its own site: its cookie is Secure and SameSite=None whatever the settings say
    (``createOAuthStateStore``, packages/api/src/oauth/state.ts).
    """
    if release < STATE_SINCE:
        return None
    is_apple = provider == "apple"
    secure = is_apple or _should_be_secure(environment, release)
    return StateCookie(f"{'__Host-' if secure else ''}oauth_state_{provider}", secure, "none" if is_apple else "lax")


def cleared_names(release: Release) -> tuple[str, ...]:
    """Return the cookies that a logout takes back (api/server/controllers/auth/LogoutController.js, release by release)."""
    names = ["refreshToken"]
    if release >= Release(0, 8, 2, 2):
        names.append("openid_access_token")
    if release >= LOCALHOST_SINCE:
        names.append("openid_id_token")
    if release >= Release(0, 8, 2, 2):
        names.append("openid_user_id")
    if release >= PROVIDER_SINCE:
        names.append("token_provider")
    return tuple(names)
