"""The content of a YAML file as plain data, together with its text, within limits."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Self

from wizard.basics.problem import InvalidInput
from wizard.yamlfile.reading import STANDARD, decoded, fault, root_of
from wizard.yamlfile.render import Tagged

Path = tuple[str, ...]

_LONGEST_KEY: Final = 200
"""Characters of a key that is a mapping or a list itself: quoted in each other, such keys double at every level."""
_LARGEST: Final = 500_000
"""Bytes; ruamel.yaml takes seconds for as much, and no configuration file of LibreChat has a tenth of it."""
_DEEPEST: Final = 60


class ParsedYaml(NamedTuple):
    """The text, and what it says."""

    name: str
    text: str
    bom: bool = False
    data: Any = None
    """The document as plain dicts, lists and scalars; aliases and merge keys resolved, foreign tags as ``Tagged``."""
    root: Any = None
    """ruamel's node, ``None`` for an empty document."""

    @classmethod
    def parse(cls, data: bytes | None, name: str) -> Self:
        """Read one document whose top is a mapping, or an empty one.

        ``InvalidInput`` names the line of what is not UTF-8, no YAML, a key that appears twice, a second document or a
        top that is not a mapping.
        """
        text = decoded(data or b"", name, _LARGEST)
        return cls(name=name, text="", bom=text.startswith("\ufeff")).with_text(text.removeprefix("\ufeff"))

    def at(self, path: Path) -> Any:
        """Return the value at ``path`` with its tag taken off; ``None`` if there is none."""
        return untagged(value_at(self.data, path))

    def tag(self, path: Path) -> str:
        """Return the tag of the value at ``path`` (``!override``), or nothing."""
        return tag_of(value_at(self.data, path))

    def has(self, path: Path) -> bool:
        """Return whether the key is there, even with nothing as its value."""
        parent = self.at(path[:-1])
        return isinstance(parent, Mapping) and path[-1] in parent

    def refuse(self, path: Path, message: str) -> InvalidInput:
        """Return the refusal to change what is at ``path``."""
        return fault(self.name, f"{'.'.join(path)}: {message}", remedy="Edit it yourself, then run the wizard again.")

    def with_text(self, text: str) -> Self:
        """Return the same file with another text, parsed anew; raises as :meth:`parse`."""
        root = root_of(text, self.name)
        data = None if root is None else _Plain(self.name).read(root, 0)
        if data is not None and not isinstance(data, dict):
            raise fault(self.name, "its top level is not a mapping (key: value).", root.start_mark.line + 1)
        return self._replace(text=text, data=data, root=root)


class _Plain:
    """Turns nodes into plain data; bounded, so that a file of nested aliases cannot fill the memory."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._budget = 200_000

    def read(self, node: Any, depth: int) -> Any:
        self._budget -= 1
        if self._budget < 0 or depth > _DEEPEST:
            raise fault(self._name, "it has too many entries, or they are nested too deeply.", node.start_mark.line + 1)
        tag = str(node.tag)
        if node.id == "mapping":
            value: Any = self._mapping(node, depth)
        elif node.id == "sequence":
            value = [self.read(item, depth + 1) for item in node.value]
        elif tag.startswith(STANDARD):
            value = _scalar(tag.removeprefix(STANDARD), node.value)
        else:
            value = None if not node.style and node.value in ("", "~", "null") else node.value
        return value if tag.startswith(STANDARD) else Tagged(tag, value)

    def _mapping(self, node: Any, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, item in node.value:
            if key.tag == f"{STANDARD}merge":
                sources = item.value if item.id == "sequence" else [item]
                for source in reversed(sources):
                    if isinstance(merged := self.read(source, depth + 1), dict):
                        inherited |= merged
                continue
            name = key.value if isinstance(key.value, str) else str(self.read(key, depth + 1))[:_LONGEST_KEY]
            line = key.start_mark.line + 1
            if name in own:
                message = f"{name[:60]} appears twice (first on line {lines[name]})."
                raise fault(self._name, message, line, "Combine the two entries under one key.")
            own[name] = self.read(item, depth + 1)
            lines[name] = line
        return {**inherited, **own}


def _scalar(kind: str, text: str) -> object:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0)
        if kind == "float":
            return float(text.replace("_", ""))
    except ValueError:
        return text
    return text


def untagged(value: Any) -> Any:
    """Return a value without its tag."""
    return value.value if isinstance(value, Tagged) else value


def tag_of(value: Any) -> str:
    """Return the tag of a value's own, or nothing."""
    return value.tag if isinstance(value, Tagged) else ""


def value_at(data: Any, path: Path) -> Any:
    """Return the value at ``path``, its own tag still on; ``None`` if there is none."""
    for key in path:
        data = untagged(data)
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def with_value(data: Any, path: Path, value: object) -> Any:
    """Return the data with ``value`` at ``path``."""
    if not path:
        return value
    if isinstance(data, Tagged):
        return Tagged(data.tag, with_value(data.value, path, value))
    inner = data if isinstance(data, Mapping) else {}
    return {**inner, path[0]: with_value(inner.get(path[0]), path[1:], value)}


def without_key(data: Any, path: Path) -> Any:
    """Return the data without the key at ``path``."""
    parent = value_at(data, path[:-1])
    rest = {key: value for key, value in untagged(parent).items() if key != path[-1]}
    return with_value(data, path[:-1], Tagged(parent.tag, rest) if isinstance(parent, Tagged) else rest)
