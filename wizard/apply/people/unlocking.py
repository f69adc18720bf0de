"""Unlocks a lock-out after recording how to undo it, and undoes exactly that."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from wizard.answers.model import Stack
from wizard.apply.address import api_address
from wizard.apply.node_script import NotReachedError
from wizard.apply.people import lockouts
from wizard.apply.people.account_changes import UserAccounts
from wizard.apply.people.database_changes import role_change, unban_change
from wizard.apply.people.directory import DocumentChange, user_change
from wizard.apply.people.env_setting import EnvSetting
from wizard.apply.people.lockouts import Cause, LiveSigns, Lockout
from wizard.apply.people.model import (
    MAY_BE_IN_FORCE,
    AccountChange,
    AccountOutcome,
    Consent,
    PeopleError,
    UserAccount,
)
from wizard.apply.people.rotation_under_way import demand_no_rotation
from wizard.apply.people.undo import FORMER_PASSWORD, SECOND_FACTOR, account_of, undo_changes
from wizard.apply.stopping import Stopping
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.private_folder import NAME
from wizard.basics.problem import WizardError, WriteRefused
from wizard.librechat.scripts import Script
from wizard.store.unlock_record import FILE, UnlockEntry, UnlockRecords, damaged

_SETTINGS: Final = {
    Cause.EMAIL_LOGIN_OFF: ("ALLOW_EMAIL_LOGIN", "true"),
    Cause.PROVIDER_DOWN: ("OPENID_AUTO_REDIRECT", "false"),
}
"""The line of ``.env`` that opens."""
_NOTHING_TO_UNDO: Final = "A restart cannot be undone."
_LOOK_YOURSELF: Final = f"Check the current state yourself, then remove the record {NAME}/{FILE}."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockOption:
    """A cause and what unlocks it; ``change`` is ``None`` if nothing can."""

    lockout: Lockout
    change: AccountChange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockSearch:
    """What a search for lock-outs found."""

    options: tuple[UnlockOption, ...]
    unchecked: tuple[str, ...] = ()
    """What could not be checked, each with the reason, in words that follow a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """Lock-outs of one folder's LibreChat."""

    accounts: UserAccounts
    signs: LiveSigns
    settings: EnvSetting

    @property
    def _records(self) -> UnlockRecords:
        return UnlockRecords(self.accounts.deployment.folder)

    async def unlocks(self, email: str = "") -> tuple[UnlockOption, ...]:
        """Return why this person (or everybody) cannot sign in and what unlocks it, the smallest change first."""
        return (await self.search(email)).options

    async def search(self, email: str = "") -> UnlockSearch:
        """Return the same with what could not be checked.

        ``PeopleError`` beside a rotation of secrets that is not finished: LibreChat is stopped then.
        """
        deployment = self.accounts.deployment
        demand_no_rotation(deployment.folder)
        person, found = None, lockouts.of_everybody(deployment)
        if email:
            person, seen = await self.accounts.find(email)
            found = lockouts.of_account(deployment, person, seen)
        address = api_address(deployment) if deployment.compose else None
        where = address.url if address and address.host else ""
        running, unchecked = await lockouts.of_running(deployment, self.signs, where)
        options = tuple([await self._option_of(one, person) for one in (*found, *running)])
        return UnlockSearch(options=options, unchecked=unchecked)

    async def _option_of(self, lockout: Lockout, person: UserAccount | None) -> UnlockOption:
        """Return the unlock for one cause. One that is not possible says why, and hides no other."""
        try:
            return UnlockOption(lockout=lockout, change=self._guarded(await self._change(lockout, person)))
        except PeopleError as error:
            advice = " ".join(text for text in (lockout.advice, error.sentence, error.remedy) if text)
            return UnlockOption(lockout=replace(lockout, advice=advice, can_open=False), change=None)

    def _guarded(self, change: AccountChange | None) -> AccountChange | None:
        """Return the change that looks for a rotation once more when it is done: somebody may have begun one since."""
        if change is None:
            return None
        work = change.work

        async def guarded(consent: Consent) -> AccountOutcome:
            demand_no_rotation(self.accounts.deployment.folder)
            return await work(consent)

        return replace(change, work=guarded)

    async def _change(self, lockout: Lockout, person: UserAccount | None) -> AccountChange | None:
        if not lockout.can_open:
            return None
        if lockout.cause in _SETTINGS:
            # On Kubernetes no .env counts: what is set there goes through the answers and --apply.
            return self._setting(lockout) if self.accounts.deployment.stack is not Stack.HELM else None
        if lockout.cause is Cause.RATE_LIMIT:
            return self._restart(lockout)
        if person is None:
            return None
        if lockout.cause is Cause.OTHER_PROVIDER:
            return self._password(lockout, person)
        return await self._in_database(lockout, person)

    async def _in_database(self, lockout: Lockout, person: UserAccount) -> AccountChange:
        directory = self.accounts.directory
        fields, bans = await directory.document(
            person, ("emailVerified", "expiresAt", "twoFactorEnabled", *SECOND_FACTOR)
        )
        match lockout.cause:
            case Cause.BAN:
                account_change = unban_change(directory, self.accounts.deployment, person, bans)
                changes: list[DocumentChange] = [
                    {"collection": "logs", "id": one["id"], "remove": True} for one in bans
                ]
                done = f"The ban on {plain(person.email)} was lifted."
            case Cause.UNVERIFIED:
                change = {"emailVerified": True, **{name: None for name in ("expiresAt",) if name in fields}}
                changes = [user_change(person, {"emailVerified": fields.get("emailVerified")}, change)]
                done = f"The address {plain(person.email)} was marked as verified."
                account_change = _account_change(person, "Mark the address as verified", changes)
            case Cause.SECOND_FACTOR:
                change = {"twoFactorEnabled": False, **{name: None for name in SECOND_FACTOR if name in fields}}
                changes = [user_change(person, {"twoFactorEnabled": fields.get("twoFactorEnabled")}, change)]
                done = f"{plain(person.email)} can sign in without a second factor."
                account_change = _account_change(person, "Turn off the second factor", changes)
            case _:
                account_change = role_change(directory, person, "ADMIN")
                changes = [user_change(person, {"role": person.role or None}, {"role": "ADMIN"})]
                done = f"{plain(person.email)} is an administrator."

        async def work(_: Consent) -> AccountOutcome:
            undo, is_as_seen = await directory.change(changes, is_dry=True)
            if not is_as_seen:
                return _failed("The account was changed in the meantime. Nothing was unlocked.")
            unlock = self._unlock_entry(lockout, done, email=person.email, changes=json.dumps(undo))
            self._records.begin(unlock)
            _undo, is_done = await directory.change(changes)
            self._records.end(unlock, unlock if is_done else None)
            return AccountOutcome(sentence=done) if is_done else _failed("The account was changed in the meantime.")

        return replace(account_change, name="unlock", commands=(directory.command,), work=work)

    def _password(self, lockout: Lockout, person: UserAccount) -> AccountChange:
        """Return how an account of a provider gets a password of its own: LibreChat does not ask whose account it is."""
        directory = self.accounts.directory
        _shown, password = self.accounts.chosen(None)

        async def work(_: Consent) -> AccountOutcome:
            before, _bans = await directory.document(person, FORMER_PASSWORD)
            former = {name: before.get(name) for name in FORMER_PASSWORD}
            done = f"{plain(person.email)} has a password and can sign in without {plain(person.provider, limit=40)}."
            changes = json.dumps([user_change(person, {}, former)])
            unlock = self._unlock_entry(lockout, done, email=person.email, changes=changes)
            change = await self.accounts.reset_password(person.email, password)
            self._records.begin(unlock)
            outcome = await change.work(Consent.CHANGE)
            if outcome.status is ExitStatus.FAILED:
                self._records.end(unlock, None)
                return outcome
            outcome = replace(outcome, password=password, email=person.email)
            if outcome.status is not ExitStatus.DONE:
                return replace(outcome, details=(*outcome.details, MAY_BE_IN_FORCE))
            # The password is in force and has to be shown, whatever becomes of the record: it holds the roll back already.
            with contextlib.suppress(NotReachedError, WriteRefused):
                after, _bans = await directory.document(person, ("password",))
                taken_back = user_change(person, {"password": after.get("password")}, former)
                self._records.end(unlock, replace(unlock, changes=json.dumps([taken_back])))
            return replace(outcome, sentence=done, offer=None)

        provider = plain(person.provider, limit=40)
        return AccountChange(
            name="unlock",
            title=f"Set a password for {plain(person.email)}",
            question=f"Set a password for {plain(person.email)}, so that they can sign in without {provider}?",
            lines=(
                f"The account stays linked to {provider}. With the password, the user can also use the sign-in form.",
            ),
            commands=(self.accounts.scripts.command(Script.RESET),),
            generated=password,
            work=work,
        )

    def _setting(self, lockout: Lockout) -> AccountChange:
        name, value = _SETTINGS[lockout.cause]
        self.settings.demand(name)
        line = f"{name}={value}"

        async def work(_: Consent) -> AccountOutcome:
            planned = self.settings.planned(name, value)
            unlock = replace(self._unlock_entry(lockout, f"{line} was written to .env."), written=planned.digest)
            self._records.begin(unlock)
            try:
                backup = self.settings.write(planned)
            except (WizardError, PeopleError):
                self._records.end(unlock, None)
                raise
            opened = replace(unlock, backup=backup)
            self._records.end(unlock, opened)
            try:
                note = await self.settings.read()
            except WizardError as error:
                self.settings.restore(backup)
                self._records.end(replace(opened, is_done=True), None)
                sentence = f"{error.problems[0].message} The old .env was put back."
                return AccountOutcome(sentence=sentence, status=ExitStatus.NOT_WRITTEN)
            return AccountOutcome(sentence=f"{line} is set. {note}")

        return AccountChange(
            name="unlock",
            title=f"Set {line}",
            question=f"Write {line} to .env and recreate LibreChat's container?",
            lines=("The old .env is kept. To restore the old .env, use --undo.",),
            commands=(self.settings.command(),) if self.accounts.host.files else (),
            manual_commands=(f"write {line} to .env, then run: {self.settings.command()}",),
            work=work,
        )

    def _restart(self, lockout: Lockout) -> AccountChange:
        stopping = Stopping(self.accounts.host)

        async def work(_: Consent) -> AccountOutcome:
            unlock = self._unlock_entry(lockout, "LibreChat was restarted, which reset its sign-in counters.")
            self._records.begin(unlock)
            is_ready = await stopping.run("restart") and await self.settings.is_ready()
            self._records.end(unlock, unlock if is_ready else None)
            if not is_ready:
                return _failed("LibreChat could not be restarted.")
            sentence = f"LibreChat was restarted, which reset its sign-in counters. {_NOTHING_TO_UNDO}"
            return AccountOutcome(sentence=sentence)

        return AccountChange(
            name="unlock",
            title="Restart LibreChat",
            question="A restart resets LibreChat's in-memory counters and interrupts running chats. Restart now?",
            lines=(_NOTHING_TO_UNDO,),
            commands=(stopping.typed("restart"),),
            manual_commands=(stopping.typed("restart"),),
            work=work,
        )

    def opened(self, email: str = "") -> UnlockEntry:
        """Return the last unlock (of this person); ``PeopleError`` if there is none."""
        # The record has the address as the database has it, which may be with capitals.
        wanted = email.strip().lower()
        unlocks = [one for one in self._records.read() if not wanted or one.email.lower() == wanted]
        if not unlocks:
            raise PeopleError("There is no unlock to undo.", status=ExitStatus.UNKNOWN)
        return unlocks[-1]

    def undoing(self, unlock: UnlockEntry) -> AccountChange:
        """Return how an unlock is undone; ``WriteRefused`` if the record does not say how."""
        changes = undo_changes(unlock)
        is_restart = unlock.cause == Cause.RATE_LIMIT

        async def work(_: Consent) -> AccountOutcome:
            demand_no_rotation(self.accounts.deployment.folder)
            if is_restart:
                self._records.end(unlock, None)
                return AccountOutcome(sentence=f"{_NOTHING_TO_UNDO} The entry was removed from the record.")
            if unlock.cause in _SETTINGS:
                note = await self._setting_back(unlock)
            elif changes:
                note = await self._account_back(unlock, changes)
            else:
                raise PeopleError("The record does not contain the state before the unlock.", _LOOK_YOURSELF)
            self._records.end(unlock, None)
            return AccountOutcome(sentence=f"The state before the unlock was restored.{note}")

        did = plain(unlock.sentence, limit=300)
        return AccountChange(
            name="undo",
            title="Undo the last unlock",
            question="Remove the restart from the list of unlocks to undo?" if is_restart else f"Undo this? {did}",
            lines=(
                f"{unlock.when:%Y-%m-%d %H:%M} UTC: {did}",
                *((_NOTHING_TO_UNDO,) if is_restart else ()),
                *(
                    ()
                    if unlock.is_done or is_restart
                    else ("The unlock was interrupted, so the wizard first checks what changed.",)
                ),
            ),
            commands=(self.accounts.directory.command,) if changes else (),
            work=work,
        )

    async def _setting_back(self, unlock: UnlockEntry) -> str:
        """Put ``.env`` back; return what to say about it. ``PeopleError`` if what is there is not what was written."""
        name, value = _SETTINGS[Cause(unlock.cause)]
        if not self.settings.is_as_written(unlock.written):
            if self.settings.would_write(name, value, unlock.written):
                return "" if unlock.is_done else " Nothing had been written to .env."
            where = (
                f"Compare .env with {plain(unlock.backup)}, then"
                if unlock.backup
                else "Compare .env with the backups, then"
            )
            sentence = ".env has been changed since the unlock, so the old file was not put back. The old file is in the backup."
            raise PeopleError(sentence, f"{where} remove {NAME}/{FILE}.")
        backup = self.settings.backup_of(name, value, unlock.written, named=unlock.backup)
        if not backup:
            if unlock.backup:
                raise damaged("the backup named in the record does not contain the .env file from before the unlock")
            raise PeopleError("No backup contains the .env file from before the unlock.", _LOOK_YOURSELF)
        self.settings.restore(backup)
        return f" {await self.settings.read()}"

    async def _account_back(self, unlock: UnlockEntry, changes: list[DocumentChange]) -> str:
        """Take changes of the database back; return what to say about it. ``PeopleError`` if something else is there."""
        directory = self.accounts.directory
        if identity := account_of(changes):
            person, _seen = await directory.one(unlock.email)
            if person.id != identity:
                raise PeopleError(f"{plain(unlock.email)} now belongs to a different account. Nothing was undone.")
            if not changes[0]["expect"]:
                # Cut off: whatever password is there now has come since.
                present, _bans = await directory.document(person, ("password",))
                former = changes[0]["set"].get("password")
                if present.get("password") == former:
                    return " The password had not been changed."
                hashed = present.get("password")
                changes = [{**changes[0], "expect": {"password": None if hashed is None else {"is": hashed}}}]
        _undo, is_done = await directory.change(changes, is_back=True)
        if not is_done:
            raise PeopleError("The account has been changed since the unlock. Nothing was undone.")
        return ""

    def _unlock_entry(self, lockout: Lockout, sentence: str, *, email: str = "", changes: str = "[]") -> UnlockEntry:
        now = datetime.now(UTC)
        return UnlockEntry(
            when=now, cause=lockout.cause, email=email, sentence=sentence, is_done=False, changes=changes
        )


def _account_change(person: UserAccount, title: str, changes: list[DocumentChange]) -> AccountChange:
    """Return the change without what does it, which the caller adds."""

    async def nothing(_: Consent) -> AccountOutcome:
        raise NotImplementedError

    update = {
        "$set": changes[0]["set"],
        **({"$unset": dict.fromkeys(changes[0]["unset"], "")} if changes[0]["unset"] else {}),
    }
    typed = f'db.users.updateOne({{_id: ObjectId("{person.id}")}}, {json.dumps(update)})'
    return AccountChange(
        name="unlock",
        title=f"{title}: {plain(person.email)}",
        question=f"{title}: {plain(person.email)}?",
        manual_commands=(f"{plain(typed, limit=600)}    (in mongosh)",),
        work=nothing,
    )


def _failed(sentence: str) -> AccountOutcome:
    return AccountOutcome(sentence=sentence, status=ExitStatus.FAILED)
