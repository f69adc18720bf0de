"""Settings: how long people stay signed in."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import choice, duration, section
from wizard.catalogue.model import Choice
from wizard.librechat.releases import Release

SECTION: Final = section(
    "sessions", "Sessions",
    intro="How long people stay signed in, and which cookies keep them signed in.",
    docs="configuration/authentication", since=Release(0, 4, 0), source_release=Release(0, 8, 8, 1),
    settings=(
        duration("SESSION_EXPIRY", "Access token lifetime", default="900000", minimum=1000, whole_seconds=True,
            help="How long an access token is valid before the browser gets a new one. Users do not notice the renewal while the refresh token is valid.",
            empty="15 minutes.",
            consequence="If the value is not a whole number of seconds, every sign-in fails with an error. If it "
            "cannot be evaluated, LibreChat uses 15 minutes.",
            source="api/server/controllers/auth/oauth.js:43 api/server/routes/admin/auth.js:652 api/server/services/AuthService.js:671 api/server/socialLogins.js:25"),
        duration("REFRESH_TOKEN_EXPIRY", "Session length", default="604800000", minimum=1000, whole_seconds=True,
            help="How long people stay signed in, counted from the sign-in, not from the last visit.",
            empty="7 days.",
            consequence="If the value cannot be evaluated, LibreChat uses 7 days. If the value is 0, users are signed out on the next reload.",
            source="api/server/services/AuthService.js:658,747"),
        choice("SESSION_COOKIE_SECURE", "Secure cookies", since=Release(0, 8, 6), docs="configuration/dotenv",
            help="Whether browsers send the sign-in cookies only over HTTPS. Use false for LibreChat on a private "
            "network over plain HTTP.",
            empty="Secure in production, unless DOMAIN_SERVER is localhost.",
            consequence="If this is true on a plain HTTP site, browsers drop the cookies, and users must sign in again on every reload. If this is false on an HTTPS site, browsers may send cookies in plain text.",
            choices=(Choice("true", "only over HTTPS"), Choice("false", "also over plain HTTP")),
            source="packages/api/src/oauth/csrf.ts:20"),
    ),
)  # fmt: skip
