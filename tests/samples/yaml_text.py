"""YAML in a layout of our own: what a file says, without its comments and its spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_ORDER = ("image", "build", "container_name", "user", "command", "restart", "depends_on", "env_file", "ports")
"""Keys of a service that come first, in this order; the others follow as they come."""
_PLAIN = re.compile(
    r"(?!(?:true|false|null|yes|no|on|off)$)[A-Za-z./](?:[A-Za-z0-9_./@:-]*[A-Za-z0-9_./-])?", re.IGNORECASE
)


def yaml_lines(value: Any, indent: str = "", *, flow: bool = False) -> Iterator[str]:
    """Yield the lines of a mapping or a list; with ``flow``, a list of scalars is written on one line."""
    if isinstance(value, dict):
        for key in sorted(value, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER)):
            yield from _entry(f"{indent}{scalar(key)}:", value[key], indent, flow=flow)
        return
    for item in value:
        if isinstance(item, dict | list):
            first, *others = yaml_lines(item, f"{indent}  ", flow=flow)
            yield f"{indent}- {first.lstrip()}"
            yield from others
        else:
            yield f"{indent}- {scalar(item)}"


def _entry(begin: str, value: Any, indent: str, *, flow: bool) -> Iterator[str]:
    if flow and isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        items = ", ".join(f"'{item}'" for item in value)
        yield f"{begin} [{items}]"
    elif isinstance(value, dict | list) and value:
        yield begin
        yield from yaml_lines(value, f"{indent}  ", flow=flow)
    else:
        yield begin if value is None else f"{begin} {scalar(value)}"


def scalar(value: Any) -> str:
    """Return a scalar (or an empty list or mapping) as it is written: bare where that is safe."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
