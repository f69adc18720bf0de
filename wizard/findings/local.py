"""Findings: LibreChat without Docker (a clone or archive run by npm, systemd or pm2)."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
RUNNER = _of("local.runner", "LibreChat runs here without Docker.")
NO_RUNNER = _of(
    "local.no-runner",
    "It is unknown how LibreChat is started here: no systemd unit and no saved pm2 process runs in this folder.",
    "If you start it by hand with npm run backend, nothing has to be done. NODE_ENV is then production.",
    harmless=True,
)
ROOT = _of(
    "local.root",
    "LibreChat runs as root.",
    "Create an account for it (useradd --system librechat), give it the folder (chown -R), and add User=librechat to [Service] in the unit.",
    consequence="a vulnerability in LibreChat or one of its packages exposes the whole machine.",
)
OPEN = _of(
    "local.env-open",
    ".env contains secrets, and other users on this machine can read or write it.",
    "chmod 600 .env (its owner has to be the account that runs LibreChat)",
    consequence="anyone who reads it can sign in as anybody.",
)
UPDATE = _of(
    "local.update",
    "The script that installed this deletes files at the next update: it saves .env and empties the folder.",
    "Before each update, copy the other files out of the folder, and back afterwards. Or keep them elsewhere (CONFIG_PATH for librechat.yaml).",
    consequence="configuration, uploads and generated keys are lost, and without the keys stored API keys are unreadable.",
)
DEVELOPMENT = _of(
    "local.env-development",
    "The folder contains .env.development, which no current release of LibreChat loads.",
    "Move its settings to .env. For npm run frontend:dev, set DOMAIN_CLIENT=http://localhost:3090 there during development.",
    consequence="nothing in it has an effect.",
)
ENVIRONMENT_FILE = _of(
    "local.environment-file",
    "systemd reads .env by different rules than LibreChat, and its values win.",
    "Remove EnvironmentFile= from the unit (LibreChat reads .env itself), or write such values in single quotes.",
    consequence="LibreChat uses a different value than the line shows.",
)
LISTENS = _of(
    "local.host",
    "LibreChat listens only on this machine: HOST is not set, and DOMAIN_SERVER contains LibreChat's own port.",
    "Set HOST=0.0.0.0 to let other machines connect, or put a proxy in front of it on this machine and remove the port from DOMAIN_SERVER.",
    consequence="no other machine can reach it.",
    settings=("HOST", "DOMAIN_SERVER"),
)
