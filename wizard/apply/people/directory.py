"""Reads LibreChat's accounts from its database, and changes single fields of them, with our own script (people.js)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wizard.apply.people import reply_fields
from wizard.apply.people.model import AddressLookup, PeopleError, UserAccount
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.apply.node_script import NodeHost

_PACKAGE: Final = "wizard.apply.people"
OURS: Final = "a wizard script, piped to standard input"

DocumentChange = Mapping[str, Any]
"""One change of one document, as people.js takes and returns it, in MongoDB's Extended JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The accounts of one folder's LibreChat."""

    host: NodeHost

    @property
    def command(self) -> str:
        """What runs our script, for a person."""
        return f"{self.host.typed('-')}    ({OURS})"

    async def everybody(self) -> tuple[UserAccount, ...]:
        """Return all accounts but the wizard's own probe account, the oldest first."""
        found = await self._ask("list")
        return tuple(map(UserAccount.of, reply_fields.objects(found, "people")))

    async def lookup(self, email: str, *, username: str = "") -> AddressLookup:
        """Return the accounts with an address, and the counts that decide what may be done to them."""
        found = await self._ask("find", email=email, username=username)
        return AddressLookup(
            people=tuple(map(UserAccount.of, reply_fields.objects(found, "people"))),
            is_probe=reply_fields.flag(found, "is_probe"),
            admins=reply_fields.count(found, "admins"),
            acting_admins=reply_fields.count(found, "acting_admins"),
            everybody=reply_fields.count(found, "everybody"),
            first=reply_fields.text(found, "first"),
            roles=reply_fields.texts(found, "roles"),
            invitations=reply_fields.count(found, "invitations"),
            is_username_taken=reply_fields.flag(found, "username_taken"),
            release=_release(found.get("release")),
        )

    async def one(self, email: str) -> tuple[UserAccount, AddressLookup]:
        """Return the one account of an address; ``PeopleError`` if there is none, or more than one."""
        seen = await self.lookup(email)
        shown = plain(email, limit=200)
        if seen.is_probe:
            sentence = f"{shown} is the wizard's own probe account, which doctor removes."
            raise PeopleError(sentence, f"Run: {own_command('doctor')}")
        if not seen.people:
            sentence = f"No account has the address {shown}."
            remedy = f"List the accounts: {own_command('users list')}"
            raise PeopleError(sentence, remedy, status=ExitStatus.UNKNOWN)
        if len(seen.people) > 1:
            all_ids = ", ".join(f"{plain(one.id)} ({plain(one.tenant or one.email, limit=100)})" for one in seen.people)
            sentence = f"{len(seen.people)} accounts have the address {shown}: {all_ids}."
            raise PeopleError(sentence, "LibreChat's scripts would use the first account they find. Nothing changed.")
        return seen.people[0], seen

    async def document(self, person: UserAccount, fields: Sequence[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return fields of an account as they are stored, and its bans; neither is for showing."""
        found = await self._ask("document", id=person.id, fields=list(fields))
        return reply_fields.mapping(found, "fields"), _bans(found)

    async def bans(self) -> list[dict[str, Any]]:
        """Return every ban that holds."""
        return _bans(await self._ask("bans"))

    async def change(
        self, changes: Sequence[DocumentChange], *, is_dry: bool = False, is_back: bool = False
    ) -> tuple[list[DocumentChange], bool]:
        """Change documents that are as expected; return what takes it back, and whether all were.

        ``is_dry``: only look. ``is_back``: what is as it shall become already needs no change. The last administrator's role
        is never taken but on the roll back, in the same step in which it is looked at.
        """
        found = await self._ask("change", changes=list(changes), dry=is_dry, back=is_back)
        if found.get("last_admin") is True:
            sentence = "There is no other administrator, or all others are banned. Nothing changed."
            raise PeopleError(
                sentence, f"Make someone else an administrator first: {own_command('users role', 'EMAIL', 'ADMIN')}"
            )
        return [*reply_fields.objects(found, "undo")], not reply_fields.listed(found, "missed")

    async def end_sessions(self, person: UserAccount) -> int:
        """Take all sessions of an account away; return how many there were."""
        return reply_fields.count(await self._ask("end_sessions", id=person.id), "ended")

    async def _ask(self, op: str, **more: object) -> dict[str, Any]:
        return await self.host.ask(_PACKAGE, "people.js", {"op": op, **more})


def _bans(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the bans of an answer, each with what it is found by."""
    bans = reply_fields.objects(found, "bans")
    for one in bans:
        reply_fields.text(one, "key")
        reply_fields.value(one, "id")
    return bans


def user_change(person: UserAccount, expect: Mapping[str, object], change: Mapping[str, object]) -> DocumentChange:
    """Return the change of an account's fields; ``None`` in either mapping: the field is not there."""
    return {
        "collection": "users",
        "id": {"$oid": person.id},
        "expect": {name: None if value is None else {"is": value} for name, value in expect.items()},
        "set": {name: value for name, value in change.items() if value is not None},
        "unset": [name for name, value in change.items() if value is None],
    }


def _release(reply: object) -> Release | None:
    try:
        return Release.parse(str(reply))
    except ValueError:
        return None
