"""Log causes: settings that LibreChat complains about: secrets, limits, sessions, addresses."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import RECREATE, LogCause, thread

_of = partial(LogCause, check="log")
_STOPS = "LibreChat does not start; the container keeps restarting."

JWT_MISSING = _of(
    "secrets.jwt-missing",
    "LibreChat does not receive JWT_SECRET.",
    f"If JWT_SECRET is empty in .env, set it to the output of openssl rand -hex 32. Otherwise LibreChat cannot read .env: mount the file at /app/.env, and make it readable by the container's user. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("JWT_SECRET",),
    docs=thread(9630),
    lines=("JwtStrategy requires a secret or key",),
    supersedes=("log.social.off", "log.process.crashed"),
)
REFRESH_MISSING = _of(
    "secrets.refresh-missing",
    "A secret for signing tokens is missing: JWT_REFRESH_SECRET or JWT_SECRET.",
    f"Set JWT_REFRESH_SECRET in .env to the output of openssl rand -hex 32, then run: {RECREATE}",
    consequence="Nobody can sign in: every attempt fails with 'Something went wrong'.",
    settings=("JWT_REFRESH_SECRET", "JWT_SECRET"),
    lines=("secretOrPrivateKey must have a value",),
)
KEY_LENGTH = _of(
    "secrets.key-length",
    "CREDS_KEY has the wrong length: LibreChat needs 64 hexadecimal digits.",
    "If nothing is encrypted yet, set CREDS_KEY to the output of openssl rand -hex 32. Otherwise restore the old "
    f"value: a new one makes stored API keys unreadable. Then run: {RECREATE}",
    consequence="Stored API keys and two-factor sign-in fail; LibreChat v0.8.8 and later do not start.",
    settings=("CREDS_KEY",),
    docs=thread(14699),
    lines=(
        "Error: Invalid key length",
        # A chat may speak of it: a line counts by its level, in Winston's two forms.
        "error: *Invalid key length",
        "warn: *Invalid key length",
        '"level":"error"*Invalid key length',
        '"level":"warn"*Invalid key length',
        "CREDS_KEY is malformed",
        "CREDS_KEY must be",
    ),
    unless=("info: ", "debug: ", '"level":"info"', '"level":"debug"'),
)
IV_LENGTH = _of(
    "secrets.iv-length",
    "CREDS_IV has the wrong length: LibreChat needs 32 hexadecimal digits.",
    "Set CREDS_IV to the output of openssl rand -hex 16. API keys that users have stored become unreadable. Then run: "
    f"{RECREATE}",
    consequence="LibreChat cannot store API keys that users enter; v0.8.8 and later do not start.",
    settings=("CREDS_IV",),
    docs=thread(7432),
    lines=(
        "algorithm.iv must contain exactly 16 bytes",
        "Invalid initialization vector",
        "CREDS_IV is malformed",
        "CREDS_IV must be",
    ),
)
CREDS_MISSING = _of(
    "secrets.creds-missing",
    "LibreChat does not receive CREDS_KEY and CREDS_IV.",
    "Set CREDS_KEY (openssl rand -hex 32) and CREDS_IV (openssl rand -hex 16) in .env (mounted at /app/.env), or in "
    f"the stack's own environment variables. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"),
    docs=thread(1272),
    lines=("The first argument must be of type string or an instance of Buffer*Received undefined",),
    near=("crypto",),
)
CREDS_CHANGED = _of(
    "secrets.creds-changed",
    "CREDS_KEY, CREDS_IV or a JWT secret differs from the one that LibreChat used with this database before.",
    "Restore the old values from a backup of .env, or from .env.temp in LibreChat's data volume. Do not generate new values.",
    consequence="Stored API keys and two-factor secrets cannot be decrypted, and sessions end.",
    settings=("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"),
    docs=thread(14674),
    lines=("[credentials] Active fingerprints for*do not match", "bad decrypt", "error:1C800064"),
)
RETIRED = _of(
    "secrets.retired",
    "JWT_SECRET or JWT_REFRESH_SECRET is a value that was published in older .env.example files.",
    "Set JWT_SECRET and JWT_REFRESH_SECRET to two new values (openssl rand -hex 32 for each). Do not change CREDS_KEY and CREDS_IV. Then run: docker compose up -d --force-recreate",
    consequence="LibreChat v0.8.8-rc2 and later do not start with such a value. After the change, all users have to sign in "
    "again.",
    settings=("JWT_SECRET", "JWT_REFRESH_SECRET"),
    docs="https://github.com/danny-avila/LibreChat/pull/15282",
    lines=("uses a retired default value",),
    supersedes=("log.secrets.published", "log.process.crashed"),
)
PUBLISHED = _of(
    "secrets.published",
    "A secret is a value that was published in older .env.example files.",
    "Replace JWT_SECRET and JWT_REFRESH_SECRET (openssl rand -hex 32 for each). Replace CREDS_KEY and CREDS_IV only "
    f"if nothing is encrypted with them yet. Then run: {RECREATE}",
    consequence="The value is public: anyone who knows the JWT secrets can sign in as any user.",
    settings=("JWT_SECRET", "JWT_REFRESH_SECRET", "CREDS_KEY", "CREDS_IV"),
    docs="https://www.librechat.ai/toolkit/creds_generator",
    lines=(
        "Legacy default value for*is being used",
        "Default value for*is being used",
        "Please replace any default secret values",
    ),
)
TEMPORARY = _of(
    "secrets.temporary",
    "LibreChat generated its own secrets because none are set.",
    f"To see the values, run 'docker compose exec api cat /app/data/.env.temp' (or /app/.env.temp if /app/data is not a volume). Copy them to .env. Then run: {RECREATE}",
    consequence="If .env.temp is not in a volume, a new container generates new secrets: sessions end, and stored API keys become unreadable.",
    settings=("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"),
    docs="https://www.librechat.ai/toolkit/creds_generator",
    lines=(
        "[credentials] Generated temporary credentials",
        "[credentials] No configured value was found for*Temporary credentials",
        "[credentials] Generated process-local",
    ),
    weight=Status.WARN,
)
LIMITER_WINDOW = _of(
    "limits.window",
    "A *_WINDOW setting is not a number of minutes.",
    f"Use a plain number of minutes, such as LOGIN_WINDOW=5, or remove the line. Then run: {RECREATE}",
    consequence="The rate limit has no effect, or blocks users after one request.",
    settings=("LOGIN_WINDOW", "REGISTER_WINDOW"),
    lines=("Invalid windowMs value", "ERR_ERL_WINDOW_MS"),
)
FORWARDED = _of(
    "limits.proxy",
    "LibreChat runs behind a proxy, but TRUST_PROXY is not set correctly.",
    f"Set TRUST_PROXY to the number of proxies in front of LibreChat (for example, 1). Then run: {RECREATE}",
    consequence="All users share one rate limit, or clients can forge the IP address that the limit applies to.",
    settings=("TRUST_PROXY",),
    lines=(
        "ERR_ERL_UNEXPECTED_X_FORWARDED_FOR",
        "ERR_ERL_PERMISSIVE_TRUST_PROXY",
        "'X-Forwarded-For' header is set but the Express 'trust proxy' setting is false",
    ),
)
EXPIRY = _of(
    "session.expiry",
    "SESSION_EXPIRY or REFRESH_TOKEN_EXPIRY is not a whole number of seconds.",
    "Use a number of milliseconds that is a multiple of 1000, such as SESSION_EXPIRY=1000 * 60 * 15. Then run: "
    f"{RECREATE}",
    consequence="Nobody can sign in: every attempt fails with 'Something went wrong'.",
    settings=("SESSION_EXPIRY", "REFRESH_TOKEN_EXPIRY"),
    lines=('"expiresIn" should be a number of seconds',),
)
DOMAIN_CLIENT = _of(
    "domain.client-missing",
    "DOMAIN_CLIENT is not set.",
    f"Set DOMAIN_CLIENT and DOMAIN_SERVER to the address that users open, with https://. Then run: {RECREATE}",
    consequence="After users sign in with the provider, LibreChat shows an error.",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
    lines=("Error in setting authentication tokens: Cannot read properties of undefined (reading 'startsWith')",),
    docs=thread(10482),
)
DOMAIN_INVALID = _of(
    "domain.invalid",
    "LibreChat stopped at startup because a setting is not a URL, most likely DOMAIN_CLIENT.",
    "Write DOMAIN_CLIENT and DOMAIN_SERVER with their scheme and without quotes: https://chat.example.com. Then run: "
    f"{RECREATE}",
    consequence=_STOPS,
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
    lines=("error: There was an uncaught error: Invalid URL", "Failed to start server*Invalid URL"),
    certain=False,
    supersedes=("log.process.crashed",),
)
