"""Variables that LibreChat no longer reads, or never read."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import email, secret, section, switch, text, url
from wizard.librechat.releases import Release

DOTENV: Final = "configuration/dotenv"

SECTION: Final = section(
    "retired", "Deprecated",
    intro="Settings that many .env files still contain, but that have no effect.",
    source_release=Release(0, 8, 8, 1),
    settings=(
        switch("OPENID_SET_FIRST_SUPPORTED_ALGORITHM", "OpenID: first algorithm", since=Release(0, 7, 7, 1),
            until=Release(0, 7, 9, 1),
            help="A workaround for an earlier OpenID library, removed in v0.7.9-rc1.",
            empty="No effect.", consequence="Ignored."),
        text("FACEBOOK_APP_ID", "Facebook: app ID (old name)", since=Release(0, 5, 0), until=Release(0, 5, 8),
            renamed_to="FACEBOOK_CLIENT_ID",
            help="The old name of FACEBOOK_CLIENT_ID.",
            empty="No effect.", consequence="Ignored; Facebook stays off."),
        secret("FACEBOOK_SECRET", "Facebook: app secret (old name)", since=Release(0, 5, 0), until=Release(0, 5, 8),
            renamed_to="FACEBOOK_CLIENT_SECRET",
            help="The old name of FACEBOOK_CLIENT_SECRET.",
            empty="No effect.", consequence="Ignored; Facebook stays off."),
        email("FROM_EMAIL", "Mail: sender address (old name)", since=Release(0, 5, 0), until=Release(0, 5, 7), renamed_to="EMAIL_FROM",
            help="The old name of EMAIL_FROM.",
            empty="No effect.", consequence="Ignored; LibreChat treats email as not configured."),
        secret("REFRESH_TOKEN_SECRET", "Refresh token key (old name)", since=Release(0, 5, 0),
            until=Release(0, 5, 9), renamed_to="JWT_REFRESH_SECRET",
            help="The old name of JWT_REFRESH_SECRET.",
            empty="No effect.", consequence="Ignored."),
        url("OPENID_AUTH_URL", "OpenID: sign-in URL (retired)", since=Release(0, 5, 2), until=Release(0, 5, 3),
            help="Formerly in the sample file. LibreChat now reads the URL from the provider's metadata.",
            empty="No effect.", consequence="Ignored."),
        switch("VITE_SHOW_GOOGLE_LOGIN_OPTION", "Google button (retired)", since=Release(0, 5, 0), until=Release(0, 5, 1),
            help="Formerly showed the Google button. Replaced by GOOGLE_CLIENT_ID.",
            empty="No effect.", consequence="Ignored."),
        switch("LIMIT_IMPORT_IP", "Limit imports per IP address", unread=True, docs=DOTENV,
            help="Documented as a switch, but no release reads it.",
            empty="No effect.", consequence="Ignored: the import limit is always on."),
        switch("LIMIT_IMPORT_USER", "Limit imports per user", unread=True, docs=DOTENV,
            help="Documented as a switch, but no release reads it.",
            empty="No effect.", consequence="Ignored: the import limit is always on."),
        switch("LIMIT_FORK_IP", "Limit forks per IP address", unread=True, docs=DOTENV,
            help="Documented as a switch, but no release reads it.",
            empty="No effect.", consequence="Ignored: the fork limit is always on."),
        switch("LIMIT_FORK_USER", "Limit forks per user", unread=True, docs=DOTENV,
            help="Documented as a switch, but no release reads it.",
            empty="No effect.", consequence="Ignored: the fork limit is always on."),
    ),
)  # fmt: skip
