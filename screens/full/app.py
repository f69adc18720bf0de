"""The full-screen application: starts, writes, and exits without revealing a secret."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from screens.full import keyboard, theme
from screens.full.focus import focus_beside
from screens.full.messages import ApplyEnded, LeaveRequested, ResultChanged, WriteRequested
from screens.full.navigation import NavigatingApp
from screens.full.problems import guarded, show_problems
from screens.full.styles import ANSI, read_styles
from screens.shared import crash
from wizard.basics.core_dumps import close_memory
from wizard.basics.exit_status import ExitStatus, of_signal
from wizard.basics.library_logs import keep_off_terminal
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checks.model import Report
    from screens.demo import Practice
    from screens.shared.write_result import WriteResult
    from wizard.interview.dialogues import Answer
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal

_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def _collect_from_now_on() -> None:
    # A function of ours: Textual would parse the built-in ones' signatures, with a tokenizer that nothing else needs.
    gc.freeze()
    gc.enable()


def _has_terminal() -> bool:
    try:
        return os.tcgetpgrp(sys.__stdin__.fileno() if sys.__stdin__ else 0) == os.getpgrp()
    except OSError:
        return False


def suspend_between_callbacks(loop: asyncio.AbstractEventLoop) -> None:
    """Let SIGTSTP suspend between two callbacks of the loop, and SIGCONT resume only what SIGTSTP suspended.

    Textual suspends in the signal handler itself: one that falls into a write to the terminal waits for the queue of the writer that it
    interrupted, for ever. And a terminal that goes away sends SIGHUP and SIGCONT to what runs in it (setsid(2), the kernel's
    ``disassociate_ctty``); Textual takes the second for the end of a suspension and begins to read a terminal that is gone, without end.
    """
    suspend, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(suspend) or not callable(resume):
        return
    suspended: list[int] = []

    def stopped() -> None:
        suspended.append(signal.SIGTSTP)
        suspend(signal.SIGTSTP, None)

    def continued() -> None:
        if suspended and _has_terminal():
            resume(signal.SIGCONT, None)
        suspended.clear()

    loop.add_signal_handler(signal.SIGTSTP, stopped)
    loop.add_signal_handler(signal.SIGCONT, continued)


class WizardApp(NavigatingApp):
    """The wizard at a full-screen terminal."""

    CSS_PATH = "wizard.tcss"
    TITLE = "LibreChat auth wizard"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", show=False),
        Binding("ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(self, interview: Interview, practice: Practice | None = None) -> None:
        super().__init__(interview, practice)
        self.exit_message = ""
        self.is_writing = False
        """Whether the files are being written: nothing ends the application before that is done."""
        self.after_first_frame: list[Callable[[], object]] = [_collect_from_now_on, partial(read_styles, self)]
        """What the first frame does not wait for."""
        self._stop = 0
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self._begin_with(theme.first_theme(self.console.color_system, self.available_themes))
        if self.native_ansi_color:
            self.css_path.append(ANSI)

    def _begin_with(self, name: str) -> None:
        """Set the first theme.

        Setting ``theme`` would read every style sheet twice before the first frame: with Textual's own theme, then with ours.
        """
        if self.theme == name:
            # Textual took the name from TEXTUAL_THEME before it knew the theme: its own colors are in force.
            self.set_reactive(WizardApp.theme, "textual-dark")
        if name != theme.DARK.name or self.theme != "textual-dark":
            self.theme = name
            return
        # From one dark theme to another, the colors are all that changes.
        self.set_reactive(WizardApp.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.add_class(f"-theme-{name}", update=False)

    @property
    def native_ansi_color(self) -> bool:
        """Whether the terminal's own colors are used: without color all of it has them, the ground as well."""
        return bool(os.environ.get("NO_COLOR")) or super().native_ansi_color

    def on_mount(self) -> None:
        """Watch over the time of the steps; a stop signal ends the application in good order."""
        loop = asyncio.get_running_loop()
        suspend_between_callbacks(loop)
        for number in _ENDING_SIGNALS:
            loop.add_signal_handler(number, self._stopped, number)
        # Off since the start (see screens.cli.start): what is there now stays for the whole time.
        for later in self.after_first_frame:
            self.call_after_refresh(later)
        if self.interview.saved is not None:
            # Over the first frame, with what dialogs look like.
            self.call_after_refresh(self._offer_resume)
        if self.interview.draft_damage:
            self.notify(self.interview.draft_damage, severity="warning", timeout=30, markup=False)

    def _stopped(self, number: int) -> None:
        self._stop = number
        if not self.is_writing:
            from wizard.interview import dialogues

            ending = dialogues.kept(is_practice=self.practice is not None)
            self.exit_message = self.exit_message or f"Stopped. {ending}"
            self.exit(of_signal(number), return_code=of_signal(number))

    @work
    async def _offer_resume(self) -> None:
        from screens.full.dialogs import settle
        from wizard.interview import dialogues

        answer = await settle(self, dialogues.resume(self.interview))
        guarded(self, answer.action)
        if answer.word == "continue":
            self.show_present_step()

    def action_focus_above(self) -> None:
        """Go to what can have the keys above; at the first one, stay."""
        focus_beside(self.screen, -1)

    def action_focus_below(self) -> None:
        """Go to what can have the keys below; at the last one, stay."""
        focus_beside(self.screen, 1)

    def action_toggle_light(self) -> None:
        """Switch between dark and light; the next start uses the same."""
        pairs = {theme.DARK.name: theme.LIGHT.name, theme.LIGHT.name: theme.DARK.name}
        pairs |= {"ansi-dark": "ansi-light", "ansi-light": "ansi-dark"}
        self.theme = pairs.get(self.theme, theme.DARK.name)
        theme.remember(self.theme)

    @work
    async def action_leave(self) -> None:
        """End; ask first where answers would be lost. Selected text is copied instead."""
        from screens.full.dialog import RunningDialog
        from screens.full.dialogs import QuestionDialog, settle
        from wizard.interview import dialogues

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
            self.exit(ExitStatus.DONE)
            return
        dialogue = dialogues.leave(self.interview, is_practice=self.practice is not None)
        asked = self.screen.dialogue if isinstance(self.screen, QuestionDialog) else None
        if asked is not None and (asked.title == dialogue.title or dialogue.settled is not None):
            # Asked already, or there is nothing to ask: Ctrl+C takes the way that loses nothing, also of an earlier run.
            self._leave(dialogue.answers[1])
        else:
            self._leave(await settle(self, dialogue))

    def _leave(self, answer: Answer) -> None:
        """End as it was answered; not where the answers are to be kept and cannot be."""
        is_done = guarded(self, lambda: (answer.action(),)) is not None
        if answer.exit_message and (is_done or answer.word != "keep"):
            self.exit_message = answer.exit_message
            self.exit(ExitStatus.INTERRUPTED, return_code=ExitStatus.INTERRUPTED)

    @on(LeaveRequested)
    def _leave_requested(self) -> None:
        self.action_leave()

    @on(WriteRequested)
    def _write_requested(self, message: WriteRequested) -> None:
        self.write(message.proposal, message.report)

    def write(self, proposal: Proposal, report: Report | None = None) -> None:
        """Write the files in the background and go to the last step; once, however often the key is pressed."""
        if not self.is_writing and not self._stop and not self.interview.is_closed:
            self.is_writing = True
            self._write(proposal, report)

    @work(thread=True, group="write", exit_on_error=True)
    def _write(self, proposal: Proposal, report: Report | None) -> None:
        from screens.shared.write_result import after_write

        try:
            applied = self.interview.write(proposal)
        except WizardError as error:
            self.call_from_thread(self._not_written, error)
            return
        result = after_write(self.interview, proposal, applied, self.practice, report)
        self.call_from_thread(self.show_done, result)

    @on(ApplyEnded)
    def _apply_ended(self, message: ApplyEnded) -> None:
        guarded(self, self.interview.finish)
        self.show_done(message.result)

    @on(ResultChanged)
    def _result_changed(self, message: ResultChanged) -> None:
        self.result, self.exit_message = message.result, message.result.exit_message

    def _not_written(self, error: WizardError) -> None:
        """Show the review anew: what is in the folder may be the reason."""
        self.is_writing = False
        if self._stop:
            self._stopped(self._stop)
            return
        self.show_present_step()
        show_problems(self, error, limit=800, seconds=30, about="files")

    def show_done(self, result: WriteResult) -> None:
        """Go to the last step."""
        self.result, self.exit_message = result, result.exit_message
        self.is_writing = False
        if self._stop:
            self._stopped(self._stop)
            return
        self.interview.go("done")
        self.show_present_step()


def run(interview: Interview, practice: Practice | None = None) -> int:
    """Run the wizard at a full-screen terminal; return the exit status of the program."""
    keyboard.replace_invalid_bytes()
    keyboard.recognize_second_keys()
    keep_off_terminal()
    app = WizardApp(interview, practice)
    app.after_first_frame.append(close_memory)
    result = app.run()
    if app.crash:
        return crash.tell(plain(app.crash[0], limit=600))
    if app.exit_message:
        from screens.shared.write_result import exit_prose

        # Only now it is known how wide the terminal is: the window may have had another size.
        message = app.result.exit_message if app.result is not None else exit_prose(app.exit_message)
        sys.stdout.write(f"{message}\n")
    return result if isinstance(result, int) else int(app.return_code or 0)
