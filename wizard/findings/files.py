"""Findings: files of the folder."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="files")
_of_compose = partial(_of, counterpart="compose")
COMPOSE_OK = FindingEntry(
    "ok", "The compose files define LibreChat, and they are consistent with each other and with .env.", check="compose"
)
OK = _of("ok", "All programs read the same values from .env.")
DOCKER_ELSEWHERE = _of(
    "docker-elsewhere",
    "Docker commands run on another machine.",
    "Run the wizard on the machine with the Docker engine. Or unset DOCKER_HOST and DOCKER_CONTEXT, and run: docker context use default",
    consequence="The findings about published ports, mounted files and their owners apply to this machine, not to the one with the Docker engine.",
)
COMPOSE_REFUSED = _of_compose(
    "compose.refused",
    "Docker Compose rejects the compose files:",
    "Fix the lines that Docker Compose reports. The wizard adds only the lines shown in the review.",
    consequence="no container would start.",
)
COMPOSE_NOT_FOLLOWED = _of_compose(
    "compose.not-followed",
    "Some of the compose files could not be read:",
    "Put the settings from those files directly into the compose file. Until then, the wizard writes nothing.",
    consequence="it is unknown which settings LibreChat receives.",
)
SHELL_WINS = _of(
    "shell.wins",
    "A variable in this shell overrides .env:",
    "Set the same value in .env, or remove the variable from the shell: unset NAME (but do not unset CREDS_KEY or CREDS_IV).",
    consequence="Docker Compose commands in this shell use a different value than the one in .env.",
)
ENV_COMPOSE_REFUSES = _of_compose(
    "env.compose-refuses",
    "Docker Compose cannot read a line in .env.",
    "Put the value in single quotes, or comment out the line. If the fault is in the name, write the line as NAME=value.",
    consequence="No container starts.",
)
ENV_READS_DIFFERENTLY = _of(
    "env.reads-differently",
    "The programs that read .env interpret the value of a line differently.",
    "Put the value in single quotes, and put any comment on a line of its own.",
    consequence="They use different values.",
)
ENV_SHORTENED = _of(
    "env.shortened",
    "Docker Compose reads a '$' in a value as the start of a variable that is not set:",
    "Put the value in single quotes. In a compose file, write $$ for each $.",
    consequence="the '$' and the name after it do not reach LibreChat.",
)
ENV_MORE = _of("env.more", ".env contains more lines like these than are listed here.")
ENV_TWICE = _of("env.twice", ".env sets a variable more than once; only the last line is used.", "Keep only one line.")
COMPOSE_OVERRIDES = _of_compose(
    "compose.overrides",
    "A variable is set in more than one place, and LibreChat uses only one value.",
    "Keep only one entry.",
)
CONFIG_MISSING = _of(
    "config.missing",
    "The compose files mount librechat.yaml, but the file does not exist:",
    "Create the file, or remove the mount.",
    consequence="Docker does not start the container, or creates a directory at that path.",
)
CONFIG_DIRECTORY = _of(
    "config.directory",
    "librechat.yaml is a directory: Docker created it because the file was missing.",
    "Remove the directory (rmdir librechat.yaml), then create the file.",
)
CONFIG_INVALID = _of(
    "config.invalid",
    "librechat.yaml is not valid YAML:",
    "Fix the file; LibreChat's log shows the line.",
    consequence="LibreChat starts without any of the file's settings, including allowedDomains and socialLogins.",
)
CONFIG_NOT_MOUNTED = _of(
    "config.not-mounted",
    "librechat.yaml exists in this folder, but no compose file mounts it:",
    "Mount ./librechat.yaml at /app/librechat.yaml in docker-compose.override.yml.",
    consequence="none of its settings take effect.",
)
CONFIG_OTHER = _of(
    "config.other",
    "LibreChat reads a different librechat.yaml, not the one in this folder.",
    "Mount ./librechat.yaml instead, or create the file that LibreChat reads.",
)
CONFIG_UNREADABLE = _of(
    "config.unreadable",
    "LibreChat's container runs as a user that cannot read librechat.yaml:",
    "Run: chmod 644 librechat.yaml",
    consequence="LibreChat starts without any of the file's settings, including allowedDomains and socialLogins.",
    settings=("UID", "GID"),
)
CONFIG_REMOTE = _of(
    "config.remote",
    "LibreChat reads librechat.yaml from another server, and the wizard did not read it:",
    "Check registration.socialLogins and registration.allowedDomains in that file.",
    consequence="findings about providers and domains may be wrong.",
    settings=("CONFIG_PATH",),
)
CONFIG_IN_IMAGE = _of(
    "config.in-image",
    "The image built from this folder contains its own librechat.yaml, which the wizard did not read:",
    "Check registration.socialLogins and registration.allowedDomains in that file.",
    consequence="findings about providers and domains may be wrong.",
)
CONFIG_WRONG_TARGET = _of(
    "config.wrong-target",
    "A librechat.yaml is mounted at a path that LibreChat does not read.",
    "Mount the file at /app/librechat.yaml, or set CONFIG_PATH to its path in the container.",
)
LINK = _of(
    "link",
    "A file in LibreChat's folder is a symbolic link to a file outside the folder. The wizard reads and writes the target.",
    "If this is not intended, replace the link with the file itself.",
)
ENV_MISSING = _of_compose(
    "env.missing",
    "LibreChat's folder has no .env file:",
    "Let the wizard create the file, or run: cp .env.example .env",
    consequence="Docker Compose does not start LibreChat without a .env file.",
)
ENV_UNREADABLE = _of(
    "env.unreadable",
    "LibreChat's container runs as a user that cannot read .env:",
    "Run: sudo chown -h UID:GID .env",
    consequence="LibreChat starts without the settings in .env and reports no error.",
    settings=("UID", "GID"),
)
ENV_OPEN = _of(
    "env.open", ".env contains secrets, but other users on this machine can read or write it.", "Run: chmod 600 .env"
)
COMPOSE_REPLICAS = _of_compose(
    "compose.replicas",
    "Several services run the same LibreChat setup. The findings about the first service apply to all of them.",
)
COMPOSE_NO_API = _of_compose(
    "compose.no-api",
    "No service in the compose files could be identified as LibreChat, so LibreChat's settings were not checked.",
    "Specify the service in the answers file (librechat: {service: NAME}), or name it api, as in LibreChat's own "
    "docker-compose.yml.",
)
ENV_NOT_MOUNTED = _of(
    "env.not-mounted",
    "LibreChat does not receive .env: the compose files neither mount it at /app/.env nor list it in env_file.",
    "Add to the api service: volumes: [{type: bind, source: ./.env, target: /app/.env}]",
)
ENV_OTHER = _of(
    "env.other",
    "LibreChat does not read .env: the compose files mount a different file at /app/.env.",
    "Mount ./.env at /app/.env, or move the settings to the file mounted there.",
)
COMPOSE_NOT_LISTED = _of_compose(
    "compose.not-listed",
    "COMPOSE_FILE in .env omits one of the compose files:",
    "Add the file to COMPOSE_FILE, or remove COMPOSE_FILE.",
    consequence="Docker Compose does not read that file, and its settings have no effect.",
)
COMPOSE_SECOND_OVERRIDE = _of_compose(
    "compose.second-override",
    "The folder has two override files; Docker Compose reads only one of them.",
    "Merge them into one file.",
)

ENV_LINE = FindingFamily(
    _of(
        "env.{}",
        "A line in .env is read only by Docker Compose, or is not read at all.",
        "Write the line as NAME=value, or comment it out.",
    ),
    ("only-compose", "ignored"),
)
MOUNTS = FindingFamily(
    _of(
        "mounts.{}",
        "{} points to a file inside LibreChat's container, but no volume is mounted there.",
        "Mount the file read-only in docker-compose.override.yml, under services.api.volumes.",
        consequence="LibreChat runs without the file, or stops at startup.",
    )
)
