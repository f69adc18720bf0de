"""Remembers which passwords a directory rejected, so that the wizard does not send one again and lock an account.

``.librechat-wizard/refused-binds.json`` holds a random salt and, for each password that was sent and not accepted, a fingerprint of server,
account and password (scrypt, RFC 7914, with that salt). Who can read the file can still try a list of passwords against it: scrypt makes each
try slow, and no more than that. The file is private (0600), and lies beside the ``.env`` that holds LDAP_BIND_CREDENTIALS itself.
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


_COST: Final = 2**14
_BLOCK: Final = 8
"""Of scrypt: 16 MiB and about 50 ms for one fingerprint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBind:
    """One password that was sent, and not accepted as far as is known."""

    fingerprint: str
    when: datetime
    is_answered: bool
    """Whether the server rejected it; otherwise no answer came, and it may have counted."""
    was_repeated: bool
    """Whether it was sent once more because a person said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBinds:
    """The record."""

    key: str
    refused: tuple[RefusedBind, ...] = ()


class BindMemory:
    """The rejections that are known of one folder; making one touches nothing.

    All of it raises ``DamagedRecord`` or ``OSError`` if the record cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._private_folder = PrivateFolder(folder)
        self._made: dict[tuple[str, ...], str] = {}
        self._file = RecordFile(self._private_folder, self._private_folder.path / FILE, largest=200_000)
        self._lock = FolderLock(
            self._private_folder,
            _LOCK,
            busy="another run is using the LDAP directory right now.",
            remedy="Wait until it has finished.",
        )

    def held(self) -> AbstractContextManager[None]:
        """Keep other runs from asking at the same time. ``WriteRefused`` if one does, or if nothing can be written here."""
        return self._lock.held()

    def known(self, server: str, account: str, password: str) -> RefusedBind | None:
        """Return what is known of a password that was not accepted; ``None``: it was not sent, or was accepted."""
        record = self._read()
        if record is None:
            return None
        wanted = self._fingerprint(record.key, server, account, password)
        return next((each for each in record.refused if hmac.compare_digest(each.fingerprint, wanted)), None)

    def begin(self, server: str, account: str, password: str, now: datetime | None = None) -> None:
        """Write down that a password is about to be sent, on the disk when this returns: a run can end before its answer."""
        before = self.known(server, account, password)
        is_answered = before is not None and before.is_answered
        self._put(server, account, password, now, is_answered=is_answered, was_repeated=before is not None)

    def remember(self, server: str, account: str, password: str, now: datetime | None = None) -> None:
        """Write a rejection down, on the disk when this returns."""
        before = self.known(server, account, password)
        was_repeated = before is not None and before.was_repeated
        self._put(server, account, password, now, is_answered=True, was_repeated=was_repeated)

    def forget(self, server: str, account: str, password: str) -> None:
        """Take a password out: it was accepted, or the answer said nothing about it."""
        record = self._read()
        if record is not None:
            made = self._fingerprint(record.key, server, account, password)
            self._write(RefusedBinds(key=record.key, refused=_without(record, made)))

    def _put(
        self,
        server: str,
        account: str,
        password: str,
        now: datetime | None,
        *,
        is_answered: bool,
        was_repeated: bool,
    ) -> None:
        record = self._read() or RefusedBinds(key=secrets.token_hex(32))
        made = RefusedBind(
            fingerprint=self._fingerprint(record.key, server, account, password),
            when=now or datetime.now(UTC),
            is_answered=is_answered,
            was_repeated=was_repeated,
        )
        others = _without(record, made.fingerprint)
        self._write(RefusedBinds(key=record.key, refused=(*others[1 - _MOST :], made)))

    def _fingerprint(self, key: str, *attempt: str) -> str:
        made = self._made.get((key, *attempt))
        if made is None:
            text = json.dumps(attempt).encode()
            made = hashlib.scrypt(text, salt=key.encode(), n=_COST, r=_BLOCK, p=1, dklen=32).hex()
            self._made[(key, *attempt)] = made
        return made

    def _read(self) -> RefusedBinds | None:
        fields = self._file.read()
        record = None if fields is None else fields.record(RefusedBinds)
        if record is not None and not record.key:
            raise DamagedRecord("its key is empty")
        return record

    def _write(self, record: RefusedBinds) -> None:
        refused = [stored(each) for each in record.refused]
        self._file.write({"key": record.key, "refused": refused})


def _without(record: RefusedBinds, fingerprint: str) -> tuple[RefusedBind, ...]:
    return tuple(each for each in record.refused if each.fingerprint != fingerprint)
