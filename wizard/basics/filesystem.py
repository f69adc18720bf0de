"""File operations for transactions: bounded reads of regular files, private from the first byte, synced to disk.

Every path is walked component by component from a folder that is known, and a symbolic link on the way is never followed
(openat(2) with O_NOFOLLOW): who may write a folder cannot lead the work elsewhere. Root in somebody's folder does all of it
with the rights of the folder's owner (:mod:`wizard.basics.owner_rights`).
"""

import contextlib
import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard.basics.owner_rights import as_owner, as_root, folder_owner
from wizard.basics.path_walk import parent_of
from wizard.basics.secret import shown_without

if TYPE_CHECKING:
    from datetime import datetime

_UNSYNCABLE: Final = (errno.EINVAL, errno.ENOTSUP)
"""What fsync says where a file system cannot sync a folder (fsync(2)); it then orders its own renames."""
_UNLINKABLE: Final = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS)
"""What link says where a file cannot have a second name here (link(2))."""
_ACL: Final = "system.posix_acl_access"
_KEPT_ATTRIBUTES: Final = (_ACL, "security.selinux")
"""Extended attributes that go with a file's access rules; ``user.*`` is the owner's own and is kept too (xattr(7))."""
_LAST_SECOND: Final = 253_370_764_800
"""The year 9999 begins (UTC)."""
LARGEST: Final = 16_000_000
"""Bytes of a file that are read if nothing else is said: no file that the wizard writes or backs up is near it."""
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class NotRegularError(Exception):
    """There is something at a path that is not a regular file; the argument says what."""


class TooLargeError(NotRegularError):
    """A file is larger than the caller reads; the argument says so."""


class Present(NamedTuple):
    """A regular file as it stood when it was read."""

    data: bytes
    about: os.stat_result
    attributes: Mapping[str, bytes] = MappingProxyType({})
    """Access list, security label and user attributes."""
    is_foreign: bool = False
    """Whether root read in somebody's folder what that person could not."""

    def __repr__(self) -> str:
        return shown_without(self, "data", "attributes")

    @property
    def mode(self) -> int:
        """The permission bits."""
        return stat.S_IMODE(self.about.st_mode)

    @property
    def identity(self) -> tuple[int, ...]:
        """Device, inode and owner: what a file with the same content does not share."""
        return self.about.st_dev, self.about.st_ino, self.about.st_uid

    def is_unchanged(self, now: os.stat_result) -> bool:
        """Return whether a later look at the path shows the same file, without reading it again.

        The inode tells a file that was put in its place, the change time one whose modification time was set back.
        """
        return stat.S_ISREG(now.st_mode) and _identity(now) == _identity(self.about)


def _identity(about: os.stat_result) -> tuple[int, ...]:
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


class FileAccess(NamedTuple):
    """Who may do what with a file that is made; ``None``: as the file system gives."""

    mode: int = 0o600
    uid: int | None = None
    gid: int | None = None


PRIVATE: Final = FileAccess()


def with_home(text: str) -> Path:
    """Return a path with a leading ``~`` or ``~user`` expanded; unchanged if that home is unknown."""
    try:
        return Path(text).expanduser()
    except (RuntimeError, ValueError):
        return Path(text)


def file_time(seconds: float) -> "datetime":
    """Return a time that a file has; the nearest that a calendar has: who owns the file can give it any number."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), tz=UTC)


def is_folder(path: Path) -> bool:
    """Return whether a folder is there; one behind a folder that may not be entered is none for us."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Return whether a file is there; one behind a folder that may not be entered is none for us."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """Return whether anything is there; what is behind a folder that may not be entered is not, for us."""
    try:
        return path.exists()
    except OSError:
        return False


def look(path: Path) -> os.stat_result | None:
    """Return what is at ``path`` itself, links not followed; ``None`` if there is nothing."""
    try:
        with parent_of(path, reads=True) as (folder, name):
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def read_present(path: Path, *, largest: int = LARGEST, is_foreign: bool = False) -> Present | None:
    """Read a regular file, or return ``None`` if nothing is there.

    With ``is_foreign`` root reads in somebody's folder also what that person could not read: for a file whose content
    goes nowhere but back to it, with the owner that it has. ``NotRegularError`` for a directory, a link, a socket, a
    device or a pipe (which is never waited for); ``TooLargeError`` for more than ``largest`` bytes; ``OSError`` if it
    cannot be read.
    """
    try:
        with parent_of(path, reads=True) as (folder, name):
            about = os.stat(name, dir_fd=folder, follow_symlinks=False)
            _check_regular(about)
            try:
                descriptor = os.open(name, _READ, dir_fd=folder)
                is_foreign = False
            except PermissionError:
                if not is_foreign or folder_owner() is None:
                    raise
                descriptor = _foreign(folder, name)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        about = os.fstat(descriptor)
        _check_regular(about)
        data = stream.read(largest + 1)
        attributes = _attributes(descriptor)
    if len(data) > largest:
        raise TooLargeError(f"a file larger than {largest / 1_000_000:g} MB")
    return Present(data=data, about=about, attributes=attributes, is_foreign=is_foreign)


def regular_bytes(path: Path, largest: int) -> bytes | None:
    """Read a file by its path, with the process's own rights; ``None`` if it is not a regular one, or larger.

    For files of the person who runs this, which may be links; a pipe is not waited for. ``OSError`` if it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(largest + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
    return data if data is not None and len(data) <= largest else None


def _foreign(folder: int, name: str) -> int:
    """Open a file as root in somebody's folder; a second name of a file elsewhere is not opened (link(2))."""
    with as_root():
        descriptor = os.open(name, _READ, dir_fd=folder)
    if os.fstat(descriptor).st_nlink != 1:
        os.close(descriptor)
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return descriptor


def _check_regular(about: os.stat_result) -> None:
    kinds = ((stat.S_ISDIR, "a directory"), (stat.S_ISLNK, "a symbolic link"), (stat.S_ISSOCK, "a socket"))
    if not stat.S_ISREG(about.st_mode):
        raise NotRegularError(next((name for test, name in kinds if test(about.st_mode)), "a device or a pipe"))


def create(
    path: Path, data: bytes, access: FileAccess = PRIVATE, *, like: Present | None = None, durable: bool = True
) -> None:
    """Make a new file with its final owner and mode before its first byte; ``durable``: wait until the disk has it.

    A file, a link or anything else at ``path`` is an error, never followed. ``like`` is a file whose access list,
    security label and user attributes the new one takes over, as far as the file system lets it. ``OSError`` if it
    fails; the file may then be there unfinished, for the caller to remove.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    owner = folder_owner()
    uid = owner.uid if access.uid is None and owner is not None else access.uid
    gid = owner.gid if access.gid is None and owner is not None else access.gid
    # Owner and group are kept; root alone can give a file to somebody else, or to a group that its owner is not in.
    is_foreign = owner is not None and (uid != owner.uid or gid not in owner.groups)
    with parent_of(path) as (folder, name), as_root() if is_foreign else contextlib.nullcontext():
        if is_foreign:
            _probe(folder, name)
        descriptor = os.open(name, flags, 0o600, dir_fd=folder)
        try:
            about = os.fstat(descriptor)
            wanted = about.st_uid if uid is None else uid, about.st_gid if gid is None else gid
            if wanted != (about.st_uid, about.st_gid):
                os.fchown(descriptor, *wanted)
            _give_attributes({} if like is None else like.attributes, descriptor)
            # After the access list: its mask is the group's bits, so that a tightened mode binds every entry (acl(5)).
            os.fchmod(descriptor, access.mode)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _probe(folder: int, name: str) -> None:
    """Make sure that the folder's owner could make the file too: ``OSError`` if not."""
    with as_owner():
        os.close(
            os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
        )
        os.unlink(name, dir_fd=folder)


def _give_attributes(attributes: Mapping[str, bytes], descriptor: int) -> None:
    if not hasattr(os, "setxattr"):
        return
    for name, value in attributes.items():
        with contextlib.suppress(OSError):
            os.setxattr(descriptor, name, value)
    if _ACL not in attributes:
        # The folder may give every new file an access list: nobody is let in whom the mode does not name.
        try:
            os.removexattr(descriptor, _ACL)
        except OSError as error:
            if error.errno not in (errno.ENODATA, errno.ENOTSUP):
                raise


def _attributes(descriptor: int) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(descriptor):
                if name.startswith("user.") or name in _KEPT_ATTRIBUTES:
                    found[name] = os.getxattr(descriptor, name)
    return found


def replace_whole(path: Path, data: bytes, access: FileAccess = PRIVATE, *, durable: bool = True) -> None:
    """Put ``data`` at ``path`` in one step; a cut leaves the old file or the new one, a power cut where ``durable``.

    The new content passes through ``path`` with ``.tmp`` added; what an earlier cut left there is removed.
    """
    passing = path.with_name(f"{path.name}.tmp")
    remove(passing)
    try:
        create(passing, data, access, durable=durable)
        with parent_of(path) as (folder, name):
            os.replace(passing.name, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(passing)
        raise
    if durable:
        sync_folder(path.parent)


def open_lock(path: Path, *, is_new: bool = False, for_writing: bool = True) -> int:
    """Open a lock file and return its descriptor: never through a link, never waiting for a pipe.

    ``is_new``: make it, if nothing is there. ``OSError`` if that fails.
    """
    flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | (os.O_RDWR if for_writing else os.O_RDONLY)
    with parent_of(path, reads=not for_writing) as (folder, name):
        return os.open(name, flags | (os.O_CREAT | os.O_EXCL if is_new else 0), 0o600, dir_fd=folder)


def rename(path: Path, target: Path) -> None:
    """Give a file or folder another name in the same folder, in place of what has that name."""
    with parent_of(path) as (folder, name):
        os.rename(name, target.name, src_dir_fd=folder, dst_dir_fd=folder)


def remove(path: Path) -> bool:
    """Remove a file or a link; tell whether there was one."""
    if look(path) is None:
        return False
    with parent_of(path) as (folder, name):
        os.unlink(name, dir_fd=folder)
    return True


def keep_aside(path: Path, aside: Path, present: Present) -> Present:
    """Keep the file at ``path`` under a second name too, so that going back needs no free disk space.

    A second name of the same file where the file system has hard links and lets us make one; otherwise a copy. Returns
    the file in its state then: a second name changes its change time. ``OSError`` if it is no longer the same.
    """
    try:
        with parent_of(path) as (folder, name):
            os.link(name, aside.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _UNLINKABLE:
            raise
        about = present.about
        create(aside, present.data, FileAccess(mode=present.mode, uid=about.st_uid, gid=about.st_gid), like=present)
        return present
    about = look(aside) or present.about
    return present._replace(about=about) if _identity(about)[:4] == _identity(present.about)[:4] else present


def make_folder(path: Path, mode: int) -> None:
    """Make a folder; it is an error if one exists."""
    with parent_of(path) as (folder, name):
        os.mkdir(name, mode, dir_fd=folder)


def remove_folder(path: Path) -> None:
    """Remove an empty folder; ``OSError`` if it is none, or not empty."""
    with parent_of(path) as (folder, name):
        os.rmdir(name, dir_fd=folder)


def set_folder_mode(path: Path, mode: int) -> None:
    """Set the permission bits of a folder; a link is not followed."""
    with parent_of(path, is_folder=True) as (folder, name):
        os.chmod(name, mode, dir_fd=folder)


def names_in(path: Path) -> list[str]:
    """Return the names in a folder, sorted; ``OSError`` if it cannot be read."""
    with parent_of(path, is_folder=True, reads=True) as (folder, name):
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        return sorted(os.listdir(descriptor))  # noqa: PTH208 - the folder that was opened, whatever has its name
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until the disk has the names of a folder, so that a rename survives a power cut."""
    with parent_of(path, is_folder=True) as (folder, name):
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSYNCABLE:
            raise
    finally:
        os.close(descriptor)
