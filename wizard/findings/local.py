"""Findings: LibreChat without Docker (a clone or archive run by npm, systemd or pm2)."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
RUNNER = _of("local.runner", "LibreChat runs here without Docker.")
NO_RUNNER = _of(
    "local.no-runner",
    "How LibreChat is started here is not known: no systemd unit and no saved pm2 process runs in this folder.",
    "Nothing, if it is started by hand with npm run backend; NODE_ENV is then production.",
    harmless=True,
)
ROOT = _of(
    "local.root",
    "LibreChat runs as root.",
    "Make an account for it (useradd --system librechat), give it the folder (chown -R), and add User=librechat to the unit's [Service].",
    consequence="a fault in LibreChat or in one of its packages gives away the whole machine.",
)
OPEN = _of(
    "local.env-open",
    ".env contains secrets and others on this machine can read or write it.",
    "chmod 600 .env (its owner has to be the account that runs LibreChat)",
    consequence="anyone who reads it can sign in as anybody.",
)
UPDATE = _of(
    "local.update",
    "The next update of the script that installed this deletes files: it saves .env and empties the folder.",
    "Copy them out of the folder before each update, and back afterwards; or keep them elsewhere (CONFIG_PATH for librechat.yaml).",
    consequence="configuration, uploads and generated keys are gone; without the keys stored API keys are unreadable.",
)
DEVELOPMENT = _of(
    "local.env-development",
    ".env.development is here, and no release of LibreChat loads it today.",
    "Put what it sets into .env. For npm run frontend:dev: DOMAIN_CLIENT=http://localhost:3090 there while you develop.",
    consequence="nothing in it has an effect.",
)
ENVIRONMENT_FILE = _of(
    "local.environment-file",
    "systemd reads .env by other rules than LibreChat, and what systemd reads wins.",
    "Remove EnvironmentFile= from the unit (LibreChat reads .env itself), or write such values in single quotes.",
    consequence="LibreChat uses a different value than the line shows.",
)
LISTENS = _of(
    "local.host",
    "LibreChat listens on this machine alone: HOST is not set, and DOMAIN_SERVER names its own port.",
    "Set HOST=0.0.0.0 to let other machines in, or put a proxy on this machine before it and leave the port out of DOMAIN_SERVER.",
    consequence="nobody else reaches it.",
    settings=("HOST", "DOMAIN_SERVER"),
)
