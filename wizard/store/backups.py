"""The backups in ``.librechat-wizard/backups``: the files as each transaction found them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard import __version__
from wizard.basics.filesystem import (
    FileAccess,
    NotRegularError,
    Present,
    create,
    look,
    names_in,
    read_present,
    remove,
    remove_folder,
    rename,
    sync_folder,
)
from wizard.basics.os_errors import refused
from wizard.basics.own_command import own_command
from wizard.basics.owner_rights import folder_owner
from wizard.basics.path_walk import is_inside
from wizard.basics.patterns import late_pattern
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import InvalidInput, Problem, WriteRefused
from wizard.basics.records import DamagedRecord, NewerRecord, RecordFields, RecordFile
from wizard.store.journal import Fingerprint, JournalEntry, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LARGEST_MANIFEST: Final = 256_000
"""In bytes; a manifest describes about ten files."""
_LARGEST_SUM: Final = 64_000_000
"""Bytes of all the copies of one backup."""
_MOST_LISTED: Final = 100
BACKUPS: Final = "backups"
"""The folder of all of them, in the wizard's own."""
KEPT: Final = 20
"""How many backups are kept; older ones go when a new one is made."""
MANIFEST: Final = "manifest.json"
_ID: Final = late_pattern(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-([1-9]\d*))?")
_UNREADABLE: Final = "its manifest cannot be read"
_LEADS_ELSEWHERE: Final = "its manifest contains an invalid path"
_MAKING: Final = ".making-"
_REMOVING: Final = ".removing-"
"""Prefixes under which a backup is made and removed; under its plain name it is always complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup as a list shows it."""

    id: str
    """``2026-01-31T10-00-00Z``, with ``-2`` appended if there is already one of that second."""
    when: datetime
    """In UTC."""
    files: tuple[str, ...]
    """Names relative to the LibreChat folder; empty if the manifest cannot be read."""
    complete: bool
    """``False`` if the manifest is missing or damaged; such a backup is not restored."""
    is_newer: bool = False
    """Whether a later release made it, so that this one cannot restore it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One file of a backup, read back and compared with its hash."""

    name: str
    data: bytes | None = field(repr=False)
    """``None``: there was no such file, so restoring removes it."""
    access: FileAccess
    foreign_uid: int | None = None
    """The owner of the copy, if root works in a folder whose owner may not read it."""


class Backups:
    """Makes, lists, reads and prunes the backups of one LibreChat folder."""

    def __init__(self, private_folder: PrivateFolder) -> None:
        self._private_folder = private_folder
        self.path: Final = private_folder.path / BACKUPS

    def relative(self, backup_id: str) -> str:
        """Return the path of a backup, relative to the LibreChat folder."""
        return f"{NAME}/backups/{backup_id}"

    def new_id(self, when: datetime) -> str:
        """Return an id that no backup has; ``when`` has a time zone. Only while the lock is held."""
        stem = when.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        number, backup_id = 1, stem
        while look(self.path / backup_id) is not None:
            number += 1
            backup_id = f"{stem}-{number}"
        return backup_id

    def is_complete(self, backup_id: str) -> bool:
        """Return whether the backup was completed."""
        return look(self.path / backup_id) is not None

    def make(
        self,
        backup_id: str,
        when: datetime,
        files: Sequence[tuple[JournalEntry, Present | None]],
        folders: Sequence[str],
    ) -> None:
        """Copy these files; the backup appears under its id only when all of it is on the disk.

        Each copy is private and belongs to the owner of the original, as far as we may give it away. ``folders`` are
        those that the transaction is about to make. ``OSError`` if it fails; :meth:`discard` then clears up.
        """
        if look(self.path) is None:
            self._private_folder.create_folder(self.path)
        making = self.path / f"{_MAKING}{backup_id}"
        self._private_folder.create_folder(making)
        described = []
        for number, (entry, present) in enumerate(files, start=1):
            copy = f"{number}-{Path(entry.name).name}"
            if present is not None:
                # Root's copies are the original's owner's; in somebody's folder that person's, unless they may not read it.
                is_given = os.geteuid() == 0 and (folder_owner() is None or present.is_foreign)
                create(making / copy, present.data, FileAccess(uid=present.about.st_uid if is_given else None))
            described.append(_describe(entry, copy if present is not None else None))
        manifest = {
            "wizard": __version__,
            "when": when.astimezone(UTC).isoformat(),
            "files": described,
            "folders": list(folders),
        }
        RecordFile(self._private_folder, making / MANIFEST).create(manifest)
        sync_folder(making)
        rename(making, self.path / backup_id)
        sync_folder(self.path)

    def discard(self, backup_id: str) -> None:
        """Remove a backup, finished or not."""
        whole, removing = self.path / backup_id, self.path / f"{_REMOVING}{backup_id}"
        if look(whole) is not None:
            rename(whole, removing)
        for path in (removing, self.path / f"{_MAKING}{backup_id}"):
            if look(path) is not None:
                _remove_flat(path)

    def clear(self) -> None:
        """Remove what an interrupted run left of backups that it was making or removing; the caller holds the lock."""
        if look(self.path) is None:
            return
        for name in names_in(self.path):
            if name.startswith((_MAKING, _REMOVING)):
                _remove_flat(self.path / name)

    def prune(self) -> None:
        """Keep the newest backups and remove the others; only while the lock is held."""
        for backup_id in self._ids()[KEPT:]:
            self.discard(backup_id)

    def listed(self) -> tuple[Backup, ...]:
        """Return the backups, newest first, and of more than there can be the newest; changes nothing. ``WriteRefused`` if the folder cannot be read."""
        try:
            return tuple(self._backup(backup_id) for backup_id in self._ids()[:_MOST_LISTED])
        except OSError as error:
            raise refused(f"{NAME}/backups", error) from error

    def _names(self) -> list[str]:
        """Return what is there; nothing if the wizard's own folder belongs to somebody whose backups are not believed."""
        return [] if self._private_folder.fault() else names_in(self.path)

    def _ids(self) -> list[str]:
        try:
            found = [match for name in self._names() if (match := _ID.fullmatch(name))]
        except FileNotFoundError:
            return []
        return [match[0] for match in sorted(found, key=lambda match: (match[1], int(match[2] or 1)), reverse=True)]

    def _backup(self, backup_id: str) -> Backup:
        try:
            manifest = self._manifest(backup_id)
            files = tuple(entry.text("name") for entry in manifest.each("files"))
            return Backup(id=backup_id, when=manifest.instant("when"), files=files, complete=True)
        except DamagedRecord as error:
            is_newer = isinstance(error, NewerRecord)
            return Backup(id=backup_id, when=_instant(backup_id), files=(), complete=False, is_newer=is_newer)

    def _manifest(self, backup_id: str) -> RecordFields:
        try:
            manifest = RecordFile(
                self._private_folder, self.path / backup_id / MANIFEST, largest=_LARGEST_MANIFEST
            ).read()
        except NewerRecord:
            raise
        except DamagedRecord:
            raise DamagedRecord(_UNREADABLE) from None
        if manifest is None:
            raise DamagedRecord("its manifest is missing")
        return manifest

    def chosen(self, wanted: str | None) -> Backup:
        """Return the backup with this id (its path will do too), or the newest whole one if none is named.

        ``InvalidInput`` if there is none, with the nearest one and all that there are.
        """
        backups = self.listed()
        if not backups:
            raise InvalidInput(Problem(field="BACKUP", message="there are no backups in this folder yet."))
        if wanted is None:
            # One of a later release is not a reason to go back further: it is chosen, and refused when it is read.
            found = next((backup for backup in backups if backup.complete or backup.is_newer), None)
            if found is None:
                raise WriteRefused(Problem(field="BACKUP", message="every backup here is damaged. Nothing changed."))
            return found
        backup_id = wanted.rstrip("/").rpartition("/")[2]
        for backup in backups:
            if backup.id == backup_id:
                return backup
        import difflib

        ids = [backup.id for backup in backups]
        nearest = difflib.get_close_matches(backup_id, ids, n=1)
        hint = f"The closest match is {nearest[0]}. " if nearest else ""
        raise InvalidInput(
            Problem(
                field="BACKUP",
                message="there is no backup with that name.",
                remedy=f"{hint}The backups are: {', '.join(ids)}.",
            )
        )

    def read(self, backup: Backup) -> tuple[tuple[Saved, ...], tuple[str, ...]]:
        """Return the files of a backup and the folders that its transaction made.

        ``WriteRefused`` if a copy is missing or is not what was saved: half a backup is never put back.
        """
        try:
            manifest = self._manifest(backup.id)
            saved = tuple(self._all_saved(backup.id, manifest))
            folders = tuple(_relative(name) for name in manifest.texts("folders"))
        except OSError as error:
            raise refused(self.relative(backup.id), error) from error
        except NewerRecord:
            message = "a later release of librechat-wizard created this backup. Nothing changed."
            remedy = f"Restore it with that release. To list other backups, run: {own_command('restore --list')}"
            place = f"{self.relative(backup.id)}/{MANIFEST}"
            raise WriteRefused(Problem(field="", file=place, message=message, remedy=remedy)) from None
        except DamagedRecord as error:
            message = f"this backup is damaged ({error}). Nothing changed."
            remedy = f"To list other backups, run: {own_command('restore --list')}"
            raise WriteRefused(
                Problem(field="", file=self.relative(backup.id), message=message, remedy=remedy)
            ) from None
        return saved, folders

    def _all_saved(self, backup_id: str, manifest: RecordFields) -> Iterator[Saved]:
        size = 0
        for entry in manifest.each("files"):
            saved = self._saved(backup_id, entry)
            size += len(saved.data or b"")
            if size > _LARGEST_SUM:
                raise DamagedRecord("its copies are larger than any files that the wizard writes")
            yield saved

    def _saved(self, backup_id: str, entry: RecordFields) -> Saved:
        name = _relative(entry.text("name"))
        before = entry.fields_or_none("before")
        if before is None:
            return Saved(name=name, data=None, access=FileAccess())
        copy = entry.text("copy")
        if "/" in copy:
            raise DamagedRecord(_LEADS_ELSEWHERE)
        try:
            present = read_present(self.path / backup_id / copy, is_foreign=True)
        except NotRegularError as error:
            raise DamagedRecord(f"its copy of {name} is not a regular file: {error}") from None
        if present is None or digest(present.data) != before.text("sha256"):
            raise DamagedRecord(
                f"its copy of {name} is {'missing' if present is None else 'not the file that was saved'}"
            )
        access = FileAccess(mode=_mode(before.text("mode")), uid=before.number("uid"), gid=before.number("gid"))
        foreign_uid = present.about.st_uid if present.is_foreign else None
        return Saved(name=name, data=present.data, access=access, foreign_uid=foreign_uid)


def _instant(backup_id: str) -> datetime:
    date, _, time = backup_id[: backup_id.index("Z") + 1].partition("T")
    try:
        return datetime.fromisoformat(f"{date}T{time.replace('-', ':')}")
    except ValueError:
        # A folder that somebody named so; the list shall not fail for it.
        return datetime.fromtimestamp(0, tz=UTC)


def _relative(name: str) -> str:
    if not is_inside(name):
        raise DamagedRecord(_LEADS_ELSEWHERE)
    return name


def _mode(text: str) -> int:
    if not re.fullmatch("[0-7]{3,5}", text):
        raise DamagedRecord(_UNREADABLE)
    return int(text, 8) & 0o777


def _describe(entry: JournalEntry, copy: str | None) -> dict[str, Any]:
    return {
        "name": entry.name,
        "target": entry.target,
        "copy": copy,
        "before": _side(entry.before),
        "after": _side(entry.after),
    }


def _side(fingerprint: Fingerprint | None) -> dict[str, Any] | None:
    if fingerprint is None:
        return None
    return {
        "sha256": fingerprint.sha256,
        "mode": f"{fingerprint.mode:04o}",
        "uid": fingerprint.uid,
        "gid": fingerprint.gid,
    }


def _remove_flat(folder: Path) -> None:
    # A backup has no folders inside; a foreign one makes rmdir fail, and stays.
    for name in names_in(folder):
        remove(folder / name)
    remove_folder(folder)
