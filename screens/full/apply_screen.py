"""Shows an apply step by step as it runs: written, applied, checked; or the old files back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import LineButton
from screens.full.check_list import CheckList
from screens.full.dialog import RunningDialog
from screens.full.finding_rows import FindingRow, line_row
from screens.shared.apply_job import run_apply, undo_apply
from screens.shared.apply_progress import ApplyProgress, end_text, refusal_lines, waiting_text
from screens.shared.lines import Line
from wizard.apply import events as happening
from wizard.apply.events import ApplyOutcome
from wizard.apply.run import keep
from wizard.basics.check_events import Found
from wizard.basics.finding import Status
from wizard.basics.plain_text import counted, plain
from wizard.basics.problem import WizardError
from wizard.interview.dialogues import PUT_BACK

if TYPE_CHECKING:
    from textual.widget import Widget

    from wizard.apply.events import ApplyEvent
    from wizard.apply.job import Job
    from wizard.basics.check_events import CheckEvent


_ONWARD: Final = ("on",)
_QUESTION: Final = ("back", "keep")
"""The buttons of the question whether the old files are to come back."""


class ApplyScreen(RunningDialog[ApplyProgress | None]):
    """Runs a job. Returns the outcome if the new files stay, ``None`` if nothing is changed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "other_button", "Other button", key_display="Tab")]

    def __init__(self, job: Job) -> None:
        """Take a job; the lock of the folder is held by the caller."""
        super().__init__("Write and apply")
        self._job = job
        self.applied = ApplyProgress()
        self._end: ApplyProgress | None = None
        self._offered: tuple[str, ...] = ()
        """The buttons that are there; none while it works."""
        self._list: Final = CheckList()

    def middle(self) -> Iterator[Widget]:
        """Yield the place of the password, too."""
        yield self.progress
        yield Static(id="effect-password", markup=False)
        yield self.rows

    def buttons(self) -> Iterator[Widget]:
        """Yield every button that there can be."""
        yield LineButton("Continue", "on", is_main=True)
        for name, answer in zip(_QUESTION, PUT_BACK.answers, strict=True):
            yield LineButton(answer.title, name)

    def on_mount(self) -> None:
        """Begin."""
        self._offer()
        self.rows.focus()
        self._run(run_apply)

    def _offer(self, *names: str) -> None:
        """Show these buttons and no others."""
        self._offered = names
        self.refresh_bindings()
        for button in self.query(LineButton):
            if not button.has_class("jump"):
                button.display = button.name in names
        self.place_buttons()
        for name in names[:1]:
            # None is left once the program is being closed.
            self.query(f"#push-{name}").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a question stand until one of its buttons is pressed."""
        if action == "other_button":
            return self._offered == _QUESTION
        if action == "stop":
            return self._offered in ((), _ONWARD)
        return super().check_action(action, parameters)

    def action_other_button(self) -> None:
        """Move to the other answer: that is what the line of keys can say while the question stands."""
        self.focus_next(LineButton)

    def action_stop(self) -> None:
        """End the command that runs; what was done is in the record. Close if nothing runs and nothing is asked."""
        if not self._offered:
            # Not all workers: the one that waits for this window's result has to go on.
            self.workers.cancel_group(self, "effect")
            self.progress.end("Stopped before it finished.")
            self._offer(*self._ways_on())
        elif self._offered == _ONWARD:
            self.dismiss(self._end)

    def _ways_on(self) -> tuple[str, ...]:
        """Return what there is to choose after it did not come to its end."""
        return _QUESTION if self.applied.written or self.applied.can_go_back else _ONWARD

    @work(exclusive=True, group="effect", exit_on_error=True)
    async def _run(self, begin: Callable[[Job], AsyncGenerator[ApplyEvent, None]]) -> None:
        self.progress.begin("working")
        try:
            async with contextlib.aclosing(begin(self._job)) as events:
                async for event in events:
                    await self._one(event)
        except WizardError as error:
            await self._lines(refusal_lines(error))
            self.progress.end("Stopped because of this error.")
            self._offer(*self._ways_on())

    async def _one(self, event: ApplyEvent) -> None:
        lines = self.applied.take(event)
        match event:
            case happening.Waiting():
                self.progress.end(waiting_text(event))
            case happening.OutputLine():
                # What Docker says is folded into one line; where a command fails, its last lines are shown.
                self.progress.end(plain(event.text.strip(), limit=78))
            case happening.Checked(event=checked):
                await self._checked(checked)
            case happening.PasswordMade():
                # Above the lines, which scroll: this is the one time that it can be read.
                text = f"First administrator {plain(event.email, limit=200)}, password (shown only once): "
                shown = Content.assemble(text, (event.password.reveal(), "bold"))
                place = self.query_one("#effect-password", Static)
                place.add_class("-shown")
                place.update(shown)
            case happening.ApplyResult():
                self._ended(event)
            case _:
                await self._lines(lines)

    async def _checked(self, event: CheckEvent) -> None:
        """Show what a check tells in the list, whose head stays in sight; what is wrong is below it."""
        if not self._list.is_mounted:
            from checks.registry import AUTOMATIC

            await self.rows.add(self._list)
            self._list.begin(AUTOMATIC)
            self.rows.follows = False
            self._list.scroll_visible(top=True, animate=False)
        self._list.take(event)
        self.progress.end(f"checking, {self._list.count} done")
        if isinstance(event, Found) and event.finding.status is not Status.PASS:
            await self.rows.add(FindingRow(event.finding, ()))

    def _ended(self, result: happening.ApplyResult) -> None:
        if self._list.is_mounted:
            self._list.end()
        text = end_text(result)
        match result.outcome:
            case ApplyOutcome.DONE:
                failed = sum(one.status is Status.FAIL for one in self.applied.report.findings)
                self._end = self.applied
                self.progress.end(f"{text} {counted(failed, 'check')} failed: see below." if failed else text)
                self._offer(*_ONWARD)
            case ApplyOutcome.BY_HAND:
                self._end = self.applied
                self.progress.end("The wizard cannot run these commands here. Run them yourself.")
                self._offer(*_ONWARD)
            case ApplyOutcome.FAILED if result.can_go_back:
                self.progress.end(PUT_BACK.text)
                self._offer(*_QUESTION)
            case ApplyOutcome.FAILED:
                self.progress.end("Failed before anything was written.")
                self._offer(*_ONWARD)
            case ApplyOutcome.ROLLED_BACK | ApplyOutcome.STUCK:
                self.progress.end(text)
                self._offer(*_ONWARD)

    async def _lines(self, lines: list[Line]) -> None:
        for line in lines:
            await self.rows.add(line_row(line))

    @on(LineButton.Pressed, "#push-back")
    def _go_back(self) -> None:
        self._offer()
        self._run(undo_apply)

    @on(LineButton.Pressed, "#push-keep")
    def _keep(self) -> None:
        if self.applied.written or self.applied.can_go_back:
            keep(self._job.store)
        self.dismiss(self.applied if self.applied.written else None)

    @on(LineButton.Pressed, "#push-on")
    def _go_on(self) -> None:
        self.dismiss(self._end)
