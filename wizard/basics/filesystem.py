"""Files as a transaction needs them: read without surprises, private before the first byte, on the disk for sure."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_UNSYNCABLE: Final = (errno.EINVAL, errno.ENOTSUP)
"""What fsync says where a file system cannot sync a folder (fsync(2)); it then orders its own renames."""
_UNLINKABLE: Final = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS)
"""What link says where a file cannot have a second name here (link(2))."""
_ACL: Final = "system.posix_acl_access"
_KEPT_ATTRIBUTES: Final = (_ACL, "security.selinux")
"""Extended attributes that go with a file's access rules; ``user.*`` is the owner's own and is kept too (xattr(7))."""


class NotRegularError(Exception):
    """Something that is no regular file stands at a path; the argument says what."""


class TooLargeError(Exception):
    """A file is larger than the caller reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A regular file as it stood when it was read."""

    data: bytes = field(repr=False)
    about: os.stat_result

    @property
    def mode(self) -> int:
        """The permission bits."""
        return stat.S_IMODE(self.about.st_mode)

    def is_unchanged(self, now: os.stat_result) -> bool:
        """Tell whether a later look at the path shows the same file, without reading it again."""
        then = self.about
        return stat.S_ISREG(now.st_mode) and (now.st_size, now.st_mtime_ns) == (then.st_size, then.st_mtime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccess:
    """Who may do what with a file that is made; ``None``: as the file system gives."""

    mode: int = 0o600
    uid: int | None = None
    gid: int | None = None


PRIVATE: Final = FileAccess()


def with_home(text: str) -> Path:
    """Return a path with a leading ``~`` or ``~user`` put in full; as it is where nobody knows that home."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def look(path: Path) -> os.stat_result | None:
    """Return what stands at ``path`` itself, links not followed; ``None`` where nothing does."""
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def read_present(path: Path, *, largest: int | None = None) -> Present | None:
    """Read a regular file, or return ``None`` where nothing stands.

    ``NotRegularError`` for a directory, a link, a socket, a device or a pipe (which is never waited for);
    ``TooLargeError`` for more than ``largest`` bytes; ``OSError`` where it cannot be read.
    """
    about = look(path)
    if about is None:
        return None
    _check_regular(about)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        about = os.fstat(descriptor)
        _check_regular(about)
        data = stream.read() if largest is None else stream.read(largest + 1)
    if largest is not None and len(data) > largest:
        raise TooLargeError
    return Present(data=data, about=about)


def _check_regular(about: os.stat_result) -> None:
    kinds = ((stat.S_ISDIR, "a directory"), (stat.S_ISLNK, "a symbolic link"), (stat.S_ISSOCK, "a socket"))
    if not stat.S_ISREG(about.st_mode):
        raise NotRegularError(next((name for test, name in kinds if test(about.st_mode)), "a device or a pipe"))


def create(
    path: Path, data: bytes, access: FileAccess = PRIVATE, *, like: Path | None = None, durable: bool = True
) -> None:
    """Make a new file with its final owner and mode before its first byte; ``durable``: wait until the disk has it.

    A file, a link or anything else at ``path`` is an error, never followed. ``like`` is a file whose access list,
    security label and user attributes the new one takes over, as far as the file system lets it. ``OSError`` where it
    fails; the file may then stand there unfinished, for the caller to remove.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        about = os.fstat(descriptor)
        uid = about.st_uid if access.uid is None else access.uid
        gid = about.st_gid if access.gid is None else access.gid
        if (uid, gid) != (about.st_uid, about.st_gid):
            os.fchown(descriptor, uid, gid)
        if like is not None:
            _copy_attributes(like, descriptor)
        # After the access list: its mask is the group's bits, so that a tightened mode binds every entry (acl(5)).
        os.fchmod(descriptor, access.mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_attributes(source: Path, descriptor: int) -> None:
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(source, follow_symlinks=False)
    except OSError:
        names = []
    for name in names:
        if name.startswith("user.") or name in _KEPT_ATTRIBUTES:
            with contextlib.suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(source, name, follow_symlinks=False))
    if _ACL not in names:
        # The folder may give every new file an access list; the file that is replaced had none: nobody new is let in.
        try:
            os.removexattr(descriptor, _ACL)
        except OSError as error:
            if error.errno not in (errno.ENODATA, errno.ENOTSUP):
                raise


def replace_whole(path: Path, data: bytes, access: FileAccess = PRIVATE, *, durable: bool = True) -> None:
    """Put ``data`` at ``path`` in one step; a cut leaves the old file or the new one, a power cut where ``durable``.

    The new content passes through ``path`` with ``.tmp`` added; what an earlier cut left there is removed.
    """
    passing = path.with_name(f"{path.name}.tmp")
    remove(passing)
    try:
        create(passing, data, access, durable=durable)
        passing.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(passing)
        raise
    if durable:
        sync_folder(path.parent)


def remove(path: Path) -> bool:
    """Remove a file or a link; tell whether there was one."""
    if look(path) is None:
        return False
    path.unlink()
    return True


def keep_aside(path: Path, aside: Path, present: Present) -> None:
    """Keep the file at ``path`` under a second name too, so that going back needs no free disk space.

    A second name of the same file where the file system has hard links and lets us make one; otherwise a copy.
    """
    try:
        os.link(path, aside, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _UNLINKABLE:
            raise
        about = present.about
        create(aside, present.data, FileAccess(mode=present.mode, uid=about.st_uid, gid=about.st_gid), like=path)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names of a folder, so that a rename survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSYNCABLE:
            raise
    finally:
        os.close(descriptor)
