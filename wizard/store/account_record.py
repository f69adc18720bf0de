"""The record of a probe account: if a run is killed before it removes the account, the next run removes it.

It exists in ``.librechat-wizard/probe.json`` from before the account is created until it is removed. It contains an address and
no password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.basics.lock import FolderLock
from wizard.basics.os_errors import refused
from wizard.basics.own_command import own_command
from wizard.basics.patterns import late_pattern
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import WriteRefused
from wizard.basics.records import NOT_STORED, DamagedRecord, RecordFile, stored

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

FILE: Final = "probe.json"
_LOCK: Final = "probe.lock"
_OURS: Final = late_pattern(
    r"librechat-wizard-probe-[0-9a-f]{8}@(?=.{1,190}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


class AccountStage(StrEnum):
    """How far the account had come when the record was written."""

    MAKING = "making"
    """The command that creates it was started: it may or may not exist yet."""
    MADE = "made"
    """The command that creates it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRecord:
    """A probe account that must be removed."""

    email: str
    when: datetime
    """When its creation began."""
    stage: AccountStage = AccountStage.MAKING
    is_damaged: bool = field(default=False, metadata=NOT_STORED)
    """Whether the record cannot be read, or names an account that is not a probe account: it is reported, never acted upon."""

    def notice(self) -> str:
        """Return the message about the probe account that an earlier run left."""
        if self.is_damaged:
            return (
                f"An earlier run left a probe account, and its record ({NAME}/{FILE}) is damaged. The account's email address begins with librechat-wizard-probe-. Remove the account with LibreChat's delete-user script, then "
                "remove the record."
            )
        return f"An earlier run was interrupted before it removed its probe account {self.email}. To remove it, run '{own_command('doctor')}' while LibreChat is running."


_DAMAGED: Final = ProbeRecord(email="", when=datetime.fromtimestamp(0, UTC), is_damaged=True)


def is_ours(email: str) -> bool:
    """Return whether this is the address of a probe account."""
    return _OURS.fullmatch(email) is not None


class ProbeRecords:
    """The one record of a folder; making one touches nothing."""

    def __init__(self, folder: Path) -> None:
        private_folder = PrivateFolder(folder)
        self._file = RecordFile(private_folder, private_folder.path / FILE)
        self._lock = FolderLock(
            private_folder,
            _LOCK,
            busy="another run is using its probe account in this folder.",
            remedy="Wait until it has finished.",
        )

    def lock(self) -> AbstractContextManager[None]:
        """Return the lock that keeps other runs from creating or removing a probe account here; the system releases it when we die.

        ``WriteRefused`` if another run holds it, or if the wizard's folder cannot be created.
        """
        return self._lock.held()

    def read(self) -> ProbeRecord | None:
        """Return the record, ``None`` if there is none or it may not be read."""
        try:
            fields = self._file.read()
            record = None if fields is None else fields.record(ProbeRecord)
        except DamagedRecord:
            return _DAMAGED
        except OSError:
            return None
        return record if record is None or is_ours(record.email) else _DAMAGED

    def left(self) -> ProbeRecord | None:
        """Return the record of a run that has ended, ``None`` if there is none or that run is still active."""
        found = self.read()
        try:
            return None if found is None or self._lock.is_held_elsewhere() else found
        except (OSError, WriteRefused):
            # Nobody can hold what is not a lock; who wants to act upon the record is refused then.
            return found

    def write(self, record: ProbeRecord) -> None:
        """Write the record durably before the step that it names; ``WriteRefused`` if that fails."""
        try:
            self._file.write(stored(record))
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error) from error

    def remove(self) -> None:
        """Record that no account is left; ``WriteRefused`` if that fails."""
        try:
            self._file.remove()
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error, "The account itself has been removed.") from error
