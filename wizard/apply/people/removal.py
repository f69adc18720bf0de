"""Removes one account completely or not at all: a role that was taken is given back, a stopped LibreChat started again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wizard.apply.node_script import NotReachedError
from wizard.apply.people.directory import user_change
from wizard.apply.people.last_administrator import RoleTaken
from wizard.apply.people.model import AccountChange, AccountOutcome, Consent, moment
from wizard.apply.stopping import Stopping
from wizard.apply.uninterrupted import uninterrupted
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.store.removal_record import TakenRoles
from wizard.store.rotation_record import RotationRecords

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.apply.node_script import NodeHost, ScriptEnded
    from wizard.apply.people.directory import Directory
    from wizard.apply.people.model import UserAccount
    from wizard.store.removal_record import TakenRole

_TAKEN: Final = "USER"
"""The role that an administrator has while they are being removed."""
Stop = Callable[[], Awaitable[bool]]


@dataclass(slots=True, kw_only=True)
class AccountRemoval:
    """One account that is being removed by LibreChat's script."""

    person: UserAccount
    directory: Directory
    host: NodeHost
    folder: Path
    role: RoleTaken = field(init=False)
    stopping: Stopping = field(init=False)

    def __post_init__(self) -> None:
        self.role = RoleTaken(self.directory, self.person, self.folder)
        self.stopping = Stopping(self.host)

    async def run(self, delete: Callable[[Stop | None], Awaitable[ScriptEnded]]) -> tuple[ScriptEnded, bool, str]:
        """Have the script remove the account; return how it ended, whether the account is still there, and what else to say.

        ``delete`` is handed what stops LibreChat. ``PeopleError`` if nothing was done, ``NotReachedError`` if it is not known.
        """
        try:
            await self.role.take()
            ended = await delete(self.stopping.stop if self.host.files is not None else None)
            found = (await self.directory.lookup(self.person.email)).people
        except NotReachedError as error:
            left = await uninterrupted(self._put_back)
            raise NotReachedError(error.sentence, *error.details, *([left.strip()] if left else [])) from error
        except BaseException:
            await uninterrupted(self._put_back)
            raise
        if any(one.id == self.person.id for one in found):
            return ended, True, await uninterrupted(self._put_back)
        self.role.forget()
        return ended, False, await uninterrupted(self._started)

    def left_open(self) -> tuple[str, ...]:
        """Return what somebody has to do by hand who has interrupted it."""
        left = []
        if self.role.is_taken:
            again = own_command("users role", plain(self.person.email), "ADMIN")
            left.append(
                f"The administrator role of {plain(self.person.email)} was removed and not restored. To restore it: {again}"
            )
        if self.stopping.is_stopped:
            left.append(f"LibreChat was stopped and not started again. To start it: {self.stopping.typed('start')}")
        return tuple(left)

    async def _put_back(self) -> str:
        note = await self.role.give_back()
        return note + await self._started()

    async def _started(self) -> str:
        """Start LibreChat again, but not into a rotation of keys that began meanwhile: its database is half of each key then."""
        if not self.stopping.is_stopped:
            return ""
        try:
            rotation = RotationRecords(self.folder).read()
            why = "" if rotation is None else f"{rotation.notice()} "
        except WizardError as error:
            why = f"{error.problems[0].message} "
        if not why:
            return await self.stopping.start()
        return f" LibreChat was stopped for the removal and is still stopped. {why}Afterwards, start LibreChat: {self.stopping.typed('start')}"


async def roles_to_give_back(directory: Directory, folder: Path) -> list[AccountChange]:
    """Return how each administrator gets the role back whose removal was cut off; who needs nothing is forgotten.

    ``WriteRefused`` if the record is damaged, ``NotReachedError`` if the accounts cannot be read.
    """
    records, changes = TakenRoles(folder), []
    for taken in records.read():
        found = [one for one in (await directory.lookup(taken.email)).people if one.id == taken.account]
        if found and found[0].role == _TAKEN:
            changes.append(_role_back(directory, records, found[0], taken))
        else:
            records.forget(taken.account)
    return changes


def _role_back(directory: Directory, records: TakenRoles, person: UserAccount, taken: TakenRole) -> AccountChange:
    who = plain(person.email)

    async def work(_: Consent) -> AccountOutcome:
        _undo, is_done = await directory.change(
            [user_change(person, {"role": _TAKEN}, {"role": "ADMIN"})], is_back=True
        )
        if not is_done:
            return AccountOutcome(sentence=f"The account {who} was changed in the meantime.", status=ExitStatus.FAILED)
        records.forget(taken.account)
        return AccountOutcome(sentence=f"{who} is an administrator again.")

    return AccountChange(
        name="role-back",
        title=f"The removal of {who} was interrupted, or another run is removing the account",
        question=f"Give {who} the administrator role back?",
        lines=(
            f"{moment(taken.when)}: the administrator role was removed, but the account still exists.",
            f"To do this yourself: {own_command('users role', who, 'ADMIN')}",
        ),
        commands=(directory.command,),
        work=work,
    )
