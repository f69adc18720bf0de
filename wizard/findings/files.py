"""Files of the folder."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="files")
_of_compose = partial(_of, twin="compose")
COMPOSE_OK = FindingEntry(
    "ok", "Docker Compose's files name LibreChat and contradict neither themselves nor .env.", check="compose"
)
OK = _of("ok", "Every reader of the files reads the same.")
DOCKER_ELSEWHERE = _of(
    "docker-elsewhere",
    "Docker commands go to another machine.",
    "Run the wizard on the machine with the Docker engine, or unset DOCKER_HOST and DOCKER_CONTEXT ('docker context use default').",
    consequence="What the checks say of published ports, mounted files and their owners is about this machine.",
)
COMPOSE_REFUSED = _of_compose(
    "compose.refused",
    "Docker Compose refuses the compose files:",
    "Fix what it names; the wizard adds only what the review shows.",
    consequence="no container would start.",
)
COMPOSE_NOT_FOLLOWED = _of_compose(
    "compose.not-followed",
    "A part of the compose files cannot be followed:",
    "Write out in the compose file what it takes from there; until then nothing is written.",
    consequence="what LibreChat gets cannot be told.",
)
SHELL_WINS = _of(
    "shell.wins",
    "A variable of this shell wins over .env:",
    "Write the same value in .env. Or take it out of the shell: unset NAME (never CREDS_KEY or CREDS_IV).",
    consequence="'docker compose' that is run here fills in another value than .env has.",
)
ENV_COMPOSE_REFUSES = _of(
    "env.compose-refuses",
    "A line of .env stops Docker Compose.",
    "Put the value in single quotes, or make the line a comment.",
    consequence="No container starts.",
)
ENV_READS_DIFFERENTLY = _of(
    "env.reads-differently",
    "Readers of .env disagree about a line.",
    "Put the value in single quotes; a comment goes on a line of its own.",
    consequence="LibreChat and Docker Compose work with different values.",
)
ENV_SHORTENED = _of(
    "env.shortened",
    "Docker Compose takes a '$' in a value for a variable that is set nowhere:",
    "Write the value in single quotes; in a compose file write $$ for each $.",
    consequence="LibreChat gets the value without it.",
)
ENV_MORE = _of("env.more", ".env has more such lines than are listed.")
ENV_TWICE = _of("env.twice", ".env sets a name more than once; only the last line counts.", "Keep one of them.")
COMPOSE_OVERRIDES = _of_compose(
    "compose.overrides",
    "A variable is set in more than one place, and only one of them counts.",
    "Keep it in one place.",
)
CONFIG_MISSING = _of(
    "config.missing",
    "The compose files mount librechat.yaml, but there is none:",
    "Make the file, or take the mount out.",
    consequence="Docker refuses to start or makes a directory.",
)
CONFIG_DIRECTORY = _of(
    "config.directory",
    "librechat.yaml is a directory: Docker made it because the file was missing.",
    "rmdir librechat.yaml, then make the file.",
)
CONFIG_INVALID = _of(
    "config.invalid",
    "librechat.yaml is not valid YAML:",
    "Fix the file; LibreChat's log names the line.",
    consequence="LibreChat starts without anything in it, allowedDomains and socialLogins included.",
)
CONFIG_NOT_MOUNTED = _of(
    "config.not-mounted",
    "librechat.yaml stands here, but no compose file mounts it:",
    "Mount ./librechat.yaml to /app/librechat.yaml in the override.",
    consequence="nothing in it takes effect.",
)
CONFIG_OTHER = _of(
    "config.other",
    "LibreChat reads another librechat.yaml than the one in this folder.",
    "Mount ./librechat.yaml there, or make the file.",
)
CONFIG_UNREADABLE = _of(
    "config.unreadable",
    "LibreChat's container runs as an account that cannot read librechat.yaml:",
    "chmod 644 librechat.yaml",
    consequence="it starts without anything in it, allowedDomains and socialLogins included.",
    settings=("UID", "GID"),
)
CONFIG_REMOTE = _of(
    "config.remote",
    "LibreChat reads its librechat.yaml from another server, where it was not read:",
    "Look there for registration.socialLogins and registration.allowedDomains.",
    consequence="what is said here of providers and domains may be wrong.",
    settings=("CONFIG_PATH",),
)
CONFIG_IN_IMAGE = _of(
    "config.in-image",
    "The image that is built here brings a librechat.yaml of its own, which was not read:",
    "Look there for registration.socialLogins and registration.allowedDomains.",
    consequence="what is said here of providers and domains may be wrong.",
)
CONFIG_WRONG_TARGET = _of(
    "config.wrong-target",
    "A librechat.yaml is mounted where LibreChat never reads it.",
    "Mount it at /app/librechat.yaml, or name its place in CONFIG_PATH.",
)
LINK = _of(
    "link",
    "A file of the folder is a link to one outside of it: that file is read and written.",
    "Nothing, where that is meant; else put the file itself there.",
)
ENV_MISSING = _of(
    "env.missing",
    "There is no .env:",
    "cp .env.example .env, or let the wizard make it.",
    consequence="Docker Compose does not start without it.",
)
ENV_UNREADABLE = _of(
    "env.unreadable",
    "LibreChat's container runs as an account that cannot read .env:",
    "sudo chown -h UID:GID .env",
    consequence="it then starts without a single setting and does not say so.",
    settings=("UID", "GID"),
)
ENV_OPEN = _of("env.open", ".env holds secrets and others on this machine can read or write it.", "chmod 600 .env")
COMPOSE_REPLICAS = _of_compose(
    "compose.replicas",
    "Several services are the same LibreChat: what is said of the first holds for all.",
)
COMPOSE_NO_API = _of_compose(
    "compose.no-api",
    "No service of the compose files can be told to be LibreChat: its settings are not judged.",
    "Name it in the answers file (librechat: {service: NAME}), or call it api as in LibreChat's own docker-compose.yml.",
)
ENV_NOT_MOUNTED = _of(
    "env.not-mounted",
    ".env does not reach LibreChat: neither a volume (./.env to /app/.env) nor env_file brings it into the container.",
    "In the service api: volumes: [{type: bind, source: ./.env, target: /app/.env}].",
)
ENV_OTHER = _of(
    "env.other",
    "LibreChat reads another file than .env, which the compose files mount at /app/.env.",
    "Mount ./.env there, or move the settings to it.",
)
COMPOSE_NOT_LISTED = _of_compose(
    "compose.not-listed",
    "COMPOSE_FILE in .env does not list a file:",
    "List it, or remove the line.",
    consequence="Docker Compose does not read it, and nothing in it has an effect.",
)
COMPOSE_SECOND_OVERRIDE = _of_compose(
    "compose.second-override",
    "There are two override files; Docker Compose reads only one of them.",
    "Put everything into one of them.",
)

ENV_LINE = FindingFamily(
    _of(
        "env.{}",
        "A line of .env is read by Docker Compose alone, or by nobody.",
        "Write NAME=value, or make it a comment.",
    ),
    ("only-compose", "ignored"),
)
MOUNTS = FindingFamily(
    _of(
        "mounts.{}",
        "{} names a file inside LibreChat's container, but no volume brings it there.",
        "Mount the file in the override: services.api.volumes, read-only.",
        consequence="LibreChat works without it, or stops at start.",
    )
)
