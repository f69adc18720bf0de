"""Settings: Redis, for more than one copy of LibreChat."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.conditions import any_set
from wizard.catalogue.declare import choice, duration, integer, listing, path, secret, section, switch, text
from wizard.catalogue.model import Choice
from wizard.librechat.releases import Release

OAUTH2_OIDC: Final = "configuration/authentication/OAuth2-OIDC"

SECTION: Final = section(
    "redis", "Redis",
    intro="Needed only if you run more than one LibreChat instance.",
    docs="configuration/dotenv", source_release=Release(0, 8, 8, 1),
    settings=(
        switch("USE_REDIS", "Redis", since=Release(0, 6, 0), docs=OAUTH2_OIDC, default="false",
            help="Keeps sessions, limits and caches in Redis. Needed if you run more than one LibreChat instance.",
            empty="Off.", consequence="If on without REDIS_URI, LibreChat stops at startup.",
            source="api/cache/logViolation.js:22 api/server/experimental.js:82 api/server/middleware/checkBan.js:74 packages/api/src/cache/cacheConfig.ts:15"),
        switch("USE_REDIS_STREAMS", "Redis for streams", since=Release(0, 8, 2, 2),
            help="Keeps responses in progress in Redis.",
            empty="As USE_REDIS.", consequence="Without Redis, a response in progress is lost when another instance "
            "takes over.",
            source="packages/api/src/cache/cacheConfig.ts:24,25"),
        switch("USE_REDIS_CLUSTER", "Redis cluster", since=Release(0, 7, 7), default="false",
            help="Whether the single address in REDIS_URI is a Redis cluster.",
            empty="Off.", consequence="If the address is not a cluster, connections fail.",
            source="api/server/experimental.js:97 packages/api/src/cache/cacheConfig.ts:167"),
        secret("REDIS_URI", "Redis: address", since=Release(0, 6, 0), required=any_set("USE_REDIS"),
            help="redis://HOST:6379, or rediss:// for TLS. For a cluster, list several addresses, separated by commas.",
            empty="None.", consequence="With an invalid address, LibreChat stops at startup.",
            source="api/server/experimental.js:97,99 packages/api/src/cache/cacheConfig.ts:16,147"),
        text("REDIS_USERNAME", "Redis: user", since=Release(0, 7, 9),
            help="Used only if REDIS_URI contains none, contrary to the documentation.",
            empty="None.", consequence="LibreChat cannot connect to Redis.",
            source="packages/api/src/cache/cacheConfig.ts:148"),
        secret("REDIS_PASSWORD", "Redis: password", since=Release(0, 7, 9),
            help="Used only if REDIS_URI contains none, contrary to the documentation.",
            empty="None.", consequence="LibreChat cannot connect to Redis.",
            source="api/server/experimental.js:92,93,108 packages/api/src/cache/cacheConfig.ts:149"),
        path("REDIS_CA", "Redis: CA file", since=Release(0, 7, 7),
            help="The path, inside the container, of the CA that signed Redis' certificate.",
            empty="The system's CAs.", consequence="If the file is missing, LibreChat logs only a warning, and the "
            "connection fails.",
            source="packages/api/src/cache/cacheConfig.ts:55"),
        text("REDIS_KEY_PREFIX", "Redis: prefix", since=Release(0, 7, 7), conflicts=("REDIS_KEY_PREFIX_VAR",),
            help="A prefix for every key, so that several installations can share one Redis server.",
            empty="None.",
            consequence="Without a prefix, two installations mix up their sessions. If REDIS_KEY_PREFIX_VAR is also "
            "set, LibreChat stops at startup.",
            source="packages/api/src/cache/cacheConfig.ts:10"),
        text("REDIS_KEY_PREFIX_VAR", "Redis: prefix from a variable", since=Release(0, 7, 9),
            conflicts=("REDIS_KEY_PREFIX",),
            help="The name of another variable that contains the prefix.",
            empty="None.", consequence="If REDIS_KEY_PREFIX is also set, LibreChat stops at startup.",
            source="packages/api/src/cache/cacheConfig.ts:9"),
        switch("REDIS_CLUSTER_SAFE_DELETE", "Redis: delete one by one", since=Release(0, 8, 6), default="false",
            help="Deletes keys one by one, which managed clusters with a single address require.",
            empty="Off.", consequence="Redis returns CROSSSLOT errors.",
            source="packages/api/src/cache/cacheConfig.ts:174"),
        switch("REDIS_USE_ALTERNATIVE_DNS_LOOKUP", "Redis: ElastiCache name lookup", since=Release(0, 8, 0, 4),
            default="false",
            help="Leaves name lookup to the TLS layer, which ElastiCache with TLS requires.",
            empty="Off.", consequence="Connections to ElastiCache with TLS fail.",
            source="packages/api/src/cache/cacheConfig.ts:165"),
        listing("FORCED_IN_MEMORY_CACHE_NAMESPACES", "Redis: caches kept in memory", since=Release(0, 8, 0, 1),
            default="CONFIG_STORE,APP_CONFIG",
            help="Caches that stay in each instance's memory even if Redis is on.",
            empty="CONFIG_STORE and APP_CONFIG.",
            consequence="With an unknown name, LibreChat stops at startup. Some caches break single sign-on between "
            "instances.",
            source="packages/api/src/cache/cacheConfig.ts:33,34"),
        choice("AUTH_USER_CACHE_MODE", "Cache accounts", since=Release(0, 8, 8, 1), docs=OAUTH2_OIDC, default="off",
            help="Caches the account of a request in Redis for a short time.",
            empty="off.", consequence="Any value other than 'on' means off. Without Redis it stays off.",
            choices=(Choice("on", "on"), Choice("off", "off")),
            source="packages/api/src/auth/userDocCache.ts:55 packages/data-schemas/src/methods/role.ts:23 packages/data-schemas/src/methods/user.ts:20"),
        duration("USER_PRINCIPALS_CACHE_TTL_MS", "Cache time for group memberships", since=Release(0, 8, 8, 1),
            default="300000",
            help="How long LibreChat keeps a person's groups in memory.",
            empty="5 minutes.", consequence="With 0, LibreChat queries the database every time. With a long time, "
            "people keep lost permissions longer.",
            source="packages/api/src/cache/principals.ts:10"),
        duration("USER_PRINCIPALS_LOCK_TTL_MS", "Lock for group memberships", since=Release(0, 8, 8, 1), default="5000",
            help="How long one instance may take to look up groups.",
            empty="5 seconds.", consequence="With 0, every instance looks them up.",
            source="packages/api/src/cache/principals.ts:11"),
        duration("USER_PRINCIPALS_LOCK_WAIT_MS", "Wait for group memberships", since=Release(0, 8, 8, 1),
            help="How long other instances wait for the lookup.",
            empty="As USER_PRINCIPALS_LOCK_TTL_MS.", consequence="Requests wait longer.",
            source="packages/api/src/cache/principals.ts:12"),
        integer("REDIS_READONLY_RECOVERY_INTERVAL", "Redis: pause after a read-only error", since=Release(0, 8, 8, 2), default="5000",
            minimum=0, help="How many milliseconds LibreChat waits before it reconnects if Redis is read-only.",
            empty="5 seconds.", consequence="Sign-ins fail for longer after a failover.", source=".env.example:1291"),
        integer("REDIS_PING_TIMEOUT", "Redis: ping timeout", since=Release(0, 8, 8, 3), default="5000", minimum=0,
            help="The number of milliseconds without a reply to a ping after which LibreChat considers the connection "
            "lost.",
            empty="5 seconds.", consequence="If the time is too short, LibreChat closes working connections.", source=".env.example:1300"),
        integer("REDIS_SUBSCRIBER_PING_INTERVAL", "Redis: subscriber ping interval", since=Release(0, 8, 8, 3), default="15", minimum=0,
            help="The number of seconds between two pings on the connection that waits for messages.",
            empty="15 seconds, according to .env.example.", consequence="If the time is too long, a firewall may drop "
            "the connection.", source=".env.example:1305"),
        integer("REDIS_KEEP_ALIVE", "Redis: TCP keep-alive", since=Release(0, 8, 8, 3), default="10000", minimum=0,
            help="The number of milliseconds after which LibreChat probes an idle connection.",
            empty="10 seconds.", consequence="If the time is too long, a firewall may drop the connection.", source=".env.example:1308"),
    ),
)  # fmt: skip
