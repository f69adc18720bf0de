"""The wizard's own folder in a LibreChat folder: the lock, transactions, interrupted runs, and restore."""

from __future__ import annotations

import errno
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.basics.filesystem import NotRegularError, Present, look, read_present
from wizard.basics.links import path_end
from wizard.basics.lock import FolderLock
from wizard.basics.option_names import CONFIRM
from wizard.basics.os_errors import refused
from wizard.basics.owner_rights import folder_owner, real_folder
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from wizard.store.apply_record import ApplyRecord, ApplyRecords
    from wizard.store.backups import Backup, Backups, Saved
    from wizard.store.journal import Interrupted, Journal
    from wizard.store.rotation_record import RotationRecord
    from wizard.store.transaction import Applied, FileWrite

_APPLY_FILE: Final = "apply.json"
_JOURNAL_FILE: Final = "transaction.json"
_ROTATION_FILE: Final = "rotation.json"
"""As :mod:`wizard.store.apply_record`, :mod:`wizard.store.journal` and :mod:`wizard.store.rotation_record` name theirs: they
are loaded when there is one."""


class FolderStore:
    """The backups and records in ``.librechat-wizard`` of one LibreChat folder, and its lock. Making one touches nothing.

    Methods that only read need no lock; :meth:`clean_up`, :meth:`apply` and :meth:`restore` are for the holder of
    :meth:`lock`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = real_folder(folder)
        self._private_folder = PrivateFolder(self._folder)
        self._lock = FolderLock(
            self._private_folder,
            "lock",
            busy="another wizard session is using this folder{holder}. Nothing changed.",
            remedy="Wait until it has finished, then try again.",
        )

    # What only a run that writes or goes back needs is loaded then: the first frame does not wait for it.
    @cached_property
    def _journal(self) -> Journal:
        from wizard.store.journal import Journal

        return Journal(self._private_folder, self._folder)

    @cached_property
    def _backups(self) -> Backups:
        from wizard.store.backups import Backups

        return Backups(self._private_folder)

    @cached_property
    def _applies(self) -> ApplyRecords:
        from wizard.store.apply_record import ApplyRecords

        return ApplyRecords(self._private_folder)

    def lock(self) -> AbstractContextManager[None]:
        """Return the lock that keeps every other wizard out of the folder; the system releases it when we die.

        ``WriteRefused`` if another wizard holds it, or if the private folder cannot be created.
        """
        return self._lock.held()

    def interrupted(self) -> Interrupted | None:
        """Return what a run left that was killed while it was writing; ``None`` if there was none, or if a run is active.

        Changes nothing. ``WriteRefused`` if this cannot be determined, for example because the folder belongs to root.
        """
        try:
            if look(self._private_folder.path / _JOURNAL_FILE) is None or self._lock.is_held_elsewhere():
                return None
            return self._found()
        except OSError as error:
            raise refused(NAME, error, "Could not determine whether an earlier run was interrupted.") from error

    def _found(self) -> Interrupted:
        from wizard.store.journal import Interrupted

        record = self._journal.read()
        if record is None:
            return Interrupted(files=(), backup="", when=self._journal.changed_at())
        return Interrupted(
            files=tuple((entry.name, entry.condition(self._folder)) for entry in record.entries),
            backup=self._backups.relative(record.backup) if self._backups.is_complete(record.backup) else "",
            when=record.when,
        )

    def rotation(self) -> RotationRecord | None:
        """Return the record of an interrupted key rotation, ``None`` if there is none. Nothing else is written until it has ended.

        Changes nothing. ``WriteRefused`` if this cannot be determined.
        """
        try:
            if look(self._private_folder.path / _ROTATION_FILE) is None:
                return None
        except OSError as error:
            raise refused(
                f"{NAME}/{_ROTATION_FILE}", error, "Could not determine whether a key rotation was interrupted."
            ) from error
        from wizard.store.rotation_record import RotationRecords

        return RotationRecords(self._folder).read()

    def pending(self) -> ApplyRecord | None:
        """Return the record of an apply that was killed, ``None`` if there was none.

        It includes a backup that the apply made but could not record any more. Changes nothing. ``WriteRefused`` if this cannot
        be determined.
        """
        try:
            if (
                self._lock.is_held_elsewhere()
                or look(self._private_folder.path / _APPLY_FILE) is None
                or (record := self._applies.read()) is None
            ):
                return None
        except OSError as error:
            raise refused(
                f"{NAME}/{_APPLY_FILE}", error, "Could not determine whether an earlier run was interrupted."
            ) from error
        known = (record.earlier, *record.backups)
        found = [backup.id for backup in self.backups() if backup.when >= record.when and backup.id not in known]
        if record.is_going_back or not found:
            return record
        from dataclasses import replace

        return replace(record, backups=(*record.backups, *reversed(found)))

    def note_apply(self, record: ApplyRecord | None) -> None:
        """Save the record of an apply before its next step, or remove it (``None``); the caller holds the lock."""
        self._need_lock()
        try:
            if record is None:
                self._applies.remove()
            else:
                self._applies.write(record)
        except OSError as error:
            raise refused(f"{NAME}/{_APPLY_FILE}", error, "The progress could not be recorded.") from error

    def clean_up(self) -> Interrupted | None:
        """Remove every temporary file of a run that was killed, and its journal; return what was found.

        The files themselves stay as they are. ``WriteRefused`` if something cannot be removed.
        """
        self._need_lock()
        found = self.interrupted()
        try:
            self._backups.clear()
            self._journal.clear()
        except OSError as error:
            raise refused(
                NAME, error, "Files left behind by an earlier run could not be removed. Nothing changed."
            ) from error
        return found

    def next_backup(self, when: datetime) -> str:
        """Return the id that the backup of an :meth:`apply` with this ``when`` will have, so that it can be recorded before."""
        self._need_lock()
        return self._backups.new_id(when)

    def has_backup(self, backup_id: str) -> bool:
        """Return whether this backup was completed: a transaction makes it before it changes a file."""
        return bool(backup_id) and self._backups.is_complete(backup_id)

    def apply(self, writes: Sequence[FileWrite], *, when: datetime, is_rotation: bool = False) -> Applied:
        """Write all files or none; ``when`` has a time zone and names the backup.

        Ctrl+C and stop signals are deferred until the files are consistent; before the last file is in place, all are rolled
        back. ``WriteRefused`` says the state of the files: a file changed since it was read, or cannot be written, or a key
        rotation is unfinished (only the rotation itself, ``is_rotation``, may write then).
        """
        from wizard.store.deferred_signals import deferred_signals
        from wizard.store.transaction import Applied, Transaction, steps_of

        self._need_lock()
        if not is_rotation:
            self._refuse_beside_rotation()
        result: list[Applied] = []
        with deferred_signals() as check:
            self.clean_up()
            steps = steps_of(self._folder, writes)
            if not steps:
                return Applied(written=(), backup="")
            transaction = Transaction(self._folder, self._journal, self._backups, steps)
            result.append(transaction.run(when, check))
        return result[0]

    def backups(self) -> tuple[Backup, ...]:
        """Return every backup, newest first; changes nothing."""
        return self._backups.listed()

    def writes_of(self, backup_id: str | None) -> tuple[Backup, tuple[FileWrite, ...]]:
        """Return a backup (the newest complete one if none is named) and what restoring it would write; changes nothing.

        Files that are already as in it are left out. Raises as :meth:`restore`.
        """
        chosen = self._backups.chosen(backup_id)
        saved, _ = self._backups.read(chosen)
        return chosen, tuple(write for file in saved if (write := self._write_back(file)).before != write.after)

    def restore(self, backup_id: str | None, *, when: datetime, is_rotation: bool = False) -> Applied:
        """Restore the files of a backup (the newest if none is named), with their former mode or a stricter one.

        This is a transaction too: the current files are backed up first, so that another restore can undo it. A file that did
        not exist in the backup is removed. ``InvalidInput`` for an unknown id; ``WriteRefused`` for a damaged
        backup.
        """
        from wizard.store.journal import remove_empty

        self._need_lock()
        saved, folders = self._backups.read(self._backups.chosen(backup_id))
        done = self.apply([self._write_back(file) for file in saved], when=when, is_rotation=is_rotation)
        remove_empty(self._folder, folders)
        return done

    def _write_back(self, file: Saved) -> FileWrite:
        from wizard.store.transaction import FileWrite

        try:
            end = path_end(self._folder, file.name)
            present = None if end.fault else _present(end.path)
            if end.is_link and not end.fault and look(end.path) is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        except OSError as error:
            raise refused(file.name, error) from error
        if end.fault:
            remedy = f"Replace the link with the file itself, or confirm that the link is intended: {CONFIRM}."
            raise WriteRefused(
                Problem(field="", file=file.name, message=f"{end.fault} Nothing changed.", remedy=remedy)
            )
        mode, uid, gid = file.access.mode & ~0o022, None, None
        if present is not None:
            # Whoever may write a manifest decides neither who owns a file nor who else may read it.
            mode &= present.mode
        elif folder_owner() is None:
            uid, gid = file.access.uid, file.access.gid
        if file.foreign_uid is not None and not (
            present is not None and present.is_foreign and present.about.st_uid == file.foreign_uid
        ):
            # What the owner of the folder may not read stays so, whatever the manifest says about it.
            mode, uid = mode & 0o600, file.foreign_uid
        return FileWrite(
            name=file.name,
            target=end.path,
            before=None if present is None else present.data,
            after=file.data,
            mode=mode,
            uid=uid,
            gid=gid,
        )

    def _refuse_beside_rotation(self) -> None:
        """Raise ``WriteRefused`` while what is stored and the files may have different keys: its way back needs both as it left them."""
        if (rotation := self.rotation()) is not None:
            raise WriteRefused(Problem(field="", message=f"{rotation.notice()} Nothing changed."))

    def _need_lock(self) -> None:
        if not self._lock.is_ours:
            raise RuntimeError("the folder is not locked")


def _present(path: Path) -> Present | None:
    try:
        return read_present(path, is_foreign=True)
    except NotRegularError:
        # The transaction refuses it, together with everything else that is wrong.
        return None
