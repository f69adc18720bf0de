"""Gives files that an earlier run of root left in another user's folder to that user.

Only the wizard's own folder, and only if nothing else is in it: who owns the LibreChat folder can give any folder in it
that name.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wizard.basics.owner_rights import FolderOwner, folder_owner, held_folder
from wizard.basics.path_walk import PRIVATE_FOLDER, parent_of

_RECORDS: Final = (
    r"(lock|probe\.lock|stack|\.gitignore|ca\.key|(acknowledged|apply|draft|probe|replaced|rotated|rotation|transaction)\.json)(\.tmp)?"
    r"|database-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.archive\.gz"
    r"|\.(stack|ca\.key|replaced\.json)\.librechat-wizard-[0-9a-f]{16}\.(tmp|old)"
)
"""The files that the wizard keeps there, and what a cut leaves beside them."""
_PROXY: Final = "proxy"
_READY_TEXTS: Final = r"\.?librechat\.(nginx\.conf|Caddyfile|traefik\.yml)(\.librechat-wizard-[0-9a-f]{16}\.(tmp|old))?"
_BACKUPS: Final = "backups"
_BACKUP: Final = r"(\.making-|\.removing-)?\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-[1-9]\d*)?"
_MANIFEST: Final = "manifest.json"
"""As the modules name them that write there; a test compares it with what runs leave."""
_OPEN: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class _ForeignError(Exception):
    """Something in the folder is none of the wizard's."""


def hand_over(folder: Path) -> bool:
    """Give the wizard's own folder to the owner of the LibreChat folder; tell whether nothing is left of root's to give.

    Copies in the backups keep their owner: they are as secret as the files that they were made of. ``OSError`` where
    the system refuses it.
    """
    owner, held = folder_owner(), held_folder()
    if owner is None or held is None:
        return True
    if folder != held.path or os.fstat(held.descriptor).st_uid != owner.uid:
        # Not the folder that this owner was read from.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    try:
        with parent_of(folder / PRIVATE_FOLDER, reads=True) as (parent, name):
            about = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if about.st_uid != 0:
            return True
        with _opened(folder) as private_fd:
            # All is looked at before anything is given; nobody but root can change what is in there.
            for is_giving in (False, True):
                _give_records(private_fd, owner, is_giving=is_giving)
            os.fchown(private_fd, owner.uid, owner.gid)
    except _ForeignError:
        return False
    return True


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    # By the descriptor of its parent, and with root's rights from then on: it is root's own.
    with parent_of(folder / PRIVATE_FOLDER) as (parent, name):
        held = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        with _inner(held, ".") as private_fd:
            yield private_fd
    finally:
        os.close(held)


@contextlib.contextmanager
def _inner(parent: int, name: str) -> Iterator[int]:
    try:
        descriptor = os.open(name, _OPEN, dir_fd=parent)
    except NotADirectoryError:
        raise _ForeignError from None
    try:
        about = os.fstat(descriptor)
        if about.st_uid != 0 or about.st_mode & 0o022:
            raise _ForeignError
        yield descriptor
    finally:
        os.close(descriptor)


def _give_records(private_fd: int, owner: FolderOwner, *, is_giving: bool) -> None:
    for name in os.listdir(private_fd):
        if name == _BACKUPS:
            with _inner(private_fd, name) as backups:
                _give_backups(backups, owner, is_giving=is_giving)
                _give(backups, owner, is_giving=is_giving)
        elif name == _PROXY:
            with _inner(private_fd, name) as proxy:
                _give_files(proxy, _READY_TEXTS, owner, is_giving=is_giving)
                _give(proxy, owner, is_giving=is_giving)
        elif re.fullmatch(_RECORDS, name):
            _give_file(private_fd, name, owner, is_giving=is_giving)
        else:
            raise _ForeignError


def _give_backups(backups: int, owner: FolderOwner, *, is_giving: bool) -> None:
    for name in os.listdir(backups):
        if not re.fullmatch(_BACKUP, name):
            raise _ForeignError
        with _inner(backups, name) as backup:
            for inner in os.listdir(backup):  # noqa: PTH208 - a descriptor
                if inner == _MANIFEST:
                    _give_file(backup, inner, owner, is_giving=is_giving)
            _give(backup, owner, is_giving=is_giving)


def _give_files(folder: int, names: str, owner: FolderOwner, *, is_giving: bool) -> None:
    for name in os.listdir(folder):
        if not re.fullmatch(names, name):
            raise _ForeignError
        _give_file(folder, name, owner, is_giving=is_giving)


def _give(descriptor: int, owner: FolderOwner, *, is_giving: bool) -> None:
    if is_giving:
        os.fchown(descriptor, owner.uid, owner.gid)


def _give_file(folder: int, name: str, owner: FolderOwner, *, is_giving: bool) -> None:
    about = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink != 1 or about.st_uid not in (0, owner.uid):
        raise _ForeignError
    if is_giving:
        os.chown(name, owner.uid, owner.gid, dir_fd=folder, follow_symlinks=False)
