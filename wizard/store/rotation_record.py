"""The record of a key rotation: if a run is killed, the next one continues from it.

It exists in ``.librechat-wizard/rotation.json`` from before the database or a file is changed until LibreChat is proven to run with the new
values, or the old ones are back. It contains the old and the new values: without the new ones, what the database stores could never be
decrypted again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.basics.os_errors import refused
from wizard.basics.own_command import own_command
from wizard.basics.patterns import late_pattern
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.records import NOT_STORED, DamagedRecord, RecordFile, stored
from wizard.librechat.secret_uses import BYTES, group_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE: Final = "rotation.json"
LAST_FILE: Final = "rotated.json"


class RotationStage(StrEnum):
    """What a rotation is about to do, or does."""

    DATABASE = "database"
    """Stored values are being encrypted with the new keys."""
    FILES = "files"
    """The database has the new keys (or none were replaced); the files get them, and LibreChat is recreated."""
    PROOF = "proof"
    """LibreChat runs with the new values; what is stored is read once more, and the journal goes."""
    BACK = "back"
    """The database and the files are being rolled back."""


_WORDS: Final = {
    RotationStage.DATABASE: "while stored values were being encrypted with the new keys; LibreChat is stopped",
    RotationStage.FILES: "before LibreChat was started with the new values",
    RotationStage.PROOF: "before LibreChat was confirmed to be running with the new values",
    RotationStage.BACK: "while it was being rolled back",
}
_PAIR: Final = frozenset({"CREDS_KEY", "CREDS_IV"})
_HEX: Final = late_pattern(r"[0-9a-f]+")
_LONGEST: Final = 4096
"""Characters; one line of ``.env`` that somebody else wrote."""
_BACKUP: Final = late_pattern(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(?:-\d+)?")
"""As wizard/store/backups.py names them, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationRecord:
    """The progress of a rotation."""

    when: datetime
    stage: RotationStage
    names: tuple[str, ...]
    """The names of the secrets."""
    old: tuple[str, ...] = field(repr=False)
    """Their values before, in the same order."""
    new: tuple[str, ...] = field(repr=False)
    """Their values after."""
    was_running: bool = False
    """Whether LibreChat was running before."""
    is_moved: bool = False
    """Whether all stored values were encrypted with the new keys at some point."""
    backup: str = ""
    """The backup of the files, once they are written."""
    dump: str = ""
    """The dump of the database that was made; relative to the folder."""
    is_damaged: bool = field(default=False, metadata=NOT_STORED)

    def at(self, stage: RotationStage) -> RotationRecord:
        """Return the record at another stage."""
        return replace(self, stage=stage)

    @property
    def old_values(self) -> Mapping[str, str]:
        """The values before, by name."""
        return dict(zip(self.names, self.old, strict=True))

    @property
    def new_values(self) -> Mapping[str, str]:
        """The values after, by name."""
        return dict(zip(self.names, self.new, strict=True))

    @property
    def is_sound(self) -> bool:
        """Whether this can be a rotation: known secrets, the keys as a pair, and values that each of them can have."""
        if not self.names or not len(self.names) == len(set(self.names)) == len(self.old) == len(self.new):
            return False
        if not set(self.names) <= BYTES.keys() or len(_PAIR & set(self.names)) == 1:
            return False
        is_made = all(
            _HEX.fullmatch(value) and len(value) == 2 * BYTES[name]
            for name, value in zip(self.names, self.new, strict=True)
        )
        # What somebody else chose may have any form; it was in one line of a file.
        is_of_before = all(0 < len(value) <= _LONGEST and value.isprintable() for value in self.old)
        is_named = not self.backup or _BACKUP.fullmatch(self.backup) is not None
        return (
            is_made and is_of_before and is_named and len({*self.new, *self.old}) == len(self.new) + len(set(self.old))
        )

    @property
    def group(self) -> str:
        """The argument of ``keys rotate`` with which it continues this rotation."""
        return group_of(self.names) or "all"

    def notice(self) -> str:
        """Return the message of the next run: where the rotation was interrupted, and how to finish it."""
        if self.is_damaged:
            return (
                f"An earlier rotation of secrets was interrupted, and its record cannot be read: {NAME}/{FILE} is damaged. "
                f"To see which stored values use the current keys, run '{own_command('keys status')}'. Then move the record "
                "elsewhere."
            )
        command = own_command("keys rotate", self.group)
        return f"An earlier rotation of {', '.join(self.names)} was interrupted {_WORDS[self.stage]}. Run '{command}', which finishes it or puts everything back."


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRotation:
    """When stored values were last re-encrypted: keys in older backups cannot decrypt them."""

    when: datetime


class RotationRecords:
    """The one record of a folder, and when the last rotation of CREDS_KEY ended; making one touches nothing."""

    def __init__(self, folder: Path) -> None:
        private_folder = PrivateFolder(folder)
        self._file = RecordFile(private_folder, private_folder.path / FILE)
        self._last = RecordFile(private_folder, private_folder.path / LAST_FILE)

    def last(self) -> datetime | None:
        """Return when stored values were last re-encrypted; ``None`` if they never were, or it is unknown."""
        try:
            fields = self._last.read()
            return None if fields is None else fields.record(LastRotation).when
        except (DamagedRecord, OSError):
            return None

    def note_last(self, when: datetime) -> None:
        """Note that stored values have just been re-encrypted; ``WriteRefused`` if that fails."""
        try:
            self._last.write(stored(LastRotation(when=when)))
        except OSError as error:
            raise refused(f"{NAME}/{LAST_FILE}", error) from error

    def read(self) -> RotationRecord | None:
        """Return the record, ``None`` if there is none; a damaged one is reported and never acted upon.

        ``WriteRefused`` if it may not be read.
        """
        try:
            fields = self._file.read()
            record = None if fields is None else fields.record(RotationRecord)
        except DamagedRecord:
            return _DAMAGED
        except OSError as error:
            raise refused(
                f"{NAME}/{FILE}", error, "Could not determine whether a key rotation was interrupted."
            ) from error
        return record if record is None or record.is_sound else _DAMAGED

    def write(self, record: RotationRecord) -> None:
        """Write the record durably and privately, before the step that it names."""
        try:
            self._file.write(stored(record))
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error, "The progress could not be recorded.") from error

    def remove(self) -> None:
        """Record that nothing is in progress."""
        try:
            self._file.remove()
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error) from error


_DAMAGED: Final = RotationRecord(
    when=datetime.fromtimestamp(0, UTC), stage=RotationStage.FILES, names=(), old=(), new=(), is_damaged=True
)
