"""Opens the door of a lock-out after it was written down how it is closed again, and closes it exactly."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from wizard.apply.address import api_address
from wizard.apply.people import lockouts
from wizard.apply.people.account_changes import UserAccounts
from wizard.apply.people.database_changes import role_change, unban_change
from wizard.apply.people.directory import DocumentChange, user_change
from wizard.apply.people.lockouts import Cause, LiveSigns, Lockout
from wizard.apply.people.model import AccountChange, AccountOutcome, Consent, PeopleError, UserAccount
from wizard.apply.people.setting_door import SettingDoor
from wizard.apply.stopping import Stopping
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.private_folder import NAME
from wizard.basics.problem import WizardError
from wizard.librechat.scripts import Script
from wizard.store.unlock_record import FILE, OpenedDoor, UnlockRecords

_SECOND_FACTOR: Final = ("totpSecret", "backupCodes", "pendingTotpSecret", "pendingBackupCodes")
_SETTINGS: Final = {
    Cause.EMAIL_LOGIN_OFF: ("ALLOW_EMAIL_LOGIN", "true"),
    Cause.PROVIDER_DOWN: ("OPENID_AUTO_REDIRECT", "false"),
}
"""The line of ``.env`` that opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A cause and what opens it; ``change`` is ``None`` where nothing can."""

    lockout: Lockout
    change: AccountChange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """Lock-outs of one folder's LibreChat."""

    accounts: UserAccounts
    signs: LiveSigns
    settings: SettingDoor

    @property
    def _records(self) -> UnlockRecords:
        return UnlockRecords(self.accounts.deployment.folder)

    async def doors(self, email: str = "") -> tuple[Door, ...]:
        """Return why this person does not get in, or nobody, and what opens it, the smallest first."""
        deployment = self.accounts.deployment
        person, found = None, lockouts.of_everybody(deployment)
        if email:
            person, seen = await self.accounts.find(email)
            found = lockouts.of_account(deployment, person, seen)
        address = api_address(deployment) if deployment.compose else None
        found += await lockouts.of_running(deployment, self.signs, address.url if address and address.host else "")
        return tuple([Door(lockout=one, change=await self._change(one, person)) for one in found])

    async def _change(self, lockout: Lockout, person: UserAccount | None) -> AccountChange | None:
        if not lockout.can_open:
            return None
        if lockout.cause in _SETTINGS:
            return self._setting(lockout)
        if lockout.cause is Cause.RATE_LIMIT:
            return self._restart()
        if person is None:
            return None
        if lockout.cause is Cause.OTHER_PROVIDER:
            return self._password(lockout, person)
        return await self._in_database(lockout, person)

    async def _in_database(self, lockout: Lockout, person: UserAccount) -> AccountChange:
        directory = self.accounts.directory
        fields, bans = await directory.document(
            person, ("emailVerified", "expiresAt", "twoFactorEnabled", *_SECOND_FACTOR)
        )
        match lockout.cause:
            case Cause.BAN:
                told = unban_change(directory, self.accounts.deployment, person, bans)
                changes: list[DocumentChange] = [
                    {"collection": "logs", "id": one["id"], "remove": True} for one in bans
                ]
                done = f"The ban of {plain(person.email)} was lifted."
            case Cause.UNVERIFIED:
                change = {"emailVerified": True, **{name: None for name in ("expiresAt",) if name in fields}}
                changes = [user_change(person, {"emailVerified": fields.get("emailVerified")}, change)]
                done = f"The address {plain(person.email)} counts as verified."
                told = _told(person, "Count the address as verified", changes)
            case Cause.SECOND_FACTOR:
                change = {"twoFactorEnabled": False, **{name: None for name in _SECOND_FACTOR if name in fields}}
                changes = [user_change(person, {"twoFactorEnabled": fields.get("twoFactorEnabled")}, change)]
                done = f"{plain(person.email)} signs in without a second factor."
                told = _told(person, "Switch the second factor off", changes)
            case _:
                told = role_change(directory, person, "ADMIN")
                changes = [user_change(person, {"role": person.role or None}, {"role": "ADMIN"})]
                done = f"{plain(person.email)} is an administrator."

        async def work(_: Consent) -> AccountOutcome:
            undo, is_as_seen = await directory.change(changes, is_dry=True)
            if not is_as_seen:
                return _failed("The account was changed meanwhile; nothing was opened.")
            door = self._door(lockout, done, email=person.email, changes=json.dumps(undo))
            self._records.begin(door)
            _undo, is_done = await directory.change(changes)
            self._records.end(door, door if is_done else None)
            return AccountOutcome(sentence=done) if is_done else _failed("The account was changed meanwhile.")

        return replace(told, name="unlock", commands=(directory.command,), work=work)

    def _password(self, lockout: Lockout, person: UserAccount) -> AccountChange:
        """Return how an account of a provider gets a password of its own: LibreChat does not ask whose account it is."""
        directory = self.accounts.directory

        async def work(_: Consent) -> AccountOutcome:
            before, _bans = await directory.document(person, ("password", "updatedAt"))
            done = f"{plain(person.email)} has a password, and signs in without {plain(person.provider, limit=40)}."
            door = self._door(lockout, done, email=person.email)
            change = await self.accounts.reset_password(person.email)
            self._records.begin(door)
            outcome = await change.work(Consent.CHANGE)
            if outcome.status is not ExitStatus.DONE:
                self._records.end(door, None)
                return outcome
            after, _bans = await directory.document(person, ("password",))
            former = {name: before.get(name) for name in ("password", "updatedAt")}
            taken_back = user_change(person, {"password": after["password"]}, former)
            self._records.end(door, replace(door, changes=json.dumps([taken_back])))
            return replace(outcome, sentence=done, offer=None)

        provider = plain(person.provider, limit=40)
        return AccountChange(
            name="unlock",
            title=f"Give {plain(person.email)} a password of its own",
            question=f"Give {plain(person.email)} a password of its own, past {provider}?",
            lines=(f"The account stays {provider}'s; with the password it also signs in by the form.",),
            commands=(self.accounts.scripts.command(Script.RESET),),
            work=work,
        )

    def _setting(self, lockout: Lockout) -> AccountChange:
        name, value = _SETTINGS[lockout.cause]
        self.settings.demand(name)
        line = f"{name}={value}"

        async def work(_: Consent) -> AccountOutcome:
            door = self._door(lockout, f"{line} was written into .env.")
            self._records.begin(door)
            try:
                backup, digest = self.settings.write(name, value)
            except (WizardError, PeopleError):
                self._records.end(door, None)
                raise
            opened = replace(door, backup=backup, written=digest)
            self._records.end(door, opened)
            try:
                said = await self.settings.read()
            except WizardError as error:
                self.settings.restore(backup)
                self._records.end(replace(opened, is_done=True), None)
                sentence = f"{error.problems[0].message} The file is as it was before."
                return AccountOutcome(sentence=sentence, status=ExitStatus.NOT_WRITTEN)
            return AccountOutcome(sentence=f"{line} is set. {said}")

        return AccountChange(
            name="unlock",
            title=f"Set {line}",
            question=f"Write {line} into .env, and recreate LibreChat's container?",
            lines=("What was there before is kept, and --undo puts it back.",),
            commands=(self.settings.command(),) if self.accounts.host.files else (),
            by_hand=(f"write {line} into .env, then: {self.settings.command()}",),
            work=work,
        )

    def _restart(self) -> AccountChange:
        stopping = Stopping(self.accounts.host)

        async def work(_: Consent) -> AccountOutcome:
            if not await stopping.run("restart") or not await self.settings.is_ready():
                return _failed("LibreChat could not be restarted.")
            return AccountOutcome(sentence="LibreChat is restarted, and counts sign-ins from nought.")

        return AccountChange(
            name="unlock",
            title="Restart LibreChat",
            question="Restart LibreChat now? It keeps its counts in memory; who is chatting is interrupted.",
            commands=(stopping.typed("restart"),),
            by_hand=(stopping.typed("restart"),),
            work=work,
        )

    def opened(self, email: str = "") -> OpenedDoor:
        """Return what was opened last (for this person); ``PeopleError`` where there is nothing."""
        doors = [one for one in self._records.read() if not email or one.email == email.strip().lower()]
        if not doors:
            raise PeopleError("Nothing is open that an unlock has opened.", status=ExitStatus.UNKNOWN)
        return doors[-1]

    def undoing(self, door: OpenedDoor) -> AccountChange:
        """Return how a door is closed again."""
        changes: list[Any] = json.loads(door.changes)

        async def work(_: Consent) -> AccountOutcome:
            said = ""
            if door.backup:
                if not self.settings.is_as_written(door.written):
                    sentence = ".env was changed since; it stays as it is. Its old content is in the backup."
                    raise PeopleError(sentence, f"See {plain(door.backup)}, then remove {NAME}/{FILE}.")
                self.settings.restore(door.backup)
                said = f" {await self.settings.read()}"
            elif changes:
                _undo, is_done = await self.accounts.directory.change(changes)
                if not is_done and door.is_done:
                    return _failed("The account was changed since; nothing was taken back.")
            self._records.end(door, None)
            return AccountOutcome(sentence=f"It is as it was before the unlock.{said}")

        return AccountChange(
            name="undo",
            title="Take the last unlock back",
            question=f"Take this back: {plain(door.sentence, limit=300)}",
            lines=(f"{door.when:%Y-%m-%d %H:%M} UTC: {plain(door.sentence, limit=300)}",),
            commands=(self.accounts.directory.command,) if changes else (),
            work=work,
        )

    def _door(self, lockout: Lockout, sentence: str, *, email: str = "", changes: str = "[]") -> OpenedDoor:
        now = datetime.now(UTC)
        return OpenedDoor(when=now, cause=lockout.cause, email=email, sentence=sentence, is_done=False, changes=changes)


def _told(person: UserAccount, title: str, changes: list[DocumentChange]) -> AccountChange:
    """Return the change without what does it, which the caller adds."""

    async def nothing(_: Consent) -> AccountOutcome:
        raise NotImplementedError

    update = {
        "$set": changes[0]["set"],
        **({"$unset": dict.fromkeys(changes[0]["unset"], "")} if changes[0]["unset"] else {}),
    }
    return AccountChange(
        name="unlock",
        title=f"{title}: {plain(person.email)}",
        question=f"{title}: {plain(person.email)}?",
        by_hand=(f'db.users.updateOne({{_id: ObjectId("{person.id}")}}, {json.dumps(update)})    (in mongosh)',),
        work=nothing,
    )


def _failed(sentence: str) -> AccountOutcome:
    return AccountOutcome(sentence=sentence, status=ExitStatus.FAILED)
