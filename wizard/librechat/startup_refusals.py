"""Settings with which LibreChat refuses to start, as far as they alone decide it."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.librechat.browser_url import client_base
from wizard.librechat.published_secrets import is_retired
from wizard.librechat.releases import Release

OWN_SECRETS_SINCE: Final = Release(0, 8, 8, 1)
"""First release that makes up blank secrets (packages/api/src/credentials.ts:262-354); earlier ones do not start without JWT_SECRET."""
BASE_PATH_SINCE: Final = Release(0, 8, 0, 4)
"""First release that parses DOMAIN_CLIENT at start, for the path that its page works below (api/server/index.js:58-66, v0.8.0-rc4)."""

REFUSES_PUBLISHED_SINCE: Final = Release(0, 8, 8, 2)
"""First release that does not start with a published JWT_SECRET or JWT_REFRESH_SECRET (packages/api/src/credentials.ts, pull request
15282). A published CREDS_KEY or CREDS_IV is still a warning."""
REFUSES_MALFORMED_SINCE: Final = Release(0, 8, 8)
"""First release that does not start with a malformed CREDS_KEY or CREDS_IV (changelog of config 1.3.17, as documented)."""
_FORMS: Final = {"CREDS_KEY": late_pattern(r"[0-9a-fA-F]{64}"), "CREDS_IV": late_pattern(r"[0-9a-fA-F]{32}")}


def is_malformed(name: str, value: str) -> bool:
    """Whether CREDS_KEY or CREDS_IV is not a text of 64 or 32 hexadecimal digits; blank is fine: LibreChat makes one up."""
    return bool(value.strip()) and not _FORMS[name].fullmatch(value.strip())


def refuses_client(domain_client: str, release: Release) -> bool:
    """Whether LibreChat stops at startup because ``new URL(DOMAIN_CLIENT)`` throws (api/server/index.js:200, v0.8.8-rc1).

    Empty is fine. ``localhost:3080`` is a URL too, of the scheme ``localhost``.
    """
    return bool(domain_client) and release >= BASE_PATH_SINCE and client_base(domain_client) is None


class StartRefusal(NamedTuple):
    """One reason for which LibreChat exits with status 1."""

    setting: str
    log: str
    """What it logs."""


def start_refusals(settings: Mapping[str, str], release: Release) -> Iterator[StartRefusal]:
    """Yield every reason why LibreChat does not start with these settings, the one that it logs first.

    MONGO_URI: api/db/connect.js:10-12 and the driver's own check; JWT_SECRET: passport-jwt up to v0.8.7; DOMAIN_CLIENT:
    :func:`refuses_client` (all v0.8.8-rc1, observed). What needs files or the network (a CA of LDAP, librechat.yaml) is not here.
    """
    database = settings.get("MONGO_URI")
    if database == "":
        yield StartRefusal("MONGO_URI", "Please define the MONGO_URI environment variable")
    elif database is not None and not database.startswith(("mongodb://", "mongodb+srv://")):
        expected = 'expected connection string to start with "mongodb://" or "mongodb+srv://"'
        yield StartRefusal("MONGO_URI", f"Invalid scheme, {expected}")
    if release < OWN_SECRETS_SINCE and not settings.get("JWT_SECRET"):
        yield StartRefusal("JWT_SECRET", "JwtStrategy requires a secret or key")
    for name in ("JWT_SECRET", "JWT_REFRESH_SECRET") if release >= REFUSES_PUBLISHED_SINCE else ():
        if is_retired(name, settings.get(name, "")):
            advice = "Configure a unique replacement before starting LibreChat."
            yield StartRefusal(name, f"[credentials] {name} uses a retired default value. {advice}")
    for name in _FORMS if release >= REFUSES_MALFORMED_SINCE else ():
        if is_malformed(name, settings.get(name, "")):
            yield StartRefusal(name, f"{name} is malformed")
    if refuses_client(settings.get("DOMAIN_CLIENT", ""), release):
        yield StartRefusal("DOMAIN_CLIENT", "Invalid URL")


def start_refusal(settings: Mapping[str, str], release: Release) -> str:
    """Return what LibreChat logs before it exits with status 1 for these settings; empty when it starts."""
    return next((refusal.log for refusal in start_refusals(settings, release)), "")
