"""A live test over the present step: the checks of one subject, each finding as it comes, again as often as wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import Push
from screens.full.dialog import RunningDialog
from screens.full.dialogs import Ask, Blank, FillIn
from screens.full.finding_rows import FindingRow, ProblemRow
from screens.shared import live_tests
from wizard.basics.finding import Status
from wizard.basics.insecure_login import FINDINGS
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.catalogue.questions import SETTINGS
from wizard.interview.dialogues import UNPROTECTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.timer import Timer
    from textual.widget import Widget

    from checks.model import Check, Subject
    from checks.options import Login
    from screens.demo import Practice
    from wizard.basics.check_events import CheckEvent
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview

_SPINNER: Final = "|/-\\"
_WAY: Final = {
    "session.login": "browser ---- e-mail, password ---> LibreChat",
    "session.cookie": "browser <--- sign-in cookie ------ LibreChat",
    "session.refresh": "browser ---- reload: renew ------> LibreChat",
    "session.rotation": "browser ---- renew again --------> LibreChat",
}
"""The round trip, drawn beside what was found at each step."""


class LiveTest(RunningDialog[str | None]):
    """Runs checks and shows them live. Returns the id of a question to go to, or ``None``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", "Run again", key_display="F5")]

    def __init__(self, title: str, intro: str, checks: tuple[Check, ...], subject: Callable[[], Subject]) -> None:
        """``subject`` is called anew for each run, outside of the event loop; it may raise ``WizardError``."""
        super().__init__(title)
        self._intro = intro
        self._checks = checks
        self._subject = subject
        self._begun = 0.0
        self._counts: dict[Status, int] = {}
        self._allows_insecure_login = False
        self._drawn: set[str] = set()
        """The stages of the round trip whose line stands there already."""
        self._spin: Timer | None = None

    def middle(self) -> Iterator[Widget]:
        """Give progress and rows."""
        yield Static(Content.styled(self._intro, "dim"), id="live-intro", markup=False)
        yield Static(id="live-progress", markup=False)
        yield VerticalScroll(id="live-rows", can_focus=True)
        yield from self.below_rows()

    def below_rows(self) -> Iterator[Widget]:
        """Give what stands between rows and buttons."""
        yield from ()

    def buttons(self) -> Iterator[Widget]:
        """Give the buttons."""
        yield Push("Again (F5)", "again")
        yield Push("Close", "close", is_main=True)

    def on_mount(self) -> None:
        """Begin at once."""
        self._spin = self.set_interval(0.2, self._turn, pause=True)
        self.query_one("#live-rows").focus()
        self.action_again()

    def _turn(self) -> None:
        passed = time.monotonic() - self._begun
        text = f"{_SPINNER[int(passed * 5) % 4]} testing ({passed:.0f} s; Escape stops)"
        self.query_one("#live-progress", Static).update(Content(text))

    @property
    def is_running(self) -> bool:
        """Whether checks are under way."""
        return any(worker.group == "test" and worker.is_running for worker in self.workers)

    @on(Push.Pressed, "#push-again")
    def action_again(self) -> None:
        """Run from the beginning."""
        self.begin_run()
        self._run()

    def begin_run(self) -> None:
        """Show that it works."""
        self._begun = time.monotonic()
        self._counts = dict.fromkeys(Status, 0)
        self._drawn.clear()
        if self._spin is not None:
            self._spin.resume()

    def action_stop(self) -> None:
        """Stop what runs; close where nothing does."""
        if self.is_running:
            self.workers.cancel_group(self, "test")
            self._rest("Stopped. F5 runs it again.")
        else:
            self.dismiss(None)

    @work(exclusive=True, group="test", exit_on_error=True)
    async def _run(self) -> None:
        import asyncio

        from checks.runner import run
        from wizard.basics.check_events import Found

        pane = self.query_one("#live-rows", VerticalScroll)
        await pane.remove_children()
        try:
            subject = await asyncio.to_thread(self.subject)
        except WizardError as error:
            await pane.mount_all([ProblemRow(problem) for problem in error.problems])
            self._rest("It cannot be tried with these answers yet:")
            return
        async for event in run(self._checks, subject):
            for row in _rows(event, self._checks, self._counts, self._drawn):
                await pane.mount(row)
                pane.scroll_end(animate=False)
            if isinstance(event, Found):
                await self.held_back(event.finding, pane)
        await self.finished(pane)

    def subject(self) -> Subject:
        """Return what is tested, with what the person has consented to."""
        made = self._subject()
        return made.allowing_insecure_login() if self._allows_insecure_login else made

    async def held_back(self, finding: Finding, pane: VerticalScroll) -> None:
        """Offer to send a password that was held back because the connection does not protect it."""
        if finding.id in FINDINGS and not self._allows_insecure_login:
            await pane.mount(Push("Send the password anyway ...", "insecure"))

    @on(Push.Pressed, "#push-insecure")
    @work
    async def _ask_insecure(self) -> None:
        if (await self.app.push_screen_wait(Ask(UNPROTECTED))).word == "yes":
            self._allows_insecure_login = True
            self.consented()

    def consented(self) -> None:
        """Go on after the person consented."""
        self.action_again()

    async def finished(self, pane: VerticalScroll) -> None:
        """Say how it ended."""
        del pane
        failed, warned, untold = (self._counts[status] for status in (Status.FAIL, Status.WARN, Status.UNKNOWN))
        self._rest(f"{failed} failed, {warned} warnings, {untold} could not be told.")

    def _rest(self, text: str) -> None:
        if self._spin is not None:
            self._spin.pause()
        self.query_one("#live-progress", Static).update(Content(text))

    @on(Push.Pressed, ".jump")
    def _jump(self, event: Push.Pressed) -> None:
        event.stop()
        self.dismiss(event.push.name)

    @on(Push.Pressed, "#push-close")
    def _close(self) -> None:
        self.workers.cancel_group(self, "test")
        self.dismiss(None)


def _rows(event: CheckEvent, checks: tuple[Check, ...], counts: dict[Status, int], drawn: set[str]) -> Iterator[Widget]:
    """Give what is drawn of an event, and count it."""
    from checks.report import outcome_text
    from wizard.basics.check_events import Finished, Found, Started
    from wizard.basics.check_outcomes import Ran

    titles = {check.id: check.title for check in checks}
    match event:
        case Started(check=check):
            yield Static(Content.styled(titles[check], "bold"), classes="live-check", markup=False)
        case Found(finding=finding):
            counts[finding.status] += 1
            stage = ".".join(finding.id.split(".")[:2])
            if stage in _WAY and stage not in drawn:
                drawn.add(stage)
                yield Static(Content.styled(f"  {_WAY[stage]}", "$text-accent"), markup=False)
            yield FindingRow(finding, tuple(f"{SETTINGS}{name}" for name in finding.settings))
        case Finished(check=check, outcome=outcome):
            if not isinstance(outcome, Ran):
                why = plain(outcome_text(outcome) or "", limit=300)
                text = f"{titles[check]}: {why}"
                yield Static(Content.styled(text, "dim"), markup=False)


def ask_account() -> FillIn:
    """Return the question for the account that a sign-in is tried with; nothing of it is kept."""
    text = "An account of LibreChat's own, best one made for this. It is signed in once and out again; nothing is kept."
    return FillIn("Try the sign-in", text, (Blank("E-mail"), Blank("Password", is_secret=True)), "Try it")


def sign_in_test(interview: Interview, practice: Practice | None, account: Login | None) -> LiveTest:
    """Return the test of the running LibreChat; without an account nobody is signed in."""
    return LiveTest(
        "Test the running LibreChat",
        "As a browser would: sign in, reload, stay signed in, and out again.",
        live_tests.checks_of("sign-in", practice),
        lambda: live_tests.running_subject(interview, practice, account),
    )
