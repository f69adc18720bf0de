"""Undoes the database part of an unlock, from its record: only what that kind of unlock can have changed.

The record is a file, and may be damaged or written by somebody else: a change of another field, of another collection, or one
that would unlock something is not sent to the database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.apply.people.lockouts import Cause
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.store.unlock_record import damaged

if TYPE_CHECKING:
    from wizard.apply.people.directory import DocumentChange
    from wizard.store.unlock_record import UnlockEntry

SECOND_FACTOR: Final = ("totpSecret", "backupCodes", "pendingTotpSecret", "pendingBackupCodes")
FORMER_PASSWORD: Final = ("password", "updatedAt")
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    Cause.UNVERIFIED: frozenset({"emailVerified", "expiresAt"}),
    Cause.SECOND_FACTOR: frozenset({"twoFactorEnabled", *SECOND_FACTOR}),
    Cause.NO_ADMINISTRATOR: frozenset({"role"}),
    Cause.OTHER_PROVIDER: frozenset(FORMER_PASSWORD),
}
"""The fields of an account that each kind of unlock changes."""
_OPEN: Final[Mapping[str, tuple[str, object]]] = {
    Cause.UNVERIFIED: ("emailVerified", True),
    Cause.SECOND_FACTOR: ("twoFactorEnabled", False),
    Cause.NO_ADMINISTRATOR: ("role", "ADMIN"),
}
"""What each kind of unlock sets, and an undo never does."""
_OF_ACCOUNT: Final = frozenset({"collection", "id", "expect", "set", "unset"})
_BAN: Final = late_pattern(r"(?:BANS|ban):.{1,200}")
_ID: Final = late_pattern(r"[0-9a-f]{24}")


def undo_changes(unlock: UnlockEntry) -> list[DocumentChange]:
    """Return the changes that undo an unlock; ``WriteRefused`` if the record contains any other."""
    try:
        changes = json.loads(unlock.changes)
    except (ValueError, RecursionError):
        raise damaged("the data to undo the unlock cannot be read") from None
    if not isinstance(changes, list) or not all(isinstance(each, dict) for each in changes):
        raise damaged("the data to undo the unlock is not a list of changes")
    if unlock.cause == Cause.BAN:
        is_known = all(map(_is_ban, changes))
    elif unlock.cause in _FIELDS:
        is_known = len(changes) <= 1 and all(_is_of_account(unlock, each) for each in changes)
    else:
        is_known = unlock.cause in list(Cause) and not changes
    if not is_known:
        raise damaged(f"it contains changes that this kind of unlock ({plain(unlock.cause)}) does not make")
    return changes


def account_of(changes: list[DocumentChange]) -> str:
    """Return the id of the account that is changed, empty if none is."""
    return next((str(one["id"]["$oid"]) for one in changes if one["collection"] == "users"), "")


def _is_ban(change: dict[str, Any]) -> bool:
    if change.get("collection") != "logs" or set(change) != {"collection", "insert"}:
        return False
    entry = change["insert"]
    if not isinstance(entry, dict) or "_id" not in entry or not isinstance(entry.get("key"), str):
        return False
    return _BAN.fullmatch(entry["key"]) is not None


def _is_of_account(unlock: UnlockEntry, change: dict[str, Any]) -> bool:
    if set(change) != _OF_ACCOUNT or change["collection"] != "users":
        return False
    identity, expect, given, unset = (change[name] for name in ("id", "expect", "set", "unset"))
    if not (isinstance(expect, dict) and isinstance(given, dict) and isinstance(unset, list)):
        return False
    if not (isinstance(identity, dict) and set(identity) == {"$oid"} and _ID.fullmatch(str(identity["$oid"]))):
        return False
    if not all(isinstance(name, str) for name in unset) or not all(map(_is_expected, expect.values())):
        return False
    # Of a password alone the record cannot say beforehand what comes in its place.
    is_guarded = bool(expect) or (unlock.cause == Cause.OTHER_PROVIDER and not unlock.is_done)
    opens = unlock.cause in _OPEN and given.get(_OPEN[unlock.cause][0]) == _OPEN[unlock.cause][1]
    return is_guarded and not opens and {*expect, *given, *unset} <= _FIELDS[unlock.cause]


def _is_expected(value: object) -> bool:
    return value is None or (isinstance(value, dict) and set(value) == {"is"})
