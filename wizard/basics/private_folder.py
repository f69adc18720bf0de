"""``.librechat-wizard``: the folder in the LibreChat folder where the wizard keeps backups; nobody else looks in."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from wizard.basics.filesystem import FileAccess, create, look, replace_whole, sync_folder
from wizard.basics.os_errors import refused
from wizard.basics.problem import Problem, WriteRefused

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = ".librechat-wizard"
_MODE: Final = 0o700


class PrivateFolder:
    """The wizard's own folder; nothing is touched before :meth:`prepare`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path: Final = folder / NAME

    def prepare(self) -> None:
        """Make the folder, or make sure that the one that stands there is ours and private.

        ``WriteRefused`` where it is a link, no folder, or belongs to somebody else than us, root or the owner of the
        LibreChat folder (who could put another in its place anyway).
        """
        try:
            self._prepare()
        except OSError as error:
            raise refused(NAME, error) from error

    def _prepare(self) -> None:
        if look(self.path) is None:
            try:
                self.path.mkdir(_MODE)
            except FileExistsError:
                # Another wizard was quicker; the lock decides between the two.
                pass
            else:
                sync_folder(self._folder)
        about = os.lstat(self.path)
        fault = ""
        if stat.S_ISLNK(about.st_mode):
            fault = "it is a symbolic link, which could lead the copies of your secrets anywhere."
        elif not stat.S_ISDIR(about.st_mode):
            fault = "it is no folder."
        elif about.st_uid not in self.owners():
            fault = f"it belongs to a stranger (UID {about.st_uid}), who could read the copies of your secrets."
        if fault:
            raise WriteRefused(
                Problem(field="", file=NAME, message=f"{fault} Nothing changed.", remedy="Move it away.")
            )
        if stat.S_IMODE(about.st_mode) & 0o777 != _MODE:
            self.path.chmod(_MODE)

    def owners(self) -> tuple[int, ...]:
        """Return whose files in it are believed: ours, root's and those of the LibreChat folder's owner."""
        return os.geteuid(), 0, self._folder.stat().st_uid

    def hide_from_git(self) -> None:
        """Keep the folder out of the operator's version control; only while the lock is held."""
        ignore = self.path / ".gitignore"
        if look(ignore) is None:
            self.replace_file(ignore, b"*\n")

    def create_file(self, path: Path, data: bytes) -> None:
        """Make a private file inside; it is an error where one stands."""
        create(path, data, self._access())

    def replace_file(self, path: Path, data: bytes, *, durable: bool = True) -> None:
        """Put a private file inside in one step; ``durable``: wait until the disk has it."""
        replace_whole(path, data, self._access(), durable=durable)

    def create_folder(self, path: Path) -> None:
        """Make a private folder inside; it is an error where one stands."""
        path.mkdir(_MODE)
        access = self._access()
        if access.uid is not None and access.gid is not None:
            os.chown(path, access.uid, access.gid, follow_symlinks=False)

    def _access(self) -> FileAccess:
        """Root in somebody's folder leaves that person able to go on without root."""
        about = self.path.stat()
        if os.geteuid() == 0 and about.st_uid != 0:
            return FileAccess(uid=about.st_uid, gid=about.st_gid)
        return FileAccess()
