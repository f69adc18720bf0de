"""A YAML file that a person keeps, as text and as what it says. Where each value stands comes from ruamel.yaml's parser."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

from wizard.basics.problem import InvalidInput, Problem
from wizard.yamlfile.render import Tagged

Path = tuple[str, ...]

_LONGEST_KEY: Final = 200
"""Characters of a key that is a mapping or a list itself: quoted in each other, such keys double at every level."""
MARK: Final = "librechat-wizard"
_ALIAS: Final = re.compile(r"\s*\*(?P<name>[^\s,\[\]{}]+)")
_LARGEST: Final = 500_000
"""Bytes; ruamel.yaml takes seconds for as much, and no configuration file of LibreChat has a tenth of it."""
_DEEPEST: Final = 60
_MOST: Final = 25_000
"""Entries as they are written; ten times as many as the largest file of LibreChat's own has lines."""


def mark(part: str, value: object) -> str:
    """Return the comment that makes an entry known as written by the wizard, as long as its value stays the same."""
    return f"# {MARK} {part} {digest(value)}" if part else f"# {MARK} {digest(value)}"


def digest(value: object) -> str:
    """Return eight hex digits that change when the value does."""
    text = json.dumps(value, sort_keys=True, default=lambda tagged: [tagged.tag, tagged.value])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class Own(NamedTuple):
    """A marked entry: a key of a mapping, or one item of the list at ``path`` (``item`` counts from 0)."""

    path: Path
    item: int | None
    part: str
    is_unchanged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedYaml:
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

        ``InvalidInput`` names the line of what is no UTF-8, no YAML, a key that stands twice, a second document or a
        top that is no mapping.
        """
        raw = data or b""
        if len(raw) > _LARGEST:
            raise _fault(name, f"larger than {_LARGEST // 1000} kB; this cannot be a configuration file.")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise _fault(name, "not UTF-8.", line, "Save the file as UTF-8.") from None
        return cls(name=name, text="", bom=text.startswith("\ufeff")).with_text(text.removeprefix("\ufeff"))

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        return (("\ufeff" if self.bom else "") + self.text).encode()

    def at(self, path: Path) -> Any:
        """Return the value at ``path`` with its tag taken off; ``None`` where there is none."""
        value = value_at(self.data, path)
        return value.value if isinstance(value, Tagged) else value

    def tag(self, path: Path) -> str:
        """Return the tag of the value at ``path`` (``!override``), or nothing."""
        parent = self.at(path[:-1])
        value = parent.get(path[-1]) if isinstance(parent, Mapping) else None
        return value.tag if isinstance(value, Tagged) else ""

    def has(self, path: Path) -> bool:
        """Tell whether the key stands there, be it with nothing as its value."""
        parent = self.at(path[:-1])
        return isinstance(parent, Mapping) and path[-1] in parent

    def alias_at(self, offset: int) -> re.Match[str] | None:
        """Return the alias (``*name``) that stands right after ``offset``."""
        return _ALIAS.match(self.text, offset)

    def refuse(self, path: Path, message: str) -> InvalidInput:
        """Return the refusal to change what stands at ``path``."""
        return _fault(self.name, f"{'.'.join(path)}: {message}", remedy="Change it by hand, then run the wizard again.")

    def with_text(self, text: str) -> Self:
        """Return the same file with another text, parsed anew; raises as :meth:`parse`."""
        root = _compose(text, self.name)
        if root is None:
            return replace(self, text=text, data=None, root=None)
        data = _Plain(self.name).read(root, 0)
        if data is not None and not isinstance(data, dict):
            line = root.start_mark.line + 1
            raise _fault(self.name, "its top is no mapping (key: value).", line)
        return replace(self, text=text, data=data, root=root)


def _fault(name: str, message: str, line: int = 0, remedy: str = "") -> InvalidInput:
    return InvalidInput(Problem(field="", file=name, line=line, message=message, remedy=remedy))


class _TooManyError(Exception):
    """More entries than any configuration file has; the parser is stopped before it takes minutes."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@lru_cache(maxsize=32)
def _roots(text: str) -> tuple[Any, ...]:
    """Return ruamel's root node of each document; the same texts come by several times in one run, under several names."""
    from ruamel.yaml import YAML

    parser = YAML(typ="safe", pure=True)
    # A name that is given twice is valid YAML; ruamel's warning would print the lines around it, secrets included.
    parser.composer.warn_double_anchors = False
    compose_node, left = parser.composer.compose_node, _MOST

    def counted(parent: Any, index: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooManyError(parser.parser.peek_event().start_mark.line + 1)
        return compose_node(parent, index)

    parser.composer.compose_node = counted
    return tuple(parser.compose_all(text))


def _compose(text: str, name: str) -> Any:
    """Return ruamel's root node of the only document."""
    if not text:
        return None
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        roots = _roots(text)
    except _TooManyError as error:
        raise _fault(name, "too many entries; this cannot be a configuration file.", error.line) from None
    except MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context or "cannot be read").split("\n", maxsplit=1)[0]
        # The parser quotes what it stumbled over, and that can be part of a password.
        reason = re.sub(r"'[^']{2,}'|\"[^\"]{2,}\"", "...", reason)
        raise _fault(name, f"no valid YAML: {reason}.", place.line + 1 if place is not None else 0) from None
    except YAMLError as error:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
        raise _fault(name, "no valid YAML: a character that YAML does not allow.", line) from None
    except (RecursionError, ValueError):
        raise _fault(name, "no valid YAML: nested too deep.") from None
    if len(roots) > 1:
        message = "holds more than one YAML document; Docker Compose and LibreChat want one."
        raise _fault(name, message, roots[1].start_mark.line + 1 if roots[1] is not None else 0)
    return roots[0] if roots else None


class _Plain:
    """Turns nodes into plain data; bounded, so that a file of nested aliases cannot fill the memory."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._budget = 200_000

    def read(self, node: Any, depth: int) -> Any:
        self._budget -= 1
        line = node.start_mark.line + 1
        if self._budget < 0 or depth > _DEEPEST:
            raise _fault(self._name, "too many or too deeply nested entries.", line)
        tag = str(node.tag)
        if node.id == "mapping":
            value: Any = self._mapping(node, depth)
        elif node.id == "sequence":
            value = [self.read(item, depth + 1) for item in node.value]
        else:
            foreign = not tag.startswith("tag:yaml.org,2002:")
            is_nothing = foreign and not node.style and node.value in ("", "~", "null")
            value = None if is_nothing else _scalar(tag, node.value)
        return value if tag.startswith("tag:yaml.org,2002:") else Tagged(tag, value)

    def _mapping(self, node: Any, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, item in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                sources = item.value if item.id == "sequence" else [item]
                for source in reversed(sources):
                    if isinstance(merged := self.read(source, depth + 1), dict):
                        inherited |= merged
                continue
            name = key.value if isinstance(key.value, str) else str(self.read(key, depth + 1))[:_LONGEST_KEY]
            line = key.start_mark.line + 1
            if name in own:
                message = f"{name[:60]} stands twice (first on line {lines[name]})."
                raise _fault(self._name, message, line, "Put both parts under one key.")
            own[name] = self.read(item, depth + 1)
            lines[name] = line
        return {**inherited, **own}


def _scalar(tag: str, text: str) -> object:
    kind = tag.removeprefix("tag:yaml.org,2002:")
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


def value_at(data: Any, path: Path) -> Any:
    """Return the value at ``path``, its own tag still on; ``None`` if there is none."""
    for key in path:
        data = data.value if isinstance(data, Tagged) else data
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def with_value(data: Any, path: Path, value: object) -> Any:
    """Return the data with ``value`` at ``path``."""
    if not path:
        return value
    if isinstance(data, Tagged):
        return Tagged(data.tag, with_value(data.value, path, value))
    inner = dict(data) if isinstance(data, Mapping) else {}
    inner[path[0]] = with_value(inner.get(path[0]), path[1:], value)
    return inner


def without_key(data: Any, path: Path) -> Any:
    """Return the data without the key at ``path``."""
    if isinstance(data, Tagged):
        return Tagged(data.tag, without_key(data.value, path))
    inner = dict(data)
    if len(path) == 1:
        del inner[path[0]]
    else:
        inner[path[0]] = without_key(inner[path[0]], path[1:])
    return inner
