"""What the operator's Dockerfile says about LibreChat: its base image, ``ENV`` and copied files (docs.docker.com/reference/dockerfile)."""

import json
import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.composefile.located import Leaf
from wizard.dotenv.template import InvalidTemplate, substitute

_INSTRUCTION: Final = late_pattern(r"[ \t]*(?P<word>[A-Za-z]+)[ \t]+(?P<rest>.*)", re.DOTALL)
_PAIR: Final = late_pattern(r"[A-Za-z_]\w*=")
_FROM: Final = late_pattern(r"(?:--\S+[ \t]+)*(?P<image>\S+)(?:[ \t]+[Aa][Ss][ \t]+(?P<name>\S+))?")


_HOME: Final = "/app"
"""WORKDIR of LibreChat's own images, less ``/api`` of the one for the deploy stack (Dockerfile, Dockerfile.multi)."""
_FLAGS: Final = late_pattern(r"--(?P<name>[a-z-]+)(?:=\S*)?[ \t]+")
_ELSEWHERE: Final = late_pattern(r"(?:https?|git|ssh)://|git@|<<")
"""Sources that are not in the build context: addresses, and texts in the Dockerfile itself."""


class Copied(NamedTuple):
    """A ``COPY``, ``ADD`` or ``RUN`` that may have brought a file into the image."""

    line: int
    sources: tuple[str, ...]
    """Within the build context; empty if they are not in it."""
    target: str
    """Absolute; it ends with a slash where it is a directory for certain. Empty for ``RUN``."""
    text: str = ""
    """Of a ``RUN``: what it runs."""

    def candidates(self, path: str) -> Iterator[str]:
        """Yield the files of the build context that may be at a path of the image, the likeliest one first."""
        for source in self.sources:
            clean = source.strip("/").removeprefix("./") or "."
            if path == self.target:
                yield clean
            elif path.startswith(folder := f"{self.target.rstrip('/')}/"):
                rest = path[len(folder) :]
                if fnmatchcase(rest, posixpath.basename(clean)):
                    yield posixpath.join(posixpath.dirname(clean), rest)
                yield posixpath.normpath(posixpath.join(clean, rest))

    def may_make(self, path: str) -> bool:
        """Whether the file at a path may come from it."""
        if self.text:
            return posixpath.basename(path) in self.text
        return path == self.target or path.startswith(f"{self.target.rstrip('/')}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dockerfile:
    """The stage that becomes the image."""

    image: str = ""
    """What the stage starts from in the end; empty if the file says nothing."""
    file: str = ""
    """The file, as an operator names it."""
    environment: dict[str, Leaf] = field(default_factory=dict, repr=False)
    """``ENV``, of the stages that it starts from too."""
    copied: list[Copied] = field(default_factory=list, repr=False)
    """What was brought in, of the stages that it starts from too, in order."""


def read_dockerfile(data: bytes, name: str, *, target: str = "", arguments: dict[str, str] | None = None) -> Dockerfile:
    """Read a Dockerfile; ``arguments`` are the values of ``build.args``."""
    stages: dict[str, Dockerfile] = {}
    last = Dockerfile()
    values: dict[str, str] = {}
    folder = _HOME
    for line, word, rest in _instructions(data.decode("utf-8", "replace")):
        if word == "ARG":
            key, sign, default = rest.strip().partition("=")
            values[key] = (arguments or {}).get(key, default.strip("\"'") if sign else values.get(key, ""))
        elif word == "FROM" and (match := _FROM.match(_filled(rest, values))):
            if target and target in stages and stages[target] is last:
                return last
            base = stages.get(match["image"].lower())
            environment = dict(base.environment) if base else {}
            last = Dockerfile(
                image=base.image if base else match["image"],
                file=name,
                environment=environment,
                copied=[*base.copied] if base else [],
            )
            folder = _HOME
            stages[(match["name"] or str(len(stages))).lower()] = last
        elif word == "ENV":
            known = values | {key: leaf.text for key, leaf in last.environment.items()}
            for key, value in _pairs(rest):
                last.environment[key] = Leaf(value=_filled(value, known), file=name, line=line)
        elif word == "WORKDIR":
            folder = posixpath.normpath(posixpath.join(folder, _filled(rest.strip().strip("\"'"), values)))
        elif word in ("COPY", "ADD"):
            last.copied.append(_copied(line, _filled(rest, values), folder))
        elif word == "RUN":
            last.copied.append(Copied(line, (), "", rest))
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


def _copied(line: int, rest: str, folder: str) -> Copied:
    flags = set[str]()
    while match := _FLAGS.match(rest):
        flags.add(match["name"])
        rest = rest[match.end() :]
    rest = rest.strip()
    try:
        words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    except ValueError:
        words = rest.split()
    *sources, target = [str(word) for word in words] or [""]
    is_here = "from" not in flags and not any(map(_ELSEWHERE.match, sources))
    slash = "/" if target.endswith("/") or len(sources) > 1 or target in (".", "..") else ""
    return Copied(line, tuple(sources) if is_here else (), posixpath.normpath(posixpath.join(folder, target)) + slash)


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
