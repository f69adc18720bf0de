"""LibreChat's own secrets: what depends on each, and who notices a replacement (recorded on v0.8.8-rc1, or read in its source)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class SecretGroup(StrEnum):
    """Secrets that are replaced together."""

    JWT = "jwt"
    SESSIONS = "sessions"
    CREDS = "creds"
    MEILI = "meili"


class SecretUse(NamedTuple):
    """One secret."""

    name: str
    group: SecretGroup
    consequence: str
    """What its replacement costs, if nothing is done about it."""
    source: str
    """Where LibreChat uses it."""


SECRET_USES: Final = (
    SecretUse(
        "CREDS_KEY", SecretGroup.CREDS,
        "API keys and credentials that users stored, MCP and action secrets, and two-factor secrets become unreadable",
        "packages/data-schemas/src/crypto/index.ts:34-148",
    ),
    SecretUse(
        "CREDS_IV", SecretGroup.CREDS, "API keys and plugin credentials that users stored become unreadable",
        "packages/data-schemas/src/crypto/index.ts:34-70",
    ),
    SecretUse(
        "JWT_SECRET", SecretGroup.JWT,
        "everyone's access token becomes invalid, and browsers get a new one automatically; the RAG API also "
        "needs the new value",
        "api/strategies/jwtStrategy.js:11, packages/api/src/crypto/jwt.ts:10",
    ),
    SecretUse(
        "JWT_REFRESH_SECRET", SecretGroup.JWT, "everyone is signed out and has to sign in again",
        "packages/data-schemas/src/methods/session.ts:248, api/server/services/AuthService.js:829",
    ),
    SecretUse(
        "MEILI_MASTER_KEY", SecretGroup.MEILI,
        "search fails until Meilisearch runs with the new key",
        "api/server/routes/search.js:18, api/db/indexSync.js:28",
    ),
    SecretUse(
        "OPENID_SESSION_SECRET", SecretGroup.SESSIONS, "OpenID sign-ins in progress have to start over",
        "api/server/socialLogins.js:49",
    ),
    SecretUse(
        "SAML_SESSION_SECRET", SecretGroup.SESSIONS, "SAML sign-ins in progress have to start over",
        "api/server/socialLogins.js:119",
    ),
    SecretUse(
        "ADMIN_PANEL_SESSION_SECRET", SecretGroup.SESSIONS, "everyone is signed out of the admin panel",
        "docker-compose.yml (service admin-panel, SESSION_SECRET)",
    ),
)  # fmt: skip
"""Every secret that can be replaced without asking anybody outside for a new one."""

GROUP_CONSEQUENCES: Final = {
    SecretGroup.JWT: "Everyone is signed out within the lifetime of an access token (15 minutes by default) and has "
    "to sign in again. Password reset links and agent API keys keep working.",
    SecretGroup.SESSIONS: "Sign-ins in progress have to start over. Users of the admin panel have to sign in again. If OPENID_REUSE_TOKENS is on, all other users also have to sign in again.",
    SecretGroup.MEILI: "Search does not work until Meilisearch and LibreChat run with the new key. The index is not "
    "encrypted and is kept.",
    SecretGroup.CREDS: "The wizard stops LibreChat while it encrypts every stored value with the new keys. Nobody has "
    "to enter a key again, and nobody is signed out. First stop any other LibreChat instance that uses this database (for example, on a second machine).",
}
"""What a rotation of a group means for people (JWT: recorded; sessions, Meilisearch: read)."""

_LOCAL_READERS: Final = {
    "JWT_SECRET": "If you run the RAG API, restart it with the new value: it needs the same JWT_SECRET.",
    "MEILI_MASTER_KEY": "Meilisearch needs the same MEILI_MASTER_KEY (in its environment or as --master-key). Search "
    "fails until you restart Meilisearch with the new key.",
}
"""Who else has to read a value, if no Docker Compose hands it to them."""


def local_readers(names: "Iterable[str]") -> tuple[str, ...]:
    """Return who has to read these secrets besides LibreChat, where it runs without Docker and a person restarts them."""
    return tuple(_LOCAL_READERS[name] for name in names if name in _LOCAL_READERS)


BYTES: Final = dict.fromkeys((use.name for use in SECRET_USES), 32) | {"CREDS_IV": 16}
"""How long each of these is where it is generated (wizard/catalogue/credentials.py); two hexadecimal digits a byte."""


def group_of(names: "Iterable[str]") -> SecretGroup | None:
    """Return the group that all of these secrets are of; ``None`` if there is none."""
    groups = {use.group for use in SECRET_USES if use.name in set(names)}
    return groups.pop() if len(groups) == 1 else None


def names_of(groups: frozenset[SecretGroup]) -> tuple[str, ...]:
    """Return the secrets of some groups."""
    return tuple(use.name for use in SECRET_USES if use.group in groups)
