"""Where a path of a folder really leads, and whether that is believed.

Who may write a folder can put a symbolic link in it. One is followed only inside of the folder, or to a file of the folder's
owner; any other has to be confirmed by the person who runs the wizard.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wizard.basics.accounts import account_name
from wizard.basics.acting import as_owner

_confirmed: list[bool] = []


@contextlib.contextmanager
def foreign_files_accepted(*, accepted: bool = True) -> Iterator[None]:
    """Follow every link and use every file for the time of the block: a person has confirmed it."""
    _confirmed.append(accepted)
    try:
        yield
    finally:
        _confirmed.pop()


def are_foreign_files_accepted() -> bool:
    """Tell whether a person has confirmed links that lead elsewhere and files of strangers."""
    return bool(_confirmed and _confirmed[-1])


class PathEnd(NamedTuple):
    """Where a path of a folder leads."""

    path: Path
    """What is read and written: free of links."""
    is_link: bool
    fault: str = ""
    """Why it is not followed, a sentence without its subject; empty where it is."""


def path_end(folder: Path, name: str) -> PathEnd:
    """Follow a name of a folder, which is itself free of links; ``OSError`` where that cannot be told."""
    path = folder / name
    with as_owner():
        end = Path(os.path.realpath(path))
        if end == Path(os.path.abspath(path)):  # noqa: PTH100 - resolve() would follow links
            return PathEnd(path=end, is_link=False)
        fault = "" if are_foreign_files_accepted() else _fault(folder, name, end)
    return PathEnd(path=end, is_link=True, fault=fault)


def _fault(folder: Path, name: str, end: Path) -> str:
    owner = folder.stat().st_uid
    believed = (owner, 0, os.geteuid())
    way = folder
    for part in Path(name).parts:
        way /= part
        with contextlib.suppress(FileNotFoundError):
            about = os.lstat(way)
            if stat.S_ISLNK(about.st_mode) and about.st_uid not in believed:
                return f"is a symbolic link to {end} that {account_name(about.st_uid)} made."
    if end.is_relative_to(folder):
        return ""
    stands = next((path for path in (end, *end.parents) if os.path.lexists(path)), Path(end.root))
    about = os.lstat(stands)
    if about.st_uid != owner:
        return f"is a symbolic link to {end}, outside of this folder; {stands} belongs to {account_name(about.st_uid)}."
    return ""
