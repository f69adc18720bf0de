"""The full-screen application: it owns the interview, moves between the steps, and ends without giving anything away."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType

from screens.full import keyboard, theme
from screens.full.crash_safe_app import CrashSafeApp
from screens.full.questions_screen import QuestionsScreen
from screens.full.running_dialog import RunningDialog
from screens.full.step_screen import StepScreen
from screens.full.type_ahead import OneKeyAtATime
from screens.shared import crash, summaries
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.interview.steps import StepKind, step_of

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.demo import Practice
    from wizard.interview.interview import Interview
    from wizard.interview.next_steps import NextStep
    from wizard.interview.preview import Outlook
    from wizard.plan.proposal import Proposal

_Result = TypeVar("_Result")
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class WizardApp(CrashSafeApp, OneKeyAtATime):
    """The wizard at a full-screen terminal."""

    CSS_PATH = "wizard.tcss"
    TITLE = "LibreChat auth wizard"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", show=False),
        Binding("ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(self, interview: Interview, practice: Practice | None = None) -> None:
        super().__init__()
        self.interview = interview
        self.practice = practice
        self.outlook: Outlook | None = None
        self.written: tuple[str, ...] = ()
        self.backup = ""
        self.notes: tuple[str, ...] = ()
        self.next_steps: tuple[NextStep, ...] = ()
        self.farewell = ""
        self.is_writing = False
        """Whether the files are being written: nothing ends the application before that is done."""
        self._stop = 0
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self.theme = theme.first_theme(self.console.color_system, self.available_themes)

    def get_default_screen(self) -> Screen[Any]:
        """Begin at the first step: an empty screen below it would be laid out and drawn for nothing."""
        return self._screen()

    def on_mount(self) -> None:
        """Watch over the time of the steps; a stop signal ends the application in good order."""
        loop = asyncio.get_running_loop()
        for number in _ENDING_SIGNALS:
            loop.add_signal_handler(number, self._stopped, number)
        # Off since the start (see screens.cli.start): what is there now stays for the whole time.
        self.call_after_refresh(gc.freeze)
        self.call_after_refresh(gc.enable)
        if self.interview.saved is not None:
            self._offer_resume()

    def _stopped(self, number: int) -> None:
        self._stop = number
        if not self.is_writing:
            self.farewell = self.farewell or "Stopped. Your answers are kept; start again to go on."
            self.exit(128 + number, return_code=128 + number)

    def _screen(self, focus_on: str = "") -> StepScreen:
        kind = self.interview.step.kind
        if kind in (StepKind.WELCOME, StepKind.QUESTIONS):
            return QuestionsScreen(self.interview, self.outlook, focus_on=focus_on)
        from screens.full.checks_screen import ChecksScreen, ReviewScreen
        from screens.full.done_screen import DoneScreen

        screens = {StepKind.CHECKS: ChecksScreen, StepKind.REVIEW: ReviewScreen, StepKind.DONE: DoneScreen}
        return screens[kind](self.interview, self.outlook)

    @work
    async def _offer_resume(self) -> None:
        from screens.full.dialogs import Ask

        saved = self.interview.saved
        if saved is None:
            return
        count = sum(not name.startswith("guide.") for name in saved.draft.entries)
        text = f"An earlier sitting in this folder stopped before its end, with {summaries.counted(count, 'answer')}."
        if saved.secrets:
            text += f" Secrets are not kept: {len(saved.secrets)} of them will have to be typed again."
        answers = (("resume", "Go on there"), ("anew", "Start anew"))
        if await self.push_screen_wait(Ask("Go on where you stopped?", text, answers)) == "resume":
            self.guarded(self.interview.resume)
            self._switch()
        else:
            self.guarded(self.interview.discard)

    def _switch(self, focus_on: str = "") -> None:
        self.clear_notifications()
        following = self._screen(focus_on)
        if len(self.screen_stack) == 1:
            # Textual cannot take its first screen away.
            self.push_screen(following)
        else:
            self.switch_screen(following)

    def guarded(self, deed: Callable[[], _Result]) -> _Result | None:
        """Do something with the interview; what cannot be done is told, not crashed on."""
        try:
            return deed()
        except WizardError as error:
            # A full disk is told of at every key: once on the screen is enough.
            self.clear_notifications()
            for problem in error.problems:
                self.notify(plain(str(problem), limit=500), severity="error", markup=False, timeout=15)
            return None

    def show_step(self, identity: str, focus_on: str = "") -> None:
        """Go to a step."""
        if self.interview.is_closed:
            return
        self.guarded(lambda: self.interview.go(identity))
        self._switch(focus_on)

    def go_to_question(self, identity: str) -> None:
        """Go to the field of a question."""
        self.show_step(step_of(identity).id, identity)

    def action_next_step(self) -> None:
        """Go to the next step; from the review on, only writing leads further."""
        following = self.interview.beside(1)
        if following is not None and following != "done":
            self.show_step(following)
        elif following == "done":
            self.notify("Ctrl+W writes the files.", markup=False)

    def action_previous_step(self) -> None:
        """Go to the step before."""
        before = self.interview.beside(-1)
        if before is not None:
            self.show_step(before)

    def action_toggle_light(self) -> None:
        """Change between dark and light."""
        pairs = {theme.DARK.name: theme.LIGHT.name, theme.LIGHT.name: theme.DARK.name}
        pairs |= {"ansi-dark": "ansi-light", "ansi-light": "ansi-dark"}
        self.theme = pairs.get(self.theme, theme.DARK.name)

    @work
    async def action_leave(self) -> None:
        """End; ask first where answers would be lost. Selected text is copied instead."""
        from screens.full.dialogs import Ask

        if selected := self.screen.get_selected_text():
            self.copy_to_clipboard(selected)
            self.notify("Copied.", markup=False)
            return
        if self.is_writing:
            self.notify("The files are being written.", markup=False)
            return
        if isinstance(self.screen, RunningDialog):
            self.screen.action_stop()
            return
        if self.interview.is_closed:
            self.exit(0)
            return
        if isinstance(self.screen, Ask):
            # Asked already: a second Ctrl+C takes the way that loses nothing.
            self._leave_keeping()
            return
        if not self.interview.draft.entries:
            self.guarded(self.interview.discard)
            self.farewell = "Nothing was changed."
            self.exit(130, return_code=130)
            return
        text = "Nothing is written yet. Kept answers wait in this folder for the next start; secrets are not kept."
        answers = (("stay", "Go on"), ("keep", "Keep my answers"), ("throw", "Throw them away"))
        chosen = await self.push_screen_wait(Ask("Leave the wizard?", text, answers))
        if chosen == "keep":
            self._leave_keeping()
        elif chosen == "throw":
            self.guarded(self.interview.discard)
            self.farewell = "Nothing was changed."
            self.exit(130, return_code=130)

    def _leave_keeping(self) -> None:
        if not self.guarded(self._is_kept):
            return
        self.farewell = "Nothing was changed. Your answers are kept; start again to go on."
        self.exit(130, return_code=130)

    def _is_kept(self) -> bool:
        self.interview.keep()
        return True

    def write(self, proposal: Proposal) -> None:
        """Write the files in the background and go to the last step; once, however often the key is pressed."""
        if not self.is_writing and not self.interview.is_closed:
            self.is_writing = True
            self._write(proposal)

    @work(thread=True, group="write", exit_on_error=True)
    def _write(self, proposal: Proposal) -> None:
        try:
            applied = self.interview.write(proposal)
        except WizardError as error:
            self.call_from_thread(self._not_written, error)
            return
        from wizard.interview.next_steps import next_steps

        internal = {edit.path for edit in proposal.plan.edits if edit.internal}
        self.written = tuple(name for name in applied.written if name not in internal)
        self.backup, self.notes = applied.backup, applied.notes
        values = proposal.deployment.settings
        self.next_steps = next_steps(self.interview.snapshot, proposal.plan, values)
        self.farewell = summaries.farewell(self.written, self.backup, self.next_steps)
        if self.practice is not None:
            self.notes = (*self.notes, *self.practice.written(values))
            self.farewell = "The practice is over; everything is gone again."
        self.call_from_thread(self.show_done)

    def _not_written(self, error: WizardError) -> None:
        """Show the review anew: what stands in the folder may be the reason."""
        self.is_writing = False
        if self._stop:
            self._stopped(self._stop)
            return
        self._switch()
        for problem in error.problems:
            self.notify(plain(str(problem), limit=800), severity="error", markup=False, timeout=30)

    def show_done(self) -> None:
        """Go to the last step."""
        self.is_writing = False
        if self._stop:
            self._stopped(self._stop)
            return
        self.interview.go("done")
        self._switch()


def run(interview: Interview, practice: Practice | None = None) -> int:
    """Run the wizard at a full-screen terminal; return the exit status of the program."""
    keyboard.forgive_bytes()
    app = WizardApp(interview, practice)
    result = app.run()
    if app.crash:
        return crash.tell(plain(app.crash[0], limit=600))
    if app.farewell:
        sys.stdout.write(f"{app.farewell}\n")
    return result if isinstance(result, int) else int(app.return_code or 0)
