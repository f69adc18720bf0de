"""``.librechat-wizard/unlock.json``, private: what ``users unlock`` changed, so that ``--undo`` can revert it.

It contains the previous database fields in MongoDB's Extended JSON: the encrypted secret of a second factor, or the hash of the old
password.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wizard.basics.private_folder import NAME
from wizard.store import record_list
from wizard.store.record_list import LockedRecordList

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.basics.problem import WriteRefused

FILE: Final = "unlock.json"
_MOST: Final = 200
_CONTENT: Final = "earlier unlocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockEntry:
    """One unlock."""

    when: datetime
    cause: str
    email: str
    """Empty: it concerned all accounts."""
    sentence: str
    """What was changed, for people."""
    is_done: bool
    """``False`` until the change is complete: a run that was killed may have made it all the same."""
    changes: str = "[]"
    """The changes that undo it in the database, as JSON."""
    backup: str = ""
    """The backup that holds ``.env`` as it was before; empty: no file was changed."""
    written: str = ""
    """SHA-256 of ``.env`` as it was written."""


class UnlockRecords:
    """The record of a folder; making one touches nothing. ``WriteRefused`` if it is damaged or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._list = LockedRecordList(folder, FILE, "opened", UnlockEntry, lock="unlock.lock", content=_CONTENT)

    def read(self) -> tuple[UnlockEntry, ...]:
        """Return the unlocks that can be undone, the oldest first."""
        return self._list.read()

    def begin(self, unlock: UnlockEntry) -> None:
        """Record an unlock before it is made."""
        with self._list.held():
            self._write((*self.read(), unlock))

    def end(self, unlock: UnlockEntry, done: UnlockEntry | None) -> None:
        """Record how it ended; ``None``: nothing was unlocked, or the unlock was undone."""
        with self._list.held():
            others = [one for one in self.read() if one != unlock]
            self._write((*others, replace(done, is_done=True)) if done is not None else tuple(others))

    def _write(self, unlocks: tuple[UnlockEntry, ...]) -> None:
        self._list.write(unlocks[-_MOST:], "Nothing was unlocked.")


def damaged(reason: str) -> WriteRefused:
    """Return the refusal to undo an unlock whose record was not written by one."""
    return record_list.damaged(f"{NAME}/{FILE}", _CONTENT, reason)
