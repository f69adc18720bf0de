"""Names that services refer to have to be declared, or Docker Compose refuses the project (compose-go v2.9.1, loader/validate.go)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.basics.nearest import nearest_of
from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.composefile.located import Leaf, first_leaf, leaves


def inconsistencies(
    services: Mapping[str, Mapping[str, Any]], active: Mapping[str, Mapping[str, Any]], declared: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield what is missing or contradicts itself in the services that start.

    ``services`` are all of them, ``declared`` has ``networks``, ``volumes``, ``configs`` and ``secrets`` of the model.
    """
    containers: dict[str, str] = {}
    for name, service in active.items():
        container = service.get("container_name")
        if isinstance(container, Leaf) and containers.setdefault(container.text, name) != name:
            other = plain(containers[container.text], limit=60)
            what = f"the service {other} has the same container_name."
            yield _problem(
                name,
                "container_name",
                container,
                what,
                "Give each service a different container_name, or remove this container_name.",
            )
        if not service.get("image") and not service.get("build") and not service.get("provider"):
            yield _problem(name, "image", first_leaf(service), "the service has neither image nor build.")
        mode = service.get("network_mode")
        if isinstance(mode, Leaf) and mode.text and service.get("networks"):
            yield _problem(
                name,
                "network_mode",
                mode,
                "a service cannot have both networks and network_mode.",
                "Remove one of them.",
            )
        for network, value in _networks(service):
            if network != "default" and network not in (declared.get("networks") or {}):
                where = first_leaf(value) or first_leaf(service)
                yield _undefined(name, "networks", where, "network", network, declared.get("networks") or {})
        yield from _sources(name, service, declared)
        yield from _dependencies(name, service, services, active)


def _networks(service: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    networks = service.get("networks")
    yield from networks.items() if isinstance(networks, Mapping) else ()


def _sources(name: str, service: Mapping[str, Any], declared: Mapping[str, Any]) -> Iterator[Problem]:
    for entry in service.get("volumes") or ():
        kind, source = entry.get("type"), entry.get("source")
        is_named = isinstance(kind, Leaf) and kind.text == "volume" and isinstance(source, Leaf) and source.text
        if is_named and source.text not in (declared.get("volumes") or {}):
            yield _undefined(name, "volumes", source, "volume", source.text, declared.get("volumes") or {})
    for key in ("configs", "secrets"):
        for entry in service.get(key) or ():
            source = entry.get("source")
            if isinstance(source, Leaf) and source.text not in (declared.get(key) or {}):
                yield _undefined(name, key, source, key[:-1], source.text, declared.get(key) or {})


def _dependencies(
    name: str, service: Mapping[str, Any], services: Mapping[str, Any], active: Mapping[str, Any]
) -> Iterator[Problem]:
    """Find services that this one needs and that do not start (types/services.go, GetDependencies)."""
    needed = [*_named(service), *_depended_on(service, services)]
    for key, other, where in needed:
        if other not in active:
            yield _undefined(name, key, where or first_leaf(service), "service", other, active)


def _depended_on(service: Mapping[str, Any], services: Mapping[str, Any]) -> Iterator[tuple[str, str, Leaf | None]]:
    depends = service.get("depends_on")
    for other, value in depends.items() if isinstance(depends, Mapping) else ():
        required = value.get("required") if isinstance(value, Mapping) else None
        if other in services and isinstance(required, Leaf) and required.text == "false":
            # It may belong to a profile that is not chosen.
            continue
        yield "depends_on", other, first_leaf(value) if value is not None else None


def _named(service: Mapping[str, Any]) -> Iterator[tuple[str, str, Leaf | None]]:
    """Yield the services that are named elsewhere than in ``depends_on``."""
    for key in ("network_mode", "ipc", "pid"):
        value = service.get(key)
        if isinstance(value, Leaf) and value.text.startswith("service:"):
            yield key, value.text.removeprefix("service:"), value
    for key in ("links", "volumes_from"):
        for leaf in leaves(service.get(key)):
            if not leaf.text.startswith("container:"):
                yield key, leaf.text.partition(":")[0], leaf


def _undefined(name: str, key: str, where: Leaf | None, kind: str, missing: str, known: Mapping[str, Any]) -> Problem:
    near = nearest_of(missing, tuple(known))
    remedy = f"Did you mean {plain(near)}?" if near else f"Declare {plain(missing, limit=80)}, or remove this entry."
    what = f"the {kind} {plain(missing, limit=80)} is not declared."
    if kind == "service":
        what = f"the service {plain(missing, limit=80)} is not declared, or its profile is not active."
    return _problem(name, key, where, what, remedy)


def _problem(name: str, key: str, where: Leaf | None, what: str, remedy: str = "Add one of them.") -> Problem:
    field_name = f"services.{name}.{key}"[:120]
    file, line = (where.file, where.line) if where is not None else ("", 0)
    return Problem(
        field=field_name, file=file, line=line, message=f"Docker Compose rejects this: {what}", remedy=remedy
    )
