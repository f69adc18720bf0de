"""Findings: LibreChat without Docker (a clone or archive run by npm, systemd or pm2)."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
RUNNER = _of("local.runner", "LibreChat runs without Docker here.")
NO_RUNNER = _of(
    "local.no-runner",
    "Could not determine how LibreChat is started: no systemd unit or saved pm2 process uses this folder.",
    "If you start LibreChat manually with npm run backend, no action is needed: that command sets NODE_ENV=production.",
    harmless=True,
)
ROOT = _of(
    "local.root",
    "LibreChat runs as root.",
    "Create a user (useradd --system librechat), make it the folder's owner (chown -R), and add User=librechat to "
    "[Service] in the unit.",
    consequence="a vulnerability in LibreChat or in one of its packages gives attackers control of the machine.",
)
OPEN = _of(
    "local.env-open",
    ".env contains secrets, but other users on this machine can read or write it.",
    "Make sure that the user that runs LibreChat owns .env. Then run: chmod 600 .env",
    consequence="anyone who can read .env can sign in as any user.",
)
UPDATE = _of(
    "local.update",
    "The install script's update function backs up .env, then deletes all files in this folder.",
    "Before each update, copy your files from this folder to another folder. After the update, copy them back. Or keep them outside the folder "
    "(for librechat.yaml, set CONFIG_PATH).",
    consequence="configuration, uploads and generated keys are lost. Without the keys, stored API keys are unreadable.",
)
DEVELOPMENT = _of(
    "local.env-development",
    "The folder contains .env.development, but no current LibreChat release reads it.",
    "Move the settings in .env.development to .env. For development with npm run frontend:dev, set DOMAIN_CLIENT=http://localhost:3090 in .env.",
    consequence="its settings have no effect.",
)
ENVIRONMENT_FILE = _of(
    "local.environment-file",
    "systemd parses .env differently from LibreChat, and systemd's values take precedence.",
    "Remove EnvironmentFile= from the unit (LibreChat reads .env itself), or put these values in single quotes.",
    consequence="LibreChat uses a different value than the one in .env.",
)
LISTENS = _of(
    "local.host",
    "LibreChat accepts connections only from this machine (HOST is not set), but DOMAIN_SERVER contains LibreChat's "
    "own port.",
    "To accept connections from other machines, set HOST=0.0.0.0. Or run a proxy on this machine and remove the port "
    "from DOMAIN_SERVER.",
    consequence="other machines cannot reach LibreChat.",
    settings=("HOST", "DOMAIN_SERVER"),
)
