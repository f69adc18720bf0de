"""How the operator's own proxy reaches LibreChat, and who else does, according to the current compose files."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wizard.answers.model import Stack
from wizard.basics.patterns import late_pattern
from wizard.librechat.hosts import is_loopback
from wizard.plan.access.exposure import written_ports
from wizard.plan.access.port_entry import PortEntry, read_port
from wizard.plan.proxy_files import Upstream
from wizard.yamlfile.document import YamlText

if TYPE_CHECKING:
    from wizard.plan.access.model import AccessInputs

_HTTPS: Final = "443"
_NGINX_CONF: Final = "/etc/nginx/conf.d/default.conf"
_NGINX_TLS: Final = late_pattern(r"^[^#\n]*\blisten\s[^;#]*\b(?:443|ssl)\b", re.MULTILINE)


class Reach(NamedTuple):
    """How LibreChat is reached."""

    upstream: Upstream
    networks: tuple[str, ...] = ()
    """The networks in which its name counts; empty: the default one of the folder."""
    proxy: str = ""
    """A service of the folder that serves HTTPS already."""
    opened: tuple[str, ...] = ()
    """What is published to other machines, in the words of the compose file, bound to loopback."""
    is_on_host: bool = False
    """Whether LibreChat listens at every address of this machine (``network_mode: host``)."""


def reach(inputs: "AccessInputs") -> Reach:
    """Return how LibreChat is reached in a folder."""
    services = inputs.base_services if inputs.services is None else inputs.services
    name = inputs.service
    mode = str((services.get(name) or {}).get("network_mode") or "")
    if mode == "host":
        is_open = not is_loopback(inputs.values.get("HOST", "").strip())
        return Reach(Upstream(f"127.0.0.1:{inputs.port}"), is_on_host=is_open, proxy=_own_proxy(inputs, services))
    if mode.startswith("service:"):
        # Its ports are those of the service whose network it shares.
        name = mode.partition(":")[2]
    service = services.get(name) or {}
    entries = list(_entries(inputs, service))
    proxy = _own_proxy(inputs, services)
    # From a network that is internal alone nobody outside of it comes.
    networks = inputs.networks or tuple(service.get("networks") or {})
    front = services.get(proxy) or {}
    shared = tuple(each for each in networks if each in (front.get("networks") or {}))
    is_joined = (
        bool(proxy)
        and not front.get("network_mode")
        and (bool(shared) or networks == tuple(front.get("networks") or {}))
    )
    own = _to_librechat(inputs, entries)
    upstream = Upstream(f"{name}:{inputs.port}", is_in_docker=True) if is_joined or own is None else Upstream(own)
    opened = tuple(dict.fromkeys(_closed(inputs, name, entry) for entry in entries if not entry.is_local))
    return Reach(upstream, shared or networks, proxy, opened)


def _entries(inputs: "AccessInputs", service: Mapping[str, Any]) -> Iterator[PortEntry]:
    ports = service.get("ports")
    for port in ports if isinstance(ports, list) else ():
        entry = read_port(port, inputs.in_compose)
        if entry is not None:
            yield entry


def _to_librechat(inputs: "AccessInputs", entries: list[PortEntry]) -> str | None:
    """Return the address of this machine that leads to LibreChat; ``None`` if no published port does."""
    targets = {str(inputs.port), *(("3080",) if inputs.stack is Stack.DEPLOY else ())}
    found = [entry for entry in entries if entry.published and (_is_filled(entry) or entry.words[1] in targets)]
    entry = next((entry for entry in found if entry.is_local), next(iter(found), None))
    if entry is None:
        return None
    host = entry.host
    if not host or ip_address(host).is_unspecified:
        host = "127.0.0.1"
    return f"{f'[{host}]' if ':' in host else host}:{entry.published.partition('-')[0]}"


def _is_filled(entry: PortEntry) -> bool:
    return "$" in entry.words[1]


def _closed(inputs: "AccessInputs", service: str, entry: PortEntry) -> str:
    """Return an entry bound to loopback, in the base file's own words where they are there."""
    document = YamlText.parse(inputs.base, inputs.base_name)
    written = (read_port(port.value, inputs.in_compose) for port in written_ports(document, service))
    same = (each for each in written if each is not None and each.published == entry.published)
    return next(same, entry).at("127.0.0.1")


def _own_proxy(inputs: "AccessInputs", services: Mapping[str, Any]) -> str:
    """Return the service that publishes port 443; LibreChat's nginx of the deploy stack counts once its file has TLS."""
    for name, service in services.items():
        if name == inputs.service or not isinstance(service, Mapping):
            continue
        if not any(_HTTPS in entry.published_ports for entry in _entries(inputs, service)):
            continue
        if inputs.stack is not Stack.DEPLOY or name != "client" or _has_tls(inputs, service):
            return str(name)
    return ""


def _has_tls(inputs: "AccessInputs", service: Mapping[str, Any]) -> bool:
    for volume in service.get("volumes") or ():
        if isinstance(volume, Mapping) and volume.get("target") == _NGINX_CONF:
            data = inputs.state(str(volume.get("source") or "").removeprefix("./")).data
            return data is not None and _NGINX_TLS.search(data.decode("utf-8", "replace")) is not None
    return False
