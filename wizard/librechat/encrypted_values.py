"""The database fields that LibreChat encrypts with CREDS_KEY and CREDS_IV, by release.

Formats (packages/data-schemas/src/crypto/index.ts:34-148, v0.8.8-rc1; packages/api/src/crypto/encryption.ts, v0.7.9;
api/server/utils/crypto.js, v0.7.0 to v0.7.8): V1 is AES-CBC with the fixed vector CREDS_IV, in hexadecimal digits; V2 is AES-CBC with a
random vector, ``vector:text``; V3 is AES-256-CTR, ``v3:vector:text``, which any key opens: a wrong one gives garbage and no error.

Passwords, backup codes, agent API keys, refresh tokens, tokens of mails and invitations are hashed, not encrypted: they outlast every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from wizard.librechat.releases import Release

FIRST: Final = Release(0, 7, 0)
NEWEST: Final = Release(0, 8, 8)
"""The releases that the table speaks of: all places of v0.7.0 to v0.8.8-rc1 were read in the source; up to v0.8.8 no further one is
documented, and v0.8.9-rc1 writes V3 where others write V1 (docs/configuration/upgrade)."""


class Format(StrEnum):
    """How a value is encrypted."""

    V1 = "V1"
    V2 = "V2"
    V3 = "V3"


class Text(StrEnum):
    """What the clear text is, so that garbage is recognized."""

    ANY = "any"
    """Text of one or several lines."""
    BASE32 = "base32"
    """The secret of a second factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedField:
    """One place."""

    collection: str
    path: str
    """Names joined by dots; ``**`` at the end: every encrypted text below."""
    formats: tuple[Format, ...]
    """What may be there; the one that a release writes comes first."""
    since: Release
    lost: str
    """What no longer works where a value cannot be decrypted."""
    source: str
    """Where LibreChat writes it."""
    plain: str = ""
    """What may be there unencrypted, and stays as it is: ``any`` text, or ``base32``; empty: nothing."""
    text: Text = Text.ANY
    where: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """The documents of the collection that have it; empty: all."""

    @property
    def name(self) -> str:
        """The place as a person reads it."""
        return f"{self.collection}.{self.path.removesuffix('.**')}"

    def as_task(self) -> dict[str, object]:
        """Return it as wizard/apply/stored_values.js takes it."""
        return {
            "collection": self.collection,
            "path": self.path,
            "formats": [str(each) for each in self.formats],
            "plain": self.plain,
            "text": str(self.text),
            "where": dict(self.where),
        }


def _action(name: str) -> EncryptedField:
    # Only the one that fits auth.type is encrypted; another may be there in clear. From v0.7.8 on the clear text is URI-encoded.
    return EncryptedField(
        collection="actions", path=f"metadata.{name}", formats=(Format.V2,), since=Release(0, 7, 0), plain="any",
        lost="agents and assistants that use the action do not load",
        source="api/server/services/ActionService.js:96 (v0.7.0), :417 (v0.8.8-rc1)",
    )  # fmt: skip


def _tokens(kind: str, since: Release, lost: str, source: str) -> EncryptedField:
    return EncryptedField(
        collection="tokens",
        path="token",
        formats=(Format.V2,),
        since=since,
        where={"type": kind},
        lost=lost,
        source=source,
    )


_OAUTH_LOST: Final = "users have to sign in to the action's service again"
_OAUTH: Final = "api/models/Token.js:175 (v0.7.7), packages/api/src/oauth/tokens.ts:43 (v0.7.9), :63 (v0.8.8-rc1)"
_MCP_LOST: Final = "users have to connect the MCP server again"
_MCP: Final = "packages/api/src/mcp/oauth/tokens.ts:65,136,183 (v0.7.9), :497,568,615 (v0.8.8-rc1)"

FIELDS: Final = (
    EncryptedField(
        collection="keys", path="value", formats=(Format.V1,), since=Release(0, 7, 0),
        lost="chats with a user's own API key fail until the user enters the key again",
        source="api/server/services/UserService.js:41 (v0.7.0), packages/data-schemas/src/methods/key.ts:121 (v0.8.8-rc1)",
    ),
    EncryptedField(
        collection="pluginauths", path="value", formats=(Format.V1,), since=Release(0, 7, 0),
        lost="tools, web search and MCP servers ask users for their keys again",
        source="api/server/services/PluginService.js:67 (v0.7.0), :96 (v0.8.8-rc1)",
    ),
    _action("api_key"),
    _action("oauth_client_id"),
    _action("oauth_client_secret"),
    _tokens("oauth", Release(0, 7, 7), _OAUTH_LOST, _OAUTH),
    _tokens("oauth_refresh", Release(0, 7, 7), _OAUTH_LOST, _OAUTH),
    EncryptedField(
        collection="users", path="totpSecret", formats=(Format.V3, Format.V2), since=Release(0, 7, 7), text=Text.BASE32, plain="base32",
        lost="users with a second factor can sign in only with a backup code",
        source="api/server/controllers/TwoFactorController.js:20 (v0.7.7, V2), :25 (v0.7.8, V3), :44 (v0.8.8-rc1)",
    ),
    _tokens("mcp_oauth", Release(0, 7, 9), _MCP_LOST, _MCP),
    _tokens("mcp_oauth_refresh", Release(0, 7, 9), _MCP_LOST, _MCP),
    _tokens("mcp_oauth_client", Release(0, 7, 9), _MCP_LOST, _MCP),
    EncryptedField(
        collection="mcpservers", path="config.apiKey.key", formats=(Format.V2,), since=Release(0, 8, 2),
        lost="LibreChat uses the MCP server without the API key",
        source="packages/api/src/mcp/registry/db/ServerConfigsDB.ts:479 (v0.8.2), :661 (v0.8.8-rc1)",
    ),
    EncryptedField(
        collection="mcpservers", path="config.oauth.client_secret", formats=(Format.V2,), since=Release(0, 8, 2),
        lost="LibreChat uses the MCP server without the client secret",
        source="packages/api/src/mcp/registry/db/ServerConfigsDB.ts:493 (v0.8.2), :675 (v0.8.8-rc1)",
    ),
    EncryptedField(
        collection="users", path="pendingTotpSecret", formats=(Format.V3,), since=Release(0, 8, 4), text=Text.BASE32,
        lost="users who are setting up a second factor have to start over",
        source="api/server/controllers/TwoFactorController.js:44 (v0.8.8-rc1)",
    ),
    EncryptedField(
        collection="skillsynccredentials", path="encryptedToken", formats=(Format.V2,), since=Release(0, 8, 7),
        lost="LibreChat no longer downloads skills from GitHub",
        source="packages/data-schemas/src/methods/skillSync.ts:122 (v0.8.7), :125 (v0.8.8-rc1)",
    ),
    EncryptedField(
        collection="configs", path="overrides.**", formats=(Format.V3,), since=Release(0, 8, 8, 1),
        lost="keys that were set in the admin panel become invalid, and their services reject them",
        source="packages/api/src/admin/secrets.ts:30-90,401,453,596,626,766 (v0.8.8-rc1)",
    ),
)  # fmt: skip
"""Every place, in the order in which releases added them."""

NEVER_ENCRYPTED: Final = (
    "messages", "conversations", "transactions", "files", "sharedlinks", "sessions", "logs", "toolcalls", "memoryentries",
)  # fmt: skip
"""Collections that never contain encrypted values: people's texts, hashes and caches. They are large, so they are not searched."""


def fields_of(release: Release) -> tuple[EncryptedField, ...]:
    """Return the places where a release encrypts."""
    return tuple(each for each in FIELDS if each.since <= release)


def is_known(release: Release) -> bool:
    """Return whether the table covers a release; a later one may encrypt more, or differently."""
    return FIRST <= release <= NEWEST
