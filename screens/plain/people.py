"""LibreChat's accounts line by line: the list, and the same changes as ``users`` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checks.net.aio import run as run_async
from screens.shared.people import (
    change_lines,
    change_of,
    interrupted_lines,
    outcome_lines,
    people_of,
    people_table,
    unchecked_lines,
    unlock_lines,
)
from wizard.apply.node_script import NotReachedError
from wizard.apply.people.model import AccountChange, Consent, PeopleError
from wizard.apply.people.removal import roles_to_give_back
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError, WriteRefused
from wizard.interview.dialogues import Answer, Dialogue

if TYPE_CHECKING:
    from pathlib import Path

    from screens.plain.console import Console
    from wizard.apply.people.account_changes import UserAccounts

_USAGE: Final = (
    ":people lists the accounts. Actions: add, remove, reset-password, invite, ban, unban or unlock EMAIL; "
    "role EMAIL ROLE; undo"
)
_ACTIONS: Final = {"add": 1, "remove": 1, "reset-password": 1, "invite": 1, "ban": 1, "unban": 1, "role": 2}
_WITHOUT_EMAIL: Final = ("list", "unlock", "undo")


def people(console: Console, folder: Path, words: list[str]) -> None:
    """List the accounts, or do what the words say after a question; what cannot be done is said."""
    if words and words[0] not in (*_ACTIONS, *_WITHOUT_EMAIL):
        # Said also where LibreChat cannot be reached.
        console.say(_USAGE)
        return
    try:
        accounts = run_async(people_of(folder))
        _offer_roles_back(console, accounts, folder)
        _do(console, accounts, words)
    except PeopleError as error:
        console.say(f"{error.sentence} {error.remedy}".strip())
    except NotReachedError as error:
        for line in (error.sentence, *error.details):
            console.say(line)
    except WizardError as error:
        for problem in error.problems:
            console.say(plain(str(problem), limit=600))


def _offer_roles_back(console: Console, accounts: UserAccounts, folder: Path) -> None:
    """Tell of removals that were cut off after the role of an administrator was taken, and offer to give it back."""
    try:
        changes = run_async(roles_to_give_back(accounts.directory, folder))
    except WriteRefused as error:
        console.say(plain(str(error.problems[0]), limit=600))
        return
    for change in changes:
        _carry_out(console, change)


def _do(console: Console, accounts: UserAccounts, words: list[str]) -> None:
    action, rest = (words[0], words[1:]) if words else ("list", [])
    if action == "list":
        for line in people_table(run_async(accounts.directory.everybody())).splitlines():
            console.show(line)
    elif action in _WITHOUT_EMAIL[1:]:
        _unlock(console, accounts, action, rest[0] if rest else "")
    elif _ACTIONS.get(action) == len(rest):
        role = rest[1] if action == "role" else ""
        _carry_out(console, run_async(change_of(accounts, action, rest[0], role=role)))
        return
    else:
        console.say(_USAGE)


def _unlock(console: Console, accounts: UserAccounts, action: str, email: str) -> None:
    from screens.shared.live_signs import unlocking_of

    unlocking = unlocking_of(accounts)
    if action == "undo":
        _carry_out(console, unlocking.undoing(unlocking.opened(email)))
        return
    search = run_async(unlocking.search(email))
    unlocks = search.options
    for line in unchecked_lines(search):
        console.say(line)
    if not unlocks:
        console.say(
            f"Found nothing that blocks sign-in{' in the checks that ran' * bool(search.unchecked)}. "
            "If the password was forgotten, type :people reset-password EMAIL"
        )
    for unlock in unlocks:
        for line in unlock_lines(unlock):
            console.say(line)
        if unlock.change is not None:
            _carry_out(console, unlock.change)


def _carry_out(console: Console, change: AccountChange) -> None:
    for line in change_lines(change):
        console.say(line)
    if not _says_yes(console, change.question):
        console.say("Nothing changed.")
        return
    consent = Consent.FURTHER if change.further and _says_yes(console, change.further) else Consent.CHANGE
    try:
        outcome = run_async(change.work(consent))
    except PeopleError:
        raise  # nothing was done
    except BaseException:
        for line in interrupted_lines(change):
            console.show(line)
        raise
    for line in outcome_lines(outcome):
        console.show(line)
    if outcome.offer is not None and outcome.status is ExitStatus.DONE:
        _carry_out(console, outcome.offer)


def _says_yes(console: Console, question: str) -> bool:
    return console.settle(Dialogue("", question, (Answer("no", "No"), Answer("yes", "Yes")))).word == "yes"
