"""The keys that protect sessions and stored data."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.generators import hex_16_bytes, hex_32_bytes
from wizard.catalogue.model import Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="METRICS_SECRET",
        section="credentials",
        kind=Kind.SECRET,
        title="Key for /metrics",
        help="The Bearer token that a monitoring system shows to read /metrics.",
        empty="/metrics answers 401 to everybody.",
        consequence="A short value opens the figures to whoever guesses it.",
        docs="https://www.librechat.ai/docs/configuration/langfuse",
        minimum=16,
        secret=True,
        generate=hex_32_bytes,
        since=Release(0, 8, 6),
        source=(
            "api/server/index.js:127",
            "packages/api/src/app/metrics.ts:325",
            "packages/api/src/app/metrics.ts:759",
        ),
    ),
    Setting(
        key="MEILI_MASTER_KEY",
        section="credentials",
        kind=Kind.SECRET,
        title="Key of the search service",
        help="The key between LibreChat and Meilisearch. Both read it from this line.",
        empty="Search has no key; Meilisearch in production mode refuses to start without one.",
        consequence="After a change the existing index refuses the new key until meilisearch is recreated.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        minimum=16,
        secret=True,
        generate=hex_32_bytes,
        since=Release(0, 1, 0),
        source=(
            "api/db/indexSync.js:23",
            "api/db/indexSync.js:28",
            "api/server/routes/search.js:18",
            "packages/data-schemas/src/models/convo.ts:11",
        ),
    ),
    Setting(
        key="CREDS_KEY",
        section="credentials",
        kind=Kind.SECRET,
        title="Encryption key for stored keys",
        help=(
            "Encrypts what users store: their API keys, MCP and action secrets, two-factor secrets. 64 "
            "hexadecimal digits."
        ),
        empty=(
            "v0.8.8-rc1 generates one and keeps it in the volume; earlier releases work with an empty key and"
            " fail when something is stored."
        ),
        consequence=(
            "Replacing it makes everything it encrypted unreadable. With another length two-factor sign-in "
            "cannot be switched on."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        pattern=r"[0-9a-fA-F]{64}",
        pattern_help="it must be exactly 64 hexadecimal digits (32 bytes).",
        secret=True,
        generate=hex_32_bytes,
        since=Release(0, 5, 0),
        source=(
            "packages/api/src/credentials.ts:276",
            "packages/data-schemas/src/crypto/index.ts:9",
        ),
    ),
    Setting(
        key="CREDS_IV",
        section="credentials",
        kind=Kind.SECRET,
        title="Initialisation vector for stored keys",
        help=("Belongs to CREDS_KEY for the keys and plugin sign-ins that users store. 32 hexadecimal digits."),
        empty=("v0.8.8-rc1 generates one and keeps it in the volume; earlier releases fail when something is stored."),
        consequence=(
            "With another length storing a key ends with an error; replacing it makes stored keys unreadable."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        pattern=r"[0-9a-fA-F]{32}",
        pattern_help="it must be exactly 32 hexadecimal digits (16 bytes).",
        secret=True,
        generate=hex_16_bytes,
        since=Release(0, 5, 0),
        source=(
            "packages/api/src/credentials.ts:276",
            "packages/data-schemas/src/crypto/index.ts:10",
        ),
    ),
    Setting(
        key="JWT_SECRET",
        section="credentials",
        kind=Kind.SECRET,
        title="Key for access tokens",
        help="Signs the short-lived token of everybody who is signed in. rag_api checks it too.",
        empty="v0.8.8-rc1 generates one, which rag_api then does not know; earlier releases do not start.",
        consequence=(
            "Whoever knows it can sign in as anybody. Equal to JWT_REFRESH_SECRET, a refresh token works as "
            "an access token."
        ),
        docs="https://www.librechat.ai/docs/configuration/authentication",
        minimum=32,
        secret=True,
        generate=hex_32_bytes,
        since=Release(0, 5, 0),
        source=(
            "api/server/controllers/auth/TwoFactorAuthController.js:23",
            "api/server/middleware/limiters/twoFactorTempLimiter.js:45",
            "api/server/middleware/setTwoFactorTempUser.js:14",
            "api/server/routes/actions.js:21",
        ),
    ),
    Setting(
        key="JWT_REFRESH_SECRET",
        section="credentials",
        kind=Kind.SECRET,
        title="Key for refresh tokens",
        help="Signs the token that keeps people signed in.",
        empty="v0.8.8-rc1 generates one; earlier releases answer every sign-in with an error.",
        consequence="Replacing it signs everybody out.",
        docs="https://www.librechat.ai/docs/configuration/authentication",
        minimum=32,
        secret=True,
        generate=hex_32_bytes,
        since=Release(0, 5, 0),
        source=(
            "api/server/controllers/AuthController.js:71",
            "api/server/controllers/AuthController.js:76",
            "api/server/controllers/AuthController.js:265",
            "api/server/middleware/optionalShareFileAuth.js:10",
        ),
    ),
    Setting(
        key="LIBRECHAT_TEMP_CREDENTIALS_PATH",
        section="credentials",
        kind=Kind.PATH,
        title="File for generated values",
        help="Where v0.8.8-rc1 keeps the secrets it generated itself, inside the container.",
        empty=".env.temp in LibreChat's folder; the compose files name a file in their volume.",
        consequence=("In a place that does not last, a restart signs everybody out and makes stored keys unreadable."),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 8, 8, 1),
        source=(
            "packages/api/src/credentials.ts:44",
            "packages/api/src/credentials.ts:72",
            "docker-compose.yml:21",
            "deploy-compose.yml:24",
        ),
    ),
)
