"""Settings that LibreChat does not start with, as far as the settings alone decide it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.browser_url import client_base
from wizard.librechat.releases import Release

OWN_SECRETS_SINCE: Final = Release(0, 8, 8, 1)
"""First release that makes up blank secrets (packages/api/src/credentials.ts:262-354); earlier ones do not start without JWT_SECRET."""
BASE_PATH_SINCE: Final = Release(0, 8, 0, 4)
"""First release that parses DOMAIN_CLIENT at start, for the path that its page works below (api/server/index.js:58-66, v0.8.0-rc4)."""


def refuses_client(domain_client: str, release: Release) -> bool:
    """Whether LibreChat stops at start because ``new URL(DOMAIN_CLIENT)`` throws (api/server/index.js:200, v0.8.8-rc1).

    Empty is fine. ``localhost:3080`` is a URL too, of the scheme ``localhost``.
    """
    return bool(domain_client) and release >= BASE_PATH_SINCE and client_base(domain_client) is None


def start_refusal(settings: Mapping[str, str], release: Release) -> str:
    """Return what LibreChat logs before it exits with status 1 for these settings; empty when it starts.

    MONGO_URI: api/db/connect.js:10-12 and the driver's own check; JWT_SECRET: passport-jwt up to v0.8.7; DOMAIN_CLIENT:
    :func:`refuses_client` (all v0.8.8-rc1, observed). What needs files or the network (a CA of LDAP, librechat.yaml) is not here.
    """
    database = settings.get("MONGO_URI")
    if database == "":
        return "Please define the MONGO_URI environment variable"
    if database is not None and not database.startswith(("mongodb://", "mongodb+srv://")):
        return 'Invalid scheme, expected connection string to start with "mongodb://" or "mongodb+srv://"'
    if release < OWN_SECRETS_SINCE and not settings.get("JWT_SECRET"):
        return "JwtStrategy requires a secret or key"
    return "Invalid URL" if refuses_client(settings.get("DOMAIN_CLIENT", ""), release) else ""
