"""A live test over the current step: the checks of one subject, each finding as it arrives; can be repeated."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from checks.report_builder import ReportBuilder
from screens.full.buttons import LineButton
from screens.full.check_list import CheckList
from screens.full.dialog import RunningDialog
from screens.full.dialogs import FormDialog, FormLine, QuestionDialog
from screens.full.finding_rows import FindingRow, ProblemRow
from screens.shared.live_tests import check_account
from wizard.basics.finding import SIGNS, Status
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.interview.dialogues import UNPROTECTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.widget import Widget

    from checks.model import Report, Subject
    from screens.shared.live_tests import LiveTestPlan
    from wizard.basics.check_events import Found
    from wizard.basics.finding import Finding

_NOTHING_TO_TEST: Final = "Nothing to test yet: fill in this step's fields first."
_WAY: Final = {
    "login": "browser ---- email, password ----> LibreChat",
    "cookie": "browser <--- sign-in cookie ------ LibreChat",
    "refresh": "browser ---- reload: renew ------> LibreChat",
    "rotation": "browser ---- renew again --------> LibreChat",
    "discovery": "LibreChat -- discovery document -> provider",
    "client": "browser ---- sign-in page -------> provider",
    "secret": "LibreChat -- code, secret -------> provider",
}
"""The round trip, drawn beside what was found at each step."""


class LiveTest(RunningDialog[str | None]):
    """Runs checks and shows them live. Returns the id of a question to go to, or ``None``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", "Run again", key_display="F5")]

    def __init__(self, plan: LiveTestPlan) -> None:
        super().__init__(plan.title)
        self._plan = plan
        self._builder = ReportBuilder()
        self._allows_insecure_login = False
        self.list: Final = CheckList()
        self.rows.follows = False
        self._drawn: set[str] = set()
        """The stages of the round trip whose line is there already."""

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
        return self._builder.report

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

    def action_stop(self) -> None:
        """Stop what runs; close if nothing does."""
        if self.is_running:
            self.workers.cancel_group(self, "test")
            if self.list.is_mounted:
                self.list.end()
            self.progress.end("Test stopped. Press F5 to run again.")
        else:
            self.dismiss(None)

    @work(exclusive=True, group="test", exit_on_error=True)
    async def _run(self) -> None:
        from checks.closing import summary_of_test
        from checks.runner import run
        from wizard.basics.check_events import Found
        from wizard.basics.check_outcomes import Skipped

        await self.rows.remove_children()
        self._builder = ReportBuilder()
        self._drawn.clear()
        subject = await self.made_subject()
        if subject is None:
            return
        await self.rows.add(self.list)
        self.list.begin(self._plan.checks)
        async for event in run(self._plan.checks, subject):
            self.list.take(event)
            self.progress.doing = f"testing, {self.list.count} done"
            if isinstance(event, Found):
                await self.show(event)
            else:
                self._builder.add(event)
        self.list.end()
        # A run that ends at once is over before the list knows how wide it is.
        laid_out = asyncio.Event()
        self.call_after_refresh(laid_out.set)
        await laid_out.wait()
        await self._complete()
        report = self._builder.report
        if report.findings or not all(isinstance(outcome, Skipped) for _, outcome in report.outcomes):
            self.progress.end(summary_of_test(report))
        else:
            await self.list.remove()
            self.end_untested()

    async def _complete(self) -> None:
        """Show what is well once: in the list, or in a row of its own where the list says something else by now."""
        rows = {(row.finding.id, row.finding.summary): row for row in self.rows.query(FindingRow)}
        below: FindingRow | None = None
        for finding in reversed(self._builder.report.having(Status.PASS)):
            row = rows.get((finding.id, finding.summary))
            if self._is_listed(finding):
                if row is not None:
                    await row.remove()
                continue
            if row is None:
                row = FindingRow(finding)
                await (self.rows.add(row) if below is None else self.rows.mount(row, before=below))
            below = row

    def _is_listed(self, finding: Finding) -> bool:
        """Return whether the list says all of what is well; the stages of a round trip say it at their own line."""
        is_well = finding.status is Status.PASS and finding.stage not in _WAY and not finding.evidence
        return is_well and plain(finding.summary, limit=300) in self.list.whole_sentences

    async def show(self, event: Found) -> None:
        """Show a finding, unless another one says it better; rows that say less than it are taken away."""
        self._builder.add(event)
        kept = {(finding.id, finding.summary): finding for finding in self._builder.report.findings}
        for row in self.rows.query(FindingRow):
            if (left := kept.pop((row.finding.id, row.finding.summary), None)) is None:
                await row.remove()
            elif left.settings != row.finding.settings:
                await self.rows.mount(FindingRow(left), before=row)
                await row.remove()
        stage = event.finding.stage
        if stage in _WAY and stage not in self._drawn:
            self._drawn.add(stage)
            await self.rows.add(Static(Content.styled(f"  {_WAY[stage]}", "$text-accent"), markup=False))
        new: list[Widget] = []
        finding = kept.get((event.finding.id, event.finding.summary))
        if finding is not None and not self._is_listed(finding):
            new.append(FindingRow(finding))
        if event.finding.withheld and not self._allows_insecure_login:
            new.append(LineButton("Send the password anyway ...", "insecure"))
        below = None if stage in _WAY else self._first_below(event.finding.status)
        if below is None:
            await self.rows.add(*new)
        else:
            await self.rows.mount_all(new, before=below)

    def _first_below(self, status: Status) -> FindingRow | None:
        """Return the row above which a finding of this status goes: what is worse comes first."""
        order = tuple(SIGNS)
        rows = self.rows.query(FindingRow)
        return next((row for row in rows if order.index(row.finding.status) > order.index(status)), None)

    async def made_subject(self) -> Subject | None:
        """Return what is tested, with what the person has consented to; ``None`` once it is shown why that cannot be."""
        try:
            made = await asyncio.to_thread(self._plan.subject)
        except WizardError as error:
            await self.rows.add(*map(ProblemRow, error.problems))
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
