"""Checks and review: what the answers lead to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.full.buttons import Push
from screens.full.dialogs import Ask, AskText
from screens.full.finding_rows import FindingRow, ProblemRow, coloured
from screens.full.step_screen import StepScreen
from screens.shared import summaries
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.catalogue.questions import SETTINGS
from wizard.interview.preview import look_ahead, proposal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.timer import Timer
    from textual.widget import Widget

    from checks.model import Event, Report
    from wizard.basics.problem import Problem
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Outlook
    from wizard.plan.proposal import Proposal

_SPINNER = "|/-\\"


class OutcomeScreen(StepScreen):
    """What checks and review share: a proposal that is worked out in the background."""

    AUTO_FOCUS = ""

    class Ready(Message):
        """The proposal is there, or the reasons why there is none."""

        def __init__(
            self, outlook: Outlook, proposal: Proposal | None, problems: tuple[Problem, ...] = (), remark: str = ""
        ) -> None:
            super().__init__()
            self.outlook = outlook
            self.proposal = proposal
            self.problems = problems
            self.remark = remark

    def body(self) -> Iterator[Widget]:
        """Give the pane and the buttons."""
        yield Static(id="progress", markup=False)
        yield VerticalScroll(id="rows", classes="scrolls", can_focus=True)
        with Horizontal(id="buttons"):
            yield from self.buttons()

    def buttons(self) -> Iterator[Widget]:
        """Give the buttons."""
        yield Push("Next", "next", is_main=True)
        yield Push("Back", "back")

    def __init__(self, interview: Interview, outlook: Outlook | None) -> None:
        super().__init__(interview, outlook)
        self._begun = time.monotonic()
        self._spin: Timer = self.set_interval(0.2, self._turn, pause=True)

    def _turn(self) -> None:
        passed = time.monotonic() - self._begun
        self.query_one("#progress", Static).update(
            Content(f"{_SPINNER[int(passed * 5) % 4]} {self.doing} ({passed:.0f} s; Escape stops)")
        )

    doing = "working"

    def start_spinner(self) -> None:
        """Show that it works."""
        self._begun = time.monotonic()
        self._spin.resume()

    def stop_spinner(self, text: str) -> None:
        """Say how it ended."""
        self._spin.pause()
        self.query_one("#progress", Static).update(Content(text))

    @work(thread=True, exclusive=True, group="proposal", exit_on_error=True)
    def work_out(self) -> None:
        """Find out what would be written; Docker Compose judges it where there is one."""
        from wizard.plan.compose_verdict import with_compose_verdict

        outlook = look_ahead(self.interview)
        try:
            proposal, remark = with_compose_verdict(proposal_of(self.interview))
        except WizardError as error:
            self.post_message(self.Ready(outlook, None, error.problems))
        else:
            self.post_message(self.Ready(outlook, proposal, (), remark))

    def _looked(self, outlook: Outlook) -> None:
        self.wizard.outlook = outlook
        self.refresh_frame(outlook)

    @on(Push.Pressed, "#push-next")
    def _next(self) -> None:
        self.wizard.action_next_step()

    @on(Push.Pressed, "#push-back")
    def _back(self) -> None:
        self.wizard.action_previous_step()

    @on(Push.Pressed, ".jump")
    def _jump(self, event: Push.Pressed) -> None:
        event.stop()
        self.wizard.go_to_question(event.push.name or "")


class ChecksScreen(OutcomeScreen):
    """Runs the checks and shows each as it goes."""

    doing = "checking"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", "Run again", key_display="F5"),
        Binding("escape", "cancel", "Stop", show=False),
    ]

    class Happened(Message):
        """A check began, found something or ended."""

        def __init__(self, event: Event) -> None:
            super().__init__()
            self.event = event

    def buttons(self) -> Iterator[Widget]:
        """Give the buttons."""
        yield from super().buttons()
        yield Push("Run again", "again")

    def __init__(self, interview: Interview, outlook: Outlook | None) -> None:
        super().__init__(interview, outlook)
        self._titles: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self._findings: list[Finding] = []
        self._is_cancelled = False

    def begin(self) -> None:
        """Run them."""
        self.query_one("#push-next").focus()
        self.action_again()

    @on(Push.Pressed, "#push-again")
    def action_again(self) -> None:
        """Run the checks from the beginning."""
        self.workers.cancel_group(self, "checks")
        self._findings, self._states, self._is_cancelled = [], {}, False
        self.start_spinner()
        self.work_out()

    def action_cancel(self) -> None:
        """Stop what runs."""
        self.workers.cancel_group(self, "checks")
        self.workers.cancel_group(self, "proposal")
        self._is_cancelled = True
        self.stop_spinner("Stopped. F5 runs the checks again.")

    @on(OutcomeScreen.Ready)
    def _ready(self, event: OutcomeScreen.Ready) -> None:
        event.stop()
        self._looked(event.outlook)
        if self._is_cancelled:
            return
        if event.proposal is None:
            self.stop_spinner("Nothing can be written with these answers yet:")
            self._show_rows([ProblemRow(problem) for problem in event.problems])
            return
        self._run_checks(event.proposal)

    @work(exclusive=True, group="checks", exit_on_error=True)
    async def _run_checks(self, proposal: Proposal) -> None:
        from checks import ALL
        from checks.model import planned
        from checks.runner import run

        practice = self.wizard.practice
        checks = tuple(check for check in (practice.checks if practice is not None else ALL) if not check.acts)
        self._titles = {check.id: check.title for check in checks}
        subject = planned(proposal, inert=summaries.UNASKED)
        async for event in run(checks, subject):
            self.post_message(self.Happened(event))

    @on(Happened)
    def _happened(self, message: Happened) -> None:
        from checks.model import Finished, Found, Ran, Started
        from checks.report import outcome_text

        message.stop()
        match message.event:
            case Started(check=check):
                self._states[check] = "running"
            case Found(finding=finding):
                self._findings.append(finding)
            case Finished(check=check, outcome=outcome):
                self._states[check] = "done" if isinstance(outcome, Ran) else outcome_text(outcome) or "done"
        if len([state for state in self._states.values() if state != "running"]) == len(self._titles):
            self._finish()

    def _finish(self) -> None:
        from checks.fold import folded

        order = (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS)
        found = sorted(folded(self._findings), key=lambda one: order.index(one.status))
        counts = {status: sum(one.status is status for one in found) for status in order}
        skipped = [f"{self._titles[name]}: {state}" for name, state in self._states.items() if state != "done"]
        text = f"{counts[Status.FAIL]} failed, {summaries.counted(counts[Status.WARN], 'warning')}, {counts[Status.UNKNOWN]} could not be told."
        self.stop_spinner("  ".join((text, *skipped)))
        self._show_rows([FindingRow(one, tuple(f"{SETTINGS}{name}" for name in one.settings)) for one in found])

    @work(exclusive=True, group="rows")
    async def _show_rows(self, rows: list[FindingRow]) -> None:
        pane = self.query_one("#rows")
        await pane.remove_children()
        await pane.mount_all(rows)


class ReviewScreen(OutcomeScreen):
    """The difference of every file, what there is to know, and the button that writes."""

    doing = "working out the difference"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+w", "write", "Write"),
        Binding("ctrl+a", "apply", "Write and apply"),
    ]

    def buttons(self) -> Iterator[Widget]:
        """Give the buttons; practice has no LibreChat that could be started."""
        yield Push("Write the files", "write", is_main=True)
        if self.wizard.practice is None:
            yield Push("Write and apply", "apply")
        yield Push("Back", "back")

    def __init__(self, interview: Interview, outlook: Outlook | None) -> None:
        super().__init__(interview, outlook)
        self._proposal: Proposal | None = None
        self._report: Report | None = None

    def begin(self) -> None:
        """Work it out."""
        self.query_one("#rows").focus()
        self.start_spinner()
        self.work_out()

    @on(OutcomeScreen.Ready)
    async def _ready(self, event: OutcomeScreen.Ready) -> None:
        event.stop()
        self._looked(event.outlook)
        pane = self.query_one("#rows")
        await pane.remove_children()
        if event.proposal is None:
            self.stop_spinner("Nothing can be written with these answers yet:")
            await pane.mount_all([ProblemRow(problem) for problem in event.problems])
            return
        self._proposal = event.proposal
        self._report = self._judge(event.proposal)
        await pane.mount_all(
            [Static(part, markup=False, classes="part") for part in self._parts(event.proposal, event.remark)]
        )
        button = self.query_one("#push-write", Push)
        button.disabled = False
        button.focus()
        edits = [edit for edit in event.proposal.plan.edits if not edit.internal]
        self.stop_spinner(
            f"{summaries.counted(len(edits), 'file')} would change. Ctrl+W writes them."
            if edits
            else "Every file is already as asked."
        )

    def _judge(self, proposal: Proposal) -> Report:
        from checks import ALL
        from checks.model import planned
        from checks.runner import run_static

        subject = planned(proposal, offline=True)
        return run_static([check for check in ALL if check.static is not None], subject)

    def _parts(self, proposal: Proposal, remark: str) -> Iterator[Content]:
        from wizard.plan.diff import of_edit

        failed = [one for one in self._report.findings if one.status is Status.FAIL] if self._report else []
        for one in failed:
            yield Content.assemble(("x FAILED: ", "bold $text-error"), plain(one.summary, limit=1000))
        notes = [*proposal.plan.notes, *([remark] if remark else [])]
        if notes:
            yield Content("\n").join(
                [Content.styled("To know", "bold"), *(Content(f"* {plain(note, limit=1000)}") for note in notes)]
            )
        for edit in proposal.plan.edits:
            if not edit.internal:
                yield coloured(of_edit(edit))
        if proposal.plan.apply_steps:
            commands = [Content(f"    {plain(step, limit=500)}") for step in proposal.plan.apply_steps]
            yield Content("\n").join([Content.styled("To run afterwards", "bold"), *commands])

    @on(Push.Pressed, "#push-write")
    @work
    async def action_write(self) -> None:
        """Write, after a question where a check failed."""
        if (proposal := self._proposal) is not None and await self._may_write():
            self.wizard.write(proposal)

    async def _may_write(self) -> bool:
        """Tell whether writing makes sense now; ask where a check failed."""
        report = self._report
        if report is None or self.interview.is_closed:
            return False
        failed = [one for one in report.findings if one.status is Status.FAIL]
        if not failed:
            return True
        text = "\n".join(f"x {plain(one.summary, limit=300)}" for one in failed)
        answers = (("no", "Mend it first"), ("yes", "Write all the same"))
        return await self.app.push_screen_wait(Ask("A check failed", text, answers)) == "yes"

    @on(Push.Pressed, "#push-apply")
    @work
    async def action_apply(self) -> None:
        """Write, let LibreChat use it, prove it; the old files come back where that fails."""
        proposal, report = self._proposal, self._report
        if proposal is None or report is None or self.wizard.practice is not None or not await self._may_write():
            return
        from screens.full.apply_screen import Effect
        from screens.shared.apply_job import back, forward, job_of, show_done

        email = await self._administrator()
        if email is None:
            return
        job = self.wizard.guarded(lambda: job_of(self.interview, proposal, report, email))
        if job is None:
            return
        effect = Effect(job, lambda: forward(job), lambda: back(job))
        ended = await self.app.push_screen_wait(effect)
        if ended in ("done", "kept"):
            show_done(self.wizard, proposal, effect, is_in_use=ended == "done" and not effect.is_by_hand)
        else:
            self.wizard.show_step("review")

    async def _administrator(self) -> str | None:
        """Ask who the first administrator is to be, where LibreChat has never run; ``None`` to stay here."""
        commands = (
            "\n".join(plain(step, limit=200) for step in self._proposal.plan.apply_steps) if self._proposal else ""
        )
        if self.interview.snapshot.has_run:
            text = f"The files are written, then LibreChat reads them:\n{commands}\nThen the checks; the old files can come back."
            answers = (("no", "Not yet"), ("yes", "Write and apply"))
            return "" if await self.app.push_screen_wait(Ask("Write and apply?", text, answers)) == "yes" else None
        text = (
            "LibreChat is started, with registration closed until the first administrator is there. "
            "Their e-mail address (a password is made and shown once), or - for nobody now:"
        )
        given = await self.app.push_screen_wait(AskText("Write, start, first administrator", text, ""))
        return None if given is None else "" if given == "-" else given
