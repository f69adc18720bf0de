"""Settings: the keys that protect sessions and stored data."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import path, secret, section
from wizard.catalogue.generators import hex_16_bytes, hex_32_bytes
from wizard.librechat.releases import Release

AUTHENTICATION: Final = "configuration/authentication"

SECTION: Final = section(
    "credentials", "Secrets",
    intro="The keys that protect sessions and stored data. The wizard generates missing keys and keeps existing ones.",
    docs="configuration/dotenv", since=Release(0, 5, 0), source_release=Release(0, 8, 8, 1),
    settings=(
        secret("METRICS_SECRET", "/metrics key", since=Release(0, 8, 6), docs="configuration/metrics", minimum=16,
            generate=hex_32_bytes,
            help="The bearer token that a monitoring system sends to read /metrics.",
            empty="/metrics returns 401 for every request.",
            consequence="Anyone who guesses a short value can read the metrics.",
            source="api/server/index.js:127 packages/api/src/app/metrics.ts:325,759"),
        secret("MEILI_MASTER_KEY", "Search service key", since=Release(0, 1, 0), minimum=16,
            generate=hex_32_bytes,
            help="The key shared by LibreChat and Meilisearch. Both read it from this line.",
            empty="Search is not protected by a key. In production mode, Meilisearch does not start without one.",
            consequence="After a change, Meilisearch rejects the new key until its container is recreated.",
            source="api/db/indexSync.js:23,28 api/server/routes/search.js:18 packages/data-schemas/src/models/convo.ts:11"),
        secret("CREDS_KEY", "Encryption key for stored keys", generate=hex_32_bytes,
            help="Encrypts the secrets that users store: API keys, MCP and action secrets, two-factor secrets. 64 hexadecimal digits.",
            empty="v0.8.8-rc1 and later generate a key and store it in LIBRECHAT_TEMP_CREDENTIALS_PATH. Earlier releases start without a key and fail when they store a secret.",
            consequence="If you replace the key, all data encrypted with it becomes unreadable. With a key of the wrong length, v0.8.8 and later do not start; in earlier releases, users cannot enable two-factor sign-in.",
            pattern=r"[0-9a-fA-F]{64}", pattern_help="it must be exactly 64 hexadecimal digits (32 bytes).",
            source="packages/api/src/credentials.ts:276 packages/data-schemas/src/crypto/index.ts:9"),
        secret("CREDS_IV", "Initialization vector for stored keys", generate=hex_16_bytes,
            help="Used together with CREDS_KEY to encrypt the keys and plugin credentials that users store. 32 hexadecimal "
            "digits.",
            empty="v0.8.8-rc1 and later generate a vector and store it in LIBRECHAT_TEMP_CREDENTIALS_PATH. Earlier releases fail when they store a key.",
            consequence="With a vector of the wrong length, v0.8.8 and later do not start; in earlier releases, storing a key fails. If you replace the vector, stored keys become "
            "unreadable.",
            pattern=r"[0-9a-fA-F]{32}", pattern_help="it must be exactly 32 hexadecimal digits (16 bytes).",
            source="packages/api/src/credentials.ts:276 packages/data-schemas/src/crypto/index.ts:10"),
        secret("JWT_SECRET", "Access token key", docs=AUTHENTICATION, minimum=32, generate=hex_32_bytes,
            help="Signs the short-lived access tokens of signed-in users. rag_api also verifies these tokens.",
            empty="v0.8.8-rc1 and later generate a key, but rag_api does not get it. Earlier releases do not start.",
            consequence="Anyone who knows the key can sign in as any user. If it equals JWT_REFRESH_SECRET, a refresh token "
            "also works as an access token.",
            source="api/server/controllers/auth/TwoFactorAuthController.js:23 api/server/middleware/limiters/twoFactorTempLimiter.js:45 api/server/middleware/setTwoFactorTempUser.js:14 api/server/routes/actions.js:21"),
        secret("JWT_REFRESH_SECRET", "Refresh token key", docs=AUTHENTICATION, minimum=32, generate=hex_32_bytes,
            help="Signs the token that keeps people signed in.",
            empty="v0.8.8-rc1 and later generate a key. In earlier releases, every sign-in fails.",
            consequence="If you replace the key, everyone is signed out.",
            source="api/server/controllers/AuthController.js:71,76,265 api/server/middleware/optionalShareFileAuth.js:10"),
        path("LIBRECHAT_TEMP_CREDENTIALS_PATH", "Generated values file", since=Release(0, 8, 8, 1),
            help="The file inside the container where v0.8.8-rc1 and later store generated secrets.",
            empty=".env.temp in LibreChat's folder. The compose files set a path inside their volume.",
            consequence="If the file is not in a volume, recreating the container signs everyone out and makes stored keys unreadable.",
            source="packages/api/src/credentials.ts:44,72 docker-compose.yml:21 deploy-compose.yml:24"),
    ),
)  # fmt: skip
