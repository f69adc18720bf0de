"""Finds the scalars of a YAML file, and which are secret, from the parsed content instead of its lines.

The same for block and flow style, for lists of ``NAME=value``, below anchors and merge keys, over several lines.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from typing import Any, Final, NamedTuple

from wizard.basics.named_values import says_secret, without_messages, without_named_values
from wizard.basics.patterns import late_pattern
from wizard.basics.redaction import is_secret_name
from wizard.basics.secret import REDACTED, shown_without
from wizard.yamlfile.parsed import ParsedYaml

_REFERENCE: Final = late_pattern(r"\$(?:\w+|\{\w+\})")
"""A value that only names a variable is not a secret; one with a default holds a value (compose-spec, interpolation)."""
_LINE_END: Final = late_pattern(r"(\r\n|\r|\n)")
_PAIR: Final = late_pattern(r"(?P<name>[\w.\-/]+)=(?P<value>.*)\Z", re.DOTALL)
_PROPERTIES: Final = late_pattern(r"(?:[!&]\S*\s+)*")
"""A tag and an anchor before a value (YAML 1.2, section 6.9); the parser counts them to it."""
_NAMES_OF_THINGS: Final = frozenset({"services", "networks", "volumes", "configs", "secrets", "depends_on", "models"})
"""What stands directly below these is a name that the operator chose: a service ``auth`` is not a secret."""
_PAIRS: Final = frozenset({"environment", "labels", "args", "annotations"})
"""A mapping or a list of ``NAME=value`` (compose-spec)."""
_NAMED: Final = frozenset({"name", "key", "variable", "var", "env"})
_VALUES: Final = frozenset({"value", "default", "content"})
_COMMANDS: Final = frozenset({"command", "entrypoint", "test"})
_FREE: Final = frozenset({"content", "driver_opts", "options", "sysctls"})
_SWITCHES: Final = frozenset({"true", "false", "null", "~"})
"""Plain booleans and nothing (YAML 1.2, section 10.3.2) keep no secret, whatever their name says: ``passHostHeader: true``."""
_KEYWORDS: Final = frozenset({"NONE", "CMD", "CMD-SHELL"})
"""The first word of a healthcheck's list."""


class Meaning(IntEnum):
    """The role of a value for Docker Compose and for readers; if it occurs in several places, the highest role counts."""

    FREE = 0
    """Any text would do as well."""
    STRUCTURE = 1
    """Docker Compose reads it: an image, a port, a path."""
    SECRET = 2


class Scalar(NamedTuple):
    """A value at its place in the text; of ``NAME=value`` the value alone."""

    start: int
    end: int
    style: str
    """``|`` and ``>`` for a block, a quote, or nothing."""
    value: str
    meaning: Meaning
    path: tuple[str, ...]
    """The keys above it, those of the place that gave it its meaning."""

    def __repr__(self) -> str:
        return shown_without(self, "value")


def scalars(document: ParsedYaml, is_secret: Callable[[str], bool] = is_secret_name) -> tuple[Scalar, ...]:
    """Return every value of the file, in the order of the text; one that several places share comes once."""
    found: dict[int, Scalar] = {}
    for scalar in _Walk(document.text, is_secret).below(document.root):
        known = found.get(scalar.start)
        if known is None or scalar.meaning > known.meaning:
            found[scalar.start] = scalar
    return tuple(sorted(found.values(), key=lambda scalar: scalar.start))


class _Place(NamedTuple):
    path: tuple[str, ...] = ()
    is_secret: bool = False
    """A name above it is a secret's."""
    is_free: bool = False
    in_list: bool = False

    @property
    def key(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def holds_pairs(self) -> bool:
        # ``environment`` of a secret names a variable.
        return self.key in _PAIRS and self.path[0] not in ("secrets", "configs")

    @property
    def names_things(self) -> bool:
        """Whether the keys directly below are names that the operator chose."""
        in_service = self.path[0:1] == ("services",) and len(self.path) == 3  # noqa: PLR2004 - below a service
        return self.key in _NAMES_OF_THINGS and (len(self.path) == 1 or in_service)


class _Walk:
    def __init__(self, text: str, is_secret: Callable[[str], bool]) -> None:
        self._text = text
        self._is_secret = is_secret

    def below(self, root: Any) -> Iterator[Scalar]:
        waiting: list[tuple[Any, _Place]] = [] if root is None else [(root, _Place())]
        seen: set[object] = set()
        while waiting:
            node, place = waiting.pop()
            # Aliases may name the same part thousands of times.
            visit = (id(node), place.key, place.is_secret, place.is_free, place.in_list, place.names_things)
            if visit in seen:
                continue
            seen.add(visit)
            if node.id == "mapping":
                inner = place._replace(is_secret=place.is_secret or self._names_secret(node))
                waiting += [
                    (
                        item,
                        self._inside(
                            key, item, inner if isinstance(key.value, str) and key.value in _VALUES else place
                        ),
                    )
                    for key, item in node.value
                ]
            elif node.id == "sequence":
                waiting += self._items(node, place)
            else:
                yield self._scalar(node, place)

    def _names_secret(self, node: Any) -> bool:
        """Return whether a mapping is of the form ``{name: NAME, value: VALUE}`` with a secret's name."""
        pairs = [(key.value, item.value) for key, item in node.value if item.id == "scalar"]
        return any(key in _NAMED and self._is_secret(str(value)) for key, value in pairs)

    def _says_one(self, value: str) -> bool:
        """Return whether a text has a secret inside: JSON, a file with settings, a variable's default."""
        return any(
            without_named_values(line, self._is_secret) not in (line, without_messages(line))
            for line in value.splitlines()
        )

    def _inside(self, key: Any, item: Any, place: _Place) -> _Place:
        if key.tag == "tag:yaml.org,2002:merge":
            return place._replace(in_list=False)
        name = key.value if isinstance(key.value, str) else ""
        inner = _Place(path=(*place.path, name))
        # ``secrets`` and the names in it say where a secret is, not what.
        is_thing = place.names_things or inner.names_things or (name == "secrets" and item.id == "sequence")
        is_free = place.is_free or inner.holds_pairs or name in _COMMANDS | _FREE
        in_extension = inner.path[0].startswith("x-") and len(inner.path) == 1
        return inner._replace(
            is_secret=place.is_secret or (not is_thing and self._is_secret(name)),
            is_free=is_free or in_extension,
        )

    def _items(self, node: Any, place: _Place) -> list[tuple[Any, _Place]]:
        is_secret = place.is_secret
        if place.key in _COMMANDS:
            words = [str(item.value) for item in node.value if item.id == "scalar"]
            is_secret = is_secret or any(map(says_secret, words))
        inner = place._replace(is_secret=is_secret, in_list=True)
        return [(item, inner) for item in node.value]

    def _scalar(self, node: Any, place: _Place) -> Scalar:
        start, end = node.start_mark.index, node.end_mark.index
        properties = _PROPERTIES.match(self._text, start, end)
        start = properties.end() if properties else start
        value, style = str(node.value), node.style or ""
        is_secret, is_free = place.is_secret, place.is_free
        if place.key in _COMMANDS:
            is_secret = (is_secret or says_secret(value)) and value not in _KEYWORDS
            is_free = is_free and value not in _KEYWORDS
        elif (match := _PAIR.match(value)) and style not in ("|", ">"):
            is_named = self._is_secret(match["name"])
            if is_named or place.holds_pairs:
                start, value = self._text.find("=", start, end) + 1, match["value"]
                end, style = (end - 1 if style else end), ""
            is_secret = is_secret or is_named
        elif place.holds_pairs and place.in_list:
            # The name of a variable that is handed on.
            is_secret = is_free = False
        elif not style and value.lower() in _SWITCHES:
            is_secret = False
        is_secret = is_secret or self._says_one(value)
        if _REFERENCE.fullmatch(value) or not value:
            is_secret = False
        meaning = Meaning.SECRET if is_secret else Meaning.FREE if is_free else Meaning.STRUCTURE
        return Scalar(start=start, end=end, style=style, value=value, meaning=meaning, path=place.path)


def secret_texts(found: Iterable[Scalar]) -> Iterator[str]:
    """Yield the secret values, to be found elsewhere too; not the words of commands, which are everywhere."""
    yield from (
        scalar.value
        for scalar in found
        if scalar.meaning is Meaning.SECRET and not _COMMANDS.intersection(scalar.path[-1:])
    )


def without_secrets(document: ParsedYaml, found: Iterable[Scalar]) -> str:
    """Return the text of a file with its secret values taken out; it has as many lines as before."""
    parts, position = [], 0
    for scalar in found:
        if scalar.meaning is Meaning.SECRET and scalar.start >= position:
            parts += [document.text[position : scalar.start], _hidden(document.text[scalar.start : scalar.end])]
            position = scalar.end
    return "".join(parts) + document.text[position:]


def _hidden(written: str) -> str:
    lines = _LINE_END.split(written)
    return "".join(REDACTED if part.strip() and not place % 2 else part for place, part in enumerate(lines))
