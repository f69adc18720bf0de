"""A live test over the current step: the checks of one subject, each finding as it arrives; can be repeated."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.full.buttons import LineButton
from screens.full.dialog import RunningDialog
from screens.full.dialogs import FormDialog, FormLine, QuestionDialog
from screens.full.finding_rows import ProblemRow
from screens.full.live_parts import ChecksPart, LiveParts
from screens.shared.live_tests import check_account
from wizard.basics.problem import WizardError
from wizard.interview.dialogues import UNPROTECTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.widget import Widget

    from checks.model import Report, Subject
    from screens.full.live_parts import LivePart
    from screens.shared.live_tests import LiveTestPlan
    from wizard.basics.finding import Finding

_NOTHING_TO_TEST: Final = "Nothing to test yet: fill in this step's fields first."


class LiveTest(RunningDialog[str | None]):
    """Runs checks and shows them live. Returns the id of a question to go to, or ``None``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", "Run again", key_display="F5")]

    def __init__(self, plan: LiveTestPlan) -> None:
        super().__init__(plan.title)
        self._plan = plan
        self._allows_insecure_login = False
        self.parts: Final = LiveParts(self.rows)
        self.rows.follows = False

    def middle(self) -> Iterator[Widget]:
        """Yield what is tested, and how it goes."""
        yield Static(Content.styled(self._plan.intro, "dim"), id="live-intro", markup=False)
        yield from super().middle()

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons."""
        yield LineButton("Again", "again")
        yield LineButton("Close", "close", is_main=True)

    def on_mount(self) -> None:
        """Begin at once."""
        self.rows.focus()
        self.action_again()

    @property
    def report(self) -> Report:
        """What was found so far, and which checks have ended."""
        return self.parts.report

    @property
    def is_running(self) -> bool:
        """Whether checks are under way."""
        return any(worker.group == "test" and worker.is_running for worker in self.workers)

    @on(LineButton.Pressed, "#push-again")
    def action_again(self) -> None:
        """Run from the beginning."""
        self.begin_run()
        self._run()

    def begin_run(self) -> None:
        """Show that it works."""
        self.progress.begin("testing")

    def end_untested(self) -> None:
        """Say that there is nothing to test."""
        self.progress.end(_NOTHING_TO_TEST)
        # There is nothing in the list that the keys could move to.
        self.query_one("#push-close").focus()

    def stop_run(self) -> None:
        """Stop the checks, or what the person tries."""
        self.workers.cancel_group(self, "test")
        if self.parts.checks.is_attached:
            self.parts.checks.list.end()

    def action_stop(self) -> None:
        """Stop what runs; close if nothing does."""
        if self.is_running:
            self.stop_run()
            self.progress.end("Test stopped. Press F5 to run again.")
        else:
            self.dismiss(None)

    @work(exclusive=True, group="test", exit_on_error=True)
    async def _run(self) -> None:
        from checks.closing import summary_of_test
        from checks.runner import run
        from wizard.basics.check_events import Found
        from wizard.basics.check_outcomes import Skipped

        await self.parts.show_alone()
        self.parts.checks = part = ChecksPart()
        subject = await self.made_subject()
        if subject is None:
            return
        await self.parts.show_alone(part)
        part.list.begin(self._plan.checks)
        async for event in run(self._plan.checks, subject):
            part.list.take(event)
            self.progress.doing = f"testing, {part.list.count} done"
            if isinstance(event, Found):
                await self.show(event.finding, part)
            else:
                part.note(event)
        part.list.end()
        # A run that ends at once is over before the list knows how wide it is.
        laid_out = asyncio.Event()
        self.call_after_refresh(laid_out.set)
        await laid_out.wait()
        await part.complete()
        report = part.report
        if report.findings or not all(isinstance(outcome, Skipped) for _, outcome in report.outcomes):
            self.progress.end(summary_of_test(report))
        else:
            await part.remove()
            self.end_untested()

    async def show(self, finding: Finding, part: LivePart) -> None:
        """Show a finding; if it says that a password was held back, offer to send it, once: where that was said last."""
        from wizard.basics.check_events import Found

        row = await part.show(Found(check=finding.check, finding=finding))
        if finding.withheld and not self._allows_insecure_login:
            await self.rows.query("#push-insecure").remove()
            await part.mount(LineButton("Send the password anyway ...", "insecure"), after=row)

    def bring(self, row: Widget) -> None:
        """Scroll to what was just found."""
        self.call_after_refresh(self.rows.scroll_to_widget, row, top=True, animate=False)

    def close_line(self, name: str) -> None:
        """Take a line away that is of no more use, with what is in it; the keys that it had go to the findings."""
        for line in self.query(name).results(Input):  # the first run begins before the line is there
            line.value = ""
            if line.has_focus:
                self.rows.focus()
            line.add_class("-hidden")

    async def made_subject(self) -> Subject | None:
        """Return what is tested, with what the person has consented to; ``None`` once it is shown why that cannot be."""
        try:
            made = await asyncio.to_thread(self._plan.subject)
        except WizardError as error:
            # Nothing holds any more that was found with other answers.
            await self.parts.show_alone(*map(ProblemRow, error.problems))
            self.progress.end("The test cannot run with these answers yet:")
            return None
        return made.allowing_insecure_login() if self._allows_insecure_login else made

    @on(LineButton.Pressed, "#push-insecure")
    @work
    async def _ask_insecure(self) -> None:
        if (await self.app.push_screen_wait(QuestionDialog(UNPROTECTED))).word == "yes":
            self._allows_insecure_login = True
            self.consented()

    def consented(self) -> None:
        """Go on after the person consented."""
        self.action_again()

    @on(LineButton.Pressed, ".jump")
    def _jump(self, event: LineButton.Pressed) -> None:
        event.stop()
        self.dismiss(event.push.name)

    @on(LineButton.Pressed, "#push-close")
    def _close(self) -> None:
        self.workers.cancel_group(self, "test")
        self.dismiss(None)


def ask_account(settings: Mapping[str, str]) -> FormDialog:
    """Return the question for the account that a sign-in is tried with; nothing of it is kept. ``settings`` are LibreChat's."""
    text = (
        "Use a LibreChat account, preferably a test account. The test signs in once and signs out. Nothing is stored."
    )
    blanks = (FormLine("Email"), FormLine("Password", is_secret=True))

    def attempt(email: str, _: str) -> None:
        check_account(email, settings)

    return FormDialog("Try the sign-in", text, blanks, "Try it", attempt=attempt)
