"""``librechat-wizard users``: LibreChat's accounts on the command line."""

import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from checks import passwords
from checks.net.aio import run_until_signal
from screens.cli.output import Output
from screens.cli.streams import tell
from screens.shared.people import (
    change_lines,
    change_of,
    deployment_of,
    interrupted_lines,
    outcome_lines,
    people_in,
    people_table,
    unchecked_lines,
    unlock_facts,
    unlock_lines,
)
from wizard.answers.model import Stack
from wizard.apply.node_script import NotReachedError
from wizard.apply.people.model import AccountChange, Consent, PeopleError
from wizard.apply.people.removal import roles_to_give_back
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import ExitStatus
from wizard.basics.nearest import near_miss
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WriteRefused
from wizard.librechat.durations import duration_expression
from wizard.librechat.values import math

if TYPE_CHECKING:
    from wizard.apply.people.account_changes import UserAccounts
    from wizard.apply.people.unlocking import UnlockOption
    from wizard.basics.secret import Secret

_WORDS: Final = {
    "list": 0,
    "add": 1,
    "remove": 1,
    "reset-password": 1,
    "invite": 1,
    "ban": 1,
    "unban": 1,
    "role": 2,
}
"""How many words follow an action."""
_ACTIONS: Final = (*_WORDS, "unlock")
_TAKEN_BY: Final = {
    "--password-file": ("add", "reset-password"),
    "--name": ("add",),
    "--for": ("ban",),
    "--undo": ("unlock",),
}
_Result = TypeVar("_Result")


class UsersOptions(NamedTuple):
    """The options of ``users``."""

    folder: Path
    words: tuple[str, ...]
    """The action and what follows it."""
    as_json: bool = False
    yes: bool = False
    password_file: str = ""
    name: str = ""
    lasting: str = ""
    """How long a ban lasts."""
    undo: bool = False

    @property
    def action(self) -> str:
        """The action."""
        return self.words[0]

    @property
    def email(self) -> str:
        """The account that it is about; empty for none."""
        return self.words[1] if len(self.words) > 1 else ""


def run(options: UsersOptions) -> ExitStatus:
    """Do it; ``InvalidInput`` if it cannot be meant."""
    output = Output("users", as_json=options.as_json)
    return output.finish(lambda: _Session(options, output).run())


class _Session:
    """One run of ``users``."""

    def __init__(self, options: UsersOptions, output: Output) -> None:
        self._options, self._output = options, output

    def run(self) -> ExitStatus:
        options = self._options
        _demand_sense(options)
        deployment = deployment_of(options.folder)
        if deployment.stack is not Stack.HELM:
            demand_confirmation()
            tell(docker_engine().line)
        self._output.parts["action"] = options.action
        password = passwords.read(options.password_file, "--password-file") if options.password_file else None
        try:
            people = self._wait(people_in(deployment, *([password.reveal()] if password else [])))
            self._offer_roles_back(people)
            if options.action == "list":
                return self._list(people)
            if options.action == "unlock":
                return self._unlock(people)
            change = self._wait(self._change(people, password))
            return self._carry_out(change)
        except PeopleError as error:
            self._tell_problem(error.sentence, error.remedy)
            return error.status
        except NotReachedError as error:
            self._tell_problem(error.sentence, *error.details)
            return ExitStatus.UNKNOWN

    def _offer_roles_back(self, people: "UserAccounts") -> None:
        """Tell of removals that were cut off after the role of an administrator was taken, and offer to give it back."""
        try:
            changes = self._wait(roles_to_give_back(people.directory, people.deployment.folder))
        except WriteRefused as error:
            tell(str(error.problems[0]))
            return
        for change in changes:
            if self._options.action != "role" and not self._options.yes and _is_somebody_there():
                self._carry_out(change)
            else:
                tell("\n".join(change_lines(change)))

    def _list(self, people: "UserAccounts") -> ExitStatus:
        tell(f"$ {people.directory.command}")
        everybody = self._wait(people.directory.everybody())
        self._output.parts["people"] = [person.facts() for person in everybody]
        self._output.show(people_table(everybody))
        return ExitStatus.DONE

    def _unlock(self, people: "UserAccounts") -> ExitStatus:
        from screens.shared.live_signs import unlocking_of

        options, unlocking = self._options, unlocking_of(people)
        if options.undo:
            return self._carry_out(unlocking.undoing(unlocking.opened(options.email)))
        search = self._wait(unlocking.search(options.email))
        unlocks, unchecked = search.options, unchecked_lines(search)
        self._output.parts["lockouts"] = [unlock_facts(unlock) for unlock in unlocks]
        for unlock in unlocks:
            self._output.show("\n".join(unlock_lines(unlock)) + "\n")
        if unchecked:
            self._output.parts["problems"] = unchecked
            tell("\n".join(unchecked))
        if not unlocks:
            whom = plain(options.email, limit=254) or "sign-in"
            tell(f"Found nothing that blocks {whom}{' in the checks that ran' * bool(unchecked)}.")
            if not options.email:
                tell(f"To check one account, run: {own_command('users unlock', 'EMAIL')}")
            else:
                tell(f"If the password was forgotten, run: {own_command('users reset-password', options.email)}")
            return ExitStatus.UNKNOWN
        if not self._options.yes and not _is_somebody_there():
            tell("Nothing was unlocked: standard input is not a terminal. To unlock without confirmation, add --yes.")
            return ExitStatus.DONE
        statuses = [self._carry_out(change) for change in self._chosen(unlocks)]
        return ExitStatus(max(statuses, default=ExitStatus.DONE))

    def _chosen(self, unlocks: "Sequence[UnlockOption]") -> list[AccountChange]:
        """Return what may be opened; if nobody is asked, what lets them in: what is certain, else the smallest."""
        changes = [(unlock.lockout, unlock.change) for unlock in unlocks if unlock.change is not None]
        if not self._options.yes:
            return [change for _, change in changes]
        for lockout, change in changes:
            if not lockout.lets_in:
                by_role = own_command("users role", self._options.email, "ADMIN")
                tell(
                    f"--yes skips a change that does not let anyone sign in: {change.title}. To make it, run: {by_role}"
                )
        ways_in = [(lockout, change) for lockout, change in changes if lockout.lets_in]
        return [change for lockout, change in ways_in if lockout.is_certain] or [change for _, change in ways_in[:1]]

    def _change(self, people: "UserAccounts", password: "Secret | None") -> Coroutine[Any, Any, AccountChange]:
        options = self._options
        lasting = _milliseconds(options.lasting) if options.lasting else None
        role = options.words[2] if options.action == "role" else ""
        return change_of(
            people, options.action, options.email, password=password, name=options.name, role=role, lasting=lasting
        )

    def _carry_out(self, change: AccountChange) -> ExitStatus:
        for line in change_lines(change):
            tell(line)
        consent = self._consent(change)
        if consent is None:
            tell("Nothing changed.")
            return ExitStatus.DONE
        try:
            outcome = self._wait(change.work(consent))
        except PeopleError:
            raise  # nothing was done
        except BaseException:
            for line in interrupted_lines(change):
                tell(line)
            raise
        self._output.parts.setdefault("done", []).append(
            {"change": change.name, "exit": int(outcome.status), "sentence": outcome.sentence}
        )
        for line in outcome_lines(outcome):
            tell(line)
        if outcome.status is ExitStatus.DONE:
            self._output.show(f"{outcome.sentence}\n")
        if outcome.offer is not None and (self._options.yes or _is_somebody_there()):
            return ExitStatus(max(outcome.status, self._carry_out(outcome.offer)))
        if outcome.offer is not None:
            tell(f"Skipped: {outcome.offer.title}. Use --yes to do this as well.")
        return outcome.status

    def _consent(self, change: AccountChange) -> Consent | None:
        """Ask what has to be asked; ``None``: nobody said yes."""
        if not change.is_harmless and not self._options.yes and not _asked(change.question):
            return None
        # What the script asks further takes more away: --yes leaves it.
        is_more = bool(change.further) and not self._options.yes and _asked(change.further)
        return Consent.FURTHER if is_more else Consent.CHANGE

    def _tell_problem(self, sentence: str, *more: str) -> None:
        self._output.parts["problems"] = [sentence]
        for line in (sentence, *more):
            if line:
                tell(line)

    def _wait(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return run_until_signal(work)


def _demand_sense(options: UsersOptions) -> None:
    if not options.words or options.action not in _ACTIONS:
        message = f"no such action{near_miss(options.action, _ACTIONS)}." if options.words else "requires an action."
        raise InvalidInput(Problem(field="users", message=message, remedy=f"Choose one of: {', '.join(_ACTIONS)}"))
    action, count = options.action, len(options.words) - 1
    wanted = _WORDS.get(action)
    if (count > 1) if wanted is None else (count != wanted):
        words = {0: "", 1: " EMAIL", 2: " EMAIL ROLE", None: " [EMAIL]"}[wanted]
        raise InvalidInput(
            Problem(field=f"users {action}", message="wrong number of arguments.", remedy=f"Usage: {own_command('users', action + words)}")
        )  # fmt: skip
    given = {
        "--password-file": options.password_file,
        "--name": options.name,
        "--for": options.lasting,
        "--undo": options.undo,
    }
    for name, value in given.items():
        if value and action not in _TAKEN_BY[name]:
            commands = " or ".join(f"'users {one}'" for one in _TAKEN_BY[name])
            raise InvalidInput(Problem(field=name, message=f"can only be used with {commands}."))
    needs_somebody = action not in ("list", "add", "invite") and (action != "unlock" or options.undo)
    if needs_somebody and not options.yes and not _is_somebody_there():
        message = "cannot ask for confirmation: standard input is not a terminal."
        raise InvalidInput(
            Problem(field=f"users {action}", message=message, remedy="Add --yes to skip the confirmation.")
        )


def _milliseconds(text: str) -> float:
    expression = duration_expression(text)
    value = 0.0 if expression is None else math(expression, 0.0)
    if value <= 0:
        raise InvalidInput(
            Problem(field="--for", message=f"{plain(text, limit=40)} is not a duration.", remedy="Use a duration such as 30m, 2h or 7d.")
        )  # fmt: skip
    return value


def _is_somebody_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _asked(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
