"""Putting what was answered into effect, step by step and live: written, applied, proved; or the old files back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import Push
from screens.full.finding_rows import FindingRow
from screens.full.running_dialog import RunningDialog
from screens.shared import summaries
from wizard.basics.finding import Status
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from wizard.apply.events import ApplyEvent, ApplyResult, Failed
    from wizard.apply.run import Job

_MOST_LINES: Final = 400
"""Lines that are kept on the screen: pulling images says thousands."""


class Effect(RunningDialog[str]):
    """Carries a job out. Returns ``done``, ``kept`` (it failed, the new files stay) or ``back`` (nothing is changed)."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 - Textual's declaration
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "stop", "Stop"),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(
        self,
        job: Job,
        forward: Callable[[], AsyncGenerator[ApplyEvent, None]],
        back: Callable[[], AsyncGenerator[ApplyEvent, None]],
    ) -> None:
        """``forward`` and ``back`` begin the two streams of events; the lock of the folder is held by the caller."""
        super().__init__()
        self._job = job
        self._forward = forward
        self._back = back
        self._end = ""
        self._failed = 0
        self.written: tuple[str, ...] = ()
        self.backup = ""
        self.notes: tuple[str, ...] = ()
        self.has_administrator = False
        self.is_by_hand = False

    def compose(self) -> ComposeResult:
        """Lay out progress, lines and buttons."""
        with Vertical(classes="dialog -large"):
            yield Static(Content.styled("Write, and let LibreChat use it", "bold"), markup=False)
            yield Static(id="live-progress", markup=False)
            yield Static(id="effect-password", markup=False)
            yield VerticalScroll(id="live-rows", can_focus=True)
            with Horizontal(classes="answers"):
                yield Push("Go on", "on", is_main=True)
                yield Push("Put the old files back", "back")
                yield Push("Keep the new ones", "keep")

    def on_mount(self) -> None:
        """Begin."""
        self._offer()
        self.query_one("#live-rows").focus()
        self._run(self._forward)

    def _offer(self, *names: str) -> None:
        """Show these buttons and no others."""
        for button in self.query(Push):
            if not button.has_class("jump"):
                button.display = button.name in names
        for name in names[:1]:
            self.query_one(f"#push-{name}").focus()

    def _say(self, text: str) -> None:
        self.query_one("#live-progress", Static).update(Content(text))

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        pane = self.query_one("#live-rows", VerticalScroll)
        pane.scroll_page_down(animate=False) if by > 0 else pane.scroll_page_up(animate=False)

    def action_stop(self) -> None:
        """End the command that runs; what was done stands in the record."""
        if any(worker.is_running for worker in self.workers):
            self.workers.cancel_all()
            self._say("Stopped in the middle.")
            self._offer("back", "keep")
        elif self._end == "done":
            self.dismiss("done")

    @work(exclusive=True, group="effect", exit_on_error=True)
    async def _run(self, begin: Callable[[], AsyncGenerator[ApplyEvent, None]]) -> None:
        from wizard.apply.events import ApplyResult

        self._say("working ...")
        try:
            async with contextlib.aclosing(begin()) as events:
                async for event in events:
                    await self._one(event)
                    if isinstance(event, ApplyResult):
                        self._ended(event)
        except WizardError as error:
            for problem in error.problems:
                await self._line(f"x FAILED: {plain(str(problem), limit=1000)}", "$text-error")
            self._say("It stopped there.")
            self._offer(*(("back", "keep") if self.written else ("keep",)))

    def _ended(self, result: ApplyResult) -> None:
        from wizard.apply.events import ApplyOutcome

        match result.outcome:
            case ApplyOutcome.DONE:
                self._end = "done"
                failed = f" {summaries.counted(self._failed, 'check')} failed: see below." if self._failed else ""
                self._say(f"Done in {result.seconds:.0f} s: LibreChat runs with what was written.{failed}")
                self._offer("on")
            case ApplyOutcome.BY_HAND:
                self._end, self.is_by_hand = "done", True
                self._say("There is no Docker here: run the commands above by hand.")
                self._offer("on")
            case ApplyOutcome.FAILED if result.can_go_back:
                self._say("It failed. Put the old files back?")
                self._offer("back", "keep")
            case ApplyOutcome.FAILED:
                self._say("It failed before anything was written.")
                self._offer("keep")
            case ApplyOutcome.ROLLED_BACK:
                self._end = "back"
                self._say("The old files are back, and LibreChat stands as it did before.")
                self._offer("on")
            case ApplyOutcome.STUCK:
                self._end = "back"
                self._say("The old files are back, but LibreChat does not answer with them either.")
                self._offer("on")

    async def _line(self, text: str, style: str = "") -> None:
        await self._mount(Static(Content.styled(text, style) if style else Content(text), markup=False))

    async def _mount(self, widget: Widget) -> None:
        pane = self.query_one("#live-rows", VerticalScroll)
        await pane.mount(widget)
        if len(pane.children) > _MOST_LINES:
            await pane.children[0].remove()
        pane.scroll_end(animate=False)

    async def _one(self, event: ApplyEvent) -> None:
        from wizard.apply import events as happening
        from wizard.basics.check_events import Found

        match event:
            case happening.Waiting():
                self._say(f"waiting for LibreChat, {event.seconds:.0f} s of {event.limit:.0f} s ({event.state})")
            case happening.Checked(event=Found(finding=finding)):
                self._failed += finding.status is Status.FAIL
                await self._mount(FindingRow(finding, ()))
            case happening.PasswordMade():
                # Above the lines, which scroll: this is the one time that it can be read.
                text = f"First administrator {plain(event.email, limit=200)}, password (shown this once): "
                shown = Content.assemble(text, (event.password.reveal(), "bold"))
                self.query_one("#effect-password", Static).update(shown)
            case happening.AdminMade():
                self.has_administrator = True
                await self._line(*_words(event)[0])
            case happening.Wrote():
                self.written = tuple(dict.fromkeys((*self.written, *event.files)))
                self.notes = (*self.notes, *event.notes)
                self.backup = self.backup or event.backup
                for name in event.files:
                    await self._line(f"written: {plain(name, limit=200)}")
            case happening.Failed():
                await self._failure(event)
            case _:
                for text, style in _words(event):
                    await self._line(text, style)

    async def _failure(self, event: Failed) -> None:
        from screens.shared.apply_progress import failure_lines

        await self._line(f"x FAILED: {plain(event.summary, limit=1000)}", "$text-error")
        for line in failure_lines(event):
            await self._line(f"  | {plain(line, limit=400)}", "dim")
        if event.remedy:
            await self._line(f"  -> {plain(event.remedy, limit=1000)}")

    @on(Push.Pressed, "#push-back")
    def _go_back(self) -> None:
        self._offer()
        self._run(self._back)

    @on(Push.Pressed, "#push-keep")
    def _keep(self) -> None:
        from wizard.apply.run import keep

        if self.written:
            keep(self._job.workplace)
            self.dismiss("kept")
        else:
            self.dismiss("back")

    @on(Push.Pressed, "#push-on")
    def _go_on(self) -> None:
        self.dismiss(self._end)


def _words(event: ApplyEvent) -> list[tuple[str, str]]:
    """Return the lines for what happens on the way."""
    import shlex

    from wizard.apply import events as happening

    lines: list[tuple[str, str]] = []
    match event:
        case happening.CommandShown():
            sign = "run:" if event.by_hand else "$"
            lines = [
                (f"{sign} {plain(shlex.join(event.command), limit=500)}", "$text-accent"),
                (f"  {event.why}", "dim"),
            ]
        case happening.OutputLine():
            lines = [(f"  | {plain(event.text, limit=400)}", "dim")]
        case happening.Ready():
            lines = [(f"LibreChat answers at {plain(event.where, limit=200)}, after {event.seconds:.1f} s.", "")]
        case happening.AdminMade():
            told = plain(event.role or event.note, limit=300)
            lines = [(f"First administrator: {plain(event.email, limit=300)} ({told})", "")]
        case happening.PutBack():
            lines = [(f"put back: {plain(name, limit=200)}", "") for name in event.files]
        case happening.Note():
            lines = [(plain(event.text, limit=1000), "")]
        case _:
            pass
    return lines
