"""Normalises the short forms in a service to the long form that Docker Compose uses (compose-go v2.9.1, transform and format)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from wizard.basics.patterns import late_pattern
from wizard.composefile.located import Leaf
from wizard.composefile.merging import as_names, as_pairs, environment_pairs, unique

_NUMBER: Final = late_pattern(r"[0-9]{1,5}")
_PORT: Final = late_pattern(r"(?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?")


class UnreadableEntry(Exception):
    """An entry in short form that cannot be split into its parts."""

    def __init__(self, leaf: Leaf | None, what: str) -> None:
        super().__init__(what)
        self.leaf = leaf
        self.what = what


def long_service(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service in long forms; ``UnreadableEntry`` names the entry that cannot be read."""
    return {key: _LONG[key](value) if key in _LONG else value for key, value in service.items()}


def _env_files(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    return unique([_env_file(item) for item in listed], lambda item: _text(item, "path"))


def _volumes(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    # Twice, as there: a short form is cleaned only after the first time (loader.go, EnforceUnicity).
    written = unique([(isinstance(item, Leaf), _volume(item)) for item in value], lambda pair: _text(pair[1], "target"))
    cleaned = [_with_clean_target(volume) if is_short else volume for is_short, volume in written]
    return unique(cleaned, lambda volume: _text(volume, "target"))


def _with_clean_target(volume: dict[str, Any]) -> dict[str, Any]:
    target = volume["target"]
    return {**volume, "target": target._replace(value=clean_path(target.text))}


def _all_ports(value: Any) -> Any:
    return unique([port for item in value for port in _ports(item)], _port_key) if isinstance(value, list) else value


def _mounted_files(folder: str) -> Callable[[Any], Any]:
    def long(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        entries = [{"source": item} if isinstance(item, Leaf) else item for item in value]
        return unique(entries, lambda item: _text(item, "target") or f"{folder}/{_text(item, 'source')}")

    return long


def _build(value: Any) -> Any:
    return {"context": value} if isinstance(value, Leaf) else value


_LONG: Final[Mapping[str, Callable[[Any], Any]]] = {
    "environment": environment_pairs,
    "labels": as_pairs,
    "networks": as_names,
    "depends_on": as_names,
    "build": _build,
    "env_file": _env_files,
    "volumes": _volumes,
    "ports": _all_ports,
    "configs": _mounted_files(""),
    "secrets": _mounted_files("/run/secrets"),
}


def _text(item: Any, key: str) -> str:
    leaf = item.get(key) if isinstance(item, Mapping) else None
    return leaf.text if isinstance(leaf, Leaf) else ""


def _env_file(item: Any) -> dict[str, Any]:
    if isinstance(item, Leaf):
        return {"path": item}
    if not isinstance(item, Mapping) or not _text(item, "path"):
        raise UnreadableEntry(None, "env_file")
    return dict(item)


def _volume(item: Any) -> dict[str, Any]:
    if isinstance(item, Mapping):
        return dict(item)
    if not isinstance(item, Leaf) or not isinstance(item.value, str) or not item.value:
        raise UnreadableEntry(item if isinstance(item, Leaf) else None, "volumes")
    parts = _split_volume(item.value)
    if not all(parts) or len(parts) > 3:  # noqa: PLR2004 - source, target, options
        raise UnreadableEntry(item, "volumes")
    if len(parts) == 1:
        return {"type": item._replace(value="volume"), "target": item._replace(value=parts[0])}
    is_path = parts[0][0] in "./~" or parts[0].startswith("\\\\") or re.match(r"[^\W\d_]:", parts[0]) is not None
    made: dict[str, Any] = {
        "type": item._replace(value="bind" if is_path else "volume"),
        "source": item._replace(value=parts[0]),
        "target": item._replace(value=parts[1]),
    }
    for option in parts[2].split(",") if len(parts) > 2 else ():  # noqa: PLR2004 - the third part
        if option in ("ro", "rw"):
            made["read_only"] = item._replace(value=option == "ro")
    return made


def _split_volume(text: str) -> list[str]:
    """Split at colons; one behind a single letter belongs to a drive of Windows (format/volume.go)."""
    if len(text) <= 2:  # noqa: PLR2004 - as there
        return [text]
    parts = [""]
    for letter in text:
        if letter == ":" and not (len(parts[-1]) == 1 and parts[-1].isalpha()):
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def clean_path(path: str) -> str:
    """Return a path as Go's path.Clean leaves it."""
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _ports(item: Any) -> Iterator[dict[str, Any]]:
    if isinstance(item, Mapping):
        yield dict(item)
        return
    if not isinstance(item, Leaf) or isinstance(item.value, bool | float) or item.value is None:
        raise UnreadableEntry(item if isinstance(item, Leaf) else None, "ports")
    spec, _, protocol = item.text.partition("/")
    parts = spec.split(":")
    inner, outer = parts[-1], parts[-2] if len(parts) > 1 else ""
    host = ":".join(parts[:-2])
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    inside, outside = _range(inner), _range(outer) if outer else None
    if inside is None or (outer and outside is None):
        raise UnreadableEntry(item, "ports")
    pairs = _pairs(inside, outside, outer)
    if pairs is None:
        raise UnreadableEntry(item, "ports")
    for published, target in pairs:
        made: dict[str, Any] = {"target": item._replace(value=target)}
        if host:
            made["host_ip"] = item._replace(value=host)
        if published:
            made["published"] = item._replace(value=published)
        yield {**made, "protocol": item._replace(value=protocol.lower() or "tcp")}


def _range(text: str) -> range | None:
    match = _PORT.fullmatch(text)
    if match is None:
        return None
    first, last = int(match["first"]), int(match["last"] or match["first"])
    return range(first, last + 1) if first <= last < 1 << 16 else None


def _pairs(inside: range, outside: range | None, written: str) -> list[tuple[str, int]] | None:
    """Return published and inner ports one by one (go-connections, nat.ParsePortSpec)."""
    if outside is None:
        return [("", target) for target in inside]
    if len(inside) == 1 and len(outside) > 1:
        return [(written, inside[0])]
    if len(inside) != len(outside):
        return None
    return [(str(published), target) for published, target in zip(outside, inside, strict=True)]


def _port_key(port: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        _text(port, "host_ip") or "0.0.0.0",  # noqa: S104 - compared, not bound
        _text(port, "published"),
        _text(port, "target"),
        _text(port, "protocol") or "tcp",
    )
