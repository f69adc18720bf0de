"""A compose file as a tree whose scalars know their position: mappings, lists, and :class:`Leaf`.

Scalars are read as Docker Compose's YAML library reads them (go-yaml v3, resolve.go): ``010`` is octal, ``yes`` a text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.basics.secret import shown_without
from wizard.yamlfile.parsed import ParsedYaml

KeyPath = tuple[str, ...]

_YAML: Final = "tag:yaml.org,2002:"
_FLOAT: Final = late_pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MANY: Final = 1e6
"""From here on Go writes an exponent (strconv.FormatFloat, 'g' with the shortest form)."""
_FEW: Final = 1e-4


class Leaf(NamedTuple):
    """A single value at its place."""

    value: str | int | float | bool | None
    file: str
    """The file as it is named to an operator."""
    line: int
    """Counted from 1; 0 if a value has no line of its own."""
    variables: tuple[str, ...] = ()
    """The variables that the value was filled in with."""
    lost: tuple[str, ...] = ()
    """The variables in a longer value that are set nowhere, so that it is shorter than it is written."""
    only_variable: str = ""
    """The variable that the whole value is taken from; empty if it is written out, or its default counts."""
    is_null: bool = False
    """Whether it is a null of a mapping ``environment``, which only the variables of the project itself fill in."""

    def __repr__(self) -> str:
        return shown_without(self, "value")

    @property
    def text(self) -> str:
        """The value as Docker Compose hands it on; empty for nothing."""
        return "" if self.value is None else go_text(self.value)


class LocatedTree(NamedTuple):
    """What one compose file says."""

    root: dict[str, Any]
    reset: tuple[KeyPath, ...] = ()
    """What ``!reset`` and ``!override`` take away of the files before this one (compose-go, loader/reset.go)."""
    foreign: tuple[tuple[int, str], ...] = ()
    """Line and tag of what has a tag that means nothing here."""


def located(document: ParsedYaml) -> LocatedTree:
    """Return a parsed file as a tree."""
    walk = _Walk(document.name)
    root = walk.read(document.root, ()) if document.root is not None else {}
    return LocatedTree(root if isinstance(root, dict) else {}, tuple(walk.reset), tuple(walk.foreign))


def plain_tree(tree: Any) -> Any:
    """Return a tree as plain dicts, lists and scalars."""
    if isinstance(tree, Mapping):
        return {name: plain_tree(item) for name, item in tree.items()}
    if isinstance(tree, list):
        return [plain_tree(item) for item in tree]
    return tree.value if isinstance(tree, Leaf) else tree


def first_leaf(tree: Any) -> Leaf | None:
    """Return the value of a tree that comes first in its file, which tells where the tree is."""
    return min(leaves(tree), key=lambda leaf: leaf.line, default=None)


def leaves(tree: Any) -> Iterator[Leaf]:
    """Yield every single value of a tree."""
    if isinstance(tree, Leaf):
        yield tree
        return
    for item in tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list) else ():
        yield from leaves(item)


def go_text(value: str | float) -> str:
    """Return what Docker Compose hands on for a scalar (Go's ``%v``): ``true``, ``7`` for 7.0, ``1e+06``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float):
        return str(value)
    if value == 0 or _FEW <= abs(value) < _MANY:
        return str(int(value)) if value.is_integer() else repr(value)
    # Hardly any compose file has such a number.
    from decimal import Decimal

    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    power = len(digits) - 1 + int(exponent)
    return f"{'-' * sign}{first}{'.' * bool(rest)}{''.join(rest)}e{power:+03d}"


class _Walk:
    def __init__(self, file: str) -> None:
        self._file = file
        self.reset: list[KeyPath] = []
        self.foreign: list[tuple[int, str]] = []

    def read(self, node: Any, path: KeyPath) -> Any:
        tag = str(node.tag)
        if tag == "!override":
            self.reset.append(path)
        elif not tag.startswith(_YAML):
            self.foreign.append((node.start_mark.line + 1, tag))
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [
                self.read(item, (*path, str(index)))
                for index, item in enumerate(node.value)
                if not self._is_taken_away(item, None)
            ]
        return Leaf(value=_scalar(node), file=self._file, line=node.start_mark.line + 1)

    def _is_taken_away(self, node: Any, path: KeyPath | None) -> bool:
        if str(node.tag) != "!reset":
            return False
        if path is not None:
            self.reset.append(path)
        return True

    def _mapping(self, node: Any, path: KeyPath) -> dict[str, Any]:
        own: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        for key, item in node.value:
            if key.tag == f"{_YAML}merge":
                for source in reversed(item.value if item.id == "sequence" else [item]):
                    if source.id == "mapping":
                        inherited |= self._mapping(source, path)
                continue
            name = key.value if isinstance(key.value, str) else str(key.value)
            if not self._is_taken_away(item, (*path, name)):
                own[name] = self.read(item, (*path, name))
        return {**inherited, **own}


def _scalar(node: Any) -> str | int | float | bool | None:
    tag, text = str(node.tag).removeprefix(_YAML), str(node.value)
    if node.style or tag == "str" or text in ("", "~", "null", "Null", "NULL"):
        return None if not node.style and tag != "str" else text
    if text.lower() in ("true", "false") and tag == "bool":
        return text.lower() == "true"
    digits = text.replace("_", "")
    number = _integer(digits)
    if number is None and tag in ("int", "float") and _FLOAT.fullmatch(digits):
        return float(digits)
    return text if number is None or tag not in ("int", "float") else number


def _integer(digits: str) -> int | None:
    """Return a whole number as Go's ``ParseInt(text, 0, 64)`` reads it: ``0x1f``, ``0b1``, ``0o17`` and ``017``."""
    match = re.fullmatch(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)", digits)
    if match is None:
        return None
    body = match[2]
    if re.fullmatch(r"0[0-7]+", body):
        body = f"0o{body[1:]}"
    number = int(body, 0)
    return -number if match[1] == "-" else number
