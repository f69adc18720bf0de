"""Merges one compose file over another as Docker Compose does (compose-go v2.9.1, override/merge.go and override/uncity.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from wizard.composefile.located import KeyPath, Leaf

_REPLACED: Final = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})
_PAIRS: Final = frozenset(
    {
        ("environment",),
        ("labels",),
        ("annotations",),
        ("sysctls",),
        ("build", "args"),
        ("build", "labels"),
        ("build", "additional_contexts"),
        ("deploy", "labels"),
    }
)
"""Keys of a service that are a mapping or a list of ``NAME=value``; both are read as a mapping."""
_JOINED: Final = frozenset({("env_file",), ("label_file",), ("dns",), ("dns_opt",), ("dns_search",), ("tmpfs",)})
"""Keys of a service that are a list, or one text."""
_NAMED: Final = frozenset({("networks",), ("depends_on",), ("models",)})
"""Keys of a service that are a mapping, or a list of its keys."""


class TypeConflict(Exception):
    """Two files give one key different types, a mapping and a list for example; Docker Compose rejects that."""

    def __init__(self, path: KeyPath) -> None:
        super().__init__(".".join(path))
        self.path = path


def merge(base: Any, over: Any, path: KeyPath = ()) -> Any:
    """Return ``over`` laid over ``base``, neither of them changed; ``TypeConflict`` if their types differ."""
    inner = path[2:] if path[:1] == ("services",) else ()
    if inner in _SPECIAL:
        return _SPECIAL[inner](base, over, path)
    if isinstance(over, Leaf) and over.value is None:
        return base
    if isinstance(base, Leaf) or base is None:
        return over
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return _mappings(base, over, path)
    if isinstance(base, list) and isinstance(over, list):
        return [*base, *over]
    raise TypeConflict(path)


def _extra_hosts(base: Any, over: Any, _: KeyPath) -> Any:
    known = _hosts(base)
    texts = {leaf.text for leaf in known}
    return [*known, *(leaf for leaf in _hosts(over) if leaf.text not in texts)]


def _builds(base: Any, over: Any, path: KeyPath) -> Any:
    base, over = _as_build(base), _as_build(over)
    return _mappings(base, over, path) if isinstance(base, Mapping) and isinstance(over, Mapping) else over


def without(tree: Any, reset: Iterable[KeyPath]) -> Any:
    """Return a tree without what the file laid over it takes away with ``!reset`` and ``!override``."""
    for path in reset:
        tree = _without(tree, path)
    return tree


def _without(tree: Any, path: KeyPath) -> Any:
    if not path or not isinstance(tree, Mapping) or path[0] not in tree:
        return tree
    if len(path) == 1:
        return {name: item for name, item in tree.items() if name != path[0]}
    return {**tree, path[0]: _without(tree[path[0]], path[1:])}


class Pairs(dict[str, Any]):
    """A mapping that is a list to Docker Compose: written as one, or made of two that lie over one another (mergeToSequence)."""


def environment_pairs(value: Any) -> dict[str, Any]:
    """Return an ``environment`` as a mapping, in which the nulls of one that is written as a mapping are marked.

    An included file fills in the bare names of a list with its own variables, and leaves those nulls to the project
    (compose-go v2.9.1, loader/environment.go, resolveServicesEnvironment).
    """
    if isinstance(value, list | Pairs):
        return Pairs(as_pairs(value))
    return {name: _as_null(leaf) for name, leaf in as_pairs(value).items()}


def _as_null(leaf: Any) -> Any:
    return leaf._replace(is_null=True) if isinstance(leaf, Leaf) and leaf.value is None else leaf


def _joined_pairs(base: Any, over: Any) -> Pairs:
    both = {**as_pairs(base), **as_pairs(over)}
    return Pairs(
        {name: leaf._replace(is_null=False) if isinstance(leaf, Leaf) else leaf for name, leaf in both.items()}
    )


def as_pairs(value: Any) -> dict[str, Any]:
    """Return a mapping or a list of ``NAME=value`` as a mapping; a bare name has a leaf with nothing in it."""
    if isinstance(value, Mapping):
        return dict(value)
    found: dict[str, Any] = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Leaf):
            name, sign, text = item.text.partition("=")
            found[name] = _with_value(item, text if sign else None)
    return found


def _with_value(leaf: Leaf, value: str | None) -> Leaf:
    return leaf._replace(value=value)


def as_names(value: Any) -> dict[str, Any]:
    """Return a mapping or a list of its keys as a mapping."""
    if isinstance(value, Mapping):
        return dict(value)
    names = value if isinstance(value, list) else []
    return {item.text: _with_value(item, None) for item in names if isinstance(item, Leaf)}


def unique(items: list[Any], key: Callable[[Any], object]) -> list[Any]:
    """Return a list in which the last of several entries with one key replaces the first."""
    found: dict[object, Any] = {}
    for item in items:
        found[key(item)] = item
    return list(found.values())


def _mappings(base: Mapping[str, Any], over: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    merged = dict(base)
    for name, item in over.items():
        merged[name] = merge(merged[name], item, (*path, name)) if name in merged else item
    return merged


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, Leaf) and isinstance(value.value, str) else []


def _as_build(value: Any) -> Any:
    return {"context": value} if isinstance(value, Leaf) and value.value is not None else value


def _hosts(value: Any) -> list[Leaf]:
    if isinstance(value, Mapping):
        return [_with_value(item, f"{name}={item.text}") for name, item in value.items() if isinstance(item, Leaf)]
    return [item for item in value if isinstance(item, Leaf)] if isinstance(value, list) else []


_SPECIAL: Final[Mapping[KeyPath, Callable[[Any, Any, KeyPath], Any]]] = {
    **dict.fromkeys(_REPLACED, lambda _base, over, _path: over),
    **dict.fromkeys(_PAIRS, lambda base, over, _path: _joined_pairs(base, over)),
    **dict.fromkeys(_JOINED, lambda base, over, _path: [*_as_list(base), *_as_list(over)]),
    **dict.fromkeys(_NAMED, lambda base, over, path: _mappings(as_names(base), as_names(over), path)),
    ("extra_hosts",): _extra_hosts,
    ("build",): _builds,
}
"""What is merged differently than mappings, lists and single values in general."""
