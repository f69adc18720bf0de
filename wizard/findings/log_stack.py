"""Log causes: Docker, Kubernetes and other services: compose files, images, ports, Meilisearch, RAG."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import RECREATE, UNREACHED, LogCause, thread

_of = partial(LogCause, check="log")
_NOTHING = "Docker Compose does not start any containers."

UID_BLANK = _of(
    "compose.uid",
    "UID and GID are not set in .env. This is harmless, but the container runs as root.",
    "Set UID and GID in .env to the output of id -u and id -g, and change the owner of the logs, images and uploads folders to match.",
    settings=("UID", "GID"),
    docs=thread(4234),
    lines=(
        'The "UID" variable is not set',
        'The "GID" variable is not set',
        "The UID variable is not set",
        "The GID variable is not set",
    ),
    weight=Status.PASS,
)
PORT_BLANK = _of(
    "compose.port-blank",
    "PORT is not set: .env is missing, or Docker Compose ran in another folder.",
    "Run the command in LibreChat's folder. If .env is missing, run: cp .env.example .env",
    consequence=_NOTHING,
    settings=("PORT",),
    docs=thread(4234),
    lines=(
        'The "PORT" variable is not set',
        "The PORT variable is not set",
        "no port specified: :<empty>",
        "invalid containerPort",
        "invalid hostPort",
    ),
)
ENV_MISSING = _of(
    "compose.file-missing",
    "A file that the compose files mount or read is missing, usually .env.",
    "Create the file mentioned in the log line. For .env, run: cp .env.example .env",
    consequence=_NOTHING,
    docs=thread(1272),
    lines=("bind source path does not exist", "env file*not found", "Couldn't find env file"),
    supersedes=("log.compose.port-blank",),
)
ENV_SYNTAX = _of(
    "compose.env-syntax",
    "Docker Compose cannot read a line in .env.",
    "Write NAME='value' on that line, with the value in single quotes; put a comment on its own line. Put a PEM key "
    "in a separate file.",
    consequence=_NOTHING,
    lines=(
        "in variable name",
        "unterminated quoted value",
        "key cannot contain a space",
    ),
)
INTERPOLATION = _of(
    "compose.interpolation",
    "Docker Compose reads a dollar sign in a value as the start of a variable.",
    "In a compose file, write $$ for $. In .env, put the value in single quotes.",
    consequence=_NOTHING,
    lines=("Invalid template:", "invalid interpolation format"),
)
COMPOSE_SYNTAX = _of(
    "compose.syntax",
    "Docker Compose cannot read the compose files.",
    "Fix the line mentioned in the error: indent with spaces, and use only keys that Compose supports. To check, run: docker compose config",
    consequence=_NOTHING,
    lines=(
        "yaml: line",
        "yaml: unmarshal errors",
        "validating*dditional propert",
        "mapping values are not allowed",
        "did not find expected key",
        "found character that cannot start any token",
    ),
    unless=("librechat.yaml", "YAMLException"),
)
COMPOSE_V1 = _of(
    "compose.v1",
    "The old docker-compose (version 1) does not work with this Docker engine.",
    "Use docker compose instead of docker-compose. If the Compose plugin is missing, install the package docker-compose-plugin or docker-compose-v2.",
    consequence=_NOTHING,
    docs=thread(2932),
    lines=("'ContainerConfig'", "Version in*is unsupported*docker-compose", "docker-compose*ContainerConfig"),
)
NAME_TAKEN = _of(
    "compose.name-taken",
    "A container with this name already exists: it belongs to a second LibreChat instance, or was created from another folder.",
    "Stop that LibreChat instance (cd ITS-FOLDER && docker compose down), or remove the container: docker rm -f NAME. Then run: "
    "docker compose up -d",
    consequence="The container is not created.",
    lines=("Conflict. The container name",),
)
PORT_TAKEN = _of(
    "compose.port-taken",
    "A port that a container needs is already in use by another program.",
    "Find the program with ss -ltnp (or docker ps) and stop it, or choose another port (for LibreChat, set PORT in .env; for 80, 443 and 3000, edit the compose file). Then run: docker compose up -d",
    consequence="The container is not started.",
    settings=("PORT",),
    lines=(
        "port is already allocated",
        "failed to bind host port",
        "bind: address already in use",
        "ports are not available",
        "Only one usage of each socket address",
    ),
)
PORT_DENIED = _of(
    "process.port-denied",
    "LibreChat has no permission to listen on a port below 1024.",
    "Set PORT=3080 in .env. To serve LibreChat on the low port, use a proxy, or publish the port with ports: 80:3080. Then run: "
    f"{RECREATE}",
    consequence="LibreChat does not start.",
    settings=("PORT",),
    lines=("listen EACCES",),
    supersedes=("log.files.folder", "log.process.crashed"),
)
IMAGE = _of(
    "compose.image",
    "Docker could not pull an image.",
    "Compare the image's name and version with those that LibreChat publishes, and check that this machine can reach the registry. Then run: docker compose pull",
    consequence="The container is not created.",
    lines=(
        "manifest unknown",
        "manifest for*not found",
        "pull access denied",
        "failed to resolve reference",
        "no matching manifest for",
        "toomanyrequests: You have reached your pull rate limit",
        "unable to get image",
        "/v2/*dial tcp: lookup*no such host",
    ),
)
DAEMON = _of(
    "compose.docker",
    "Docker is not running on this machine, or the command connects to the wrong Docker host.",
    "Start Docker: sudo systemctl start docker (for Docker Desktop, start the application). Then run the command "
    "again.",
    consequence=_NOTHING,
    lines=("Cannot connect to the Docker daemon", "error during connect", "Is the docker daemon running"),
)
DAEMON_DENIED = _of(
    "compose.docker-denied",
    "Your user account has no permission to use Docker.",
    "Run the command with sudo. Or add your account to the docker group (log out and back in afterward): sudo usermod -aG docker $USER",
    consequence=_NOTHING,
    lines=(
        "permission denied while trying to connect to the Docker daemon",
        "permission denied while trying to connect to the docker API",
    ),
    supersedes=("log.compose.docker",),
)
SECRET_MISSING = _of(
    "kubernetes.secret",
    "The Secret with LibreChat's credentials does not exist in this namespace.",
    "Create the Secret with 'kubectl create secret generic librechat-credentials-env'. It must contain CREDS_KEY, CREDS_IV, JWT_SECRET, "
    "JWT_REFRESH_SECRET and MEILI_MASTER_KEY. If LibreChat has run before, reuse the old values.",
    consequence="The pod does not start.",
    settings=("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY"),
    docs=thread(2352),
    lines=('secret "*" not found', "CreateContainerConfigError"),
)
SCRIPT_MISSING = _of(
    "accounts.script",
    "npm did not find the account script: the command was not run in LibreChat's folder or container.",
    "Run: docker compose exec api npm run create-user. With deploy-compose.yml, run: docker compose -f "
    "deploy-compose.yml exec api sh -c "
    "'cd .. && npm run create-user'",
    consequence="No account is created.",
    docs=thread(5822),
    lines=(
        'Missing script: "create-user"',
        "Missing script: create-user",
        "missing script: create-user",
        'Missing script: "reset-password"',
        'Missing script: "delete-user"',
        'Missing script: "list-users"',
        'Missing script: "invite-user"',
        'Missing script: "ban-user"',
        "Cannot find module '*/config/create-user",
        "Cannot find module '*/config/reset-password",
    ),
)
MEILI_KEY = _of(
    "search.key",
    "Meilisearch rejected LibreChat's key: the two services have different keys, or the index was created with an older key.",
    "Set the same MEILI_MASTER_KEY for both services in .env, then run: docker compose up -d --force-recreate meilisearch api",
    consequence="Conversation search is off; sign-in is not affected.",
    settings=("MEILI_MASTER_KEY",),
    docs=thread(5303),
    lines=(
        "The provided API key is invalid",
        "invalid_api_key",
        "The Authorization header is missing. It must use the bearer authorization method",
        "missing_authorization_header",
    ),
    weight=Status.WARN,
    unless=("openai", "OpenAI"),
)
MEILI_NO_KEY = _of(
    "search.no-key",
    "Meilisearch's master key is missing or shorter than 16 bytes.",
    "Set MEILI_MASTER_KEY in .env to the output of openssl rand -hex 16, then run: docker compose up -d --force-recreate meilisearch api",
    consequence="Conversation search is off, or open to everyone on the containers' network.",
    settings=("MEILI_MASTER_KEY",),
    docs=thread(4040),
    lines=("No master key was found", "master key must be at least 16 bytes", "The provided master key is too short"),
    weight=Status.WARN,
)
MEILI_VERSION = _of(
    "search.version",
    "Meilisearch's data folder was last used by a different Meilisearch version.",
    "Stop Meilisearch (docker compose stop meilisearch) and remove the meili_data_* folder; LibreChat rebuilds the "
    "index from the database. Then run: docker "
    "compose up -d meilisearch && docker compose restart api",
    consequence="Conversation search is off; sign-in is not affected.",
    lines=("is incompatible with your current engine version",),
    supersedes=("log.search.unreachable",),
    weight=Status.WARN,
)
MEILI_FOLDER = _of(
    "search.folder",
    "Meilisearch cannot write to its data folder.",
    "Run: sudo chown -R UID:GID meili_data_* (UID and GID as in .env, or 1000 if not set). Then run: docker compose "
    "up -d meilisearch",
    consequence="Conversation search is off; sign-in is not affected.",
    docs=thread(4731),
    lines=("Permission denied (os error 13)",),
    supersedes=("log.search.unreachable",),
    weight=Status.WARN,
)
MEILI_UNREACHABLE = _of(
    "search.unreachable",
    "LibreChat could not connect to Meilisearch.",
    "Check that Meilisearch is running (docker compose ps meilisearch), and check its log: docker compose logs --tail "
    "50 meilisearch. Set MEILI_HOST=http://meilisearch:7700. To turn search off, set SEARCH=false.",
    consequence="Conversation search is off; sign-in is not affected.",
    settings=("MEILI_HOST", "SEARCH"),
    lines=(
        "Meilisearch error, search will be disabled",
        "ECONNREFUSED*:7700#",
        "ENOTFOUND meilisearch",
        "MeiliSearchCommunicationError",
        "MeiliSearchRequestError",
        "Meilisearch not configured, search will be disabled",
    ),
    weight=Status.WARN,
    supersedes=("log.network.name", *UNREACHED),
)
RAG = _of(
    "rag.unreachable",
    "The RAG API does not respond to LibreChat.",
    "If you use file search, check rag_api: docker compose ps rag_api, and docker compose logs --tail 50 rag_api. "
    "Otherwise no action is needed.",
    consequence="Uploaded files cannot be searched; sign-in is not affected.",
    settings=("RAG_API_URL",),
    lines=("RAG API is either not running or not reachable",),
    weight=Status.PASS,
)
METRICS = _of(
    "process.metrics",
    "/metrics is disabled because METRICS_SECRET is not set. This is harmless.",
    "No action is needed, unless a monitoring system reads /metrics.",
    settings=("METRICS_SECRET",),
    lines=("METRICS_SECRET is not set",),
    weight=Status.PASS,
)
PANEL_SECRET = _of(
    "admin-panel.secret",
    "The admin panel's session secret is missing or shorter than 32 characters.",
    "Set ADMIN_PANEL_SESSION_SECRET in .env to the output of openssl rand -hex 32, then run: docker compose up -d --force-recreate admin-panel",
    consequence="The admin panel does not start.",
    settings=("ADMIN_PANEL_SESSION_SECRET",),
    docs=thread(49, "ClickHouse/librechat-admin-panel"),
    lines=(
        "SESSION_SECRET environment variable must be set",
        "SESSION_SECRET must be at least 32",
        "SESSION_SECRET must be",
    ),
    supersedes=("log.admin-panel.function",),
)
PANEL_FUNCTION = _of(
    "admin-panel.function",
    "The admin panel returns a server error.",
    "Find the first error in the output of docker compose logs admin-panel. The usual cause is a missing "
    "ADMIN_PANEL_SESSION_SECRET.",
    settings=("ADMIN_PANEL_SESSION_SECRET",),
    docs=thread(85, "ClickHouse/librechat-admin-panel"),
    lines=("Server function module export not resolved for serverFn ID",),
    certain=False,
)
