"""The files that Docker Compose takes variables from, and what of them a container's environment is made of."""

from __future__ import annotations

from collections.abc import Mapping
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
    reading = compose.read(
        _decoded(data, name),
        {key: leaf.text for key, leaf in environment.items()},
        {key: leaf.text for key, leaf in earlier.items()},
    )
    counted = reading.values()
    return {
        found.name: Leaf(value=found.value, file=name, line=found.line)
        for found in reading.statements
        if found.name in counted and (reading.refused is None or found.line < reading.refused.line)
    }


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
