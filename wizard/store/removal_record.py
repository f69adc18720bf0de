"""``.librechat-wizard/removals.json``, private: administrators whose role ``users remove`` took and did not give back.

A run that is killed between the two leaves an account that was not removed and is not an administrator any more: the next run of
``users`` reads it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wizard.basics.lock import FolderLock
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.records import DamagedRecord, RecordFile, stored

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "removals.json"
_PATIENCE: Final = 5.0
"""Seconds that one wizard waits for another to write the record, which takes milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRole:
    """One administrator who is being removed."""

    when: datetime
    account: str
    """The id of the account."""
    email: str


class TakenRoles:
    """The record of a folder; making one touches nothing. ``WriteRefused`` if it is damaged or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._room = PrivateFolder(folder)
        self._file = RecordFile(self._room, self._room.path / FILE)
        self._lock = FolderLock(
            self._room,
            "removals.lock",
            busy="another wizard is writing the record of removals{holder}.",
            remedy="Wait until it has finished, then run this again.",
            patience=_PATIENCE,
        )

    def read(self) -> tuple[TakenRole, ...]:
        """Return whose role was taken, the oldest first."""
        try:
            fields = self._file.read()
            return () if fields is None else tuple(each.record(TakenRole) for each in fields.each("taken"))
        except DamagedRecord as error:
            message = f"the record of interrupted removals is damaged: {error}."
            raise WriteRefused(
                Problem(field="", file=f"{NAME}/{FILE}", message=message, remedy="Move it away, then try again.")
            ) from None
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error) from error

    def note(self, role: TakenRole) -> None:
        """Note a role before it is taken."""
        with self._lock.held():
            self._write((*self._others(role.account), role))

    def forget(self, account: str) -> None:
        """Record that the account has its role again, or is gone."""
        with self._lock.held():
            self._write(self._others(account))

    def _others(self, account: str) -> tuple[TakenRole, ...]:
        return tuple(one for one in self.read() if one.account != account)

    def _write(self, roles: tuple[TakenRole, ...]) -> None:
        try:
            if roles:
                self._room.prepare()
                self._file.write({"taken": [stored(each) for each in roles]})
            else:
                self._file.remove()
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error, "Nothing was removed.") from error
