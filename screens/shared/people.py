"""LibreChat's accounts for every front: how to reach them, names of the changes, and the wording."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.apply.node_script import node_host
from wizard.apply.people.account_changes import UserAccounts
from wizard.apply.people.model import MAY_BE_IN_FORCE, AccountChange, AccountOutcome, UserAccount, moment
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from wizard.apply.people.unlocking import UnlockOption, UnlockSearch
    from wizard.basics.secret import Secret
    from wizard.deployment.model import Deployment

_WIDEST = 48


async def people_of(folder: Path, *hidden: str) -> UserAccounts:
    """Return the accounts of a folder's LibreChat; ``NotReachedError`` if it cannot be reached, ``InvalidInput`` for the folder."""
    return await people_in(deployment_of(folder), *hidden)


def deployment_of(folder: Path) -> Deployment:
    """Return the LibreChat of a folder, with Docker or without; ``InvalidInput`` if there is none."""
    from wizard.deployment.folder_deployment import folder_deployment

    return folder_deployment(folder)


async def people_in(deployment: Deployment, *hidden: str) -> UserAccounts:
    """Return the people of a LibreChat that was read already."""
    return UserAccounts(deployment=deployment, host=await node_host(deployment, *hidden))


async def change_of(
    people: UserAccounts,
    action: str,
    email: str,
    *,
    password: Secret | None = None,
    name: str = "",
    role: str = "",
    lasting: float | None = None,
) -> AccountChange:
    """Return the change of an action; ``PeopleError`` if it cannot be done."""
    made: dict[str, Callable[[], Awaitable[AccountChange]]] = {
        "add": lambda: people.add(email, password, name=name),
        "remove": lambda: people.remove(email),
        "reset-password": lambda: people.reset_password(email, password),
        "invite": lambda: people.invite(email),
        "ban": lambda: people.ban(email, lasting),
        "unban": lambda: people.unban(email),
        "role": lambda: people.role(email, role),
    }
    return await made[action]()


def change_lines(change: AccountChange) -> list[str]:
    """Return what is said about a change before anybody is asked."""
    return [
        change.title,
        *(f"  {line}" for line in change.lines),
        *(f"  $ {command}" for command in change.commands),
        *(f"  Run manually: {command}" for command in change.manual_commands),
    ]


def outcome_lines(outcome: AccountOutcome) -> list[str]:
    """Return what is said about an outcome; a generated password is in it, and is said this once."""
    lines = [outcome.sentence, *(f"  {line}" for line in outcome.details)]
    if outcome.password is not None:
        lines.append(f"Password for {plain(outcome.email, limit=254)} (shown only once): {outcome.password.reveal()}")
    return lines


def interrupted_lines(change: AccountChange) -> list[str]:
    """Return what to say after an interruption: what was not put back, and a generated password, which may be in effect."""
    if change.generated is None:
        return [*change.left_open()]
    return [*change.left_open(), MAY_BE_IN_FORCE, f"{change.title}: {change.generated.reveal()}"]


def unlock_lines(unlock: UnlockOption) -> list[str]:
    """Return a cause in words."""
    lockout = unlock.lockout
    lines = [f"{'Cause' if lockout.is_certain else 'Possible cause'}: {lockout.sentence}"]
    if lockout.advice:
        lines.append(f"  {lockout.advice}")
    if unlock.change is not None:
        lines.append(f"  To unlock: {unlock.change.title}")
    return lines


def unchecked_lines(search: UnlockSearch) -> list[str]:
    """Return what a search for lock-outs could not check, in words."""
    return [f"Not checked: {text}" for text in search.unchecked]


def unlock_facts(unlock: UnlockOption) -> dict[str, object]:
    """Return a cause for ``--json``."""
    lockout = unlock.lockout
    return {
        "cause": lockout.cause.value,
        "sentence": lockout.sentence,
        "certain": lockout.is_certain,
        "advice": lockout.advice,
        "opens": unlock.change.title if unlock.change is not None else None,
    }


def remarks(person: UserAccount) -> str:
    """Return what is worth knowing of a person in a list."""
    words = []
    if person.banned_until is not None:
        words.append(f"banned until {moment(person.banned_until)}")
    if not person.is_verified:
        words.append("email not verified")
    if person.has_second_factor:
        words.append("second factor")
    if not person.has_password:
        words.append("no password")
    if person.sessions:
        words.append(f"sessions: {person.sessions}")
    return ", ".join(words)


def people_table(people: Sequence[UserAccount]) -> str:
    """Return the people as a table: one line each."""
    head = ("EMAIL", "NAME", "ROLE", "PROVIDER", "REMARKS")
    rows = [
        (
            plain(one.email, limit=_WIDEST),
            plain(one.name, limit=32),
            plain(one.role, limit=20) or "-",
            plain(one.provider, limit=20),
            remarks(one),
        )
        for one in people
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in (head, *rows)
    ]
    count = f"{len(rows)} account{'' if len(rows) == 1 else 's'}"
    return "\n".join([*lines, count]) + "\n"
