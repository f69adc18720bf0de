"""Findings: files of the folder."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="files")
_of_compose = partial(_of, twin="compose")
COMPOSE_OK = FindingEntry(
    "ok", "The compose files define LibreChat and agree with each other and with .env.", check="compose"
)
OK = _of("ok", "All programs read these files the same way.")
DOCKER_ELSEWHERE = _of(
    "docker-elsewhere",
    "Docker commands run on another machine.",
    "Run the wizard on the machine with the Docker engine, or unset DOCKER_HOST and DOCKER_CONTEXT ('docker context use default').",
    consequence="Results about published ports, mounted files and their owners apply to this machine.",
)
COMPOSE_REFUSED = _of_compose(
    "compose.refused",
    "Docker Compose refuses the compose files:",
    "Fix what Docker Compose reports. The wizard changes only what the review shows.",
    consequence="no container starts.",
)
COMPOSE_NOT_FOLLOWED = _of_compose(
    "compose.not-followed",
    "A part of the compose files could not be read:",
    "Put those settings directly into the compose file. Until then the wizard writes nothing.",
    consequence="it is unknown which settings LibreChat gets.",
)
SHELL_WINS = _of(
    "shell.wins",
    "A variable of this shell overrides .env:",
    "Write the same value in .env. Or remove it from the shell: unset NAME (never CREDS_KEY or CREDS_IV).",
    consequence="running 'docker compose' in this shell uses a different value than .env.",
)
ENV_COMPOSE_REFUSES = _of(
    "env.compose-refuses",
    "Docker Compose cannot read a line of .env.",
    "Put the value in single quotes, or make the line a comment.",
    consequence="No container starts.",
)
ENV_READS_DIFFERENTLY = _of(
    "env.reads-differently",
    "LibreChat and Docker Compose read a line of .env differently.",
    "Put the value in single quotes; put a comment on its own line.",
    consequence="They use different values.",
)
ENV_SHORTENED = _of(
    "env.shortened",
    "Docker Compose reads a '$' in a value as a variable that is not set:",
    "Write the value in single quotes; in a compose file write $$ for each $.",
    consequence="LibreChat gets the value without it.",
)
ENV_MORE = _of("env.more", ".env has more such lines than are listed.")
ENV_TWICE = _of(
    "env.twice", ".env sets a variable more than once; only the last line counts.", "Keep one of the lines."
)
COMPOSE_OVERRIDES = _of_compose(
    "compose.overrides",
    "A variable is set in more than one place, and only one of them counts.",
    "Keep it in one place.",
)
CONFIG_MISSING = _of(
    "config.missing",
    "The compose files mount librechat.yaml, but the file does not exist:",
    "Create the file, or remove the mount.",
    consequence="Docker refuses to start, or creates a directory in its place.",
)
CONFIG_DIRECTORY = _of(
    "config.directory",
    "librechat.yaml is a directory: Docker made it because the file was missing.",
    "Remove it (rmdir librechat.yaml), then create the file.",
)
CONFIG_INVALID = _of(
    "config.invalid",
    "librechat.yaml is not valid YAML:",
    "Fix the file; LibreChat's log names the line.",
    consequence="LibreChat starts without any of its settings, including allowedDomains and socialLogins.",
)
CONFIG_NOT_MOUNTED = _of(
    "config.not-mounted",
    "librechat.yaml exists here, but no compose file mounts it:",
    "Mount ./librechat.yaml to /app/librechat.yaml in the override.",
    consequence="none of its settings take effect.",
)
CONFIG_OTHER = _of(
    "config.other",
    "LibreChat reads a different librechat.yaml, not the one in this folder.",
    "Mount ./librechat.yaml there, or make the file.",
)
CONFIG_UNREADABLE = _of(
    "config.unreadable",
    "LibreChat's container runs as an account that cannot read librechat.yaml:",
    "chmod 644 librechat.yaml",
    consequence="LibreChat starts without any of its settings, including allowedDomains and socialLogins.",
    settings=("UID", "GID"),
)
CONFIG_REMOTE = _of(
    "config.remote",
    "LibreChat reads its librechat.yaml from another server; the wizard did not read it:",
    "Look there for registration.socialLogins and registration.allowedDomains.",
    consequence="findings about providers and domains may be wrong.",
    settings=("CONFIG_PATH",),
)
CONFIG_IN_IMAGE = _of(
    "config.in-image",
    "The image that is built here contains its own librechat.yaml; the wizard did not read it:",
    "Look there for registration.socialLogins and registration.allowedDomains.",
    consequence="findings about providers and domains may be wrong.",
)
CONFIG_WRONG_TARGET = _of(
    "config.wrong-target",
    "A librechat.yaml is mounted at a path that LibreChat never reads.",
    "Mount it at /app/librechat.yaml, or set CONFIG_PATH to its path.",
)
LINK = _of(
    "link",
    "A file in the folder is a symbolic link to a file outside the folder. The wizard reads and writes that file.",
    "If this is intended, nothing has to be done. Otherwise replace the link with the file itself.",
)
ENV_MISSING = _of(
    "env.missing",
    "There is no .env:",
    "cp .env.example .env, or let the wizard create it.",
    consequence="Docker Compose does not start without it.",
)
ENV_UNREADABLE = _of(
    "env.unreadable",
    "LibreChat's container runs as an account that cannot read .env:",
    "sudo chown -h UID:GID .env",
    consequence="LibreChat starts without any of these settings and reports no error.",
    settings=("UID", "GID"),
)
ENV_OPEN = _of(
    "env.open", ".env contains secrets, and other users on this machine can read or write it.", "chmod 600 .env"
)
COMPOSE_REPLICAS = _of_compose(
    "compose.replicas",
    "Several services run the same LibreChat: the findings about the first apply to all.",
)
COMPOSE_NO_API = _of_compose(
    "compose.no-api",
    "No service of the compose files could be identified as LibreChat: its settings were not checked.",
    "Name it in the answers file (librechat: {service: NAME}), or call it api as in LibreChat's own docker-compose.yml.",
)
ENV_NOT_MOUNTED = _of(
    "env.not-mounted",
    ".env does not reach LibreChat: neither a volume (./.env to /app/.env) nor env_file passes it to the container.",
    "In the service api: volumes: [{type: bind, source: ./.env, target: /app/.env}].",
)
ENV_OTHER = _of(
    "env.other",
    "LibreChat does not read .env: the compose files mount a different file at /app/.env.",
    "Mount ./.env at /app/.env, or move the settings to the mounted file.",
)
COMPOSE_NOT_LISTED = _of_compose(
    "compose.not-listed",
    "COMPOSE_FILE in .env does not list a file:",
    "Add the file to COMPOSE_FILE, or remove the line.",
    consequence="Docker Compose does not read it, and nothing in it has an effect.",
)
COMPOSE_SECOND_OVERRIDE = _of_compose(
    "compose.second-override",
    "There are two override files; Docker Compose reads only one of them.",
    "Merge them into one file.",
)

ENV_LINE = FindingFamily(
    _of(
        "env.{}",
        "A line of .env is read only by Docker Compose, or not at all.",
        "Write NAME=value, or make it a comment.",
    ),
    ("only-compose", "ignored"),
)
MOUNTS = FindingFamily(
    _of(
        "mounts.{}",
        "{} names a file inside LibreChat's container, but no volume mounts it.",
        "Mount the file in the override: services.api.volumes, read-only.",
        consequence="LibreChat runs without the file, or stops at startup.",
    )
)
