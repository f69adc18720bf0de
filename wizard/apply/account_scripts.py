"""LibreChat's own scripts for accounts, run through Docker Compose; every command is shown before it runs.

``create-user`` takes the password by standard input (:mod:`wizard.apply.first_admin`). ``delete-user`` asks with a readline
made anew for each question (config/helpers.js, v0.7.0 to v0.8.7), and what is written before it asks is lost: each answer
waits for its question.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.apply.containers import found_in
from wizard.apply.events import CommandEnded
from wizard.apply.redaction import Redactor
from wizard.apply.stack_files import ComposeFiles, compose_files_of
from wizard.basics.container_script import container_script
from wizard.basics.json_words import marked_object
from wizard.basics.plain_text import plain
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.apply.commands import Compose
    from wizard.apply.first_admin import Admin
    from wizard.deployment.model import Deployment

LOOKING: Final = "check whether LibreChat has accounts; the script is piped to standard input"
LOOK_SECONDS: Final = 20.0
MAKE_SECONDS: Final = 90.0
"""create-user loads the whole of LibreChat, which takes some seconds on a small machine."""
REMOVE_SECONDS: Final = 60.0
_PROMPT: Final = "\n> "
"""How every question ends (``askQuestion``, config/helpers.js, v0.7.0 to v0.8.7)."""
_GONE: Final = ("Successfully deleted user", "Deleted user")
_NONE: Final = ("No user found with email", "Didn't find user with email")
"""What delete-user says, from v0.7.9 and before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLookup:
    """What a look into LibreChat's container gave."""

    has_accounts: bool | None
    """``None``: unknown, and ``details`` says why."""
    release: Release
    """Of the LibreChat that runs; else of the files."""
    role: str | None = None
    """The role of the account that was asked for: ``ADMIN``, ``USER``; ``None``: there is no such account."""
    details: tuple[str, ...] = ()


class Removal(StrEnum):
    """How a removal ended."""

    REMOVED = "removed"
    ABSENT = "absent"
    """There is no such account."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """The scripts in the api container of one folder."""

    compose: Compose
    files: ComposeFiles
    deployment: Deployment
    tell: Callable[[str], None]

    def commands(self, account: Admin, release: Release) -> tuple[tuple[str, ...], ...]:
        """Return what looks, what makes the account and what removes it, as arguments of Docker Compose."""
        stack = self.deployment.stack
        return (
            self.looking(),
            self.files.create_user(stack, release, account.email, account.name, account.username),
            self.files.delete_user(stack, release, account.email),
        )

    def looking(self) -> tuple[str, ...]:
        """Return what looks, as arguments of Docker Compose."""
        return looking(self.files)

    def shown(self, arguments: tuple[str, ...]) -> str:
        """Return a command as a person would type it."""
        return plain(shlex.join(self.compose.shown(arguments)), limit=600)

    async def look(self) -> AccountLookup:
        """See whether LibreChat has any account; changes nothing."""
        self._tell(self.looking(), LOOKING)
        return await look(self.compose, self.files, self.deployment.release)

    async def make(self, account: Admin, release: Release) -> CommandEnded:
        """Make the account; ``output`` holds the script's last words where it did not."""
        words = self.commands(account, release)[1]
        self._tell(words, "create the probe account; the password is piped to standard input")
        ended = CommandEnded(status=None, seconds=0.0)
        async for event in self.compose.run(words, seconds=MAKE_SECONDS, stdin=account.password):
            ended = event if isinstance(event, CommandEnded) else ended
        return ended

    async def remove(self, email: str, release: Release) -> tuple[Removal, tuple[str, ...]]:
        """Remove the account and all that is its own; the lines say why where that failed."""
        words = self.files.delete_user(self.deployment.stack, release, email)
        self._tell(words, "remove the probe account; every prompt is answered with y")

        def reply(asked: str) -> str | None:
            # Up to v0.7.8 the question shows the whole document; the second question, of v0.7.9, names nobody.
            is_ours = email in asked or "transaction history for this user" in asked
            return "y" if _PROMPT in asked and is_ours else None

        status, output = await self.compose.talk(words, seconds=REMOVE_SECONDS, reply=reply)
        text = "\n".join(output)
        if status == 0 and any(word in text for word in _GONE):
            return Removal.REMOVED, ()
        if status == 0 and any(word in text for word in _NONE):
            return Removal.ABSENT, ()
        # Up to v0.7.8 the script shows the user's document with the hash of its password.
        shown = tuple(line for line in output if "password" not in line.lower())
        return Removal.FAILED, shown[-3:]

    def _tell(self, arguments: tuple[str, ...], why: str) -> None:
        self.tell(f"$ {self.shown(arguments)}    ({why})")


def looking(files: ComposeFiles) -> tuple[str, ...]:
    """Return what looks for accounts, as arguments of Docker Compose."""
    return files.arguments("exec", "-T", files.service, "node", "-")


async def look(compose: Compose, files: ComposeFiles, release: Release, email: str = "") -> AccountLookup:
    """See whether LibreChat has any account, and which role that of an address has; changes nothing.

    ``release`` is that of the files, for a LibreChat that does not say which one it is.
    """
    mark = secrets.token_hex(8)
    task = {"mark": mark, "seconds": LOOK_SECONDS / 2, "email": email}
    script = Secret(container_script("wizard.apply", "look.js", task))
    status, out, err = await compose.ask(looking(files), seconds=LOOK_SECONDS, largest=100_000, stdin=script)
    found = marked_object(out, mark)
    runs = _release(found.get("release"), release)
    if found.get("ok") is True and isinstance(found.get("any"), bool):
        role = found.get("role")
        return AccountLookup(has_accounts=found["any"], release=runs, role=role if isinstance(role, str) else None)
    why = str(found.get("why", "")) or err.strip() or f"the script exited with status {status}"
    details = tuple(compose.redactor.line(line) for line in why.splitlines()[-5:])
    return AccountLookup(has_accounts=None, release=runs, details=details)


async def scripts(deployment: Deployment, password: str, tell: Callable[[str], None]) -> Scripts | None:
    """Return the scripts of a folder's stack; ``None`` if there is no Docker Compose. ``password`` is never shown."""
    if deployment.stack is Stack.HELM:
        return None
    document = deployment.dotenv
    redactor = Redactor([deployment.settings, document.values(), document.compose_values()], password)
    compose = await found_in(deployment.folder, redactor)
    if compose is None:
        return None
    return Scripts(compose=compose, files=compose_files_of(deployment), deployment=deployment, tell=tell)


def _release(reply: object, known: Release) -> Release:
    try:
        return Release.parse(str(reply))
    except ValueError:
        return known
