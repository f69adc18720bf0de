"""Which passwords a directory rejected: so that the wizard does not send the same again and lock an account.

``.librechat-wizard/refused-binds.json`` holds a random key and, for each rejection, a fingerprint made with it (HMAC-SHA-256 of server,
identity and password). Neither password nor identity can be read out of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.basics.lock import FolderLock
from wizard.basics.private_folder import PrivateFolder
from wizard.basics.records import DamagedRecord, RecordFile, stored

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

FILE: Final = "refused-binds.json"
_LOCK: Final = "refused-binds.lock"
_MOST: Final = 200
"""Rejections that are kept, the latest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBind:
    """One rejection."""

    fingerprint: str
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBinds:
    """The record."""

    key: str
    refused: tuple[RefusedBind, ...] = ()


class BindMemory:
    """The rejections that are known of one folder; making one touches nothing."""

    def __init__(self, folder: Path) -> None:
        self._room = PrivateFolder(folder)
        self._file = RecordFile(self._room, self._room.path / FILE, largest=200_000)
        self._lock = FolderLock(
            self._room, _LOCK, busy="another run asks the directory right now.", remedy="Let it finish."
        )

    def held(self) -> AbstractContextManager[None]:
        """Keep other runs from asking at the same time. ``WriteRefused`` if one does, or if nothing can be written here."""
        return self._lock.held()

    def was_refused(self, server: str, identity: str, password: str) -> bool:
        """Whether this was rejected before; ``DamagedRecord`` or ``OSError`` if that cannot be known."""
        record = self._read()
        if record is None:
            return False
        wanted = _fingerprint(record.key, server, identity, password)
        return any(hmac.compare_digest(each.fingerprint, wanted) for each in record.refused)

    def remember(self, server: str, identity: str, password: str, now: datetime | None = None) -> None:
        """Write a rejection down, on the disk when this returns; ``DamagedRecord`` or ``OSError`` if that fails."""
        record = self._read() or RefusedBinds(key=secrets.token_hex(32))
        made = RefusedBind(
            fingerprint=_fingerprint(record.key, server, identity, password), when=now or datetime.now(UTC)
        )
        others = tuple(each for each in record.refused if each.fingerprint != made.fingerprint)
        self._write(RefusedBinds(key=record.key, refused=(*others[1 - _MOST :], made)))

    def _read(self) -> RefusedBinds | None:
        fields = self._file.read()
        record = None if fields is None else fields.record(RefusedBinds)
        if record is not None and not record.key:
            raise DamagedRecord("its key is empty")
        return record

    def _write(self, record: RefusedBinds) -> None:
        refused = [stored(each) for each in record.refused]
        self._file.write({"key": record.key, "refused": refused})


def _fingerprint(key: str, server: str, identity: str, password: str) -> str:
    text = json.dumps([server, identity, password]).encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
