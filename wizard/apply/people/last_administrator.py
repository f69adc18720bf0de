"""Protects the last administrator: checked before a LibreChat script runs, and while it runs.

LibreChat's scripts protect nobody, and seconds go by between a look and what they do. A removal therefore takes the role first, by the
script of ours that puts it back itself if no other administrator is left; a ban is looked at again afterwards. Of two runs that
remove or ban the last two administrators at once, at most one succeeds.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.apply.node_script import NotReachedError
from wizard.apply.people.directory import user_change
from wizard.apply.people.model import AccountOutcome, PeopleError
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.store.removal_record import TakenRole, TakenRoles

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.apply.people.directory import Directory
    from wizard.apply.people.model import AddressLookup, UserAccount

_ADMIN: Final = {"role": "ADMIN"}
_USER: Final = {"role": "USER"}


def demand_another(person: UserAccount, seen: AddressLookup, done: str) -> None:
    """Raise ``PeopleError`` if nobody else can act as an administrator; ``done`` names what is refused.

    Who is banned cannot act: with only such administrators left, nobody lifts a ban in LibreChat.
    """
    if not person.is_admin or seen.has_another_admin(person):
        return
    others = seen.admins - 1
    if others > 0:
        who = "the other administrator is" if others == 1 else f"all {others} other administrators are"
        sentence = f"{plain(person.email)} cannot be {done}: {who} banned."
        raise PeopleError(sentence, f"Lift a ban first: {own_command('users unban', 'EMAIL')}")
    sentence = f"{plain(person.email)} is the only administrator and cannot be {done}."
    raise PeopleError(
        sentence, f"Make someone else an administrator first: {own_command('users role', 'EMAIL', 'ADMIN')}"
    )


@dataclass(slots=True)
class RoleTaken:
    """The administrator's role of somebody who is being removed: taken before, given back where they stay."""

    directory: Directory
    person: UserAccount
    folder: Path
    is_taken: bool = field(default=False, init=False)

    async def take(self) -> None:
        """Take it, once that is on the disk.

        ``PeopleError`` if there is no other administrator (any more) or somebody changed the account, ``WriteRefused`` if it
        cannot be noted.
        """
        if not self.person.is_admin:
            return
        role = TakenRole(when=datetime.now(UTC), account=self.person.id, email=self.person.email)
        TakenRoles(self.folder).note(role)
        self.is_taken = True
        try:
            _undo, is_done = await self.directory.change([user_change(self.person, _ADMIN, _USER)])
        except PeopleError:
            self.forget()
            raise
        if not is_done:
            self.forget()
            raise PeopleError(
                f"The account {plain(self.person.email)} was changed in the meantime, so nothing was removed."
            )

    async def give_back(self) -> str:
        """Restore the role; return what to say if that failed."""
        if not self.is_taken:
            return ""
        is_done = False
        with contextlib.suppress(NotReachedError, PeopleError):
            _undo, is_done = await self.directory.change([user_change(self.person, _USER, _ADMIN)], is_back=True)
        if is_done:
            self.forget()
            return ""
        again = own_command("users role", plain(self.person.email), "ADMIN")
        return f" The user's administrator role was already removed and could not be restored. To restore it: {again}"

    def forget(self) -> None:
        """Record that nothing has to be given back: it was, or the account is gone."""
        if not self.is_taken:
            return
        self.is_taken = False
        # One that cannot be removed is looked up by the next run, which finds nothing to do.
        with contextlib.suppress(WizardError):
            TakenRoles(self.folder).forget(self.person.id)


async def ban_lifted_again(directory: Directory, person: UserAccount, seen: AddressLookup) -> AccountOutcome | None:
    """Lift a ban that has just been set where it hit the last administrator who could act; ``None``: it did not."""
    if not person.is_admin or seen.has_another_admin(person):
        return None
    try:
        _fields, bans = await directory.document(person, ())
        await directory.change([{"collection": "logs", "id": one["id"], "remove": True} for one in bans])
        _fields, left = await directory.document(person, ())
    except NotReachedError as error:
        left = [{"not known": error.sentence}]
    sentence = f"{plain(person.email)} is now the only administrator, or all others are banned. "
    again = own_command("users unban", plain(person.email))
    sentence += (
        f"The ban could not be lifted. To lift it: {again}"
        if left
        else "The ban was lifted, but the user's sessions have ended."
    )
    return AccountOutcome(sentence=sentence, status=ExitStatus.FAILED)
