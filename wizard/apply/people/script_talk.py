"""LibreChat's account scripts: their commands, the answers to their questions, and the output lines that may be shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.apply.node_script import AbandonedError, NodeHost, ScriptEnded
from wizard.apply.people.model import PeopleError
from wizard.basics.patterns import late_pattern
from wizard.librechat import scripts
from wizard.librechat.scripts import Script

if TYPE_CHECKING:
    from wizard.basics.secret import Secret
    from wizard.librechat.releases import Release

_SHOWN: Final = late_pattern(
    r"^(?:Error\b|.*(?:already exists|was found!|not found!|is not enabled|No user found|Didn't find user|Aborted\.|"
    r"Stop every LibreChat process|could not commit|successfully|Invalid |is unavailable\.)|\(ended:)",
)
"""Lines that say the outcome. Up to v0.7.8 delete-user prints the account's document with the hash of its password, so
that nothing else is shown."""
_STOPPED: Final = ("generation coordination is unavailable", "account-deletion fence already exists")
"""Questions of delete-user after v0.8.8-rc1: is all of LibreChat stopped?"""
_WITH_DOCUMENT: Final = late_pattern(r"^Delete user ", re.MULTILINE)
_AGAIN: Final = "Please try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTalk:
    """The scripts in one folder's LibreChat."""

    host: NodeHost
    stack: Stack
    release: Release

    def words(self, script: Script, *arguments: str) -> tuple[str, ...]:
        """Return what node is given: the path of the script, which the stack decides, and its arguments.

        The deploy stack's working directory is /app/api, so that its path is absolute; up to v0.7.4 its image has the scripts
        in /app/api itself (Dockerfile.multi).
        """
        if self.stack is Stack.LOCAL:
            return (f"config/{script}.js", *arguments)
        is_flat = self.stack is Stack.DEPLOY and self.release < scripts.IN_CONFIG_SINCE
        return (f"/app/{'api' if is_flat else 'config'}/{script}.js", *arguments)

    def command(self, script: Script, *arguments: str) -> str:
        """Return what runs, for a person, and whose script it is."""
        return f"{self.host.typed(*self.words(script, *arguments))}    (LibreChat's {script})"

    def manual_command(self, script: Script, *arguments: str) -> str:
        """Return the command that a person runs at a terminal, where the script asks them."""
        return self.host.manual_command(*self.words(script, *arguments))

    def demand(self, script: Script) -> None:
        """Raise ``PeopleError`` if this release has no such script."""
        if not scripts.is_there(script, self.release):
            sentence = f"LibreChat {self.release} has no {script} script. It was added in {scripts.since(script)}."
            raise PeopleError(sentence, "Update LibreChat first.")

    def creating(self, email: str, name: str, username: str) -> tuple[str, ...]:
        """Return create-user's arguments, with which it asks for the password alone."""
        verified = ("--email-verified=true",) if self.release >= scripts.VERIFIED_SINCE else ()
        return (email, name, username, *verified)

    async def create(self, email: str, name: str, username: str, password: Secret) -> ScriptEnded:
        """Make an account; the password is the one thing that the script asks for."""

        async def reply(asked: str) -> str | None:
            if _question(asked).startswith("Password: (leave blank"):
                return password.reveal()
            return await _silent(asked)

        return await self._talk(Script.CREATE, *self.creating(email, name, username), reply=reply)

    async def delete(
        self, email: str, *, with_transactions: bool, stop: Callable[[], Awaitable[bool]] | None
    ) -> ScriptEnded:
        """Remove an account. ``stop`` stops LibreChat where the script wants it stopped, and says whether it is."""

        async def reply(asked: str) -> str | None:
            # Up to v0.7.8 the question shows the whole document, on many lines and with whatever a person calls themselves: it is
            # known by the beginning of its first line, which nothing within has (strings are quoted there, and all is indented).
            question = _question(asked)
            if question.startswith("Really delete user ") or (question and _WITH_DOCUMENT.search(asked)):
                return "y"
            if any(word in question for word in _STOPPED):
                if stop is None or not await stop():
                    raise AbandonedError("LibreChat must be stopped first")
                return "y"
            if question.startswith("Also delete all transaction history"):
                return "y" if with_transactions else "n"
            return await _silent(asked)

        return await self._talk(Script.DELETE, email, reply=reply)

    async def reset(self, email: str, password: Secret) -> ScriptEnded:
        """Set a password; the script takes no arguments and asks three times."""

        async def reply(asked: str) -> str | None:
            if _AGAIN in asked:
                raise AbandonedError("the script refused the password")
            if asked.endswith("Enter user email: "):
                return email
            return password.reveal() if asked.endswith(("Enter new password: ", "Confirm new password: ")) else None

        return await self._talk(Script.RESET, reply=reply)

    async def invite(self, email: str) -> ScriptEnded:
        """Send an invitation."""
        return await self._talk(Script.INVITE, email, reply=_silent)

    async def ban(self, email: str, milliseconds: int) -> ScriptEnded:
        """Ban a person; as an argument the time is in milliseconds (the prompt has minutes)."""
        return await self._talk(Script.BAN, email, str(milliseconds), reply=_silent)

    async def _talk(
        self, script: Script, *arguments: str, reply: Callable[[str], Awaitable[str | None]]
    ) -> ScriptEnded:
        return await self.host.talk(self.words(script, *arguments), reply=reply)


def result_lines(ended: ScriptEnded) -> tuple[str, ...]:
    """Return the lines in which a script reports its result."""
    return tuple(line for line in ended.output if _SHOWN.match(line))[-5:]


def _question(asked: str) -> str:
    """Return the last line of the question at whose answer a script waits; empty if it does not wait."""
    return asked.removesuffix("\n> ").rpartition("\n")[2].lstrip("\r") if asked.endswith("\n> ") else ""


async def _silent(asked: str) -> str | None:
    """Answer nothing; :class:`AbandonedError` for a question, since what is left alone waits for ever."""
    if asked.endswith("\n> "):
        raise AbandonedError("the script asked an unexpected question")
    return None
