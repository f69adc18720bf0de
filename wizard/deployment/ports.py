"""The ports of this machine that lead directly to LibreChat, as the compose files publish them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.deployment.model import Deployment
from wizard.dotenv.compose import interpolate
from wizard.librechat.site import Site

DEFAULT_PORT: Final = 3080
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PARTS: Final = late_pattern(r"(?:(?P<host>\[[^\]]*\]|[^:]*):)?(?P<outer>[0-9]{1,5}):(?P<inner>[0-9]{1,5})(?:/tcp)?\Z")


class Published(NamedTuple):
    """One published port."""

    port: int
    target: int
    """The port in the container."""
    host: str = ""
    """The address of this machine that it is bound to; empty: every address."""
    is_local: bool = False
    """Only this machine itself reaches it."""


def own_port(deployment: Deployment) -> int:
    """Return the port that LibreChat listens at, inside of its container (PORT; api/server/index.js:49, v0.8.7)."""
    return _number(deployment.settings.get("PORT", "").strip()) or DEFAULT_PORT


def bound(deployment: Deployment) -> tuple[Published, ...]:
    """Return the ports that the compose files publish for LibreChat's service (``ports``: Compose specification)."""
    entries = deployment.librechat.get("ports")
    return tuple(_read(entries if isinstance(entries, list) else [], deployment.variables))


def published(deployment: Deployment) -> tuple[Published, ...]:
    """Return the ports that people could come to; PORT where the compose files name none.

    That one counts as local then: a service that publishes nothing is meant to be reached by containers only.
    """
    own = own_port(deployment)
    if not deployment.librechat:
        return (Published(port=own, target=own),)
    return bound(deployment) or (Published(port=own, target=own, is_local=True),)


def is_direct(deployment: Deployment, site: Site) -> bool:
    """Whether people connect directly to LibreChat, which has no TLS itself, at a port that it publishes."""
    return site.scheme == "http" and any(site.port == each.port for each in published(deployment))


def is_published_by_another(deployment: Deployment, port: int) -> bool:
    """Whether another service of the folder than LibreChat's publishes a port: a proxy in a container."""
    services = deployment.compose.get("services") or {}
    others = [service for name, service in services.items() if name != deployment.service]
    listed = [service.get("ports") for service in others if isinstance(service, Mapping)]
    return any(
        each.port == port for ports in listed if isinstance(ports, list) for each in _read(ports, deployment.variables)
    )


def _read(entries: list[Any], values: Mapping[str, str]) -> Iterator[Published]:
    for entry in entries:
        if isinstance(entry, Mapping):
            parts = {
                name: interpolate(str(entry.get(name) or ""), values) for name in ("host_ip", "published", "target")
            }
            host, outer, inner = parts["host_ip"], parts["published"], parts["target"]
        elif match := _PARTS.match(interpolate(str(entry), values)):
            host, outer, inner = match["host"] or "", match["outer"], match["inner"]
        else:
            continue
        host = host.strip("[]")
        if (port := _number(outer)) and (target := _number(inner) or port):
            yield Published(host=host, port=port, target=target, is_local=host in _LOOPBACK)


def _number(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0
    return number if number < 1 << 16 else 0
