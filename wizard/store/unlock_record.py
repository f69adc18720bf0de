"""``.librechat-wizard/unlock.json``, private: what ``users unlock`` changed, so that ``--undo`` can take it back.

It holds what was in the database before, in MongoDB's Extended JSON: of a second factor the encrypted secret, of a new password
the hash of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wizard.basics.lock import FolderLock
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.records import DamagedRecord, RecordFile, stored

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "unlock.json"
_MOST: Final = 200
_PATIENCE: Final = 5.0
"""Seconds that one wizard waits for another to write the record, which takes milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockEntry:
    """One unlock."""

    when: datetime
    cause: str
    email: str
    """Empty: for everybody."""
    sentence: str
    """What was done, for a person."""
    is_done: bool
    """False from before it is done until it is: a run that was killed may have done it."""
    changes: str = "[]"
    """What takes it back in the database, as JSON."""
    backup: str = ""
    """The backup that holds ``.env`` as it was before; empty: no file was changed."""
    written: str = ""
    """SHA-256 of ``.env`` as it was written."""


class UnlockRecords:
    """The record of a folder; making one touches nothing. ``WriteRefused`` if it is damaged or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._room = PrivateFolder(folder)
        self._file = RecordFile(self._room, self._room.path / FILE)
        self._lock = FolderLock(
            self._room,
            "unlock.lock",
            busy="another wizard is writing the record of unlocks{holder}.",
            remedy="Wait until it has finished, then run this again.",
            patience=_PATIENCE,
        )

    def read(self) -> tuple[UnlockEntry, ...]:
        """Return what is open, the oldest first."""
        try:
            fields = self._file.read()
            return () if fields is None else tuple(each.record(UnlockEntry) for each in fields.each("opened"))
        except DamagedRecord as error:
            raise damaged(str(error)) from None
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error) from error

    def begin(self, unlock: UnlockEntry) -> None:
        """Record an unlock before it is made."""
        with self._lock.held():
            self._write((*self.read(), unlock))

    def end(self, unlock: UnlockEntry, done: UnlockEntry | None) -> None:
        """Note how it ended; ``None``: nothing was opened, or it is taken back."""
        with self._lock.held():
            others = [one for one in self.read() if one != unlock]
            self._write((*others, replace(done, is_done=True)) if done is not None else tuple(others))

    def _write(self, unlocks: tuple[UnlockEntry, ...]) -> None:
        try:
            if unlocks:
                self._room.prepare()
                self._file.write({"opened": [stored(each) for each in unlocks[-_MOST:]]})
            else:
                self._file.remove()
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error, "Nothing was unlocked.") from error


def damaged(why: str) -> WriteRefused:
    """Return the refusal of a record that is not as an unlock writes it."""
    message = f"the record of earlier unlocks is damaged: {why}."
    return WriteRefused(
        Problem(field="", file=f"{NAME}/{FILE}", message=message, remedy="Move it away, then try again.")
    )
