"""``extends``: a service based on another one (compose-go v2.9.1, loader/extends.go)."""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from wizard.composefile.located import KeyPath, Leaf, leaves
from wizard.composefile.merging import TypeConflict, merge, without
from wizard.composefile.resolving import text_of


class OtherFile(NamedTuple):
    """A file that ``extends`` names."""

    services: Mapping[str, Any]
    path: str
    reset: tuple[KeyPath, ...]
    """What it takes away of files before it."""


Look = Callable[[Leaf, str], OtherFile | None]
"""Finds the file that a leaf names, seen from a folder; ``None`` if it cannot be followed, which is reported."""
Refuse = Callable[[Leaf | None, str, str], None]
"""Reports a place, a service and what is wrong with what it extends."""


class Extending:
    """``extends`` of the services of one file."""

    def __init__(self, services: Mapping[str, Any], folder: str, path: str, look: Look, refuse: Refuse) -> None:
        self._services = services
        self._folder = folder
        self._path = path
        self._look = look
        self._refuse = refuse

    def service(self, name: str, reset: Iterable[KeyPath], chain: tuple[tuple[str, str], ...] = ()) -> Any:
        """Return a service with what it extends below it."""
        service = self._services.get(name)
        if not isinstance(service, Mapping):
            return {}
        extends = service.get("extends")
        own = {key: value for key, value in service.items() if key != "extends"}
        if extends is None:
            return own
        base = self._base(name, extends, chain)
        if base:
            base = without({"services": {name: base}}, reset)["services"].get(name) or {}
        try:
            return merge(base, own, ("services", name)) if base else own
        except TypeConflict as unlike:
            what = f"{'.'.join(unlike.path)} is of a different type in the extended service."
            self._refuse(next(leaves(extends), None), name, what)
            return own

    def _base(self, name: str, extends: Any, chain: tuple[tuple[str, str], ...]) -> Any:
        """Return the service that one extends; nothing if it cannot be had, which is reported."""
        parent = text_of(extends.get("service") if isinstance(extends, Mapping) else extends)
        file = extends.get("file") if isinstance(extends, Mapping) else None
        where = next(leaves(extends), None)
        if (self._path, name) in chain:
            self._refuse(where, name, "extends itself.")
            return None
        other: Extending = self
        removed: tuple[KeyPath, ...] = ()
        if isinstance(file, Leaf) and file.text:
            found = self._look(file, self._folder)
            if found is None:
                return None
            removed = found.reset
            folder = posixpath.dirname(found.path)
            other = Extending(found.services, folder, found.path, self._look, self._refuse)
        if not other.has(parent):
            self._refuse(where, name, "extends a service that does not exist.")
            return None
        return other.service(parent, removed, (*chain, (self._path, name)))

    def has(self, name: str) -> bool:
        """Whether the file has the service."""
        return name in self._services
