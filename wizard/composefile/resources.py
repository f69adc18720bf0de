"""Files that Docker Compose reads or fetches because compose files name them: ``include`` and ``extends``."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from wizard.basics.filesystem import NotRegularError, TooLargeError, read_present
from wizard.basics.owner_rights import real_path
from wizard.basics.patterns import late_pattern
from wizard.basics.problem import InvalidInput
from wizard.composefile.scalars import Scalar, scalars
from wizard.yamlfile.parsed import ParsedYaml

_REMOTE: Final = late_pattern(r"[A-Za-z][A-Za-z0-9+.\-]*://|[\w.\-]+@[\w.\-]+:|github\.com/|oci:", re.IGNORECASE)
"""What Docker Compose takes for a git or an OCI resource (compose-go, pkg/remote)."""
_LARGEST: Final = 1_000_000
"""Bytes of all of them together; what is over counts as what cannot be read."""
_MOST: Final = 50
"""Files."""


class FurtherFiles(NamedTuple):
    """What is read besides the files that were handed over."""

    remote: bool = False
    """One of them is fetched from elsewhere."""
    named_by: str = ""
    """The file that says so."""
    texts: tuple[ParsedYaml, ...] = ()
    """Those in the folder that can be read."""


def is_remote(path: str) -> bool:
    """Whether Docker Compose fetches it (git, OCI) instead of reading it from the disk."""
    return _REMOTE.match(path) is not None


def further_files(found: Mapping[str, Iterable[Scalar]], folder: Path | None) -> FurtherFiles:
    """Return what compose files take from others, and those again."""
    texts: list[ParsedYaml] = []
    waiting = [(name, path) for name, own in found.items() for path in _named(own)]
    seen: set[str] = set()
    room = _LARGEST
    while waiting and len(seen) < _MOST:
        by, path = waiting.pop()
        if is_remote(path):
            return FurtherFiles(remote=True, named_by=by)
        if path in seen or folder is None:
            continue
        seen.add(path)
        try:
            present = read_present(real_path(folder / path), largest=room)
            room -= 0 if present is None else len(present.data)
            text = ParsedYaml.parse(None if present is None else present.data, path)
        except (OSError, RuntimeError, ValueError, InvalidInput, NotRegularError, TooLargeError):
            text = ParsedYaml(name=path, text="")
        texts.append(text)
        waiting += [(path, inner) for inner in _named(scalars(text))]
    return FurtherFiles(texts=tuple(texts))


def _named(found: Iterable[Scalar]) -> list[str]:
    return [
        scalar.value
        for scalar in found
        if scalar.path in (("include",), ("include", "path"), ("include", "env_file"))
        or scalar.path[-2:] == ("extends", "file")
        or (scalar.path[-1:] == ("path",) and scalar.path[:1] == ("include",))
    ]
