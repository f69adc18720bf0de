"""``.librechat-wizard/acknowledged.json``: findings that the operator acknowledged, and when the last test mail was sent."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.records import DamagedRecord, RecordFile, stored
from wizard.store.record_list import RecordList

if TYPE_CHECKING:
    from pathlib import Path

_FILE: Final = "acknowledged.json"
_MAIL_FILE: Final = "test-mail.json"
_MOST: Final = 500
PAUSE: Final = timedelta(minutes=10)
"""The shortest time between two test mails, unless ``--again`` is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgedEntry:
    """One finding that the operator has acknowledged."""

    id: str
    reason: str
    until: str
    """The last day, as ``2026-12-31``; empty: without an end."""
    since: datetime

    def counts(self, today: date) -> bool:
        """Whether it is still valid."""
        return not self.until or today.isoformat() <= self.until


@dataclass(frozen=True, slots=True)
class _Sent:
    when: datetime


class AcknowledgedRecords:
    """The record of a folder; making one touches nothing."""

    def __init__(self, folder: Path) -> None:
        self._list = RecordList(folder, _FILE, "entries", AcknowledgedEntry)

    def read(self) -> tuple[AcknowledgedEntry, ...]:
        """Return all entries, expired ones too; none if the record may not be read, ``WriteRefused`` if it is damaged."""
        try:
            found = self._list.read()
            for entry in found:
                _day(entry.until)
        except DamagedRecord as error:
            raise _damaged(str(error)) from None
        except ValueError:
            raise _damaged("it contains an invalid date") from None
        except OSError:
            return ()
        return found

    def acknowledge(self, entry: AcknowledgedEntry, today: date) -> bool:
        """Add or replace an entry, or remove it if the new one has expired; return whether the finding is acknowledged now.

        ``WriteRefused`` if the record cannot be written or is damaged.
        """
        kept = [each for each in self.read() if each.id != entry.id and each.counts(today)]
        if entry.counts(today):
            kept.append(entry)
        self._list.write(kept[-_MOST:])
        return entry.counts(today)


def _day(text: str) -> None:
    if text:
        date.fromisoformat(text)


def _damaged(how: str) -> WriteRefused:
    remedy = f"Run: rm {NAME}/{_FILE}. Then acknowledge the findings again."
    return WriteRefused(Problem(field="", file=f"{NAME}/{_FILE}", message=f"it is damaged: {how}.", remedy=remedy))


class TestMailRecord:
    """When the doctor last sent a test mail for a folder: mail servers limit them, so a health check must not send one each time."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self._private_folder = PrivateFolder(folder)
        self._file = RecordFile(self._private_folder, self._private_folder.path / _MAIL_FILE)

    def minutes_left(self, now: datetime) -> int:
        """Return the minutes until another test mail may be sent; 0 if it may be sent now, or if nothing is known."""
        try:
            fields = self._file.read()
            sent = None if fields is None else fields.record(_Sent).when
        except (DamagedRecord, OSError):
            return 0
        if sent is None or not timedelta() <= now - sent < PAUSE:
            return 0
        return int((PAUSE - (now - sent)).total_seconds() // 60) + 1

    def note(self, now: datetime | None = None) -> None:
        """Note that one is sent now; a record that cannot be written is ignored."""
        with contextlib.suppress(OSError, WriteRefused):
            self._private_folder.prepare()
            self._file.write(stored(_Sent(now or datetime.now(UTC))))

    def forget(self) -> None:
        """Remove the note: no mail was sent after all."""
        with contextlib.suppress(OSError):
            self._file.remove()
