"""How long people stay signed in."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.model import Choice, Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="SESSION_EXPIRY",
        section="sessions",
        kind=Kind.DURATION,
        title="Lifetime of an access token",
        help=(
            "How long an access token lasts before the browser fetches a new one. People notice nothing as "
            "long as the refresh token lasts."
        ),
        empty="15 minutes.",
        consequence=(
            "A value that is no whole number of seconds makes every sign-in end with an error; one that "
            "cannot be evaluated counts as 15 minutes."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication",
        default="900000",
        minimum=1000,
        whole_seconds=True,
        since=Release(0, 4, 0),
        source=(
            "api/server/controllers/auth/oauth.js:43",
            "api/server/routes/admin/auth.js:652",
            "api/server/services/AuthService.js:671",
            "api/server/socialLogins.js:25",
        ),
    ),
    Setting(
        key="REFRESH_TOKEN_EXPIRY",
        section="sessions",
        kind=Kind.DURATION,
        title="Signed in for",
        help="How long people stay signed in; counted from the sign-in, not from the last visit.",
        empty="7 days.",
        consequence="A value that cannot be evaluated counts as 7 days; 0 signs people out at the next reload.",
        docs="https://www.librechat.ai/docs/configuration/authentication",
        default="604800000",
        minimum=1000,
        whole_seconds=True,
        since=Release(0, 4, 0),
        source=(
            "api/server/services/AuthService.js:658",
            "api/server/services/AuthService.js:747",
        ),
    ),
    Setting(
        key="SESSION_COOKIE_SECURE",
        section="sessions",
        kind=Kind.CHOICE,
        title="Secure cookies",
        help=(
            "Whether browsers send the sign-in cookies over HTTPS only. false is for LibreChat on a private "
            "network over plain HTTP."
        ),
        empty="Secure in production, unless DOMAIN_SERVER is localhost.",
        consequence=(
            "true over plain HTTP: the browser throws the cookie away and people sign in again at every "
            "reload. false over HTTPS: cookies can travel in clear."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        choices=(
            Choice(value="true", label="only over HTTPS"),
            Choice(value="false", label="over plain HTTP too"),
        ),
        since=Release(0, 8, 6),
        source=("packages/api/src/oauth/csrf.ts:20",),
    ),
)
