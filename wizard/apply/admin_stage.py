"""The stage of an apply that creates the first administrator. It looks for accounts first, and shows the password once it is set."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wizard.apply import account_scripts, failures, first_admin
from wizard.apply.address import api_address
from wizard.apply.events import ApplyEvent, CommandEnded, CommandShown, Failed, Note, PasswordMade

if TYPE_CHECKING:
    from wizard.apply.account_scripts import AccountLookup
    from wizard.apply.commands import Compose
    from wizard.apply.first_admin import Admin, SignIn
    from wizard.apply.stack_files import ComposeFiles
    from wizard.plan.proposal import Proposal

_WHY: Final = "create the first administrator; the password is piped to standard input"


@dataclass(slots=True, kw_only=True)
class AdminStage:
    """Makes one account in the LibreChat of one folder."""

    admin: Admin
    proposal: Proposal
    compose: Compose
    files: ComposeFiles
    seconds: float
    """How long the script may take."""
    sign_in: SignIn
    was_cut_off: bool
    """Whether an earlier run was cut off before it could say that it made them."""
    is_there: bool = False
    """Whether the administrator exists: nothing is left to do."""
    _has_looked: bool = False

    async def look(self, files: ComposeFiles) -> AsyncGenerator[ApplyEvent, None]:
        """See whether there are accounts; ends with a ``Failed`` if the new one could not be the administrator."""
        yield CommandShown(command=self.compose.shown(account_scripts.looking(files)), why=account_scripts.LOOKING)
        release = self.proposal.snapshot.release
        sight = await account_scripts.look(self.compose, files, release, self.admin.email)
        self._has_looked = sight.has_accounts is not None
        for event in self._of(sight):
            yield event

    def _of(self, sight: AccountLookup) -> tuple[ApplyEvent, ...]:
        email = self.admin.email
        if sight.role is None:
            return (failures.HAS_ACCOUNTS,) if sight.has_accounts else ()
        if sight.role != "ADMIN":
            summary = f"{email} already has an account that is not an administrator (role: {sight.role or 'not set'})."
            return (replace(failures.HAS_ACCOUNTS, summary=summary),)
        self.is_there = True
        text = f"{email} is already an administrator. No account is created, and the password does not change."
        if self.was_cut_off and self.admin.is_generated:
            command = self.compose.typed(
                self.files.arguments("exec", self.files.service, "npm", "run", "reset-password")
            )
            text = (
                f"{email} is already an administrator. The interrupted run created the account but did not show its password. "
                f"To set a new password: {command}"
            )
        return (Note(text=text),)

    async def make(self) -> AsyncGenerator[ApplyEvent, None]:
        """Make the account unless it is there; its password is shown when it is set, and not before."""
        has_failed = False
        if not self._has_looked:
            async for event in self.look(self.files):
                has_failed = isinstance(event, Failed)
                yield event
        if not has_failed and not self.is_there:
            async with contextlib.aclosing(self._create()) as events:
                async for event in events:
                    yield event

    async def _create(self) -> AsyncGenerator[ApplyEvent, None]:
        admin, snapshot = self.admin, self.proposal.snapshot
        words = self.files.create_user(snapshot.stack, snapshot.release, admin.email, admin.name, admin.username)
        yield CommandShown(command=self.compose.shown(words), why=_WHY)
        ended = CommandEnded(status=None, seconds=0.0)
        running = self.compose.run(words, seconds=self.seconds, stdin=admin.password)
        async with contextlib.aclosing(running) as events:
            async for event in events:
                ended = event if isinstance(event, CommandEnded) else ended
                yield event
        if ended.status == 0:
            async for done in self._created():
                yield done
            return
        if "already exists" in " ".join(ended.output) and self.was_cut_off:
            # What that run had started went on in the container, and has just ended.
            async for seen in self.look(self.files):
                yield seen
        if not self.is_there:
            yield failures.of_account(ended, self.compose.typed(self.files.arguments("logs", self.files.service)))

    async def _created(self) -> AsyncGenerator[ApplyEvent, None]:
        admin, deployment = self.admin, self.proposal.deployment
        if admin.is_generated:
            yield PasswordMade(email=admin.email, password=admin.password)
        made = await first_admin.verified(admin, api_address(deployment), deployment.settings, self.sign_in)
        yield made
        if made.role == "USER":
            yield failures.NOT_FIRST
        self.is_there = made.role != "USER"
