"""How this copy of the program is started, so that every printed command works when copied."""

import os
import re
import shlex
import sys
from typing import Final

from wizard.basics.installed import STARTED_AS, InstallMethod, installed
from wizard.basics.patterns import late_pattern

PROGRAM: Final = "librechat-wizard"
"""Its name where it is installed."""
_DOCKER: Final = "docker run "
_LONGEST: Final = 300
WORD: Final = r"""(?:(?<=[\s=:'"])(?:'[^']*'|"[^"]*")|[^\s;,()'"|&<>])+(?<![.:?])"""
"""A word of a command in a sentence; a quotation mark behind a word is the sentence's own."""
COMPOSE_WORDS: Final = "build config cp down exec logs ps pull restart run start stop up"
_COMPOSE: Final = rf"docker[ -]compose(?: -f {WORD})* (?:{COMPOSE_WORDS.replace(' ', '|')})\b(?: {WORD})*"
_OF_FILES: Final = ("chgrp", "chmod", "chown", "cp", "mkdir", "mv", "rm", "rmdir", "sed")
_FILES: Final = rf"(?:{'|'.join(_OF_FILES)})(?: -\w+)*(?: (?!-){WORD})+"
_MANIFESTS: Final = rf"kubectl(?: -n {WORD})? (?:apply|create|delete|diff|replace)(?: {WORD})*? -f (?![-/]){WORD}"
_ONE: Final = rf"(?:sudo )?(?:{_COMPOSE}|{_FILES}|{_MANIFESTS})"
_NAME: Final = r"""(?:'[^']*'|"'"|[^\s'"])+"""
"""A file name as ``shlex.quote`` writes it, with an apostrophe as ``'"'"'``."""
_PART: Final = r"""[^()'"]|'[^']*'|"[^"]*\""""
GROUPED: Final = rf"\((?:cd|umask) (?:{_PART}|\((?:{_PART})*\))*\)"
"""Commands in brackets that a shell runs in a folder, or for files of one's own."""
_PLACED: Final = rf"\(cd {_NAME} && (?:(?:{_PART}|\((?:{_PART})*\))*\))?|--dir {_NAME}"
_COMMANDS: Final = late_pattern(
    rf"(?P<placed>{_PLACED})|(?P<aside>\()?(?<![\w./-])(?<!&& )(?<!docker )(?<!sudo )(?P<command>{_ONE}(?: && {_ONE})*)(?(aside)\))"
)
"""Commands in a sentence, or in brackets, that find their files in the current folder; ``placed`` are those that name a folder.

A folder's own name can contain the words of a command.
"""
IN_A_FOLDER: Final = rf"(?P<placed>\(cd {_NAME} && )?{{}}(?(placed)\))"
"""The pattern of a command (``{}``) as :func:`in_folder` returns it."""
_folder: str = ""


def started_in(folder: str) -> None:
    """Note the folder as it was named on the command line; nothing, or ``.``, is the current one, however it is named.

    Another one is kept with its whole path: who reads a command may have gone elsewhere by then.
    """
    global _folder  # noqa: PLW0603 - one command line a process
    if folder in ("", ".") or installed().method is InstallMethod.CONTAINER:
        # What is mounted, and where the line that starts a container begins, is what it was started with.
        _folder = "" if folder == "." else folder
        return
    from pathlib import Path

    try:
        if Path(folder).samefile("."):
            _folder = ""
            return
    except (OSError, ValueError):
        # What is wrong with it is said where it is read.
        pass
    try:
        # Where a link and .. are in it, only the system knows what they lead to.
        _folder = os.path.realpath(folder) if ".." in folder.split("/") else str(Path(folder).absolute())
    except OSError:
        # The current folder was removed.
        _folder = folder


def program(*, is_piped: bool = False) -> str:
    """Return what starts this program here: ``./run``, a ``docker run`` line, or its name where it is installed.

    ``is_piped`` if something is piped into it: such a container has no terminal.
    """
    return _program(_folder, is_piped=is_piped)


def alone() -> str:
    """Return what starts this program for a command that needs nothing but the folder it is typed in."""
    return _program("", is_piped=False)


def script() -> str:
    """Return the script of one's own that started this program; empty if none said so."""
    typed = os.environ.get(STARTED_AS, "")
    # A file name can hold anything; what is not plain text is not shown.
    return shlex.quote(typed) if 0 < len(typed) <= _LONGEST and typed.isprintable() else ""


def _program(folder: str, *, is_piped: bool) -> str:
    if typed := script():
        return typed
    copy = installed()
    if copy.method is InstallMethod.CONTAINER:
        from wizard.basics.container import run_line

        return run_line(copy.name, folder, is_piped=is_piped)
    if copy.method is InstallMethod.FROZEN:
        # In a folder of its own it is on nobody's PATH, unless somebody put it there.
        return shlex.quote(sys.argv[0]) if "/" in sys.argv[0] and sys.argv[0].isprintable() else PROGRAM
    return PROGRAM


def name_in_help() -> str:
    """Return the program's name in help: the command that starts it, or its short name if that command is long."""
    return PROGRAM if (line := program()).startswith(_DOCKER) else line


def meaning_in_help() -> str:
    """Return what the name in help stands for; nothing if it can be typed as it is."""
    line = program()
    return f"{PROGRAM} is short for:\n  {line}" if line.startswith(_DOCKER) else ""


def own_command(*words: str, is_piped: bool = False) -> str:
    """Return what to type for a command of this program, ``--dir`` included if this run has one.

    The words are given as they are typed; only the folder is put in quotes if a shell needs that.
    """
    place = ("--dir", shlex.quote(_folder)) if _folder else ()
    return " ".join(filter(None, (program(is_piped=is_piped), *words, *place)))


def in_folder(command: str) -> str:
    """Return a command of another program as it is typed anywhere: in the folder of this run, and nowhere else afterwards."""
    return f"(cd {shlex.quote(_folder)} && {command})" if _folder else command


def commands_in_folder(text: str) -> str:
    """Return a sentence in which every command that needs the folder of this run is as :func:`in_folder` returns it."""
    if not _folder or not any(f"{name} " in text for name in ("compose", "kubectl", *_OF_FILES)):
        return text  # most sentences name no command, and compiling the pattern takes longer than a rule
    return _COMMANDS.sub(_placed, text)


def _placed(found: re.Match[str]) -> str:
    if found["placed"] or _names_whole_paths(found["command"]):
        return found[0]
    return in_folder(found["command"])


def _names_whole_paths(command: str) -> bool:
    """Return whether a command works on files with absolute paths alone, and so from any folder."""
    try:
        return all(_has_whole_paths(shlex.split(part)) for part in command.split(" && "))
    except ValueError:
        # A file name with && in it.
        return False


def _has_whole_paths(words: list[str]) -> bool:
    name, *rest = words[1:] if words[0] == "sudo" else words
    operands = [word for word in rest if not word.startswith("-")]
    # The first word of these is a mode, an owner or a script.
    files = operands[1:] if name in ("chgrp", "chmod", "chown", "sed") else operands
    return name in _OF_FILES and bool(files) and all(word.startswith("/") for word in files)


def without_folder(text: str) -> str:
    """Return a sentence without the name of the folder of this run, for who looks for words in it."""
    return text.replace(shlex.quote(_folder), "") if _folder else text
