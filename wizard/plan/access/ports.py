"""The ports that LibreChat's compose files publish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.answers.model import Stack
from wizard.basics.problem import InvalidInput
from wizard.composefile.override import Override
from wizard.dotenv.compose import interpolate
from wizard.plan.access.admin import asked_admin
from wizard.plan.access.names import PART

if TYPE_CHECKING:
    from wizard.plan.access.model import Need
    from wizard.plan.access.work import Work

TAGS_SINCE: Final = "2.24.4"
"""First Docker Compose that knows ``!override`` (docs.docker.com/reference/compose-file/merge, "Replace value"). The
old docker-compose 1 stops at a tag that it does not know; others before this one would publish the port twice."""


def bind_to_loopback(work: Work) -> None:
    """Close LibreChat's own ports to the network: only the proxy is to be reached."""
    inputs = work.inputs
    port = f"127.0.0.1:{inputs.port}:{inputs.port}" if inputs.stack is Stack.DEPLOY else "127.0.0.1:${PORT}:${PORT}"
    work.needs.append(lambda override: override.with_ports("api", [port], part=PART))
    if inputs.has_admin_panel and inputs.stack is Stack.COMPOSE:
        panel = "127.0.0.1:${ADMIN_PANEL_PORT:-3000}:3000"
        work.needs.append(lambda override: override.with_ports("admin-panel", [panel], part=PART))
        if asked_admin(work) is None:
            work.notes.append(
                "The admin panel is reachable from this machine only: http://localhost:3000, from elsewhere through "
                "ssh -L 3000:localhost:3000. To serve it by the proxy give ADMIN_PANEL_URL a host name of its own "
                "(https)."
            )
    work.notes.append(
        f"LibreChat's own port is bound to loopback with the tag !override, which needs Docker Compose {TAGS_SINCE} or "
        "newer (docker compose version); older ones refuse the file or publish the port twice."
    )


def bind_everything(work: Work, address: str) -> None:
    """Publish what the compose file publishes, of every service, at this address of the loopback interface alone."""
    found = []
    for service, ports in _published(work.inputs.base_services):
        bound = [_at(address, port) for port in ports]
        work.needs.append(_bound(service, bound, work.inputs.values))
        outer = [(_outer(port, work.inputs.values), port) for port in bound]
        # What is no port may be anything, a password in an address too: then the file's own words.
        found.append(
            f"{service} {', '.join(seen if re.fullmatch(r'[0-9-]+(?:/[a-z]+)?', seen or '') else port for seen, port in outer)}"
        )
    if not found:
        return
    work.notes.append(
        f"Published on {address} only: {'; '.join(found)}. This is done with the tag !override, which needs Docker "
        f"Compose {TAGS_SINCE} or newer (docker compose version); older ones refuse the file or publish the ports "
        "twice. From another machine use a tunnel: "
        f"ssh -L {work.inputs.port}:localhost:{work.inputs.port} THIS-MACHINE"
    )


def applied(work: Work) -> Override | None:
    """Return the override as it will be; ``None`` after a fault: something of the operator's is in the way."""
    try:
        return work.plan().apply_override(Override.parse(work.inputs.override, work.inputs.override_name))
    except InvalidInput as conflict:
        work.problems += conflict.problems
        return None


def open_ports(override: Override, services: Iterable[str]) -> list[str]:
    """Return the ports that an override publishes for these services beyond the loopback interface."""
    found = []
    for service in services:
        ports = override.document.at(("services", service, "ports"))
        found += [_short(port) for port in ports if not _is_local(port)] if isinstance(ports, list) else []
    return found


def _published(services: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    for name, service in services.items():
        ports = service.get("ports") if isinstance(service, Mapping) else None
        texts = [_short(port) for port in ports] if isinstance(ports, list) else []
        if texts:
            yield name, texts


def _bound(service: str, ports: list[str], values: Mapping[str, str]) -> Need:
    def need(override: Override) -> Override:
        present = override.document.at(("services", service, "ports"))
        others = [_short(port) for port in present] if isinstance(present, list) else []
        taken = {_outer(port, values) for port in others if port not in ports}
        # Docker cannot bind a port to loopback that the operator's own entry binds to every address already.
        free = [port for port in ports if _outer(port, values) not in taken or not _outer(port, values)]
        return override.with_ports(service, free, part=PART) if free else override

    return need


def _short(port: object) -> str:
    """Return an entry of ``ports`` in Compose's short form: ``[IP:][PUBLISHED:]TARGET[/PROTOCOL]``."""
    if not isinstance(port, Mapping):
        return str(port)
    host, outer, protocol = (str(port.get(name) or "") for name in ("host_ip", "published", "protocol"))
    host = f"[{host}]" if ":" in host else host
    return f"{f'{host}:' if host else ''}{outer}{':' if outer or host else ''}{port.get('target')}" + (
        f"/{protocol}" if protocol not in ("", "tcp") else ""
    )


def _parts(port: str) -> list[str]:
    """Split at the colons that stand neither in ``${NAME:-3000}`` nor in ``[::1]``."""
    return re.split(r":(?![^{}]*\})(?![^\[\]]*\])", port)


def _at(address: str, port: str) -> str:
    *_, outer, target = ["", *_parts(port)]
    return f"{address}:{outer}:{target}"


def _outer(port: str, values: Mapping[str, str]) -> str:
    """Return the port of the host that an entry takes, with its protocol; empty where Docker chooses one."""
    *_, outer, target = ["", *_parts(interpolate(port, values))]
    protocol = target.partition("/")[2]
    return f"{outer}/{protocol}" if outer and protocol not in ("", "tcp") else outer


def _is_local(port: object) -> bool:
    return _short(port).startswith(("127.", "[::1]:"))
