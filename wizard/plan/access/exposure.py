"""How far the merged compose files open LibreChat to other machines."""

import posixpath
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, Final, NamedTuple

from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.dotenv.compose import interpolate
from wizard.plan.access.port_entry import PortEntry, read_port, shown
from wizard.yamlfile.document import YamlText
from wizard.yamlfile.parsed import Path, untagged

OTHERWISE: Final = "or choose a different access mode."
_BRIDGES: Final = frozenset({"", "bridge", "none", "null", "overlay"})
"""Drivers of networks whose containers other machines reach through published ports only; with macvlan, ipvlan and host they
have an address of their own or this machine's (docs.docker.com/engine/network/drivers)."""
_CLOSED_MODES: Final = frozenset({"nat", "isolated"})
"""Gateway modes of a bridge with which the same holds (docs.docker.com/engine/network/packet-filtering-firewalls)."""


_DEEPEST: Final = 50
"""Services that extend one another in a row; our own limit, as the two that follow."""
_MOST: Final = 300
_MOST_SHOWN: Final = 30


class WrittenPort(NamedTuple):
    """An entry under ``ports`` that counts for a service, and where it is written."""

    document: YamlText
    path: Path
    item: int
    value: object


class ComposeLayers(NamedTuple):
    """Base and override, read as they are: ``${...}`` is text, tags are kept."""

    base: YamlText
    override: YamlText
    values: Mapping[str, str]
    """What Docker Compose fills in."""

    def services(self) -> tuple[str, ...]:
        """Return the names of all services."""
        return tuple(dict.fromkeys((*_services(self.base), *_services(self.override))))

    def ports(self, service: str) -> list[WrittenPort]:
        """Return every entry that counts for a service: of both files, and of the services it extends."""
        over = written_ports(self.override, service)
        return over if self.replaces_ports(service) else [*written_ports(self.base, service), *over]

    def replaces_ports(self, service: str) -> bool:
        """Whether the override puts its own list, or none, in place of the base file's."""
        paths: tuple[Path, ...] = (("services",), ("services", service), ("services", service, "ports"))
        return any(self.override.tag(path) in ("!override", "!reset") for path in paths)

    def read(self, port: WrittenPort) -> PortEntry | None:
        """Return what an entry publishes; ``None`` if that cannot be said."""
        return read_port(port.value, self.values)


def written_ports(document: YamlText, service: str) -> list[WrittenPort]:
    """Return the entries that one file has for a service, those of the services of the file that it extends included.

    Docker Compose resolves ``extends`` file by file, before it merges them (compose-go, loader.ApplyExtends).
    """
    found: list[WrittenPort] = []
    for name in (service, *_parents(document, service)):
        if "!reset" in (document.tag(("services",)), document.tag(("services", name))):
            break
        path = ("services", name, "ports")
        tag, value = document.tag(path), document.at(path)
        if tag != "!reset" and isinstance(value, list):
            found = [*(WrittenPort(document, path, *item) for item in enumerate(value)), *found]
        if tag in ("!reset", "!override"):
            break
    return found


def openings(files: ComposeLayers, public: frozenset[str] = frozenset(), *, is_followed: bool = False) -> list[Problem]:
    """Return all that other machines reach, or may reach where the files do not say; ``public`` services are meant to be.

    Each names its place and the way to close it. ``is_followed``: what these files bring in from others is looked at elsewhere.
    """
    # A service and those that extend it name the same line; nobody reads more than these at once.
    return list(islice(dict.fromkeys(islice(_openings(files, public, is_followed), _MOST)), _MOST_SHOWN))


def other_files(values: Mapping[str, str], folder: FilePath, base_name: str, override_name: str) -> list[Problem]:
    """Return what in ``.env`` makes Docker Compose read other files than base and override, in this order."""
    found = []
    wanted = [posixpath.join(str(folder), name) for name in (base_name, override_name)]
    listed = values.get("COMPOSE_FILE", "").strip()
    if listed:
        parts = listed.split(values.get("COMPOSE_PATH_SEPARATOR") or ":")
        names = [posixpath.normpath(posixpath.join(str(folder), part)) for part in parts]
        further = [part for part, name in zip(parts, names, strict=True) if name not in wanted]
        remedy = f"Write COMPOSE_FILE={base_name}:{override_name}, or remove the line"
        if further:
            message = f"lists {plain(', '.join(further))}, and the wizard cannot see which ports are published there."
            found.append(_of_dotenv("COMPOSE_FILE", message, f"{remedy}, {OTHERWISE}"))
        elif names != wanted:
            message = (
                f"does not list {base_name} followed by {override_name}, so binding the ports would have no effect."
            )
            found.append(_of_dotenv("COMPOSE_FILE", message, f"{remedy}, {OTHERWISE}"))
    further = [
        part for part in values.get("COMPOSE_ENV_FILES", "").split(",") if part.strip() not in ("", ".env", "./.env")
    ]
    if further:
        message = f"lists {plain(', '.join(further))}, which the wizard does not read and which may change the published ports."
        found.append(_of_dotenv("COMPOSE_ENV_FILES", message, f"Remove the line, {OTHERWISE}"))
    return found


def _of_dotenv(name: str, message: str, remedy: str) -> Problem:
    return Problem(field=name, file=".env", message=message, remedy=remedy)


def _openings(files: ComposeLayers, public: frozenset[str], is_followed: bool) -> Iterator[Problem]:  # noqa: FBT001
    yield from () if is_followed else _included(files)
    yield from _networks(files)
    for service in files.services():
        if service not in public:
            yield from _own_network(files, service)
            yield from () if is_followed else _extended(files, service)
            yield from _open_ports(files, service)


def _open_ports(files: ComposeLayers, service: str) -> Iterator[Problem]:
    ports = [(port, files.read(port)) for port in files.ports(service)]
    unread = [port for port, entry in ports if entry is None]
    for port in unread:
        message = f"{plain(shown(port.value))}: the published address and port could not be determined."
        written_there = port.document is files.override
        remedy = (
            "Write the address, port and target: 127.0.0.1:PORT:TARGET,"
            if written_there
            else f"In {files.override.source.name}, write the ports of {plain(service)} yourself: "
            'ports: !override ["127.0.0.1:PORT:TARGET"],'
        )
        yield _at(port.document, port.path, message, f"{remedy} {OTHERWISE}", port.item)
    if unread:
        return
    for port, entry in ports:
        if entry is not None and not entry.is_local:
            message = f"{plain(shown(port.value))} is published to other machines."
            remedy = f"Write 127.0.0.1 before the port: {plain(entry.at('127.0.0.1'))}, {OTHERWISE}"
            if port.document is not files.override:
                own = f'ports: !override ["{plain(entry.at("127.0.0.1"))}"]'
                remedy = (
                    f"In {files.override.source.name}, add this to the service {plain(service)}: {own}, {OTHERWISE}"
                )
            yield _at(port.document, port.path, message, remedy, port.item)


def _included(files: ComposeLayers) -> Iterator[Problem]:
    for document in (files.base, files.override):
        if document.at(("include",)) and document.tag(("include",)) != "!reset":
            message = "includes other compose files, and the wizard cannot see which ports are published there."
            remedy = f"Merge the included files into {files.override.source.name}, {OTHERWISE}"
            yield _at(document, ("include",), message, remedy)


def _extended(files: ComposeLayers, service: str) -> Iterator[Problem]:
    for document in (files.base, files.override):
        path = ("services", service, "extends")
        value = document.at(path)
        parent = _parent(document, service)
        is_seen = parent and parent in _services(document) and len(_parents(document, service)) < _DEEPEST
        if not value or is_seen:
            continue
        where = (
            "another file" if isinstance(value, Mapping) and value.get("file") else "a service that is not in this file"
        )
        message = f"extends {where}, and the wizard cannot see which ports are published there."
        yield _at(document, path, message, f"Replace extends with the inherited settings, {OTHERWISE}")


def _own_network(files: ComposeLayers, service: str) -> Iterator[Problem]:
    place = _setting(files, service, "network_mode")
    if place is None:
        return
    document, path = place
    written = str(document.at(path))
    mode = interpolate(written, files.values).strip()
    if mode in ("bridge", "none", "default", "") or mode.startswith("service:"):
        return
    if mode == "host":
        message = "host: every port of this service is open to other machines."
    else:
        message = f"{plain(written)}: the wizard cannot see which ports are published in this mode."
    how = "Remove the line"
    if document is not files.override:
        how = f"In {files.override.source.name}, add to {plain(path[1])}: network_mode: !reset null"
    yield _at(document, path, message, f"{how}, and publish 127.0.0.1:PORT:TARGET instead, {OTHERWISE}")


def _networks(files: ComposeLayers) -> Iterator[Problem]:
    used = {"default"}
    for service in files.services():
        for document in (files.base, files.override):
            for name in (service, *_parents(document, service)):
                networks = document.at(("services", name, "networks"))
                used |= {str(item) for item in networks} if isinstance(networks, list | Mapping) else set()
    for document in (files.base, files.override):
        networks = document.at(("networks",))
        for name in networks if isinstance(networks, Mapping) else ():
            network = document.at(("networks", name))
            if name in used and isinstance(network, Mapping) and not is_closed(network, files.values):
                message = "other machines can reach containers in this network without a published port."
                yield _at(document, ("networks", name), message, f"Use a network with the bridge driver, {OTHERWISE}")


def is_closed(network: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """Whether other machines reach the containers of a network through published ports only."""

    def text(value: object) -> str:
        return interpolate(str(untagged(value) or ""), values).strip()

    if text(network.get("driver")) not in _BRIDGES or text(network.get("name")) == "host":
        return False
    options = untagged(network.get("driver_opts"))
    modes = [value for key, value in options.items() if "gateway_mode" in key] if isinstance(options, Mapping) else []
    return all(text(mode) in _CLOSED_MODES for mode in modes)


def _setting(files: ComposeLayers, service: str, key: str) -> tuple[YamlText, Path] | None:
    """Return where a key that counts for a service is written."""
    for document in (files.override, files.base):
        if document.tag(("services", service, key)) == "!reset":
            return None
        for name in (service, *_parents(document, service)):
            if document.at(("services", name, key)) is not None:
                return document, ("services", name, key)
    return None


def _parents(document: YamlText, service: str) -> list[str]:
    found: list[str] = []
    while (parent := _parent(document, service)) and parent not in found and len(found) < _DEEPEST:
        found.append(parent)
        service = parent
    return found


def _parent(document: YamlText, service: str) -> str:
    """Return the service of the same file that one extends; empty if there is none, or it is in another file."""
    value = document.at(("services", service, "extends"))
    if isinstance(value, Mapping):
        value = "" if value.get("file") else untagged(value.get("service"))
    return value if isinstance(value, str) else ""


def _services(document: YamlText) -> tuple[str, ...]:
    services = document.at(("services",))
    return tuple(services) if isinstance(services, Mapping) else ()


def _at(document: YamlText, path: Path, message: str, remedy: str, index: int | None = None) -> Problem:
    field, line = plain(".".join(path), limit=120), document.line_of(path, index)
    return Problem(field=field, file=document.source.name, line=line, message=message, remedy=remedy)
