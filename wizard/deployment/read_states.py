"""Reads one path of a LibreChat folder once: its kind, and its content if it may be a configuration file."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path
from typing import Final

from wizard.basics.filesystem import NotRegularError, TooLargeError, look, read_present
from wizard.basics.links import path_end
from wizard.basics.option_names import CONFIRM
from wizard.basics.problem import Problem
from wizard.deployment.file_state import FileState

_SAMPLES: Final = (".env.example", "librechat.example.yaml", "package.json")
_LARGEST: Final = 1_000_000
"""Bytes; a configuration file above this is something else, and is not read. Reading it with every reader takes seconds already."""
_LARGEST_DOTENV: Final = 4_000_000
"""Bytes of ``.env``, a hundred times LibreChat's ``.env.example``."""
_MOST_LINES: Final = 60_000
"""Lines of ``.env``, as many lines each of which is a fault are reported: every reader reads them in seconds."""
_MOST_ESCAPES: Final = 400_000
"""Backslashes in ``.env``: reading one costs two hundred bytes of memory."""


def read_state(folder: Path, name: str) -> FileState:
    """Read one path of the folder; a symbolic link is followed on purpose, its end is what gets written."""
    try:
        end = path_end(folder, name)
        if end.fault:
            return FileState(name=name, kind="refused", target=end.path, is_link=True, fault=end.fault)
        about = look(end.path)
    except (OSError, RuntimeError):
        return FileState(name=name, kind="unreadable", target=folder / name)
    if about is None or stat.S_ISLNK(about.st_mode):
        kind = "special" if end.is_link else "missing"
        return FileState(name=name, kind=kind, target=folder / name if end.is_link else end.path, is_link=end.is_link)
    state = FileState(
        name=name,
        kind="special",
        mode=stat.S_IMODE(about.st_mode),
        uid=about.st_uid,
        gid=about.st_gid,
        target=end.path,
        is_link=end.is_link,
    )
    return state._replace(kind="directory") if stat.S_ISDIR(about.st_mode) else _with_content(state, end.path)


def _is_dotenv(name: str) -> bool:
    return name.rpartition("/")[2].startswith(".env") or name.endswith(".env")


def _largest(name: str) -> int:
    return _LARGEST_DOTENV if _is_dotenv(name) else _LARGEST


def _with_content(state: FileState, path: Path) -> FileState:
    try:
        # What a sample says goes into a new file, and what is elsewhere is nobody's to change: root reads of these what
        # the folder's owner could read.
        is_foreign = state.name not in _SAMPLES and not state.name.startswith(("/", ".."))
        present = read_present(path, largest=_largest(state.name), is_foreign=is_foreign)
    except (NotRegularError, TooLargeError):
        return state
    except OSError:
        return state._replace(kind="unreadable")
    if present is None:
        return FileState(name=state.name, target=path)
    lines, escapes = sum(map(present.data.count, (b"\n", b"\r"))), present.data.count(b"\\")
    if _is_dotenv(state.name) and (lines > _MOST_LINES or escapes > _MOST_ESCAPES):
        return state
    if state.name in _SAMPLES and present.about.st_nlink != 1 and not present.mode & 0o004:
        # A second name of a file that not everybody may read: it is not a sample of LibreChat's.
        return state._replace(kind="unreadable")
    return state._replace(kind="file", data=present.data, identity=present.identity)


def fault_of(state: FileState) -> Problem | None:
    """Return why a file cannot be used; ``None`` if it can, or is not there."""
    many = f", {_MOST_LINES} lines or {_MOST_ESCAPES} backslashes" if _is_dotenv(state.name) else ""
    words = {
        "directory": (
            "it is a directory.",
            (
                f"Docker creates a directory if a mounted file is missing. Stop LibreChat and run: rmdir {shlex.quote(state.name)}. Then run the wizard again."
            ),
        ),
        "unreadable": (
            "it cannot be read (permission denied).",
            "Run the wizard as the user that owns the file, or with sudo.",
        ),
        "special": (
            f"it is not a regular file, is a broken link, or exceeds {_largest(state.name) // 1000} kB{many}.",
            "Move it elsewhere. If it is a broken link, you can also make it point to a file.",
        ),
    }
    if state.kind == "refused":
        remedy = f"Replace the link with the file itself, or confirm that this is intended: {CONFIRM}."
        return Problem(field="", file=state.name, message=state.fault, remedy=remedy)
    if state.kind not in words:
        return None
    message, remedy = words[state.kind]
    return Problem(field="", file=state.name, message=message, remedy=remedy)
