"""Gives root only the owner's rights in another user's folder: root does nothing that the owner could not.

Only the access to files is the owner's (setfsuid(2)), thread by thread and block by block: the program's own modules may
be where the owner cannot read, and Docker is asked as root. New files belong to the owner, and nothing is opened, made,
replaced or removed that the owner could not.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from wizard.basics.accounts import account_name
from wizard.basics.core_dumps import keep_memory_closed
from wizard.basics.link_walk import HeldFolder, LinkWalk, open_without_links, walk_links
from wizard.basics.problem import InvalidInput, Problem


class FolderOwner(NamedTuple):
    """The person whose folder root works in."""

    uid: int
    gid: int
    groups: frozenset[int]
    """Every group that the person is in."""


class _Work(NamedTuple):
    """The folder that root works in."""

    held: HeldFolder
    """The folder itself, opened by root: its owner may have no way to it (a folder below /root)."""
    owner: FolderOwner | None
    """``None``: it is root's own."""


_NO_ID: Final = 2**32 - 1
"""What changes nothing and tells the present one (setfsuid(2))."""
_works: list[_Work] = []
"""At most one: the folder that this process works in."""
_unopened: list[tuple[Path, OSError]] = []
"""The folder that root was to work in and could not open, and why not."""
_here = threading.local()
"""Whether this thread has the owner's access now."""


def folder_owner() -> FolderOwner | None:
    """Return whose folder root works in; ``None`` if the process works in its own user's name."""
    return _works[-1].owner if _works else None


def held_folder() -> HeldFolder | None:
    """Return the folder that root works in; ``None`` for anybody but root. ``InvalidInput`` if it was not opened."""
    if _unopened:
        folder, error = _unopened[-1]
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            raise _missing(folder)
        message = f"{folder} could not be opened."
        raise InvalidInput(Problem(field="--dir", message=message, remedy="Run the wizard again."))
    return _works[-1].held if _works else None


def real_folder(folder: Path) -> Path:
    """Return a LibreChat folder without a link in its path; root continues in the one that it began with.

    ``InvalidInput`` if root could not open it.
    """
    held = held_folder()
    if held is not None:
        return held.path
    try:
        return Path(os.path.realpath(folder))
    except OSError:
        # The current folder, which was removed.
        raise _missing(folder) from None


def _missing(folder: Path) -> InvalidInput:
    message = f"{folder} is not a folder." if os.path.lexists(folder) else f"The folder {folder} does not exist."
    return InvalidInput(Problem(field="--dir", message=message, remedy="Specify the LibreChat folder: --dir DIR"))


def real_path(path: Path) -> Path:
    """Return a path without links; what is named in the folder that root works in is looked up in that very folder."""
    held = held_folder()
    return Path(os.path.realpath(path)) if held is None else walk_links(path, held).end


def effective_uid() -> int:
    """Return the user in whose name files are made."""
    owner = folder_owner()
    return os.geteuid() if owner is None else owner.uid


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[Path]:
    """Work in a folder for the time of the block: root works as its owner there.

    The block is given the folder without a link in its path, and continues with that one: whose the link is can let it
    lead elsewhere. Where it cannot be opened, it is given as it is named, and for root :func:`held_folder` and all that
    reads files refuse. Not to be nested. ``InvalidInput`` if the system does not let root work in the owner's name.
    """
    if os.geteuid() != 0 or _works:
        yield _resolved(folder)
        return
    try:
        walk = walk_links(folder)
        descriptor = _opened(walk.end)
    except OSError as error:
        # The next one that reads the folder says so in words; one that appears from here on is not worked in.
        _unopened.append((folder, error))
        try:
            yield folder
        finally:
            _unopened.pop()
        return
    groups = os.getgroups()
    try:
        about = os.fstat(descriptor)
        _refuse_foreign_links(walk, about.st_uid)
        owner = None if about.st_uid == 0 else _owner(about.st_uid, about.st_gid)
        _works.append(_Work(held=HeldFolder(walk.end, descriptor), owner=owner))
        if owner is not None:
            _take_groups(owner)
        yield walk.end
    finally:
        if _works and _works.pop().owner is not None:
            with contextlib.suppress(PermissionError):
                os.setgroups(groups)
        os.close(descriptor)


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve(strict=True)
    except (OSError, RuntimeError):
        # The next one that reads it says so in words.
        return folder


def _opened(folder: Path) -> int:
    """Open a folder by a path that is free of links; ``OSError`` if it is no longer."""
    root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return open_without_links(folder.parts[1:], root, flags=os.O_DIRECTORY)
    finally:
        os.close(root)


def _refuse_foreign_links(walk: LinkWalk, owner: int) -> None:
    """Raise ``InvalidInput`` if somebody else than root and a folder's owner leads root there."""
    for link, maker in walk.links:
        if maker not in (0, owner):
            message = (
                f"{link} is a symbolic link that {account_name(maker)} created; it points to {walk.end}, which "
                f"belongs to {account_name(owner)}."
            )
            raise InvalidInput(
                Problem(field="--dir", message=message, remedy=f"To use that folder, add: --dir {walk.end}")
            )


def _owner(uid: int, gid: int) -> FolderOwner:
    """Return a user with the groups after signing in; a user without a name has the folder's group."""
    import pwd

    try:
        account = pwd.getpwuid(uid)
    except KeyError:
        return FolderOwner(uid=uid, gid=gid, groups=frozenset({gid}))
    groups = frozenset(os.getgrouplist(account.pw_name, account.pw_gid))
    return FolderOwner(uid=uid, gid=account.pw_gid, groups=groups)


def _take_groups(owner: FolderOwner) -> None:
    try:
        os.setgroups(sorted(owner.groups))
        with as_owner():
            pass
    except PermissionError:
        name = account_name(owner.uid)
        message = (
            f"the folder belongs to {name}, but root cannot act as another user here (this is probably a container)."
        )
        raise InvalidInput(Problem(field="--dir", message=message, remedy=f"Run this as {name}.")) from None


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Open and make files with the owner's rights, in this thread; no change where :func:`working_in` changed nothing.

    Never across an ``await``. ``PermissionError`` if the system does not let root do so: it is never root then.
    """
    owner = folder_owner()
    if owner is None or getattr(_here, "is_owner", False):
        yield
        return
    system = _system()
    try:
        # The group first: without root's user, nobody may choose a group.
        system.setfsgid(owner.gid)
        system.setfsuid(owner.uid)
        if system.setfsuid(_NO_ID) != owner.uid or system.setfsgid(_NO_ID) != owner.gid:
            raise PermissionError(f"cannot act as UID {owner.uid}")
        _here.is_owner = True
        keep_memory_closed()
        yield
    finally:
        _here.is_owner = False
        system.setfsuid(0)
        system.setfsgid(0)
        keep_memory_closed()


@contextlib.contextmanager
def as_root() -> Iterator[None]:
    """Take root's rights inside of :func:`as_owner`, for what is root's own in somebody's folder."""
    owner = folder_owner()
    if owner is None or not getattr(_here, "is_owner", False):
        yield
        return
    system = _system()
    system.setfsuid(0)
    system.setfsgid(0)
    _here.is_owner = False
    keep_memory_closed()
    try:
        yield
    finally:
        system.setfsgid(owner.gid)
        system.setfsuid(owner.uid)
        _here.is_owner = True
        keep_memory_closed()


@cache
def _system() -> Any:
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    for call in (system.setfsuid, system.setfsgid):
        # uid_t and gid_t have no sign: the numbers from 2**31 on are users too.
        call.argtypes, call.restype = (ctypes.c_uint32,), ctypes.c_uint32
    return system
