"""What a Dockerfile of the operator's says about LibreChat: the image that it starts from, and its ``ENV`` (docs.docker.com/reference/dockerfile)."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import Final

from wizard.composefile.located import Leaf
from wizard.dotenv.template import InvalidTemplate, substitute

_INSTRUCTION: Final = re.compile(r"[ \t]*(?P<word>[A-Za-z]+)[ \t]+(?P<rest>.*)", re.DOTALL)
_PAIR: Final = re.compile(r"[A-Za-z_]\w*=")
_FROM: Final = re.compile(r"(?:--\S+[ \t]+)*(?P<image>\S+)(?:[ \t]+[Aa][Ss][ \t]+(?P<name>\S+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dockerfile:
    """The stage that becomes the image."""

    image: str = ""
    """What the stage starts from in the end; empty where the file says nothing."""
    file: str = ""
    """The file, as an operator names it."""
    environment: dict[str, Leaf] = field(default_factory=dict, repr=False)
    """``ENV``, of the stages that it starts from too."""


def read_dockerfile(data: bytes, name: str, *, target: str = "", arguments: dict[str, str] | None = None) -> Dockerfile:
    """Read a Dockerfile; ``arguments`` are the values of ``build.args``."""
    stages: dict[str, Dockerfile] = {}
    last = Dockerfile()
    values: dict[str, str] = {}
    for line, word, rest in _instructions(data.decode("utf-8", "replace")):
        if word == "ARG":
            key, sign, default = rest.strip().partition("=")
            values[key] = (arguments or {}).get(key, default.strip("\"'") if sign else values.get(key, ""))
        elif word == "FROM" and (match := _FROM.match(_filled(rest, values))):
            if target and target in stages and stages[target] is last:
                return last
            base = stages.get(match["image"].lower())
            environment = dict(base.environment) if base else {}
            last = Dockerfile(image=base.image if base else match["image"], file=name, environment=environment)
            stages[(match["name"] or str(len(stages))).lower()] = last
        elif word == "ENV":
            known = values | {key: leaf.text for key, leaf in last.environment.items()}
            for key, value in _pairs(rest):
                last.environment[key] = Leaf(value=_filled(value, known), file=name, line=line)
    return stages.get(target.lower(), last) if target else last


def _instructions(text: str) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    lines = iter(enumerate(text.replace("\r\n", "\n").split("\n"), 1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole = line
        while whole.rstrip(" \t").endswith("\\") and (following := next(lines, None)) is not None:
            is_comment = following[1].lstrip().startswith("#")
            whole = whole if is_comment else f"{whole.rstrip()[:-1]} {following[1]}"
        if match := _INSTRUCTION.match(whole):
            found.append((number, match["word"].upper(), match["rest"]))
    return found


def _pairs(rest: str) -> list[tuple[str, str]]:
    if not _PAIR.match(rest):
        key, _, value = rest.strip().partition(" ")
        return [(key, value.strip())]
    try:
        words = shlex.split(rest)
    except ValueError:
        words = rest.split()
    return [(key, value) for key, sign, value in (word.partition("=") for word in words) if sign]


def _filled(text: str, values: dict[str, str]) -> str:
    try:
        return substitute(text, values.get)
    except InvalidTemplate:
        return text
