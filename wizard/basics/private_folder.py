"""``.librechat-wizard``: the private folder in the LibreChat folder where the wizard keeps its backups and records."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from wizard.basics.filesystem import (
    create,
    look,
    make_folder,
    replace_whole,
    set_folder_mode,
    sync_folder,
)
from wizard.basics.os_errors import refused
from wizard.basics.own_command import in_folder
from wizard.basics.owner_rights import real_folder
from wizard.basics.path_walk import PRIVATE_FOLDER
from wizard.basics.problem import Problem, WriteRefused

NAME: Final = PRIVATE_FOLDER
_MODE: Final = 0o700


class PrivateFolder:
    """The wizard's own folder; nothing is touched before :meth:`prepare`."""

    def __init__(self, folder: Path) -> None:
        self._folder = real_folder(folder)
        self.path: Final = self._folder / NAME

    def prepare(self) -> None:
        """Make the folder, or make sure that the one that is there is ours and private.

        ``WriteRefused`` if it is a link, no folder, or belongs to somebody else than us, root or the owner of the
        LibreChat folder (who could put another in its place anyway).
        """
        try:
            self._prepare()
        except OSError as error:
            raise refused(NAME, error) from error

    def _prepare(self) -> None:
        if look(self.path) is None:
            try:
                make_folder(self.path, _MODE)
            except FileExistsError:
                # Another wizard was quicker; the lock decides between the two.
                pass
            else:
                sync_folder(self._folder)
        if fault := self.fault():
            raise self.refusal(fault)
        from wizard.basics.handing_over import hand_over

        if not hand_over(self._folder):
            message = "it belongs to root and contains more than the wizard's own records. Nothing changed."
            remedy = "Move the folder elsewhere, or give it to the LibreChat folder's owner (sudo chown -hR)."
            raise WriteRefused(Problem(field="", file=NAME, message=message, remedy=remedy))
        about = look(self.path)
        if about is not None and stat.S_IMODE(about.st_mode) & 0o777 != _MODE:
            set_folder_mode(self.path, _MODE)

    def fault(self) -> str:
        """Return why nothing in the folder is believed; empty if it is ours, or missing."""
        about = look(self.path)
        if about is None:
            return ""
        if stat.S_ISLNK(about.st_mode):
            return "it is a symbolic link, so the copies of your secrets could end up anywhere."
        if not stat.S_ISDIR(about.st_mode):
            return "it is not a folder."
        if about.st_uid not in self.owners():
            return f"it belongs to another user (UID {about.st_uid}), who could read the copies of your secrets."
        return ""

    def refusal(self, fault: str) -> WriteRefused:
        """Return what is said if nothing can be put into the folder for this fault."""
        is_link = self.path.is_symlink()
        remedy = f"Remove the link: {in_folder(f'rm {NAME}')}" if is_link else "Move it elsewhere."
        return WriteRefused(Problem(field="", file=NAME, message=f"{fault} Nothing changed.", remedy=remedy))

    def owners(self) -> tuple[int, ...]:
        """Return whose files in it are believed: ours, root's and those of the LibreChat folder's owner."""
        about = look(self._folder)
        return (os.geteuid(), 0) if about is None else (os.geteuid(), 0, about.st_uid)

    def hide_from_git(self) -> None:
        """Keep the folder out of the operator's version control; only while the lock is held."""
        ignore = self.path / ".gitignore"
        if look(ignore) is None:
            self.replace_file(ignore, b"*\n")

    def create_file(self, path: Path, data: bytes) -> None:
        """Make a private file inside; it is an error if one exists."""
        create(path, data)

    def replace_file(self, path: Path, data: bytes, *, durable: bool = True) -> None:
        """Put a private file inside in one step; ``durable``: wait until the disk has it."""
        replace_whole(path, data, durable=durable)

    def create_folder(self, path: Path) -> None:
        """Make a private folder inside; it is an error if one exists."""
        make_folder(path, _MODE)
