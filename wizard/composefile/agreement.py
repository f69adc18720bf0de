"""Compares what a real Docker Compose makes of a project's files with :mod:`wizard.composefile.project`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.composefile.container_environment import environment_of
from wizard.composefile.located import Leaf
from wizard.composefile.project import ComposeProject

_MOUNT = ("type", "source", "target")
_PORT = (("host_ip", ""), ("published", ""), ("target", ""), ("protocol", "tcp"))


def disagreements(project: ComposeProject, config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where the two differ, as ``services.api.ports``; no values.

    ``config`` is what ``docker compose config --format json`` prints. Compared are the services that start and what LibreChat
    depends on of each: image, environment, mounts, ports, networks, configs and secrets.
    """
    ours, theirs = _own(project), _theirs(config)
    found = [f"services.{name}" for name in sorted(ours.keys() ^ theirs.keys())]
    for name in sorted(ours.keys() & theirs.keys()):
        one, other = ours[name], theirs[name]
        for key in one:
            if one[key] != other[key]:
                found += _within(f"services.{name}.{key}", one[key], other[key])
    return tuple(found)


def _within(place: str, one: Any, other: Any) -> list[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return [f"{place}.{name}" for name in sorted({**one, **other}) if one.get(name) != other.get(name)]
    return [place]


def _own(project: ComposeProject) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "image": _text(service.get("image")),
            "network_mode": _text(service.get("network_mode")),
            "environment": {
                variable: sources[-1].leaf.text
                for variable, sources in environment_of(project, name).items()
                if _value(service, variable, sources[-1].leaf) is not None
            },
            "volumes": sorted(_mounts(service.get("volumes"))),
            "ports": sorted(_ports(service.get("ports"))),
            "networks": sorted(service.get("networks") or {}),
            "configs": sorted(_files(service.get("configs"), "/")),
            "secrets": sorted(_files(service.get("secrets"), "/run/secrets/")),
        }
        for name, service in project.services.items()
        if name not in project.inactive
    }


def _value(service: Mapping[str, Any], variable: str, leaf: Leaf) -> object:
    written = (service.get("environment") or {}).get(variable)
    return written.value if isinstance(written, Leaf) else leaf.value


def _theirs(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "image": _unescaped(service.get("image")),
            "network_mode": _unescaped(service.get("network_mode")),
            "environment": {
                variable: _unescaped(value)
                for variable, value in (service.get("environment") or {}).items()
                if value is not None
            },
            "volumes": sorted(_mounts(service.get("volumes"))),
            "ports": sorted(_ports(service.get("ports"))),
            "networks": sorted(service.get("networks") or {}),
            "configs": sorted(_files(service.get("configs"), "/")),
            "secrets": sorted(_files(service.get("secrets"), "/run/secrets/")),
        }
        for name, service in (config.get("services") or {}).items()
    }


def _unescaped(value: object) -> str:
    """Return a text of Docker Compose's, which doubles every ``$`` so that its output is a compose file again."""
    return "" if value is None else str(value).replace("$$", "$")


def _text(value: object) -> str:
    return value.text if isinstance(value, Leaf) else _unescaped(value)


def _mounts(entries: Iterable[Mapping[str, Any]] | None) -> list[tuple[str, ...]]:
    return [
        (*(_text(entry.get(key)) for key in _MOUNT), str(_text(entry.get("read_only")).lower() == "true"))
        for entry in entries or ()
    ]


def _ports(entries: Iterable[Mapping[str, Any]] | None) -> list[tuple[str, ...]]:
    return [tuple(_text(entry.get(key)) or default for key, default in _PORT) for entry in entries or ()]


def _files(entries: Iterable[Mapping[str, Any]] | None, folder: str) -> list[tuple[str, str]]:
    """Return source and target of the configs or secrets of a service."""
    found = []
    for entry in entries or ():
        source = _text(entry.get("source"))
        found.append((source, _text(entry.get("target")) or folder + source))
    return found
