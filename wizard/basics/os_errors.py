"""Explains errors of the operating system in plain words, with a remedy."""

from __future__ import annotations

import errno
import os
from typing import Final

from wizard.basics.accounts import account_name
from wizard.basics.owner_rights import folder_owner
from wizard.basics.problem import Problem, WriteRefused

_MEANING: Final = {
    errno.ENOSPC: (
        "the disk is full",
        "Free some space, then run the wizard again. To see what Docker uses: docker system df",
    ),
    errno.EDQUOT: ("the disk quota is used up", "Free some space or have the quota raised, then run the wizard again."),
    errno.EFBIG: (
        "the file would exceed the file size limit (ulimit -f)",
        "Raise the limit, then run the wizard again.",
    ),
    errno.EROFS: (
        "the file system is read-only",
        "Remount the file system read-write. First check dmesg: the disk may be failing.",
    ),
    errno.EACCES: ("permission denied", "Run the wizard as the user that owns the file and its folder, or with sudo."),
    errno.EPERM: (
        "the operation is not permitted",
        "Run the wizard as the file's owner or with sudo. If lsattr shows that the file is immutable, run chattr -i first.",
    ),
    errno.EBUSY: (
        "it is in use as a mount point",
        "The file itself is mounted. Run the wizard on the host, not inside a container.",
    ),
    errno.EIO: ("the disk reported an input/output error", "Check the disk first (dmesg), then run the wizard again."),
    errno.EISDIR: ("a directory with this name exists", "Move the directory elsewhere, then run the wizard again."),
    errno.ENOTDIR: ("a file exists where a folder is needed", "Move the file elsewhere, then run the wizard again."),
    errno.ENOENT: (
        "the file or its folder no longer exists",
        "Run the wizard again so that it rereads the LibreChat folder.",
    ),
    errno.ENAMETOOLONG: ("the name is too long for this file system", "Use a shorter name."),
    errno.EMFILE: ("too many files are open", "Raise the limit (ulimit -n), then run the wizard again."),
    errno.ENFILE: ("too many files are open on this machine", "Run the wizard again later."),
    errno.ELOOP: (
        "it is a symbolic link, or symbolic links form a loop",
        "Replace it with a regular file, then run the wizard again.",
    ),
}
"""Cause and way out by error number (errno.h, POSIX.1-2017)."""


def cause(error: OSError) -> str:
    """Return what a refusal of the operating system means; never a path."""
    if error.errno in _MEANING:
        return _MEANING[error.errno][0]
    return os.strerror(error.errno).lower() if error.errno else "the operating system refused the operation"


def in_words(error: BaseException | None) -> str:
    """Return why a connection failed, without what Python's libraries put around it; empty if nothing is known."""
    if error is None:
        return ""
    reason = getattr(error, "reason", None)  # of a TLS error, whose number is none of the system's
    if isinstance(reason, str) and reason:
        return f"TLS: {reason.replace('_', ' ').lower()}"
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0 and reason is None and not hasattr(error, "library"):
        return os.strerror(number)
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ConnectionError) and not str(error):
        return "the connection was closed"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def remedy(error: OSError) -> str:
    """Return the way out of a refusal; empty if none is known."""
    owner = folder_owner()
    if owner is not None and error.errno in (errno.EACCES, errno.EPERM):
        name = account_name(owner.uid)
        return f"In this folder, root acts as the folder's owner, {name}: give that user write access (sudo chown -h)."
    return _MEANING[error.errno][1] if error.errno in _MEANING else ""


def refused(name: str, error: OSError, ending: str = "Nothing changed.") -> WriteRefused:
    """Return the ``WriteRefused`` for the file called ``name``; ``ending`` says the state of the files now."""
    return WriteRefused(Problem(field="", file=name, message=f"{cause(error)}. {ending}", remedy=remedy(error)))
