"""Log causes: LibreChat does not start, or starts without a feature: database, files, configuration, Redis."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import RECREATE, UNREACHED, LogCause, thread

_of = partial(LogCause, check="log")
_STOPS = "LibreChat does not start; the container keeps restarting."

MONGO_MISSING = _of(
    "database.uri-missing",
    "MONGO_URI is empty.",
    "Set MONGO_URI=mongodb://mongodb:27017/LibreChat, or remove the line that sets MONGO_URI to an empty value. Then run: "
    f"{RECREATE}",
    consequence=_STOPS,
    settings=("MONGO_URI",),
    lines=("Please define the MONGO_URI environment variable",),
    supersedes=("log.process.crashed",),
)
MONGO_SCHEME = _of(
    "database.uri-invalid",
    "MONGO_URI is not a valid MongoDB connection string.",
    f"Write MONGO_URI=mongodb://HOST:27017/LibreChat or mongodb+srv://..., without quotes. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("MONGO_URI",),
    lines=(
        "Invalid scheme, expected connection string to start with",
        "MongoParseError",
        "Invalid connection string",
        "Password contains unescaped characters",
        "Username contains unescaped characters",
    ),
    supersedes=("log.process.crashed",),
)
MONGO_AUTH = _of(
    "database.login",
    "MongoDB rejected the user name or password in MONGO_URI.",
    f"Correct the user name and password in MONGO_URI. Percent-encode special characters, and add ?authSource=admin for a root user. Passwords in MONGO_INITDB_* take effect only with a new data folder. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("MONGO_URI",),
    docs=thread(2352),
    lines=(
        "MongoServerError: Authentication failed",
        "error: There was an uncaught error: Authentication failed",
        "Failed to start server: Authentication failed",
        "bad auth : Authentication failed",
        "bad auth : authentication failed",
        "requires authentication",
    ),
    unless=("smtp", "SMTP"),
    supersedes=("log.database.unreachable", "log.process.crashed"),
)
MONGO_CPU = _of(
    "database.cpu",
    "This machine's CPU does not support AVX, which MongoDB 5.0 and later need.",
    "Set image: mongo:4.4 for the mongodb service in docker-compose.override.yml, or set the virtual machine's CPU "
    "type to 'host'. "
    "Then run: docker compose up -d",
    consequence="Neither the database nor LibreChat starts.",
    docs=thread(1713),
    lines=("requires a CPU with AVX support", "chat-mongodb exited with code 132"),
    supersedes=(*UNREACHED, "log.network.name", "log.database.unreachable", "log.process.crashed"),
)
MONGO_FOLDER = _of(
    "database.folder",
    "MongoDB cannot write to its data folder.",
    "Change the owner of data-node to the user that the container runs as: sudo chown -R UID:GID data-node (UID and "
    "GID as in .env, or 1000 if not set). "
    "Then run: docker compose up -d",
    consequence="Neither the database nor LibreChat starts.",
    docs=thread(3969),
    lines=(
        "WiredTiger*Permission denied",
        "WiredTiger*Operation not permitted",
        "/data/db*Permission denied",
        "/data/db*Operation not permitted",
        "chown: changing ownership of '/data/db'",
        "IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db",
    ),
    supersedes=(*UNREACHED, "log.network.name", "log.database.unreachable", "log.process.crashed"),
)
MONGO_VERSION = _of(
    "database.version",
    "MongoDB's data folder was last used by a different version of MongoDB.",
    "Use the MongoDB version that last used the data folder (image: mongo:VERSION in docker-compose.override.yml), and upgrade one "
    "major version at a time. Then run: docker compose up -d",
    consequence="Neither the database nor LibreChat starts.",
    lines=(
        "featureCompatibilityVersion*Invalid",
        "Invalid featureCompatibilityVersion",
        "Wrong mongod version",
        "found an invalid featureCompatibilityVersion",
    ),
    supersedes=(*UNREACHED, "log.network.name", "log.database.unreachable", "log.process.crashed"),
)
MONGO_UNREACHABLE = _of(
    "database.unreachable",
    "LibreChat could not connect to MongoDB.",
    "Check that the database is running (docker compose ps mongodb), and check its log: docker compose logs --tail 50 "
    "mongodb. MONGO_URI must contain a host that LibreChat's container can reach: mongodb://mongodb:27017/LibreChat, not "
    "localhost.",
    consequence=_STOPS,
    settings=("MONGO_URI",),
    docs=thread(8064),
    lines=(
        "ECONNREFUSED*:27017#",
        "ETIMEDOUT*:27017#",
        "EHOSTUNREACH*:27017#",
        "Could not connect to any servers in your MongoDB Atlas cluster",
        "ENOTFOUND mongodb",
        "ENOTFOUND chat-mongodb",
        "EAI_AGAIN mongodb",
        "EAI_AGAIN chat-mongodb",
        "MongoServerSelectionError",
        "MongooseServerSelectionError",
        "KeyvMongo connection error",
        "buffering timed out after",
        "MongoNetworkError",
        "MongoNetworkTimeoutError",
    ),
    supersedes=("log.network.name", *UNREACHED, "log.process.crashed"),
)
CONFIG_MISSING = _of(
    "config.missing",
    "LibreChat found no librechat.yaml in its container.",
    "To use the file, mount it in docker-compose.override.yml: services: api: volumes: [{type: bind, source: ./librechat.yaml, target: "
    f"/app/librechat.yaml}}]. Then run: {RECREATE}. If you do not use librechat.yaml, "
    "this log line is harmless.",
    consequence="The settings in librechat.yaml, including socialLogins and allowedDomains, have no effect.",
    docs=thread(5809),
    lines=("Config file YAML format is invalid: ENOENT",),
    weight=Status.WARN,
)
CONFIG_DIRECTORY = _of(
    "config.directory",
    "librechat.yaml, or another mounted file, is a directory: Docker created it because the file was missing.",
    "Stop LibreChat, remove the directory (rmdir librechat.yaml), create the file, then run: " + RECREATE,
    consequence="LibreChat starts without the file, or stops.",
    lines=("EISDIR: illegal operation on a directory",),
    supersedes=("log.config.syntax",),
)
CONFIG_SYNTAX = _of(
    "config.syntax",
    "librechat.yaml is not valid YAML.",
    f"Fix the line mentioned in the log: indent with spaces, and close all quotes. Then run: {RECREATE}",
    consequence="LibreChat stops, or ignores the whole file.",
    docs="https://www.librechat.ai/docs/configuration/librechat_yaml",
    lines=("YAMLException", "Config file YAML format is invalid"),
    unless=("ENOENT",),
    supersedes=("log.process.crashed",),
)
CONFIG_SCHEMA = _of(
    "config.schema",
    "librechat.yaml contains a key or value that this release does not accept.",
    f"The log lines that follow show the error. Fix librechat.yaml, then run: {RECREATE}",
    consequence="LibreChat stops, or ignores the whole file.",
    docs="https://www.librechat.ai/docs/configuration/librechat_yaml",
    lines=(
        "Invalid custom config file at",
        "Invalid custom config file",
        "Exiting due to invalid custom configuration",
    ),
    supersedes=("log.process.crashed", "log.config.outdated"),
)
CONFIG_OUTDATED = _of(
    "config.outdated",
    "The version at the top of librechat.yaml is missing or older than this release expects. This alone is harmless.",
    "No action is needed; the changelog shows what is new.",
    docs="https://www.librechat.ai/changelog",
    lines=("Outdated Config version",),
    weight=Status.PASS,
)
LOGS_FOLDER = _of(
    "files.logs-folder",
    "The user that LibreChat runs as cannot write to the log folder.",
    "Create the mounted folders and change their owner to the user that LibreChat runs as: mkdir -p logs images uploads && sudo chown -R "
    "UID:GID logs images uploads (UID and GID as in .env, or 1000 if not set). If the UID is not 1000, also mount a "
    "folder at the path mentioned in the log line. Then run: " + RECREATE,
    consequence=_STOPS,
    settings=("UID", "GID"),
    docs=thread(10972),
    lines=(
        "EACCES: permission denied, open '/app/api/logs",
        "EACCES: permission denied, open '/app/logs",
        "EACCES: permission denied, mkdir '/app*logs",
    ),
    supersedes=("log.files.folder", "log.process.crashed"),
)
ENV_FOLDER = _of(
    "files.folder",
    "The user that LibreChat runs as cannot read or write a mounted file or folder.",
    "Change the owner of the file or folder mentioned in the log line to the user that LibreChat runs as: sudo chown -R UID:GID FOLDER (UID "
    f"and GID as in .env, or 1000 if not set). Then run: {RECREATE}",
    consequence="Uploads, images or settings are lost, or LibreChat does not start.",
    settings=("UID", "GID"),
    docs=thread(4731),
    lines=("EACCES: permission denied", "EPERM: operation not permitted"),
    unless=("/app/api/logs", "/app/logs", "listen EACCES", ".p8"),
)
DISK = _of(
    "files.disk",
    "The disk is full, or too many files are being watched.",
    "Free up disk space (check with df -h and docker system df). If too many files are being watched, raise fs.inotify.max_user_watches.",
    consequence="LibreChat or its database cannot write to disk, and stops.",
    lines=("ENOSPC", "No space left on device"),
    supersedes=("log.process.crashed",),
)
PORT = _of(
    "process.port",
    "The port that LibreChat listens on is already in use by another program.",
    f"Find the program with ss -ltnp and stop it, or choose another PORT in .env. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("PORT",),
    lines=("EADDRINUSE",),
    supersedes=("log.process.crashed",),
)
MEMORY = _of(
    "process.memory",
    "LibreChat ran out of memory.",
    "Give the container more memory, or raise Node's memory limit: NODE_OPTIONS=--max-old-space-size=2048 in the api "
    "service's environment.",
    consequence="LibreChat stops and restarts, and requests fail in the meantime.",
    lines=("JavaScript heap out of memory",),
    supersedes=("log.process.crashed",),
)
KILLED = _of(
    "process.killed",
    "Docker or the kernel killed the program (exit code 137).",
    "Either the container ran out of memory (raise its memory limit), or the program did not stop within ten seconds. The following command prints true if memory was the cause: docker inspect --format {{.State.OOMKilled}} LibreChat",
    lines=("exited with code 137",),
    certain=False,
)
NODEMON = _of(
    "process.nodemon",
    "The compose files start LibreChat with backend:dev, but LibreChat's images no longer contain nodemon.",
    "Remove the command 'npm run backend:dev' from the compose files. If users connect over plain HTTP, set SESSION_COOKIE_SECURE=false (v0.8.6 and "
    f"later). Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("SESSION_COOKIE_SECURE",),
    lines=("nodemon: not found", "nodemon: Permission denied", "npx canceled due to missing packages*nodemon"),
    supersedes=("log.network.name", *UNREACHED, "log.process.crashed"),
)
REDIS_URI = _of(
    "redis.uri",
    "USE_REDIS is true, but REDIS_URI is missing.",
    f"Set REDIS_URI=redis://HOST:6379, or USE_REDIS=false. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("USE_REDIS", "REDIS_URI"),
    lines=("USE_REDIS is enabled but REDIS_URI is not set", "[Redis] Invalid REDIS_URI"),
    supersedes=("log.redis.unreachable", "log.process.crashed"),
)
REDIS_LOGIN = _of(
    "redis.login",
    "Redis rejected the password, or requires a password that is not set.",
    "Put the user name and password into REDIS_URI (redis://USER:PASSWORD@HOST:6379); they override REDIS_PASSWORD. "
    f"Then run: {RECREATE}",
    consequence="Sessions, rate limits and sign-in through providers fail.",
    settings=("REDIS_URI", "REDIS_PASSWORD", "REDIS_USERNAME"),
    lines=("WRONGPASS", "NOAUTH Authentication required", "ERR AUTH"),
    supersedes=("log.redis.unreachable", "log.process.crashed"),
)
REDIS_UNREACHABLE = _of(
    "redis.unreachable",
    "LibreChat could not connect to Redis.",
    "Add a Redis service to LibreChat's compose files and use its name as the host in REDIS_URI, or set USE_REDIS=false. Then "
    "run: " + RECREATE,
    consequence="LibreChat does not start, or nobody stays signed in.",
    settings=("USE_REDIS", "REDIS_URI"),
    lines=(
        "ECONNREFUSED*:6379#",
        "ENOTFOUND redis",
        "EAI_AGAIN redis",
        "MaxRetriesPerRequestError",
        "[ioredis] Unhandled error event",
        "@keyv/redis*ECONNREFUSED",
        "Redis connection error",
    ),
    supersedes=("log.network.name", *UNREACHED, "log.process.crashed"),
)
CA_EXTRA = _of(
    "files.extra-ca",
    "LibreChat's container cannot read the file named in NODE_EXTRA_CA_CERTS.",
    f"Mount the file (volumes: ./ca.pem:/app/ca.pem:ro) and set NODE_EXTRA_CA_CERTS=/app/ca.pem. Then run: {RECREATE}",
    consequence="LibreChat rejects certificates from your own CA, so OpenID, LDAP or mail fails.",
    settings=("NODE_EXTRA_CA_CERTS",),
    lines=("Warning: Ignoring extra certs from",),
)
JWKS_MISSING = _of(
    "openid.no-jwks",
    "OPENID_REUSE_TOKENS is true, but the provider's discovery document contains no jwks_uri.",
    f"Set OPENID_REUSE_TOKENS=false, or use a provider that publishes its signing keys. Then run: {RECREATE}",
    consequence=_STOPS,
    settings=("OPENID_REUSE_TOKENS",),
    lines=("No JWKS provided",),
    supersedes=("log.process.crashed",),
)
CRASHED = _of(
    "process.crashed",
    "LibreChat stopped because of an error that the wizard does not recognize.",
    "The first error above that log line is the cause. Search for its text in LibreChat's issues: "
    "https://github.com/danny-avila/LibreChat/issues",
    consequence=_STOPS,
    lines=(
        "There was an uncaught error",
        "[nodemon] app crashed",
        "Failed to start server",
        "npm ERR! Lifecycle script `backend` failed",
    ),
    certain=False,
)
