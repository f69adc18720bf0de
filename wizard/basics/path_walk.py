"""Walks a path component by component without following symbolic links (openat(2) with O_NOFOLLOW)."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from wizard.basics.owner_rights import as_owner, as_root, held_folder

PRIVATE_FOLDER: Final = ".librechat-wizard"
"""The wizard's own folder in a LibreChat folder."""
_FOLDER: Final = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def is_inside(name: str) -> bool:
    """Return whether a relative path leads no further than the folder that it is relative to, links aside."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts


@contextlib.contextmanager
def parent_of(path: Path, *, is_folder: bool = False, reads: bool = False) -> Iterator[tuple[int, str]]:
    """Open the folder of a path and give it with the name in it, with the rights that the block is to have.

    With ``is_folder`` the path itself is the folder, and the name is ``.``. These are the rights of the folder's owner;
    what only ``reads`` sees also what an earlier run of root left in the wizard's own folder. ``OSError`` (ELOOP) for a
    link on the way.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    held = held_folder()
    is_room = False
    if held is not None and path.is_relative_to(held.path):
        parts, folder = path.relative_to(held.path).parts, os.dup(held.descriptor)
        is_room = reads and parts[:1] == (PRIVATE_FOLDER,)
    elif held is not None and PRIVATE_FOLDER in path.parts:
        # The wizard's own folder of another LibreChat folder than the one that root works in.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    else:
        parts, folder = path.parts[1:], os.open(path.root, _FOLDER)
    *way, name = (*parts, ".") if is_folder or not parts else parts
    try:
        for part in way:
            with _rights_in(folder, is_room=is_room):
                inner = _step(folder, part)
            os.close(folder)
            folder = inner
        with _rights_in(folder, is_room=is_room):
            yield folder, name
    finally:
        os.close(folder)


@contextlib.contextmanager
def _rights_in(folder: int, *, is_room: bool) -> Iterator[None]:
    with as_owner():
        if is_room and os.fstat(folder).st_uid == 0:
            with as_root():
                yield
        else:
            yield


def _step(folder: int, part: str) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except NotADirectoryError:
        if stat.S_ISLNK(os.stat(part, dir_fd=folder, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
        raise
