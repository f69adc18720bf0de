"""The journal of a transaction: written before the first change, removed after the last, read after a cut."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from wizard.basics.filesystem import NotRegularError, Present, look, read_present, remove, sync_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wizard.basics.private_folder import PrivateFolder

FILE: Final = "transaction.json"
_VERSION: Final = 1
_LEFTOVER: Final = re.compile(r"\..+\.librechat-wizard-[0-9a-f]{16}\.(tmp|old)", re.DOTALL)
"""How every file is called that a transaction makes beside the files it writes."""

Condition = Literal["old", "new", "other", "unreadable"]
"""How a file stands after a run was cut off: as before it, as after it, or as somebody else left it since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """What an earlier run left when it was killed while it wrote. Each file is whole."""

    files: tuple[tuple[str, Condition], ...]
    """Name and condition of each; empty where the record of that run cannot be read."""
    backup: str
    """The backup that holds the files as they were, relative to the LibreChat folder; empty where it is gone."""
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
        """Tell whether a file on the disk is this one; an owner that was left to the file system fits any."""
        return (
            (self.sha256, self.mode) == (present.sha256, present.mode)
            and self.uid in (None, present.uid)
            and self.gid in (None, present.gid)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a transaction."""

    name: str
    target: str
    """Where it is written: relative to the LibreChat folder, or absolute where a link leads out of it."""
    before: Fingerprint | None
    after: Fingerprint | None
    leftovers: tuple[str, ...]
    """The names, beside the target, that the transaction uses on the way."""

    def condition(self, folder: Path) -> Condition:
        """Tell how the file stands now."""
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
class Record:
    """What the journal says of one transaction."""

    when: datetime
    backup: str
    """The id of the backup."""
    entries: tuple[Entry, ...]
    folders: tuple[str, ...]
    """Folders that the transaction makes, outermost first, spelled as :attr:`Entry.target` is."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    # Loaded late: it takes as long as half the program's start.
    import hashlib

    return hashlib.sha256(data).hexdigest()


class Journal:
    """The file that stands as long as a transaction is under way."""

    def __init__(self, room: PrivateFolder, folder: Path) -> None:
        self._room = room
        self._folder = folder
        self._path: Final = room.path / FILE

    def stands(self) -> bool:
        """Tell whether a transaction is under way or was cut off; ``OSError`` where that cannot be seen."""
        return look(self._path) is not None

    def write(self, record: Record) -> None:
        """Put the record on the disk, whole or not at all."""
        import json

        data = {"version": _VERSION, **asdict(record), "when": record.when.astimezone(UTC).isoformat()}
        self._room.replace_file(self._path, json.dumps(data, indent=1).encode("ascii"))

    def read(self) -> Record | None:
        """Return the record; ``None`` where it is missing or somebody damaged it."""
        import json

        try:
            present = read_present(self._path)
            return None if present is None else _record(json.loads(present.data))
        except (ValueError, KeyError, TypeError, AttributeError, NotRegularError):
            return None

    def changed_at(self) -> datetime:
        """Return when the journal was written, from the file system."""
        return datetime.fromtimestamp(os.lstat(self._path).st_mtime, tz=UTC)

    def remove(self) -> None:
        """Say on the disk that no transaction is under way."""
        if remove(self._path):
            sync_folder(self._path.parent)

    def clear(self) -> None:
        """Remove what a cut transaction left beside the files, then the journal itself; only while the lock is held."""
        record = self.read()
        if record is None:
            leftovers = self._leftovers_in_folder() if self.stands() else []
        else:
            beside = [(self._folder / entry.target, name) for entry in record.entries for name in entry.leftovers]
            leftovers = [target.with_name(name) for target, name in beside if _LEFTOVER.fullmatch(name)]
        touched = {path.parent for path in leftovers if remove(path)}
        for parent in sorted(touched):
            sync_folder(parent)
        remove_empty(self._folder, record.folders if record else ())
        self.remove()
        remove(self._path.with_name(f"{FILE}.tmp"))

    def _leftovers_in_folder(self) -> list[Path]:
        return [path for path in sorted(self._folder.iterdir()) if _LEFTOVER.fullmatch(path.name)]


def remove_empty(folder: Path, names: Sequence[str]) -> None:
    """Remove those of the named folders that are empty, innermost first; others stay."""
    for name in reversed(names):
        try:
            (folder / name).rmdir()
        except OSError:
            # Not empty, or not there: either way it is none of ours to remove.
            continue


def leftover_names(name: str) -> tuple[str, str]:
    """Return two new names beside a file called ``name``: for its next content and for its present one."""
    stem = f".{name}.librechat-wizard-{os.urandom(8).hex()}"
    return f"{stem}.tmp", f"{stem}.old"


def _record(data: dict[str, Any]) -> Record:
    if data["version"] != _VERSION:
        raise ValueError
    return Record(
        when=datetime.fromisoformat(data["when"]).astimezone(UTC),
        backup=str(data["backup"]),
        entries=tuple(
            Entry(
                name=str(entry["name"]),
                target=str(entry["target"]),
                before=None if entry["before"] is None else Fingerprint(**entry["before"]),
                after=None if entry["after"] is None else Fingerprint(**entry["after"]),
                leftovers=tuple(str(name) for name in entry["leftovers"]),
            )
            for entry in data["entries"]
        ),
        folders=tuple(str(name) for name in data["folders"]),
    )
