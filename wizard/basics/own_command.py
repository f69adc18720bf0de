"""How this program is called here: every command that people copy works where they are."""

from __future__ import annotations

import os
import re
from typing import Final

PROGRAM: Final = "librechat-wizard"
"""Its name where it is installed."""
STARTED_AS: Final = "LIBRECHAT_WIZARD_STARTED_AS"
"""The variable in which ``./run`` says how it was typed."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./@%+=:,-]+")
_LONGEST: Final = 300
_folder: str = ""


def started_in(folder: str) -> None:
    """Note the folder as it was named on the command line; nothing, or ``.``, is the current one."""
    global _folder  # noqa: PLW0603 - one command line a process
    _folder = "" if folder == "." else folder


def program() -> str:
    """Return how this program was started: ``./run``, or its name where it is installed."""
    typed = os.environ.get(STARTED_AS, "")
    # A file name can hold anything; what is no plain text is not shown.
    return quoted(typed) if 0 < len(typed) <= _LONGEST and typed.isprintable() else PROGRAM


def own_command(*words: str) -> str:
    """Return what to type for a command of this program, ``--dir`` included if this run has one.

    The words are given as they are typed; only the folder is put in quotes if a shell needs that.
    """
    place = ("--dir", quoted(_folder)) if _folder else ()
    return " ".join((program(), *words, *place))


def way_in() -> tuple[str, ...]:
    """Return what to type before commands of other programs, which look for their files where they are typed."""
    return (f"cd {quoted(_folder)}",) if _folder else ()


def quoted(word: str) -> str:
    """Return a word as a POSIX shell takes it for one."""
    return word if _PLAIN.fullmatch(word) else "'" + word.replace("'", "'\\''") + "'"
