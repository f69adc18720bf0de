"""A lock file in the wizard's own folder, held for a block; the system releases it if the process dies (flock(2))."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shlex
import stat
import time
from typing import TYPE_CHECKING, Final

from wizard.basics.filesystem import open_lock
from wizard.basics.installed import InstallMethod, installed
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOLDER: Final = rb"(\d{1,20})\n?"
"""What a holder writes: its process number, for the message of the one that has to wait; nothing in a container, whose numbers
nobody else knows."""


def _holder(content: bytes) -> str:
    """Return who holds a lock with this content, in brackets; empty if that is not known."""
    copy = installed()
    if copy.method is InstallMethod.CONTAINER:
        return f" (to find a session in a container: docker ps --filter ancestor={shlex.quote(copy.name)})"
    match = re.fullmatch(_HOLDER, content)
    return f" (process {int(match[1])})" if match else ""


_BETWEEN: Final = 0.01
"""Seconds between two looks at a lock that is waited for."""


class FolderLock:
    """A lock in the private folder of one LibreChat folder; making one touches nothing."""

    def __init__(
        self, private_folder: PrivateFolder, name: str, *, busy: str, remedy: str, patience: float = 0.0
    ) -> None:
        """``busy`` and ``remedy`` are said if another process has the lock; ``{holder}`` is who that is.

        ``patience``: how many seconds it is waited for, where it is held for moments only.
        """
        self._private_folder = private_folder
        self._path: Final = private_folder.path / name
        self._name: Final = f"{NAME}/{name}"
        self._busy = busy
        self._remedy = remedy
        self._patience = patience
        self._is_ours = False

    @property
    def is_ours(self) -> bool:
        """Whether this object holds the lock now."""
        return self._is_ours

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for the time of the block; the private folder is made where it is missing.

        ``WriteRefused`` if another process holds it, where the folder cannot be made, or where something else than
        a lock of ours is in its place: that is neither waited for nor written to.
        """
        self._private_folder.prepare()
        try:
            descriptor = self._opened()
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self._no_lock("it is a symbolic link") from None
            raise refused(self._name, error) from error
        try:
            self._take(descriptor)
            self._is_ours = True
            yield
        finally:
            self._is_ours = False
            # Closing is not enough: a process that is being started holds its copy until it runs its program.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def is_held_elsewhere(self) -> bool:
        """Return whether another process holds the lock; changes nothing and waits for nothing.

        ``OSError`` if it cannot be opened, ``WriteRefused`` if something else is in its place.
        """
        if self._is_ours:
            return False
        try:
            descriptor = open_lock(self._path, for_writing=False)
        except FileNotFoundError:
            return False
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self._no_lock("it is a symbolic link") from None
            raise
        try:
            self._check(descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _opened(self) -> int:
        with contextlib.suppress(FileNotFoundError):
            return open_lock(self._path)
        try:
            return open_lock(self._path, is_new=True)
        except FileExistsError:
            # Another wizard was quicker; the lock decides between the two.
            return open_lock(self._path)

    def _take(self, descriptor: int) -> None:
        self._check(descriptor)
        try:
            self._wait_for(descriptor)
        except BlockingIOError:
            message = self._busy.format(holder=_holder(os.pread(descriptor, 22, 0)))
            raise WriteRefused(Problem(field="", file=NAME, message=message, remedy=self._remedy)) from None
        except OSError as error:
            raise refused(self._name, error, "The folder could not be locked. Nothing changed.") from error
        with contextlib.suppress(OSError):
            # For the other one's message only: a full disk is told of where something is written.
            content = os.pread(descriptor, 22, 0)
            if not content or re.fullmatch(_HOLDER, content):
                os.ftruncate(descriptor, 0)
                if installed().method is not InstallMethod.CONTAINER:
                    os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        try:
            self._private_folder.hide_from_git()
        except OSError as error:
            raise refused(f"{NAME}/.gitignore", error) from error

    def _wait_for(self, descriptor: int) -> None:
        """Take the lock; ``BlockingIOError`` if another process still has it after all patience."""
        until = time.monotonic() + self._patience
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise
            time.sleep(_BETWEEN)

    def _check(self, descriptor: int) -> None:
        """Make sure that it is a file of the wizard's and of nobody else's, before it is locked or written."""
        about = os.fstat(descriptor)
        fault = ""
        if not stat.S_ISREG(about.st_mode):
            fault = "it is not a regular file"
        elif about.st_nlink != 1:
            fault = "it is a hard link to another file"
        elif about.st_uid not in self._private_folder.owners():
            fault = f"it belongs to another user (UID {about.st_uid})"
        if fault:
            raise self._no_lock(fault)

    def _no_lock(self, fault: str) -> WriteRefused:
        message = f"{fault}, so it is not the wizard's lock file. Nothing changed."
        return WriteRefused(
            Problem(field="", file=self._name, message=message, remedy="Remove it, then run the wizard again.")
        )
