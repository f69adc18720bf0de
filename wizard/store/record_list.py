"""Records that are lists: entries are added and removed, and without any there is no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic

from wizard.basics.lock import FolderLock
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.records import DamagedRecord, RecordFile, Stored, stored

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

_PATIENCE: Final = 5.0
"""Seconds that one wizard waits for another to write the record, which takes milliseconds."""


class RecordList(Generic[Stored]):
    """The entries of one record file in the wizard's private folder; making one touches nothing."""

    def __init__(self, folder: Path, file: str, key: str, kind: type[Stored]) -> None:
        """``file``: the name in the private folder; ``key``: the field that holds the entries, each a dataclass ``kind``."""
        self._private_folder = PrivateFolder(folder)
        self._file = RecordFile(self._private_folder, self._private_folder.path / file)
        self._name, self._key, self._kind = f"{NAME}/{file}", key, kind

    def read(self) -> tuple[Stored, ...]:
        """Return all entries, the oldest first; ``DamagedRecord`` or ``OSError`` if they cannot be read."""
        fields = self._file.read()
        return () if fields is None else tuple(each.record(self._kind) for each in fields.each(self._key))

    def write(self, entries: Sequence[Stored], ending: str = "Nothing changed.") -> None:
        """Replace all entries, and remove the file if there are none.

        ``WriteRefused`` if that fails; ``ending`` is the sentence that says what was not done then.
        """
        try:
            if entries:
                self._private_folder.prepare()
                self._file.write({self._key: [stored(each) for each in entries]})
            else:
                self._file.remove()
        except OSError as error:
            raise refused(self._name, error, ending) from error


class LockedRecordList(RecordList[Stored]):
    """A list that several wizards change: each reads and writes it while it holds the lock.

    Everything raises ``WriteRefused`` if the record is damaged, or cannot be read or written.
    """

    def __init__(self, folder: Path, file: str, key: str, kind: type[Stored], *, lock: str, content: str) -> None:
        """``lock``: the lock file beside it; ``content``: what it records, for messages: ``earlier unlocks``."""
        super().__init__(folder, file, key, kind)
        self._content = content
        self._lock = FolderLock(
            self._private_folder,
            lock,
            busy=f"another wizard session is writing the record of {content}{{holder}}.",
            remedy="Wait until it has finished, then try again.",
            patience=_PATIENCE,
        )

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock, waiting a few seconds for another wizard."""
        return self._lock.held()

    def read(self) -> tuple[Stored, ...]:
        """Return all entries, the oldest first."""
        try:
            return super().read()
        except DamagedRecord as error:
            raise damaged(self._name, self._content, str(error)) from None
        except OSError as error:
            raise refused(self._name, error) from error


def damaged(name: str, content: str, reason: str) -> WriteRefused:
    """Return the refusal to act on a record that this program did not write; ``content`` names what it records."""
    message = f"the record of {content} is damaged: {reason}."
    return WriteRefused(Problem(field="", file=name, message=message, remedy="Move it elsewhere, then try again."))
