"""A Kubernetes manifest with named texts: the contents of a Secret or a ConfigMap, byte for byte.

``data`` of a Secret is base64 (kubernetes.io/docs/concepts/configuration/secret, "Constraints on Secret names and data"); its
``stringData`` is clear text and wins. ``data`` of a ConfigMap is UTF-8.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final

from wizard.yamlfile.parsed import ParsedYaml
from wizard.yamlfile.reading import fault

LARGEST: Final = 1_048_576
"""Bytes that all values of a Secret or a ConfigMap may have together (1 MiB, the same page)."""


def secret_bytes(document: ParsedYaml) -> dict[str, bytes]:
    """Return what a Secret holds, by name; ``InvalidInput`` names the line of what is not base64."""
    found: dict[str, bytes] = {}
    for name, text, line in _entries(document, "data"):
        try:
            found[name] = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            message = f"data.{name[:80]} is not base64."
            raise fault(document.name, message, line, "Move it to stringData:, or encode it.") from None
    found |= {name: text.encode() for name, text, _ in _entries(document, "stringData")}
    return found


def config_texts(document: ParsedYaml) -> dict[str, str]:
    """Return what a ConfigMap holds, by name."""
    return {name: text for name, text, _ in _entries(document, "data")}


def encoded(value: str) -> str:
    """Return a value as a Secret's ``data`` has it."""
    return base64.b64encode(value.encode("utf-8", "surrogateescape")).decode("ascii")


def lines_of(document: ParsedYaml, *path: str) -> Mapping[str, int]:
    """Return the lines of the names of a mapping, counted from 1."""
    node = _node(document, path)
    return {str(key.value): int(key.start_mark.line) + 1 for key, _ in (node.value if node is not None else ())}


def _entries(document: ParsedYaml, key: str) -> Iterator[tuple[str, str, int]]:
    """Yield name, text as it is written, and line of each entry: ``MTIz`` is a text, and so is ``1234``."""
    node = _node(document, (key,))
    for name, value in node.value if node is not None else ():
        if value.id == "scalar":
            yield str(name.value), str(value.value), int(name.start_mark.line) + 1


def _node(document: ParsedYaml, path: tuple[str, ...]) -> Any:
    """Return the mapping at a path; ``None`` if there is none."""
    node = document.root
    for key in path:
        pairs = node.value if node is not None and node.id == "mapping" else ()
        node = next((value for name, value in pairs if name.value == key), None)
    return node if node is not None and node.id == "mapping" else None
