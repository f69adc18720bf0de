"""Whether a folder's LibreChat may have stored data: from its bind mounts, and from the location of its database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from wizard.basics.filesystem import is_folder
from wizard.basics.patterns import late_pattern

_DATABASE: Final = frozenset({"/data/db", "/bitnami/mongodb"})
"""Where the images ``mongo`` and ``bitnami/mongodb`` keep their data (their Dockerfiles, VOLUME)."""
_FILES: Final = frozenset({"/app/uploads", "/app/logs", "/app/api/logs", "/app/client/public/images"})
"""Where LibreChat keeps files (the ``volumes`` of docker-compose.yml and deploy-compose.yml, v0.8.7)."""
_HOSTS: Final = late_pattern(r"mongodb(?P<srv>\+srv)?://(?:[^/@]*@)?(?P<hosts>[^/?]*)", re.IGNORECASE)
"""The hosts of a connection string (mongodb.com/docs/manual/reference/connection-string)."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_KEEPERS: Final = frozenset({".gitkeep", ".gitignore"})
"""Files that keep an empty folder in a repository."""


def holds_something(path: Path) -> bool:
    """Return whether a file is there, or a folder with something in it."""
    try:
        return path.is_file() or (path.is_dir() and any(item.name not in _KEEPERS for item in path.iterdir()))
    except PermissionError:
        # A database folder that only its container may enter: it has run.
        return True
    except OSError:
        # It vanished while it was looked at.
        return False


def left_by_containers(folder: Path, services: Mapping[str, Any]) -> bool:
    """Return whether a folder of this machine that the containers keep their data in has something in it."""
    sources = [source for service in services.values() for source in _sources(service, _DATABASE | _FILES)]
    return any(source and is_folder(folder / source) and holds_something(folder / source) for source in sources)


def has_hidden_database(services: Mapping[str, Any], service: str, address: str) -> bool:
    """Return whether LibreChat's database cannot be inspected from here: a Docker volume, or another server.

    ``services`` is the merged model, ``address`` LibreChat's MONGO_URI. LibreChat does not start without one.
    """
    match = _HOSTS.match(address.strip())
    if match is None:
        return False
    hosts = [re.sub(r":\d+\Z", "", host) for host in match["hosts"].lower().split(",")]
    if not (services.get(service) or {}).get("network_mode"):
        # In a network of its own, a container finds nothing but itself there.
        hosts = [host for host in hosts if host not in _LOOPBACK]
    names = {alias: name for name, definition in services.items() for alias in _names(name, definition)}
    return any(
        match["srv"] or host not in names or not any(_sources(services[names[host]] or {}, _DATABASE)) for host in hosts
    )


def _sources(service: Mapping[str, Any] | None, targets: frozenset[str]) -> Iterator[str]:
    """Yield the paths of this machine that a service has at one of these targets."""
    for volume in (service or {}).get("volumes") or ():
        if not isinstance(volume, Mapping) or volume.get("type", "bind") != "bind":
            continue
        if str(volume.get("target")).rstrip("/") in targets:
            yield str(volume.get("source") or "")


def _names(name: str, service: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the names under which other containers find a service."""
    service = service or {}
    yield name.lower()
    yield from (str(service[key]).lower() for key in ("container_name", "hostname") if service.get(key))
    networks = service.get("networks")
    for network in networks.values() if isinstance(networks, Mapping) else ():
        if isinstance(network, Mapping):
            yield from (str(alias).lower() for alias in network.get("aliases") or ())
