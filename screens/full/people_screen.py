"""LibreChat's accounts over a step: the list, and changes to one, each explained and confirmed first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.full.buttons import LineButton
from screens.full.dialog import Dialog
from screens.full.dialogs import ChoiceDialog, FormDialog, FormLine, QuestionDialog, TextDialog
from screens.full.listing import Listing
from screens.full.progress import Progress
from screens.shared.live_signs import unlocking_of
from screens.shared.people import (
    change_lines,
    change_of,
    deployment_of,
    interrupted_lines,
    outcome_lines,
    people_in,
    remarks,
    unchecked_lines,
    unlock_lines,
)
from wizard.apply.node_script import NotReachedError
from wizard.apply.people.model import AccountChange, AccountOutcome, Consent, PeopleError, UserAccount
from wizard.apply.people.new_account import address, new_account
from wizard.apply.people.removal import roles_to_give_back
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WizardError
from wizard.basics.secret import Secret
from wizard.interview.dialogues import Answer, Dialogue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from textual.widget import Widget

    from wizard.apply.people.account_changes import UserAccounts

_ACTIONS: Final = {
    "unlock": "Why can't this user sign in?",
    "reset-password": "Set a new password",
    "ban": "Ban",
    "unban": "Lift the ban",
    "role ADMIN": "Make administrator",
    "role USER": "Remove the administrator role",
    "remove": "Remove the account and all its data",
}


class _ActionsDialog(ChoiceDialog):
    """What can be done with one account."""

    def __init__(self, person: UserAccount) -> None:
        super().__init__(plain(person.email, limit=60))
        self._person = person

    def middle(self) -> Iterator[Widget]:
        """Yield what makes sense for this one."""
        person = self._person
        senseless = {
            "ban" if person.banned_until is not None else "unban",
            "role ADMIN" if person.is_admin else "role USER",
        }
        yield Static(Content.styled(_line(person), "dim"), markup=False)
        yield Listing(
            *(Option(title, id=word) for word, title in _ACTIONS.items() if word not in senseless), compact=True
        )


class PeopleScreen(Dialog[None]):
    """The accounts of the running LibreChat."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Reload", key_display="F5"),
        Binding("escape", "stop", "Close"),
        Binding("ctrl+c", "stop", "Close", show=False),
    ]
    is_large = True

    def __init__(self, folder: Path) -> None:
        super().__init__("Accounts in LibreChat")
        self._folder = folder
        self._accounts: UserAccounts | None = None
        self._people: tuple[UserAccount, ...] = ()
        self._progress: Final = Progress("live-progress")
        self._is_busy = False

    def middle(self) -> Iterator[Widget]:
        """Yield the line that says what is in progress, and the list."""
        yield self._progress
        yield Listing(compact=True, id="people")

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons that are not about a selected account."""
        yield LineButton("Add", "add")
        yield LineButton("Invite", "invite")
        yield LineButton("Locked out?", "unlock")
        yield LineButton("Undo unlock", "undo")
        yield LineButton("Reload", "again")
        yield LineButton("Close", "close", is_main=True)

    def on_mount(self) -> None:
        """Read at once."""
        self.query_one("#people", OptionList).focus()
        _offer(self, is_read=True, is_reached=True)
        self.action_again()

    def _begin(self, doing: str) -> None:
        self._is_busy = True
        self._progress.begin(doing)

    def _end(self, text: str) -> None:
        self._is_busy = False
        self._progress.end(text)

    def action_again(self) -> None:
        """Read the accounts again."""
        self._read()

    def action_stop(self) -> None:
        """End what runs, else close."""
        if self._is_busy:
            # Not all workers: the checks of the step below go on.
            self.workers.cancel_group(self, "people")
            self._end("Stopped. Press F5 to reload the accounts.")
            _offer(self, is_read=False, is_reached=self._accounts is not None)
            if not self._people:
                # An empty list has no line that could show where the keys are.
                self.query_one("#push-close", LineButton).focus()
        else:
            self.dismiss(None)

    @work(exclusive=True, group="people", exit_on_error=True)
    async def _read(self) -> None:
        await self._reload()
        await self._offer_roles_back()

    async def _offer_roles_back(self) -> None:
        """Tell of removals that were cut off after the role of an administrator was taken, and offer to give it back."""
        if self._accounts is None:
            return
        try:
            changes = await roles_to_give_back(self._accounts.directory, self._folder)
        except (WizardError, NotReachedError) as error:
            self._end(_words(error))
            return
        for change in changes:
            await self._ask_and_do(change)

    async def _reload(self, before: str = "") -> None:
        """Read the accounts; ``before`` stays in view in front of their number."""
        self._begin("reading LibreChat's database")
        try:
            if self._accounts is None:
                self._accounts = await people_in(await asyncio.to_thread(deployment_of, self._folder))
            self._people = await self._accounts.directory.everybody()
        except (WizardError, NotReachedError, PeopleError) as error:
            self._end(_words(error))
            _offer(self, is_read=False, is_reached=self._accounts is not None)
            # An empty list has no line that could show where the keys are.
            self.query_one("#push-close", LineButton).focus()
            return
        _offer(self, is_read=True, is_reached=True)
        if not self._people:
            self.query_one("#push-add", LineButton).focus()
        elif self.focused is None or not self.focused.display or self.focused.id == "push-close":
            self.query_one("#people", OptionList).focus()
        found = self.query_one("#people", OptionList)
        here = found.highlighted or 0
        found.clear_options()
        found.add_options([Option(Content(_line(one)), id=str(n)) for n, one in enumerate(self._people)])
        if self._people:
            found.highlighted = min(here, len(self._people) - 1)
        count = len(self._people)
        self._end(f"{before} {count} account{'' if count == 1 else 's'}. Press Enter for the actions.".strip())

    @on(OptionList.OptionSelected, "#people")
    @work(exclusive=True, group="people", exit_on_error=True)
    async def _chosen(self, event: OptionList.OptionSelected) -> None:
        person = self._people[int(event.option_id or 0)]
        choice = await self.app.push_screen_wait(_ActionsDialog(person))
        accounts = self._accounts
        if choice is None or accounts is None:
            return
        action, _, role = choice.partition(" ")
        if action == "unlock":
            await self._unlock(accounts, person.email)
        elif action == "reset-password":
            text = "If you leave the field empty, the wizard generates a password and shows it once."
            password = await self._password(f"New password for {plain(person.email, limit=60)}", text)
            if password is not None:
                await self._carry_out(accounts.reset_password(person.email, password or None))
        else:
            await self._carry_out(change_of(accounts, action, person.email, role=role))

    async def _password(self, title: str, text: str) -> Secret | None:
        """Return what is typed, empty for nothing; ``None`` if it is left."""
        blank = (FormLine("Password", is_secret=True),)
        accounts = self._accounts

        def attempt(password: str) -> None:
            if password and accounts is not None:
                accounts.chosen(Secret(password))

        dialog = FormDialog(title, text, blank, may_be_empty=True, attempt=_kept(attempt))
        given = await self.app.push_screen_wait(dialog)
        return None if given is None else Secret(given[0])

    @on(LineButton.Pressed)
    @work(exclusive=True, group="people", exit_on_error=True)
    async def _pressed(self, event: LineButton.Pressed) -> None:
        word, accounts = event.push.name, self._accounts
        if word == "close":
            self.dismiss(None)
        elif word == "again" or accounts is None:
            self.action_again()
        elif word == "add":
            text = "If the name is empty, the wizard derives it from the email address. If the password is empty, the wizard generates one and shows it once."
            blanks = (FormLine("Email"), FormLine("Name"), FormLine("Password", is_secret=True))

            def attempt(email: str, name: str, password: str) -> None:
                new_account(email, name)
                if password:
                    accounts.chosen(Secret(password))

            given = await self.app.push_screen_wait(
                FormDialog("Add an account", text, blanks, "Add", may_be_empty=True, attempt=_kept(attempt))
            )
            if given is not None:
                email, name, password = given
                await self._carry_out(accounts.add(email, Secret(password) if password else None, name=name))
        elif word == "invite":
            text = "LibreChat sends the invitation link by email."
            given = await self.app.push_screen_wait(
                FormDialog("Invite", text, (FormLine("Email"),), attempt=_kept(address))
            )
            if given is not None:
                await self._carry_out(accounts.invite(given[0]))
        elif word == "unlock":
            await self._unlock(accounts, "")
        else:
            await self._undo(accounts)

    async def _unlock(self, accounts: UserAccounts, email: str) -> None:
        """Show why somebody cannot sign in, and offer each unlock."""
        self._begin("checking what blocks sign-in")
        try:
            search = await unlocking_of(accounts).search(email)
        except (WizardError, NotReachedError, PeopleError) as error:
            self._end(_words(error))
            return
        unlocks, unchecked = search.options, unchecked_lines(search)
        if not unlocks:
            ran = " in the checks that ran" * bool(unchecked)
            found = f"Found nothing that blocks sign-in{ran}. If a password was forgotten, set a new one."
            self._end(" ".join((*unchecked, found)))
            return
        self._end("")
        await self.app.push_screen_wait(
            TextDialog(
                "What blocks sign-in",
                "\n\n".join("\n".join(lines) for lines in (*map(unlock_lines, unlocks), unchecked) if lines),
            )
        )
        for unlock in unlocks:
            if unlock.change is not None:
                await self._ask_and_do(unlock.change)

    async def _undo(self, accounts: UserAccounts) -> None:
        unlocking = unlocking_of(accounts)
        try:
            change = unlocking.undoing(unlocking.opened())
        except (WizardError, PeopleError) as error:
            self._end(_words(error))
            return
        await self._ask_and_do(change)

    async def _carry_out(self, making: Awaitable[AccountChange]) -> None:
        self._begin("reading the account")
        try:
            change = await making
        except (WizardError, NotReachedError, PeopleError) as error:
            self._end(_words(error))
            return
        await self._ask_and_do(change)

    async def _ask_and_do(self, change: AccountChange) -> None:
        """Tell what would happen, ask, do it, show the outcome."""
        # Nothing is in progress while a question or a result is open.
        self._end("")
        if not await self._says_yes(change.question, "\n".join(change_lines(change)[1:])):
            self._end("Nothing changed.")
            return
        consent = Consent.CHANGE
        if change.further and await self._says_yes(
            change.further, "LibreChat's script also asks for this confirmation."
        ):
            consent = Consent.FURTHER
        self._begin(change.title)
        try:
            outcome = await change.work(consent)
        except (WizardError, NotReachedError, PeopleError, asyncio.CancelledError) as error:
            lines = interrupted_lines(change)
            if lines and not isinstance(error, PeopleError):
                self.app.push_screen(TextDialog("Stopped", "\n".join(lines)))
            if isinstance(error, asyncio.CancelledError):
                raise
            self._end(_words(error))
            return
        self._end(outcome.sentence)
        await self._show(outcome)
        if outcome.offer is not None:
            await self._ask_and_do(outcome.offer)
        else:
            await self._reload(outcome.sentence)

    async def _show(self, outcome: AccountOutcome) -> None:
        if outcome.password is not None or outcome.details:
            await self.app.push_screen_wait(
                TextDialog("Done" if outcome.password else "Failed", "\n".join(outcome_lines(outcome)))
            )

    async def _says_yes(self, question: str, text: str) -> bool:
        answers = (Answer("no", "No"), Answer("yes", "Yes"))
        return (await self.app.push_screen_wait(QuestionDialog(Dialogue(question, text, answers)))).word == "yes"


def _kept(attempt: Callable[..., object]) -> Callable[..., None]:
    """Return an attempt for a dialog, which then stays open with what was typed and names the line that is wrong."""

    def kept(*lines: str) -> None:
        try:
            attempt(*lines)
        except PeopleError as error:
            raise InvalidInput(Problem(field=error.field.capitalize(), message=error.sentence)) from None

    return kept


def _offer(screen: PeopleScreen, *, is_read: bool, is_reached: bool) -> None:
    """Show the buttons that can work: without LibreChat there is nothing to change, only to try again."""
    for button in screen.query(LineButton):
        if button.name == "again":
            button.display = not is_read
        elif button.name != "close":
            button.display = is_reached
    screen.place_buttons()


def _line(person: UserAccount) -> str:
    more = remarks(person)
    shown = f"{plain(person.email, limit=44):<32} {plain(person.role, limit=12) or '-':<6} {plain(person.provider, limit=10)}"
    return f"{shown}  {more}" if more else shown


def _words(error: WizardError | NotReachedError | PeopleError) -> str:
    if isinstance(error, PeopleError):
        return f"{error.sentence} {error.remedy}".strip()
    if isinstance(error, NotReachedError):
        return " ".join((error.sentence, *error.details[-1:]))
    return plain(str(error.problems[0]), limit=300)
