"""Reads YAML text as ruamel's nodes: bounded, every fault with its line, and without quoting the file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from wizard.basics.problem import InvalidInput, Problem

STANDARD: Final = "tag:yaml.org,2002:"
"""What the tags of YAML's own kinds begin with: ``tag:yaml.org,2002:int``."""
_MOST: Final = 25_000
"""Entries as they are written; ten times as many as the largest file of LibreChat's own has lines."""
_TAB: Final = "a tab character (indent with spaces)"


class _TooManyError(Exception):
    """More entries than any configuration file has; the parser is stopped before it takes minutes."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def fault(name: str, message: str, line: int = 0, remedy: str = "") -> InvalidInput:
    """Return the one problem of a file."""
    return InvalidInput(Problem(field="", file=name, line=line, message=message, remedy=remedy))


def decoded(data: bytes, name: str, largest: int) -> str:
    """Return the text of a file of at most ``largest`` bytes; ``InvalidInput`` names what is larger, or no UTF-8."""
    if len(data) > largest:
        raise fault(name, f"larger than {largest // 1000} kB, so it cannot be a configuration file.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fault(name, "not UTF-8.", line, "Save the file as UTF-8.") from None


def root_of(text: str, name: str, remedy: str = "") -> Any:
    """Return ruamel's root node of the only document; ``None`` for an empty one.

    ``InvalidInput`` names the line of what is not YAML (with ``remedy``), of a second document, of too many entries.
    """
    if not text:
        return None
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        roots = _roots(text)
    except _TooManyError as error:
        raise fault(name, "it has too many entries, so it cannot be a configuration file.", error.line) from None
    except MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        reason = _in_plain_words(str(error.problem or error.context or "cannot be read"))
        remedy = "" if reason == _TAB else remedy
        raise fault(name, f"not valid YAML: {reason}.", place.line + 1 if place is not None else 0, remedy) from None
    except RecursionError:
        raise fault(name, "not valid YAML: nested too deeply.") from None
    except (YAMLError, ValueError) as error:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
        raise fault(name, "not valid YAML: it contains a character that YAML does not allow.", line) from None
    if len(roots) > 1:
        line = roots[1].start_mark.line + 1 if roots[1] is not None else 0
        raise fault(name, "contains more than one YAML document ('---'); only one is allowed.", line)
    return roots[0] if roots else None


def _in_plain_words(reason: str) -> str:
    """Return what the parser says, without what it quotes of the file: that can be part of a password."""
    if found := re.match(r"found character '(\\t|.)' that cannot start", reason):
        return _TAB if found[1] == r"\t" else f"text without quotes cannot begin with '{found[1]}'"
    return re.sub(r"'[^']{2,}'|\"[^\"]{2,}\"", "...", reason.split("\n", maxsplit=1)[0])


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
