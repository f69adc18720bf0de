"""Rules: faults of the compose files that break a container's start or cut LibreChat off from its database or people.

What Docker Compose itself refuses is :mod:`wizard.composefile.loading`'s; these it accepts.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final, NamedTuple

from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.composefile.located import Leaf, first_leaf, leaves
from wizard.composefile.project import ComposeProject
from wizard.deployment.compose_names import listed_files
from wizard.deployment.own_proxy import served
from wizard.deployment.ports import own_port
from wizard.findings import stack as ids
from wizard.librechat.cookies import SWITCH_SINCE
from wizard.rules.view import Rule, View

_LIMIT: Final = 12
_ADDRESSES: Final = {
    "MONGO_URI": "its database",
    "MEILI_HOST": "Meilisearch",
    "RAG_API_URL": "the RAG API",
    "REDIS_URI": "Redis",
}
"""Settings that name another container of the stack."""
_LARGEST_ID: Final = (1 << 31) - 1
_USUAL_USERS: Final = frozenset({"root", "node", "nobody", "daemon"})
"""Names that the image of LibreChat has (node's alpine image, /etc/passwd)."""
_OF_THE_OWNER: Final = ("ports", "extra_hosts", "hostname", "dns", "links", "expose")
"""What a service that joins another container's network must not say (moby, runconfig/hostconfig.go: ErrConflictNetwork...)."""


def _project(view: View) -> ComposeProject | None:
    return view.deployment.effective.project if view.deployment.effective is not None else None


def _active(project: ComposeProject) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, service in project.services.items():
        if name not in project.inactive:
            yield name, service


class _Published(NamedTuple):
    host: str
    port: int
    protocol: str
    service: str
    leaf: Leaf

    def meets(self, other: "_Published") -> bool:
        """Whether both want the same port of this machine."""
        is_same = (self.port, self.protocol) == (other.port, other.protocol)
        return is_same and (_covers(self.host, other.host) or _covers(other.host, self.host))


def _covers(host: str, other: str) -> bool:
    if host in ("", other):
        return True
    try:
        one, two = ip_address(host), ip_address(other)
    except ValueError:
        return False
    return one.is_unspecified and one.version == two.version


def port_twice(view: View) -> Iterator[Finding]:
    """H17: a port of this machine that two entries publish; lists of ports are added up (compose-spec, "Merge")."""
    project = _project(view)
    seen: list[_Published] = []
    for found in _published(project) if project is not None else ():
        other = next((each for each in seen if each.meets(found)), None)
        seen.append(found)
        if other is None:
            continue
        file, name = plain(found.leaf.file), plain(found.service, limit=60)
        summary = (
            f"{_place(found.leaf)} publishes port {found.port} for {name}, but {_place(other.leaf)} already publishes it"
            f"{'' if other.service == found.service else f' for {plain(other.service, limit=60)}'}: Docker reports "
            "'address already in use' and the container does not start."
        )
        remedy = f"Remove one of the two lines, or choose another port in {file}."
        if other.service == found.service and other.leaf.file != found.leaf.file:
            remedy = f"In {file}, line {found.leaf.line}, write 'ports: !override', so that this list replaces the other file's list."
        yield ids.PORT_TWICE.fail(summary, remedy=remedy)


def _published(project: ComposeProject) -> Iterator[_Published]:
    for name, service in _active(project):
        if _mode(service):
            continue
        for entry in service.get("ports") or ():
            published = entry.get("published")
            number = published.text if isinstance(published, Leaf) else ""
            if re.fullmatch(r"[0-9]{1,5}", number):
                texts = {key: leaf.text for key, leaf in entry.items() if isinstance(leaf, Leaf)}
                host, protocol = texts.get("host_ip", ""), texts.get("protocol") or "tcp"
                yield _Published(host, int(number), protocol, name, published)


def _mode(service: Mapping[str, Any]) -> str:
    mode = service.get("network_mode")
    return mode.text.strip() if isinstance(mode, Leaf) else ""


def network_mode(view: View) -> Iterator[Finding]:
    """H18: options that contradict the network of another container, and ports that the machine's own network discards."""
    project = _project(view)
    for name, service in _active(project) if project is not None else ():
        mode = _mode(service)
        if mode == "host" and service.get("ports"):
            where = _place(first_leaf(service["ports"]))
            summary = (
                f"{plain(name, limit=60)} uses the host's network (network_mode: host), but {where} publishes "
                "ports: Docker ignores them."
            )
            yield ids.HOST_NETWORK_PORTS.warn(summary)
        if not mode.startswith(("service:", "container:")):
            continue
        wrong = [key for key in _OF_THE_OWNER if service.get(key)]
        if not wrong:
            continue
        places = "; ".join(f"{key} ({_place(first_leaf(service[key]))})" for key in wrong)
        summary = (
            f"{plain(name, limit=60)} is in another container's network ({_place(service.get('network_mode'))}, network_mode: {plain(mode, limit=60)}), "
            f"which does not allow {places}: Docker reports 'conflicting options', and the container does not start."
        )
        owner = plain(mode.partition(":")[2], limit=60)
        taken = ", ".join(f"{key}: !reset []" if key != "hostname" else "hostname: !reset null" for key in wrong)
        yield ids.NETWORK_MODE.fail(
            summary, remedy=f"Add to the override for {plain(name, limit=60)}: {taken}. Move these settings to {owner}."
        )


def companions(view: View) -> Iterator[Finding]:
    """Find services of the stack that LibreChat's settings name and that are in none of its networks."""
    project, service = _project(view), view.api
    if project is None or not service:
        return
    own = _networks(project, view.deployment.service)
    known = {alias: name for name, each in _active(project) for alias in _names(name, each)}
    for setting, what in _ADDRESSES.items():
        for host in _hosts(view.value(setting)):
            other = known.get(host, "")
            theirs = _networks(project, other) if other else None
            if not other or other == view.deployment.service or own is None or theirs is None or own & theirs:
                continue
            summary = (
                f"{view.deployment.service} is in {_listed(own)}, and {plain(other, limit=60)} in {_listed(theirs)}: LibreChat cannot reach {what} "
                f"({setting})."
            )
            networks = ", ".join(sorted({*own, *sorted(theirs)[:1]}))
            remedy = f"Add to the override for {view.deployment.service}: networks: [{networks}]."
            entry = ids.NO_DATABASE if setting == "MONGO_URI" else ids.NO_COMPANION
            finding = entry.fail if setting == "MONGO_URI" else entry.warn
            yield finding(summary, settings=(setting,), remedy=remedy)


def _networks(project: ComposeProject, name: str, depth: int = 0) -> frozenset[str] | None:
    """Return the networks of a service; ``None`` if that cannot be told from the files."""
    service = project.services.get(name) or {}
    mode = _mode(service)
    if mode.startswith("service:") and depth < 5:  # noqa: PLR2004 - our own limit
        return _networks(project, mode.partition(":")[2], depth + 1)
    return None if mode else frozenset(service.get("networks") or {})


def _names(name: str, service: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names by which other containers reach a service."""
    yield name
    if isinstance(container := service.get("container_name"), Leaf):
        yield container.text
    for network in (service.get("networks") or {}).values():
        if isinstance(network, Mapping):
            yield from (leaf.text for leaf in leaves(network.get("aliases")))


def _hosts(address: str) -> list[str]:
    """Return the host names of an address; MongoDB's may list several (connection string format, mongodb.com)."""
    match = re.match(r"[a-z][a-z0-9+.-]*://(?:[^/@]*@)?([^/?]+)", address, re.IGNORECASE)
    return [part.rpartition(":")[0] or part for part in match[1].split(",")] if match else []


def _listed(names: frozenset[str]) -> str:
    several = "s" if len(names) > 1 else ""
    return (
        f"the network{several} {', '.join(sorted(plain(name, limit=60) for name in names))}" if names else "no network"
    )


def traefik(view: View) -> Iterator[Finding]:
    """Labels with which Traefik finds LibreChat, against DOMAIN_CLIENT and PORT (doc.traefik.io, routing/providers/docker)."""
    project = _project(view)
    service = (project.services.get(view.deployment.service) or {}) if project is not None else {}
    deploy = service.get("deploy")
    labels = _labels(service.get("labels"))
    is_of_swarm = not labels and not service.get("ports")
    if is_of_swarm and isinstance(deploy, Mapping):
        # Of a swarm's services Traefik reads the labels below deploy (doc.traefik.io, providers/swarm); without a swarm nobody does.
        labels = _labels(deploy.get("labels"))
    texts = {name.lower(): leaf for name, leaf in labels.items()}
    if (enabled := texts.get("traefik.enable")) is not None and enabled.text.lower() == "false":
        return
    is_certain = not is_of_swarm or enabled is not None
    rules = [leaf for name, leaf in texts.items() if re.fullmatch(r"traefik\.http\.routers\.[^.]+\.rule", name)]
    hosts = {host.lower(): leaf for leaf in rules for host in _rule_hosts(leaf.text)}
    client = view.url("DOMAIN_CLIENT")
    is_open = any(re.search(r"(?i)host(?:sni)?regexp|\{", leaf.text) for leaf in rules)
    if hosts and client is not None and not is_open and (client.hostname or "") not in hosts:
        named, leaf = next(iter(hosts.items()))
        summary = (
            f"{_place(leaf)}: Traefik serves {plain(named, limit=120)}, but DOMAIN_CLIENT is "
            f"{plain(client.hostname or '', limit=120)}, where users see '404 page not found'."
        )
        remedy = f"Set DOMAIN_CLIENT={client.scheme}://{plain(named, limit=120)}, or write Host(`{plain(client.hostname or '', limit=120)}`) in that line."
        yield (ids.TRAEFIK_HOST.fail if is_certain else ids.TRAEFIK_HOST.warn)(summary, remedy=remedy)
    port = own_port(view.deployment)
    for name, leaf in texts.items():
        is_port = re.fullmatch(r"traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port", name)
        if is_port and leaf.text.strip() != str(port):
            summary = (
                f"{_place(leaf)}: Traefik connects to port {plain(leaf.text, limit=20)} of the container, but "
                f"LibreChat listens on {port}: users see 'Bad Gateway'."
            )
            yield (ids.TRAEFIK_PORT.fail if is_certain else ids.TRAEFIK_PORT.warn)(
                summary, remedy=f"Set the port in that line to {port}."
            )


def _labels(value: object) -> dict[str, Leaf]:
    """Return labels by name, from a mapping or a list of NAME=value."""
    if isinstance(value, Mapping):
        return {name: leaf for name, leaf in value.items() if isinstance(leaf, Leaf)}
    found = [leaf for leaf in value if isinstance(leaf, Leaf)] if isinstance(value, list) else []
    pairs = [(leaf, *leaf.text.partition("=")) for leaf in found]
    return {name: leaf._replace(value=text) for leaf, name, _, text in pairs}


def own_proxy(view: View) -> Iterator[Finding]:
    """Find a proxy of the folder that serves LibreChat, and not under DOMAIN_CLIENT's name."""
    project, client = _project(view), view.url("DOMAIN_CLIENT")
    host = (client.hostname or "").lower() if client is not None else ""
    if project is None or client is None or client.scheme != "https" or not host:
        return
    fronts = [front for front in served(project, view.deployment.service) if front.is_published]
    if any(front.has(host) for front in fronts):
        return
    shown = plain(host, limit=120)
    for front in fronts:
        named = plain(front.hosts[0], limit=120)
        effect = (
            "the proxy has no certificate for DOMAIN_CLIENT, so users cannot connect"
            if front.is_strict
            else "the proxy's certificate may not cover DOMAIN_CLIENT"
        )
        place = plain(f"{front.file}:{front.line}", limit=120)
        summary = f"{place}: {plain(front.service, limit=60)} serves LibreChat at {named}, but DOMAIN_CLIENT is {shown}: {effect}."
        remedy = f"Set DOMAIN_CLIENT=https://{named}, or use {shown} in {plain(front.file, limit=120)}."
        # Another way in there may be, where something besides the proxy reaches LibreChat.
        is_only = (
            front.is_strict
            and len(fronts) == 1
            and not view.api.get("ports")
            and not _is_joined_from_outside(project, view)
        )
        yield (ids.PROXY_HOST.fail if is_only else ids.PROXY_HOST.warn)(summary, remedy=remedy)


def _is_joined_from_outside(project: ComposeProject, view: View) -> bool:
    """Whether LibreChat is in a network that containers of other folders may be in, or the machine's own."""
    service = project.services.get(view.deployment.service) or {}
    networks = [project.networks.get(name) for name in service.get("networks") or {}]
    return bool(_mode(service)) or any(
        isinstance(each, Mapping) and each.get("external") is not None for each in networks
    )


def _rule_hosts(rule: str) -> list[str]:
    """Return the names in ``Host(`a`, `b`)`` of a rule."""
    inside = re.findall(r"(?i)\bHost\(([^()]*)\)", rule)
    return [name for part in inside for name in re.findall(r"[`\"']([^`\"']+)[`\"']", part)]


def unread_names(view: View) -> Iterator[Finding]:
    """H36: a file whose name is almost that of an override."""
    project = _project(view)
    read = {project.shown(path) for path in project.compose_files} if project is not None else set()
    for name in view.deployment.almost_overrides:
        if name not in read:
            wanted = f"docker-compose.override.{'yaml' if name.endswith('.yaml') else 'yml'}"
            summary = f"Docker Compose does not read {plain(name, limit=80)}, so its settings have no effect."
            yield ids.UNREAD_NAME.fail(summary, remedy=f"mv {plain(name, limit=80)} {wanted}")


def override_left_out(view: View) -> Iterator[Finding]:
    """Say that the deploy stack's override counts only if the command names it (LibreChat's own ``npm run start:deployed`` does not)."""
    deployment, project = view.deployment, _project(view)
    if deployment.stack is not Stack.DEPLOY or project is None or ".env" not in deployment.files:
        return
    names = [project.shown(path) for path in project.files.compose]
    if len(names) > 1 and not listed_files(deployment.files, deployment.folder, project.files.inherited):
        shown = " ".join(f"-f {plain(name, limit=80)}" for name in names)
        summary = f"'npm run start:deployed' runs 'docker compose -f {plain(names[0], limit=80)}', which does not read {plain(names[1], limit=80)}."
        yield ids.OVERRIDE_LEFT_OUT.warn(summary, remedy=f"Start LibreChat with: docker compose {shown} up -d")


def dev_server(view: View) -> Iterator[Finding]:
    """H35: ``npm run backend:dev`` as a way to cookies without Secure; it runs nodemon, which the image does not have."""
    command = view.api.get("command")
    text = " ".join(map(str, command)) if isinstance(command, list) else str(command or "")
    if "backend:dev" not in text or view.release < SWITCH_SINCE:
        # Before, nothing else makes cookies that a browser keeps over plain HTTP.
        return
    instead = "Remove the command from the compose file."
    if (server := view.url("DOMAIN_SERVER")) is not None and server.scheme == "http":
        instead = (
            "Remove the command from the compose file, and set SESSION_COOKIE_SECURE=false, which keeps users signed "
            "in over plain HTTP (v0.8.6 and later)."
        )
    yield ids.DEV_SERVER.warn(remedy=instead)


def users(view: View) -> Iterator[Finding]:
    """Find users of containers that Docker cannot start them as: no number from 0 to 2147483647, and no name of the image.

    moby/sys user, GetExecUser: ``uids and gids must be in range 0-2147483647``, ``unable to find user NAME``.
    """
    project = _project(view)
    found: dict[tuple[str, str], list[str]] = {}
    for name, service in _active(project) if project is not None else ():
        user = service.get("user")
        if not isinstance(user, Leaf) or not user.text.strip(":"):
            continue
        parts = dict(zip(("UID", "GID"), user.text.split(":", 1), strict=False))
        for variable, text in parts.items():
            if text and not (re.fullmatch("[0-9]+", text) and int(text) <= _LARGEST_ID):
                source = project.variables.get(variable) if project is not None and variable in user.variables else None
                # It may be anything: an address with a password, or the secret of another line.
                shown = text if re.fullmatch(r"[A-Za-z0-9_.+-]{1,20}", text) else "[not shown]"
                place = f"{variable}={shown} ({_place(source or user)})"
                found.setdefault((place, text), []).append(name)
    for (place, text), names in found.items():
        is_name = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text) is not None
        if is_name and (text in _USUAL_USERS or view.deployment.service not in names):
            # What names another image has is not known.
            continue
        services = ", ".join(plain(name, limit=60) for name in names)
        verb = "does" if len(names) == 1 else "do"
        why = (
            "LibreChat's image has no such user or group" if is_name else "an ID must be a number from 0 to 2147483647"
        )
        variable = place.partition("=")[0]
        yield (ids.USER.warn if is_name else ids.USER.fail)(
            f"{place}: {why}, so {services} {verb} not start.",
            settings=(variable,),
            remedy=f"Set {variable}=1000, or use the number that 'id -{variable[0].lower()}' prints for the owner of this folder.",
        )


def _place(leaf: Leaf | None) -> str:
    return (
        "a compose file" if leaf is None else plain(f"{leaf.file}:{leaf.line}" if leaf.line else leaf.file, limit=120)
    )


RULES: tuple[Rule, ...] = (
    port_twice,
    network_mode,
    companions,
    traefik,
    own_proxy,
    unread_names,
    override_left_out,
    dev_server,
    users,
)
