"""Findings: faults of the compose files that Docker Compose accepts, or reports only at start."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files", counterpart="compose")
PORT_TWICE = _of(
    "stack.port-twice",
    "A port on this machine is published twice:",
    'Publish the port only once. To replace the inherited list of ports, use ports: !override ["127.0.0.1:PORT:PORT"] in docker-compose.override.yml.',
    consequence="Docker reports 'address already in use', and the container does not start.",
)
NETWORK_MODE = _of(
    "stack.network-mode",
    "A service that shares another container's network also has its own network settings:",
    "Move the settings to the service that owns the network. Remove them from this service, for example with ports: !reset []",
    consequence="Docker reports 'conflicting options', and the container does not start.",
)
HOST_NETWORK_PORTS = _of(
    "stack.host-network-ports",
    "A service on the host's network (network_mode: host) also sets ports:",
    "Remove either ports or network_mode.",
    consequence="Docker ignores the published ports, and every port that the service listens on is open.",
)
NO_DATABASE = _of(
    "stack.no-database",
    "LibreChat and its database share no network:",
    "Put both services on the same network.",
    consequence="LibreChat cannot connect to MongoDB and stops.",
    settings=("MONGO_URI",),
)
NO_COMPANION = _of(
    "stack.no-companion",
    "LibreChat and a service that it uses share no network:",
    "Put both services on the same network.",
    consequence="LibreChat cannot connect to that service.",
)
TRAEFIK_HOST = _of(
    "stack.traefik-host",
    "The host in Traefik's labels differs from DOMAIN_CLIENT:",
    "Use the same host name in both places.",
    consequence="users see '404 page not found' at the address in DOMAIN_CLIENT.",
    settings=("DOMAIN_CLIENT",),
)
PROXY_HOST = _of(
    "stack.proxy-host",
    "A proxy in this folder serves LibreChat under a different host name than DOMAIN_CLIENT:",
    "Use the same host name in both places.",
    consequence="users who open the address in DOMAIN_CLIENT cannot connect, or see a certificate warning.",
    settings=("DOMAIN_CLIENT",),
)
TRAEFIK_PORT = _of(
    "stack.traefik-port",
    "The port in Traefik's labels is not the one that LibreChat listens on:",
    "Set the label to LibreChat's port.",
    consequence="users see 'Bad Gateway'.",
    settings=("PORT",),
)
UNREAD_NAME = _of(
    "stack.unread-name",
    "Docker Compose does not read a file with this name:",
    "Rename it to docker-compose.override.yml.",
    consequence="its settings have no effect.",
)
OVERRIDE_LEFT_OUT = _of(
    "stack.override-left-out",
    "With -f deploy-compose.yml, 'docker compose' does not read docker-compose.override.yml:",
    "Specify both files: docker compose -f deploy-compose.yml -f docker-compose.override.yml up -d",
    consequence="the override takes effect only if the command also specifies it.",
)
USER = _of(
    "stack.user",
    "A container is configured to run as a user or group that Docker cannot find:",
    "Use the numbers that 'id -u' and 'id -g' print, for example UID=1000 and GID=1000.",
    consequence="the container does not start.",
    settings=("UID", "GID"),
)
DEV_SERVER = _of(
    "stack.dev-server",
    "The compose files start LibreChat with 'npm run backend:dev':",
    "Remove the command. For cookies over plain HTTP, use SESSION_COOKIE_SECURE=false (v0.8.6 and later).",
    consequence="npm downloads nodemon from the internet at each start, and LibreChat runs in development mode.",
)
