"""The files from which Docker Compose takes variables, and which of these reach a container's environment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from wizard.basics.problem import InvalidInput, Problem
from wizard.composefile.located import Leaf
from wizard.dotenv import compose

_BLANKS: Final = " \t\n\v\f\r\x85\xa0"


def read_variables(
    data: bytes, name: str, environment: Mapping[str, Leaf], earlier: Mapping[str, Leaf]
) -> dict[str, Leaf]:
    """Return what Docker Compose reads from an environment file, up to a line that it refuses.

    ``environment`` wins where a variable is filled in, ``earlier`` comes after the file's own lines.
    """
    text = _decoded(data, name)
    outside = [{key: leaf.text for key, leaf in each.items()} for each in (environment, earlier)]
    if not compose.fills_in(text, *outside):
        return dict(_alone(text, name))
    return _leaves(compose.read(text, *outside), name)


@lru_cache(maxsize=2)
def _alone(text: str, name: str) -> Mapping[str, Leaf]:
    return MappingProxyType(_leaves(compose.read_alone(text), name))


def _leaves(reading: compose.ComposeReading, name: str) -> dict[str, Leaf]:
    limit = None if reading.refused is None else reading.refused.line
    counted = (found for found in reading.statements if limit is None or found.line < limit)
    return {found.name: Leaf(value=found.value, file=name, line=found.line, lost=found.lost) for found in counted}


def read_raw(data: bytes, name: str, environment: Mapping[str, Leaf]) -> dict[str, Leaf]:
    """Return what ``format: raw`` reads: lines as they are (docker/cli, pkg/kvfile/kvfile.go)."""
    found: dict[str, Leaf] = {}
    for number, line in enumerate(_decoded(data, name).split("\n"), 1):
        text = line.removesuffix("\r").lstrip(_BLANKS)
        if not text or text.startswith("#"):
            continue
        key, sign, value = text.partition("=")
        if sign:
            found[key] = Leaf(value=value, file=name, line=number)
        elif key in environment:
            found[key] = Leaf(value=environment[key].text, file=name, line=number)
    return found


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(field="", file=name, line=line, message="not UTF-8.", remedy="Save the file as UTF-8.")
        raise InvalidInput(problem) from None
