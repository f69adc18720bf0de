"""Refuses, in a container, a folder whose files would be lost with the container."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.basics.filesystem import is_file
from wizard.basics.installed import InstallMethod, installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OPTION = "--dir"


def refuse_what_is_lost(folder: str, typed: Sequence[str]) -> None:
    """Refuse a folder that ends with the container that the program runs in; elsewhere every folder stays.

    ``typed`` is the whole command line. ``InvalidInput`` with the one that works in its stead.
    """
    if installed().method is not InstallMethod.CONTAINER:
        return
    from wizard.basics.container import is_kept, real_place
    from wizard.basics.own_command import alone
    from wizard.basics.problem import InvalidInput, Problem

    if is_kept(real_place(folder)):
        return
    message = "the wizard is running in a container, and this folder is not mounted into it. Nothing changed."
    remedy = f"{_way_in(folder, typed)}. To practice, run: {alone()} demo"
    raise InvalidInput(Problem(field=_OPTION, message=message, remedy=remedy))


def _way_in(folder: str, typed: Sequence[str]) -> str:
    from wizard.basics.container import is_kept, real_place, run_line
    from wizard.basics.own_command import alone, script

    rest = list(_without_folder(typed))
    there = " ".join((alone(), *map(shlex.quote, rest)))
    if folder in ("", "."):
        return f"In the LibreChat folder, run: {there}"
    if not folder.startswith("/") and not is_kept(real_place(".")):
        # Where the person stands cannot be seen from here.
        return f"Run: cd {shlex.quote(folder)} && {there}"
    if script() and not any(map(_is_file_here, rest)):
        # It mounts the folder that the person is in, and no other.
        return f"Run: cd {shlex.quote(str(real_place(folder)))} && {there}"
    return (
        f"Run: {' '.join((run_line(installed().name, folder), *map(shlex.quote, rest), _OPTION, shlex.quote(folder)))}"
    )


def _is_file_here(word: str) -> bool:
    """Return whether a word of the command line names a file that is not found from another folder."""
    return is_file(Path(word.rpartition("=")[2]))


def _without_folder(typed: Sequence[str]) -> Iterator[str]:
    words = iter(typed)
    for word in words:
        if word == _OPTION:
            next(words, None)
        elif not word.startswith(f"{_OPTION}="):
            yield word
