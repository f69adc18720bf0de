"""Exports a draft as an answers file, so that ``--answers`` can repeat the run."""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from wizard.answers.draft import AskAgain, Draft, Entry, Generate, Typed
from wizard.answers.typed_values import nested, plain_value
from wizard.basics.filesystem import PRIVATE, is_there, replace_whole, with_home
from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.secret import reveal
from wizard.catalogue.model import Kind, Setting, holds_secret
from wizard.catalogue.questions import own_question
from wizard.yamlfile.render import flow

_HEAD: Final = """\
# Answers for the LibreChat auth wizard. To reuse them, run the wizard with --answers THIS-FILE --dir FOLDER
"""
_SECRETS: Final = """\
# This file contains no secrets. {env: NAME, keep: true} reads the value from the environment variable NAME. If the
# variable is not set, the value in .env is kept. {file: PATH} and {command: [PROGRAM, ARGUMENT]} also work.
"""
_TAKEN: Final = frozenset(
    (
        *(".env", ".env.example", "librechat.yaml", "Caddyfile", "nginx.conf"),
        *(f"{name}.{end}" for name in ("compose", "compose.override", "deploy-compose") for end in ("yml", "yaml")),
        *(f"docker-{name}.{end}" for name in ("compose", "compose.override") for end in ("yml", "yaml")),
    )
)


def answers_text(draft: Draft, folder: Path) -> str:
    """Return the answers file of a draft, secrets by reference.

    Relative file names become absolute, counted from ``folder``, because the file may be kept anywhere.
    """
    given = list(draft.given())
    parts = nested({asked.id: _text(asked, entry, folder) for asked, entry in given})
    head = _HEAD + (_SECRETS if any(_is_secret_text(asked, entry) for asked, entry in given) else "")
    return head + "version: 1\n" + "".join(_lines(parts, 0))


def save(draft: Draft, folder: Path, target: Path) -> Path:
    """Write the answers file of a draft to ``target``, readable by its owner only; return its full path.

    A file that is there is replaced only if it is an answers file. ``WriteRefused`` names what is in the way.
    """
    target = with_home(str(target))
    target = target if target.is_absolute() else folder / target
    try:
        if target.is_dir():
            raise _not_saved(target, "this is a folder.", "Add a file name, such as librechat-answers.yaml.")
        if target.exists() and not _is_answers_file(target):
            raise _not_saved(target, "this file already exists and is not an answers file.")
        if target.name in _TAKEN:
            raise _not_saved(target, "LibreChat, Docker Compose or the proxy reads a file with this name.")
        # Not resolve(): before Python 3.13, a loop of links is no OSError there.
        place = Path(os.path.realpath(target.parent, strict=True))
        replace_whole(place / target.name, answers_text(draft, folder).encode(), PRIVATE)
    except OSError as error:
        raise _unwritable(target, error) from error
    except ValueError:
        # A NUL: no file name of any system.
        raise _not_saved(target, "this is not a file name.") from None
    return target


def _not_saved(target: Path, fault: str, remedy: str = "Choose another name.") -> WriteRefused:
    return WriteRefused(Problem(field="", file=str(target), message=f"{fault} Nothing was written.", remedy=remedy))


def _unwritable(target: Path, error: OSError) -> WriteRefused:
    """Return why the system does not write there: unlike LibreChat's own files, this one can be in any folder."""
    from wizard.basics.os_errors import cause, remedy

    place = plain(str(target.parent), limit=300)
    way = "Choose another folder."
    match error.errno:
        case errno.ENOENT if link := _dangling_link(target.parent):
            fault = f"{plain(str(link), limit=300)} is a link to a folder that does not exist."
        case errno.ENOENT if not is_there(target.parent):
            fault = f"{place} does not exist."
            way = f"Choose a folder that exists, or create it: mkdir -p {shlex.quote(place)}"
        case errno.EINVAL:
            fault, way = f"{place} does not accept a file of this name.", "Choose another name."
        case errno.ENOENT | errno.ENOTSUP:
            fault = f"{place} does not accept new files."
        case errno.ELOOP:
            fault = f"{place} is part of a loop of symbolic links."
        case errno.ENOTDIR:
            fault, way = f"{place} is not a folder.", "Choose a folder."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            fault, way = f"{cause(error)}.", "Choose a folder in which you can create files."
        case _:
            fault, way = f"{cause(error)}.", remedy(error) or "Choose another name."
    return _not_saved(target, fault, way)


def _dangling_link(place: Path) -> Path | None:
    """Return the link on the way to a folder that leads nowhere, if there is one: mkdir would not create what it names."""
    return next((one for one in (place, *place.parents) if one.is_symlink() and not is_there(one)), None)


def _is_answers_file(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return any(line.strip() == b"version: 1" for line in file.read(4096).splitlines())


def _is_secret_text(asked: Setting, entry: Entry) -> bool:
    match entry:
        case AskAgain():
            return True
        case Typed(text):
            return bool(reveal(text)) and holds_secret(asked, reveal(text))
        case Generate():
            return False


def _text(asked: Setting, entry: Entry, folder: Path) -> str:
    """Return the entry as YAML on one line."""
    match entry:
        case Generate():
            return flow(entry.flags)
        case Typed(text) if not _is_secret_text(asked, entry):
            value = plain_value(asked, reveal(text))
            if value is not None and asked.kind is Kind.PATH and not asked.is_variable:
                value = str(folder / with_home(str(value)))
            return "~" if value is None else flow(value)
        case _:
            own = own_question(asked.id)
            return flow({"env": own.variable if own else asked.key, "keep": True})


def _lines(parts: Mapping[str, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for name, item in parts.items():
        if isinstance(item, str):
            yield f"{pad}{name}: {item}\n"
        else:
            yield f"{pad}{name}:\n"
            yield from _lines(item, depth + 1)
