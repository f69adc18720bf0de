"""``.librechat-wizard/removals.json``, private: administrators who lost their role to ``users remove`` and did not get it back.

A run that is killed after it took the role leaves an account that exists and is no longer an administrator; the next run of ``users``
reads this record and offers to restore the role.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wizard.store.record_list import LockedRecordList

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "removals.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRole:
    """An administrator who is being removed."""

    when: datetime
    account: str
    """The id of the account."""
    email: str


class TakenRoles:
    """The record of a folder; making one touches nothing. ``WriteRefused`` if it is damaged or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._list = LockedRecordList(
            folder, FILE, "taken", TakenRole, lock="removals.lock", content="interrupted removals"
        )

    def read(self) -> tuple[TakenRole, ...]:
        """Return the roles that were taken, the oldest first."""
        return self._list.read()

    def note(self, role: TakenRole) -> None:
        """Note a role before it is taken."""
        with self._list.held():
            self._write((*self._others(role.account), role))

    def forget(self, account: str) -> None:
        """Record that the account has its role back, or no longer exists."""
        with self._list.held():
            self._write(self._others(account))

    def _others(self, account: str) -> tuple[TakenRole, ...]:
        return tuple(one for one in self.read() if one.account != account)

    def _write(self, roles: tuple[TakenRole, ...]) -> None:
        self._list.write(roles, "Nothing was removed.")
