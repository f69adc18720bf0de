"""Checks the outer structure of a Docker Compose file, so that later readers can rely on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wizard.basics.problem import InvalidInput, Problem
from wizard.yamlfile.parsed import untagged
from wizard.yamlfile.render import Tagged

_BY_NAME: Final = frozenset({"environment", "labels", "extra_hosts", "depends_on"})
"""Keys of a service that are a mapping, or a list of texts."""
_LISTS: Final = frozenset({"volumes", "ports"})


def demand_shape(model: Any, name: str) -> None:
    """Raise ``InvalidInput`` naming every key of the file that is not a mapping or list if Docker Compose wants one.

    Docker Compose refuses each of these too (compose-spec, schema of ``services``); nothing if a key may be empty.
    """
    problems = [
        Problem(field=where, file=name, message=f"{message} Docker Compose rejects the file.")
        for where, message in _faults(model)
    ]
    if problems:
        raise InvalidInput(*problems)


def _faults(model: Any) -> Iterator[tuple[str, str]]:
    model = _kept(model)
    for part in ("services", "volumes", "networks"):
        value = _kept(model.get(part)) if isinstance(model, Mapping) else None
        if value is not None and not isinstance(value, Mapping):
            yield part, "is not a mapping (key: value)."
        elif part == "services":
            for name, service in (value or {}).items():
                yield from _service_faults(f"services.{name}"[:120], _kept(service))


def _service_faults(where: str, service: Any) -> Iterator[tuple[str, str]]:
    if service is not None and not isinstance(service, Mapping):
        yield where, "is not a mapping (key: value)."
        return
    for key, tagged in (service or {}).items():
        value = _kept(tagged)
        if value is None:
            continue
        if key in _LISTS:
            if not isinstance(value, list):
                yield f"{where}.{key}", "is not a list."
            elif not all(_is_entry(_kept(item)) for item in value):
                yield f"{where}.{key}", "has an entry that is neither a string nor a mapping."
        elif key in _BY_NAME and not isinstance(value, Mapping | list):
            yield f"{where}.{key}", "is neither a mapping nor a list."


def _is_entry(item: Any) -> bool:
    return isinstance(item, str | int | Mapping) and not isinstance(item, bool)


def _kept(value: Any) -> Any:
    """Return a value without its tag; nothing for what ``!reset`` takes away, whatever it is."""
    return None if isinstance(value, Tagged) and value.tag == "!reset" else untagged(value)
