"""YAML 1.2 text as nodes that know their line, for files whose faults are reported by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.basics.problem import InvalidInput, Problem
from wizard.yamlfile.reading import STANDARD, decoded, fault, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAXIMUM_BYTES: Final = 1_000_000
"""An answers file is a few kilobytes; a larger one is something else by mistake."""


_QUOTE: Final = "Put a value with special characters in single quotes: 'p@ss: #1' (double any ' inside)."


class Node:
    """A scalar (``text``), a list (``items``) or a mapping (``pairs``) with the line it begins on."""

    __slots__ = ("items", "kind", "line", "pairs", "text")

    def __init__(
        self,
        line: int,
        kind: str,
        *,
        text: str = "",
        items: tuple[Node, ...] = (),
        pairs: tuple[tuple[Node, Node], ...] = (),
    ) -> None:
        self.line = line
        self.kind = kind
        """``bool``, ``null``, ``number``, ``text``, ``list`` or ``map``."""
        self.text = text
        """A scalar as it is written, quotes and escapes resolved: ``0755`` stays ``0755``."""
        self.items = items
        self.pairs = pairs

    @property
    def is_true(self) -> bool:
        """Whether this is the boolean ``true``."""
        return self.kind == "bool" and self.text.lower() == "true"

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it."""
        yield self
        for item in self.items:
            yield from item.walk()
        for key, value in self.pairs:
            yield from key.walk()
            yield from value.walk()


def node_of(value: object) -> Node:
    """Return plain data as the node that its YAML would be; it is on no line."""
    if isinstance(value, Node):
        return value
    if isinstance(value, Mapping):
        return Node(line=0, kind="map", pairs=tuple((node_of(key), node_of(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return Node(line=0, kind="list", items=tuple(map(node_of, value)))
    text = str(value).lower() if value is None or isinstance(value, bool) else str(value)
    kinds: dict[type, str] = {type(None): "null", bool: "bool", int: "number"}
    return Node(line=0, kind=kinds.get(type(value), "text"), text=text)


def compose(data: bytes, name: str) -> Node | None:
    """Read the one YAML document in ``data`` as :func:`composed` does; ``InvalidInput`` names duplicate keys, too."""
    root, duplicates = composed(data, name)
    if duplicates:
        raise InvalidInput(*duplicates)
    return root


def composed(data: bytes, name: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read the one YAML document in ``data``, ``None`` for an empty one; return it with a problem for each duplicate key.

    ``InvalidInput`` names file and line for anything that is not YAML, and for several documents.
    """
    root = root_of(decoded(data, name, MAXIMUM_BYTES).removeprefix("\ufeff"), name, _QUOTE)
    reader = _Reader(name)
    return None if root is None else reader.read(root, 0), tuple(dict.fromkeys(reader.duplicates))


class _Reader:
    """Turns ruamel's nodes into ours; aliases are followed, their number is bounded."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._budget = 20_000
        self.duplicates: list[Problem] = []

    def read(self, node: Any, depth: int) -> Node:
        self._budget -= 1
        if self._budget < 0 or depth > 20:  # noqa: PLR2004 - no answers file is deeper
            raise fault(self._name, "it has too many entries, or they are nested too deeply.")
        line = node.start_mark.line + 1
        if node.id == "scalar":
            return Node(line=line, kind=self._scalar_kind(str(node.tag), line), text=node.value)
        if node.id == "sequence":
            return Node(line=line, kind="list", items=tuple(self.read(item, depth + 1) for item in node.value))
        pairs = tuple((self.read(key, depth + 1), self.read(item, depth + 1)) for key, item in node.value)
        self._note_duplicates(pairs)
        return Node(line=line, kind="map", pairs=pairs)

    def _scalar_kind(self, tag: str, line: int) -> str:
        known = {"bool": "bool", "null": "null", "int": "number", "float": "number", "str": "text", "timestamp": "text"}
        kind = known.get(tag.removeprefix(STANDARD))
        if kind is None:
            raise fault(self._name, "a YAML tag (a word that begins with '!') is not supported here.", line, _QUOTE)
        return kind

    def _note_duplicates(self, pairs: tuple[tuple[Node, Node], ...]) -> None:
        seen: dict[str, int] = {}
        for key, _ in pairs:
            if key.text in seen:
                message = f"appears twice (first on line {seen[key.text]})."
                self.duplicates.append(
                    Problem(field=key.text, file=self._name, line=key.line, message=message, remedy="Keep one.")
                )
            seen.setdefault(key.text, key.line)
