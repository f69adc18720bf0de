"""Changes to LibreChat's accounts. Each is shown first and guarded; the database, not the exit status, confirms it.

delete-user and ban-user end with 0 if nothing happened (recorded, v0.8.8-rc1); nothing in LibreChat protects the last
administrator; reset-password ends no session.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.apply.node_script import NotReachedError
from wizard.apply.people.database_changes import role_change, role_of, sessions_change, unban_change
from wizard.apply.people.directory import Directory
from wizard.apply.people.last_administrator import ban_lifted_again, demand_another
from wizard.apply.people.model import (
    AccountChange,
    AccountOutcome,
    AddressLookup,
    Consent,
    PeopleError,
    UserAccount,
    moment,
)
from wizard.apply.people.new_account import address, new_account, username_of
from wizard.apply.people.outcomes import failed, unconfirmed
from wizard.apply.people.removal import AccountRemoval, Stop
from wizard.apply.people.rotation_under_way import demand_no_rotation
from wizard.apply.people.script_talk import ScriptTalk
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.secret import Secret
from wizard.librechat import mail_configured, scripts
from wizard.librechat.durations import describe_duration
from wizard.librechat.passwords import LONGEST, password_fault, shortest_password
from wizard.librechat.scripts import Script
from wizard.librechat.values import is_enabled, js_number, math

if TYPE_CHECKING:
    from wizard.apply.node_script import NodeHost, ScriptEnded
    from wizard.deployment.model import Deployment

_BAN_DEFAULT: Final = 2 * 60 * 60 * 1000.0
"""``BAN_DURATION`` when unset, in milliseconds (api/cache/banViolation.js, v0.8.8-rc1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAccounts:
    """The people of one folder's LibreChat."""

    deployment: Deployment
    host: NodeHost

    @property
    def directory(self) -> Directory:
        """Reads and changes the database."""
        return Directory(host=self.host)

    @property
    def scripts(self) -> ScriptTalk:
        """Runs LibreChat's own scripts."""
        return ScriptTalk(host=self.host, stack=self.deployment.stack, release=self.deployment.release)

    def _as_running(self, seen: AddressLookup) -> UserAccounts:
        """Return the same with the release that runs: an option that an old script does not know, it takes for a password."""
        release = seen.release or self.deployment.release
        return replace(self, deployment=self.deployment._replace(release=release))

    async def add(self, email: str, password: Secret | None = None, *, name: str = "") -> AccountChange:
        """Return how an account is made; ``PeopleError`` for what LibreChat would refuse."""
        email, name = new_account(email, name)
        shown, chosen = self.chosen(password)
        username = username_of(email)
        seen = await self.directory.lookup(email, username=username)
        here = self._as_running(seen)
        if seen.people:
            raise PeopleError(f"{plain(email)} already has an account.")
        if seen.is_username_taken:
            username = f"{username[:60]}-{secrets.token_hex(2)}"
        lines = [f"Name {plain(name)}, user name {plain(username)}, email address verified."]
        if not seen.everybody:
            lines.append("This is the first account, so it becomes the administrator.")
        if here.deployment.release < scripts.VERIFIED_SINCE and self._has_mail():
            lines.append(f"LibreChat {here.deployment.release} sends a verification email to the address.")

        async def work(_: Consent) -> AccountOutcome:
            ended = await here.scripts.create(email, name, username, chosen)
            try:
                made = (await self.directory.lookup(email)).people
            except NotReachedError as error:
                return unconfirmed(
                    f"{plain(email)} has an account", error, ended, chosen if shown else None, email=email
                )
            if not made:
                return failed("LibreChat did not create the account.", ended)
            sentence = f"Created the account {plain(email)} with the role {plain(made[0].role)}."
            return AccountOutcome(sentence=sentence, password=chosen if shown else None, email=email)

        arguments = here.scripts.creating(email, name, username)
        return AccountChange(
            name="add",
            title=f"Add {plain(email)}",
            question=f"Add {plain(email)}?",
            lines=tuple(lines),
            commands=(here.scripts.command(Script.CREATE, *arguments),),
            manual_commands=(here.scripts.manual_command(Script.CREATE, *arguments),),
            is_harmless=True,
            generated=chosen if shown else None,
            work=work,
        )

    async def remove(self, email: str) -> AccountChange:
        """Return how an account is removed with all that is its own."""
        demand_no_rotation(self.deployment.folder)
        person, seen = await self.find(email)
        demand_another(person, seen, "removed")
        self._lower_case(person)
        here = self._as_running(seen)
        release = here.deployment.release
        gone = "the account, its conversations, messages, file records, keys, agents, presets, sessions"
        if release < scripts.COMPLETE_DELETE_SINCE:
            gone = "the account's database record"
        lines = [
            _seen(person),
            f"Deleted: {gone}.",
            f"Kept (LibreChat {release}): {'; '.join(scripts.left_behind(release))}.",
        ]
        if person.is_admin:
            lines.append("The administrator role is removed first, and restored if the account is not deleted.")
        if seen.everybody == 1:
            lines.append("This is the last account. The next account that is created becomes the administrator.")
        if release >= scripts.STOPPED_DELETE_SINCE:
            lines.append(self._stopping_line())
        asks_twice = release >= scripts.COMPLETE_DELETE_SINCE
        removal = AccountRemoval(person=person, directory=self.directory, host=self.host, folder=self.deployment.folder)

        async def work(consent: Consent) -> AccountOutcome:
            with_transactions = consent is Consent.FURTHER
            demand_no_rotation(self.deployment.folder)
            await self._still(person, "removed")

            async def delete(stop: Stop | None) -> ScriptEnded:
                return await here.scripts.delete(person.email, with_transactions=with_transactions, stop=stop)

            ended, is_there, note = await removal.run(delete)
            if is_there:
                return failed(f"LibreChat did not remove the account.{note}", ended)
            kept = " Their transactions were kept." if asks_twice and not with_transactions else ""
            return AccountOutcome(sentence=f"Removed {plain(person.email)}.{kept}{note}")

        return AccountChange(
            name="remove",
            title=f"Remove {plain(person.email)}",
            question=f"Really delete user {plain(person.email)} ({plain(person.id)}) and ALL their data?",
            further="Also delete all transaction history for this user?" if asks_twice else "",
            lines=tuple(lines),
            commands=(self.scripts.command(Script.DELETE, person.email),),
            manual_commands=(self.scripts.manual_command(Script.DELETE, person.email),),
            left_open=removal.left_open,
            work=work,
        )

    async def reset_password(self, email: str, password: Secret | None = None) -> AccountChange:
        """Return how a person gets a new password."""
        self.scripts.demand(Script.RESET)
        shown, chosen = self.chosen(password)
        person, _ = await self.find(email)
        self._lower_case(person)
        lines = [_seen(person)]
        if person.provider != "local":
            lines.append(
                f"The account signs in through {plain(person.provider)}. With a password, the user can also sign in directly, "
                "bypassing that provider and its rules."
            )
        before, _ = await self.directory.document(person, ("password",))

        async def work(_: Consent) -> AccountOutcome:
            ended = await self.scripts.reset(person.email, chosen)
            try:
                after, _bans = await self.directory.document(person, ("password",))
            except NotReachedError as error:
                done = f"{plain(person.email)} has a new password"
                return unconfirmed(done, error, ended, chosen if shown else None, email=person.email)
            if after == before:
                return failed("LibreChat did not change the password.", ended)
            return AccountOutcome(
                sentence=f"{plain(person.email)} has a new password.",
                password=chosen if shown else None,
                email=person.email,
                offer=sessions_change(self.directory, person) if person.sessions else None,
            )

        return AccountChange(
            name="reset-password",
            title=f"Set a new password for {plain(person.email)}",
            question=f"Set a new password for {plain(person.email)}?",
            lines=tuple(lines),
            commands=(self.scripts.command(Script.RESET),),
            manual_commands=(self.scripts.manual_command(Script.RESET),),
            generated=chosen if shown else None,
            work=work,
        )

    async def invite(self, email: str) -> AccountChange:
        """Return how a person is invited: LibreChat sends the link, which also opens a closed registration for them."""
        self.scripts.demand(Script.INVITE)
        email = address(email).lower()
        if not self._has_mail():
            sentence = "Mail is not configured in LibreChat. The invitation script needs mail."
            raise PeopleError(sentence, f"Configure mail first: {own_command()}")
        seen = await self.directory.lookup(email)
        if seen.people:
            raise PeopleError(f"{plain(email)} already has an account.")
        lines = ["The link is valid for 7 days and only for this email address."]
        if seen.invitations:
            lines.append("This address already has an invitation. Both invitations will be valid.")

        async def work(_: Consent) -> AccountOutcome:
            ended = await self.scripts.invite(email)
            is_sent = ended.status == 0 and any("Invitation sent" in line for line in ended.output)
            try:
                invitations = (await self.directory.lookup(email)).invitations
            except NotReachedError as error:
                return unconfirmed(f"{plain(email)} is invited", error, ended, email=email)
            if not is_sent or invitations <= seen.invitations:
                return failed("LibreChat did not send the invitation.", ended)
            return AccountOutcome(sentence=f"{plain(email)} is invited.")

        return AccountChange(
            name="invite",
            title=f"Invite {plain(email)}",
            question=f"Send an invitation to {plain(email)}?",
            lines=tuple(lines),
            commands=(self.scripts.command(Script.INVITE, email),),
            manual_commands=(self.scripts.manual_command(Script.INVITE, email),),
            is_harmless=True,
            work=work,
        )

    async def ban(self, email: str, milliseconds: float | None = None) -> AccountChange:
        """Return how a person is banned; ``milliseconds`` is BAN_DURATION if nothing is said."""
        settings = self.deployment.settings
        if not is_enabled(settings.get("BAN_VIOLATIONS")):
            raise PeopleError(
                "BAN_VIOLATIONS is not true, so LibreChat does not ban anyone.", "Set BAN_VIOLATIONS=true first."
            )
        interval = settings.get("BAN_INTERVAL", "20")
        if not js_number(interval) <= scripts.BAN_SCORE:
            sentence = f"BAN_INTERVAL is {plain(interval, limit=40)}. The script bans accounts only if BAN_INTERVAL is {scripts.BAN_SCORE} or less."
            raise PeopleError(sentence, f"Set BAN_INTERVAL to {scripts.BAN_SCORE} or less first.")
        person, seen = await self.find(email)
        demand_another(person, seen, "banned")
        self._lower_case(person)
        longest = math(settings.get("BAN_DURATION"), _BAN_DEFAULT)
        wanted = longest if milliseconds is None else milliseconds
        lasting = int(max(1.0, min(wanted, longest)))
        lines = [_seen(person), f"The ban lasts {describe_duration(lasting)} and ends all the user's sessions."]
        if wanted > longest:
            lines.append(f"A ban cannot last longer than BAN_DURATION ({describe_duration(longest)}).")
        lines.append(
            "When the user tries to sign in, LibreChat also bans their IP address and refuses everyone who uses it."
        )

        async def work(_: Consent) -> AccountOutcome:
            await self._still(person, "banned")
            ended = await self.scripts.ban(person.email, lasting)
            try:
                now, seen_now = await self.find(person.email)
            except (NotReachedError, PeopleError) as error:
                outcome = unconfirmed(f"{plain(person.email)} is banned", error, ended, email=person.email)
                return replace(
                    outcome,
                    details=(*outcome.details, f"To lift the ban: {own_command('users unban', plain(person.email))}"),
                )
            if now.banned_until is None:
                return failed("LibreChat did not ban the account.", ended)
            if (lifted := await ban_lifted_again(self.directory, now, seen_now)) is not None:
                return lifted
            return AccountOutcome(sentence=f"{plain(person.email)} is banned until {moment(now.banned_until)}.")

        return AccountChange(
            name="ban",
            title=f"Ban {plain(person.email)}",
            question=f"Ban {plain(person.email)} for {describe_duration(lasting)}?",
            lines=tuple(lines),
            commands=(self.scripts.command(Script.BAN, person.email, str(lasting)),),
            manual_commands=(self.scripts.manual_command(Script.BAN, person.email, str(lasting)),),
            work=work,
        )

    async def unban(self, email: str) -> AccountChange:
        """Return how a ban is lifted: the person's entries, and those of addresses that it was copied to."""
        person, _ = await self.find(email)
        _fields, bans = await self.directory.document(person, ())
        if not bans:
            raise PeopleError(f"{plain(person.email)} is not banned.", status=ExitStatus.UNKNOWN)
        return unban_change(self.directory, self.deployment, person, bans)

    async def role(self, email: str, role: str) -> AccountChange:
        """Return how a person gets a role."""
        person, seen = await self.find(email)
        known = tuple(dict.fromkeys(("ADMIN", "USER", *seen.roles)))
        chosen = role_of(role.strip(), known)
        if chosen is None:
            remedy = f"Choose one of: {', '.join(plain(name, limit=80) for name in known)}"
            raise PeopleError(f"LibreChat has no role {plain(role, limit=80)}.", remedy)
        if chosen == person.role:
            sentence = f"{plain(person.email)} already has the role {plain(chosen)}."
            raise PeopleError(sentence, status=ExitStatus.DONE)
        demand_another(person, seen, "given another role")
        return role_change(self.directory, person, chosen)

    async def find(self, email: str) -> tuple[UserAccount, AddressLookup]:
        """Return the one account of an address; ``PeopleError`` if there is none, or more than one."""
        return await self.directory.one(address(email, is_new=False))

    async def _still(self, person: UserAccount, done: str) -> None:
        """Look once more before a script runs: between the question and its answer somebody may have done something else."""
        now, seen = await self.find(person.email)
        if now.id != person.id:
            raise PeopleError(f"{plain(person.email)} now belongs to a different account. Nothing changed.")
        demand_another(now, seen, done)

    def _lower_case(self, person: UserAccount) -> None:
        if person.email != person.email.lower():
            sentence = f"The address is stored as {plain(person.email)}, but LibreChat's scripts find only lowercase addresses."
            raise PeopleError(sentence, "Change users.email to lowercase in the database first (in mongosh).")

    def chosen(self, password: Secret | None) -> tuple[bool, Secret]:
        """Return whether a password is shown, and the password: the given one, or a new one."""
        shortest = max(8, shortest_password(self.deployment.settings, self.deployment.release))
        if password is None:
            return True, Secret(secrets.token_urlsafe(max(18, min(shortest, LONGEST - 32))))
        if fault := password_fault(password.reveal(), shortest):
            raise PeopleError(f"The password {fault}.", status=ExitStatus.INVALID, field="password")
        return False, password

    def _has_mail(self) -> bool:
        return mail_configured.is_configured(self.deployment.settings, self.deployment.release)

    def _stopping_line(self) -> str:
        if self.deployment.stack is Stack.LOCAL:
            return "The script may require LibreChat to be stopped. Stop LibreChat first, and start it afterwards."
        if self.deployment.stack is Stack.HELM:
            return "If LibreChat does not use Redis, the account cannot be removed here: the script requires LibreChat to be stopped, which would also stop the pod that the script runs in."
        return "If the script requires it, LibreChat is stopped for a few seconds."


def _seen(person: UserAccount) -> str:
    told_of = [
        f"id {plain(person.id)}",
        f"role {plain(person.role, limit=80) or 'none'}",
        f"provider {plain(person.provider)}",
    ]
    if person.banned_until is not None:
        told_of.append(f"banned until {moment(person.banned_until)}")
    return f"{plain(person.email)}: {', '.join(told_of)}."
