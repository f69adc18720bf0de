"""The journal of a transaction: written before the first change, removed after the last, read after an interruption."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from wizard.basics.filesystem import (
    NotRegularError,
    Present,
    file_time,
    look,
    names_in,
    read_present,
    remove,
    remove_folder,
    sync_folder,
)
from wizard.basics.path_walk import is_inside
from wizard.basics.patterns import late_pattern
from wizard.basics.records import DamagedRecord, RecordFile, stored

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wizard.basics.private_folder import PrivateFolder

FILE: Final = "transaction.json"
_LEFTOVER: Final = late_pattern(r"\.[^/]+\.librechat-wizard-[0-9a-f]{16}\.(tmp|old)")
"""How every file is called that a transaction makes beside the files it writes."""

Condition = Literal["old", "new", "other", "unreadable"]
"""How a file stands after a run was cut off: as before it, as after it, or as somebody else left it since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """What an earlier run left when it was killed while it wrote. No file is half written."""

    files: tuple[tuple[str, Condition], ...]
    """Name and condition of each; empty if the record of that run cannot be read."""
    backup: str
    """The backup that holds the files as they were, relative to the LibreChat folder; empty if it is gone."""
    when: datetime
    """When that run wrote, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What tells a file's content and access from another's, without the content."""

    sha256: str
    mode: int
    uid: int | None
    gid: int | None

    @classmethod
    def of(cls, present: Present) -> Fingerprint:
        """Return the fingerprint of a file that stands."""
        about = present.about
        return cls(sha256=digest(present.data), mode=present.mode, uid=about.st_uid, gid=about.st_gid)

    def fits(self, present: Fingerprint) -> bool:
        """Return whether a file on the disk is this one; an owner that was left to the file system fits any."""
        return (
            (self.sha256, self.mode) == (present.sha256, present.mode)
            and self.uid in (None, present.uid)
            and self.gid in (None, present.gid)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One file of a transaction."""

    name: str
    target: str
    """Where it is written: relative to the LibreChat folder, or absolute where a link leads out of it."""
    before: Fingerprint | None
    after: Fingerprint | None
    leftovers: tuple[str, ...]
    """The names, beside the target, that the transaction uses on the way."""

    def condition(self, folder: Path) -> Condition:
        """Return the state of the file now."""
        try:
            present = read_present(folder / self.target)
        except NotRegularError:
            return "other"
        except OSError:
            return "unreadable"
        if present is None:
            return "new" if self.after is None else "old" if self.before is None else "other"
        return self._side_of(Fingerprint.of(present))

    def _side_of(self, now: Fingerprint) -> Condition:
        if self.after is not None and self.after.fits(now):
            return "new"
        # Where somebody changed the access since, the content still says which one it is.
        if self.before is not None and self.before.sha256 == now.sha256:
            return "old"
        return "new" if self.after is not None and self.after.sha256 == now.sha256 else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRecord:
    """What the journal says about one transaction."""

    when: datetime
    backup: str
    """The id of the backup."""
    entries: tuple[JournalEntry, ...]
    folders: tuple[str, ...]
    """Folders that the transaction makes, outermost first, spelled as :attr:`JournalEntry.target` is."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    # Loaded late: it takes as long as half the program's start.
    import hashlib

    return hashlib.sha256(data).hexdigest()


class Journal:
    """The file that exists while a transaction is in progress."""

    def __init__(self, private_folder: PrivateFolder, folder: Path) -> None:
        self._private_folder = private_folder
        self._folder = folder
        self._file = RecordFile(private_folder, private_folder.path / FILE)

    def exists(self) -> bool:
        """Return whether a transaction is in progress or was cut off; ``OSError`` if that cannot be seen."""
        return self._file.exists()

    def write(self, record: JournalRecord) -> None:
        """Put the record on the disk, whole or not at all."""
        self._file.write(stored(record))

    def read(self) -> JournalRecord | None:
        """Return the record; ``None`` if it is missing or somebody damaged it."""
        try:
            fields = self._file.read()
            return None if fields is None else fields.record(JournalRecord)
        except DamagedRecord:
            return None

    def changed_at(self) -> datetime:
        """Return when the journal was written, from the file system."""
        return file_time(about.st_mtime if (about := look(self._file.path)) else 0)

    def remove(self) -> None:
        """Record that no transaction is in progress."""
        self._file.remove()

    def clear(self) -> None:
        """Remove what an interrupted transaction left next to the files, then the journal itself; only while the lock is held."""
        record = self.read()
        if record is None:
            leftovers = self._leftovers_in_folder() if self.exists() else []
        else:
            beside = [(self._folder / entry.target, name) for entry in record.entries for name in entry.leftovers]
            leftovers = [target.with_name(name) for target, name in beside if _LEFTOVER.fullmatch(name)]
        touched = {path.parent for path in leftovers if remove(path)}
        for parent in sorted(touched):
            sync_folder(parent)
        # A planted record could name any empty folder.
        remove_empty(self._folder, [name for name in record.folders if is_inside(name)] if record else ())
        self.remove()

    def _leftovers_in_folder(self) -> list[Path]:
        return [self._folder / name for name in names_in(self._folder) if _LEFTOVER.fullmatch(name)]


def remove_empty(folder: Path, names: Sequence[str]) -> None:
    """Remove those of the named folders that are empty, innermost first; others stay."""
    for name in reversed(names):
        try:
            remove_folder(folder / name)
        except OSError:
            # Not empty, or not there: either way it is none of ours to remove.
            continue


def leftover_names(name: str) -> tuple[str, str]:
    """Return two new names next to a file called ``name``: for its next content and for its present one."""
    stem = f".{name}.librechat-wizard-{os.urandom(8).hex()}"
    return f"{stem}.tmp", f"{stem}.old"
