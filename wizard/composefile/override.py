"""Edits the override of LibreChat's compose file: only the keys that are needed; every other byte stays."""

# ruff: noqa: SLF001 - an Override makes changed copies of itself.
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from wizard.basics.problem import InvalidInput, Problem
from wizard.composefile.model import env_file_services, interpolated_names, merged_model, mount
from wizard.composefile.shape import demand_shape
from wizard.yamlfile.document import YamlText
from wizard.yamlfile.parsed import Path
from wizard.yamlfile.render import Tagged

__all__ = ["Override", "env_file_services", "interpolated_names", "merged_model"]

HEADER: Final = (
    "# Docker Compose reads this file together with LibreChat's compose file; this file takes precedence.\n"
    "# Lines marked 'librechat-wizard' were written by the LibreChat auth wizard. It\n"
    "# removes them when they are no longer needed, unless you have changed them.\n"
    "# Everything else here is yours.\n"
)


class Override(NamedTuple):
    """A docker-compose.override.yml; each method returns the changed one, the original is kept for comparison.

    ``part`` says what an entry is for. Entries of a part can be taken out again with :meth:`without_former`.
    """

    document: YamlText
    original: YamlText
    is_new: bool = False
    kept: frozenset[tuple[Path, str]] = frozenset()
    """Paths (and, within a list, the item) that the present answers need."""
    marked: frozenset[Path] = frozenset()
    """Paths whose entry, or one item of which, has to have a mark."""

    @classmethod
    def parse(cls, data: bytes | None, name: str) -> "Override":
        """Read an override; ``None`` if there is no such file.

        ``InvalidInput`` names file and line of a YAML error, a key that appears twice, a second document, or a top or a
        ``services`` that is not a mapping.
        """
        # A new file begins with its header at once: the text that is proved is the one that is written.
        document = YamlText.parse(HEADER.encode() if data is None else data, name)
        demand_shape(document.data, name)
        return cls(document=document, original=document, is_new=data is None)

    def is_empty(self) -> bool:
        """Return whether the file says nothing at all."""
        return not self.document.data

    def to_bytes(self) -> bytes:
        """Return the file: the very bytes that were read if nothing had to change; raises as :meth:`checked`."""
        self.checked()
        return b"" if self.is_new and not self.document.data else self.document.to_bytes()

    def checked(self) -> "Override":
        """Return this override where it can be written.

        ``InvalidInput`` if the file leaves no room for the change, or where what has to be marked is in braces
        on one line, with no room for a comment: it could never be taken out again, and would go on publishing ports,
        say, after another answer.
        """
        document = self.document.settled()
        for path in sorted(self.marked.difference(path for path, _ in document.marks)):
            message = "is in braces or brackets on one line, so the wizard cannot mark the lines that it adds."
            raise document.source.refuse(path, f"{message} Write it with one entry per line.")
        return self

    def changed_keys(self) -> tuple[str, ...]:
        """Return the keys that differ from the file as it was read, dotted: ``services.api.ports``."""
        return tuple(_differences(self.original.data or {}, self.document.data or {}, ()))

    def with_environment(
        self, service: str, values: Mapping[str, str], *, part: str = "", is_literal: bool = True
    ) -> "Override":
        """Set environment variables of a service, in the form (list or mapping) that the file uses.

        Literal values have each ``$`` doubled, so that Docker Compose does not interpolate it; else it fills in ``${NAME}``.
        """
        path = ("services", service, "environment")
        override = self
        for name, value in values.items():
            override = override._environment(path, name, value.replace("$", "$$") if is_literal else value, part)
        return override

    def with_command(self, service: str, command: str | Sequence[str], *, part: str = "") -> "Override":
        """Set what the container runs; a command of the operator's own stays."""
        value = command if isinstance(command, str) else list(command)
        return self.with_value(("services", service, "command"), value, part=part)

    def with_ports(self, service: str, ports: Sequence[str], *, override: bool = True, part: str = "") -> "Override":
        """Publish these ports; with ``override`` in place of those of the base file (Docker Compose 2.24.4 or newer).

        Ports that the operator published in this file stay published. A list that already has ``!override`` or
        ``!reset`` is the operator's decision and stays as it is.
        """
        path = ("services", service, "ports")
        present, tag = self.document.at(path), self.document.tag(path)
        value: object = Tagged("!override", list(ports)) if override else list(ports)
        if (present is None and not tag) or (path, None) in self.document.own(part):
            return self._value(path, value, part)._demand_mark(path, part)
        if tag:
            return self._keep(path)
        changed = self
        for port in ports:
            if port not in present:
                changed = changed._with(changed.document.append(path, port, part=part))._demand_mark(path, part)
            changed = changed._keep(path, port)
        return changed._with(changed.document.set_tag(path, "!override")) if override else changed

    def with_service(self, name: str, mapping: Mapping[str, Any], *, part: str = "") -> "Override":
        """Have a service; where the operator has changed it, only the keys that are missing are added."""
        path = ("services", name)
        if self.document.at(path) is None or (path, None) in self.document.own(part):
            return self._value(path, dict(mapping), part)._demand_mark(path, part)
        changed = self._keep(path)
        for key, value in mapping.items():
            if key == "volumes":
                for volume in value:
                    changed = changed._mount((*path, "volumes"), volume, part)
            elif not changed.document.has((*path, key)) or ((*path, key), None) in changed.document.own(part):
                changed = changed._value((*path, key), value, part)
        return changed

    def with_volume_mount(
        self, service: str, source: str, target: str, *, read_only: bool, part: str = ""
    ) -> "Override":
        """Mount a file or folder of the host.

        The long form is used: with it a missing source is an error and not made as an empty directory.
        """
        return self._mount(("services", service, "volumes"), bind_mount(source, target, read_only=read_only), part)

    def with_named_volume(self, name: str, *, part: str = "") -> "Override":
        """Declare a named volume."""
        path = ("volumes", name)
        return self._keep(path) if self.document.has(path) else self._value(path, None, part)

    def without_former(self, part: str) -> "Override":
        """Remove what an earlier run wrote for ``part``, if nobody changed it and it is no longer needed."""
        override = self
        # The last one first, so that the items before it in a list keep their numbers.
        for path, item in reversed([place for place in self.document.own(part) if not _is_kept(self, *place)]):
            override = override._with(override.document.remove(path, item))._without_our_tag(path, item, part)
        return override

    def _without_our_tag(self, path: Path, item: int | None, part: str) -> "Override":
        """Take ``!override`` off a list that holds nothing of the wizard's any more.

        Only :meth:`with_ports` adds items to such a list, and it was the one that put the tag there: with the tag left
        behind, the ports of the base file would stay unpublished.
        """
        marks = self.document.marks.items()
        is_needed = item is None or any(place[0] == path and mark.part == part for place, mark in marks)
        if is_needed or self.document.tag(path) != "!override":
            return self
        return self._with(self.document.set_tag(path, ""))

    def _environment(self, path: Path, name: str, value: str, part: str) -> "Override":
        present = self.document.at(path)
        if isinstance(present, list):
            changed = self._keep(path, f"{name}={value}")
            for index, item in enumerate(present):
                if str(item).partition("=")[0] != name:
                    continue
                if item == f"{name}={value}":
                    return changed
                if (path, index) in self.document.own(part):
                    return changed._with(self.document.remove(path, index))._environment(path, name, value, part)
                return changed._with(self.document.set_item(path, index, f"{name}={value}"))
            return changed._with(self.document.append(path, f"{name}={value}", part=part))
        if isinstance(present, Mapping) and _same(present.get(name), value) and name in present:
            return self._keep((*path, name))
        return self._value((*path, name), value, part)

    def _mount(self, path: Path, volume: Mapping[str, Any], part: str) -> "Override":
        present = self.document.at(path)
        changed = self._keep(path, _item_key(volume))
        for index, item in enumerate(present if isinstance(present, list) else ()):
            there = mount(item)
            if there.get("target") != volume["target"]:
                continue
            if _same_place(there.get("source"), volume["source"]):
                return changed
            if (path, index) not in self.document.own(part):
                found = str(there.get("source"))[:80]
                message = f"{found} is mounted at {volume['target']} instead of {volume['source']}."
                remedy = f"Mount {volume['source']} instead, or remove this entry."
                raise InvalidInput(
                    Problem(field=".".join(path), file=self.document.source.name, message=message, remedy=remedy)
                )
            return changed._with(self.document.remove(path, index))._mount(path, volume, part)
        if isinstance(present, list) and present:
            return changed._with(self.document.append(path, dict(volume), part=part))
        return changed._with(self.document.set(path, [dict(volume)], part=part, each=True))

    def with_value(self, path: Path, value: object, *, part: str = "") -> "Override":
        """Set any other key, unless the operator has set it."""
        if self.document.at(path) is not None and (path, None) not in self.document.own(part):
            return self._keep(path)
        return self._value(path, value, part)

    def _value(self, path: Path, value: object, part: str) -> "Override":
        """Set a value and mark it; nothing changes if it is already there."""
        plain = value.value if isinstance(value, Tagged) else value
        tag = value.tag if isinstance(value, Tagged) else ""
        changed = self._keep(path)
        if self.document.has(path) and self.document.at(path) == plain and self.document.tag(path) == tag:
            return changed
        return changed._with(self.document.set(path, value, part=part))

    def _demand_mark(self, path: Path, part: str) -> "Override":
        """Return this override with the demand that what is at ``path`` for a part has its mark."""
        return self._replace(marked=self.marked | {path}) if part else self

    def _keep(self, path: Path, item: str = "") -> "Override":
        return self._replace(kept=self.kept | {(path, item)})

    def _with(self, document: YamlText) -> "Override":
        return self._replace(document=document)


def bind_mount(source: str, target: str, *, read_only: bool) -> dict[str, Any]:
    """Return the mount of a file or folder of the host, in the long form."""
    volume: dict[str, Any] = {"type": "bind", "source": source.replace("$", "$$"), "target": target}
    return {**volume, "read_only": True} if read_only else volume


def _is_kept(override: Override, path: Path, item: int | None) -> bool:
    return (path, "" if item is None else _item_key(override.document.at(path)[item])) in override.kept


def _item_key(item: object) -> str:
    return f"mount {item['target']}" if isinstance(item, Mapping) and "target" in item else str(item)


def _same(present: object, value: str) -> bool:
    return str(present).lower() == value if isinstance(present, bool) else str(present) == value


def _same_place(one: object, other: object) -> bool:
    return str(one).removeprefix("./").rstrip("/") == str(other).removeprefix("./").rstrip("/")


def _differences(before: Any, after: Any, path: Path) -> list[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys((*before, *after))
        return [key for name in names for key in _differences(before.get(name), after.get(name), (*path, str(name)))]
    if isinstance(after, Mapping) and before is None and len(path) < 2:  # noqa: PLR2004 - down to the single service
        return [key for name in after for key in _differences(None, after[name], (*path, str(name)))]
    return [] if before == after else [".".join(path)]
