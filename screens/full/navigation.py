"""Moves from step to step: which screen draws which step, with which data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on

from screens.full.crash_safe_app import CrashSafeApp
from screens.full.messages import ChecksEnded, GoBeside, GoTo, Previewed, StepTested
from screens.full.notes import NotesApp
from screens.full.problems import guarded
from screens.full.questions_screen import QuestionsScreen
from screens.full.step_screen import StepScreen
from screens.full.styles import read_styles
from screens.full.type_ahead import OneKeyAtATime
from wizard.interview.steps import StepKind, step

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.demo import Practice
    from screens.shared.review import CheckedAnswers
    from screens.shared.write_result import WriteResult
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview


class NavigatingApp(CrashSafeApp, OneKeyAtATime, NotesApp):
    """Owns the interview and shows its present step. Screens get what they draw, and ask with messages."""

    def __init__(self, interview: Interview, practice: Practice | None) -> None:
        super().__init__()
        self.interview = interview
        self.practice = practice
        self.preview: Preview | None = None
        self.checked: CheckedAnswers | None = None
        """The last report of the checks, and the answers it belongs to."""
        self.result: WriteResult | None = None
        """What was written; ``None`` before that."""

    def get_default_screen(self) -> Screen[Any]:
        """Begin at the first step: an empty screen below it would be laid out and drawn for nothing."""
        first = self._screen()
        # Textual reads the styles of the screens that are put over it.
        read_styles(self, first.css_path)
        if self.interview.step.kind is not StepKind.WELCOME:
            read_styles(self)
        return first

    def _screen(self, focus_on: str = "") -> StepScreen:
        screen = self._screen_of_step(focus_on)
        screen.checked = self.checked
        return screen

    def _screen_of_step(self, focus_on: str) -> StepScreen:
        given = (self.interview, self.preview, self.practice)
        match self.interview.step.kind:
            case StepKind.WELCOME | StepKind.QUESTIONS:
                return QuestionsScreen(*given, focus_on=focus_on)
            case StepKind.CHECKS:
                from screens.full.checks_screen import ChecksScreen

                return ChecksScreen(*given)
            case StepKind.REVIEW:
                from screens.full.review_screen import ReviewScreen

                return ReviewScreen(*given)
            case StepKind.DONE:
                from screens.full.done_screen import DoneScreen
                from screens.shared.write_result import WriteResult

                return DoneScreen(*given, self.result or WriteResult())

    def show_present_step(self, focus_on: str = "") -> None:
        """Replace the screen by a new one of the interview's step."""
        self.clear_notifications()
        following = self._screen(focus_on)
        if len(self.screen_stack) == 1:
            # Textual cannot take its first screen away.
            self.push_screen(following)
        else:
            self.switch_screen(following)

    def show_step(self, identity: str, focus_on: str = "") -> None:
        """Go to a step."""
        if self.interview.is_closed:
            return
        is_end = step(identity).kind is StepKind.DONE
        guarded(self, lambda: self.interview.go("review" if is_end else identity))
        self.show_present_step(focus_on)
        if is_end:
            self.notify("The Done step opens once the files are written.", markup=False)

    @on(GoTo)
    def _go_to(self, message: GoTo) -> None:
        self.show_step(message.step, message.question)

    @on(GoBeside)
    def _go_beside(self, message: GoBeside) -> None:
        if message.offset > 0:
            self.action_next_step()
        else:
            self.action_previous_step()

    @on(ChecksEnded)
    def _checks_ended(self, message: ChecksEnded) -> None:
        self._know(message.checked)

    @on(StepTested)
    def _step_tested(self, message: StepTested) -> None:
        from screens.shared.review import after_test

        self._know(after_test(self.checked, message.draft, message.tested, message.report))

    def _know(self, checked: CheckedAnswers) -> None:
        """Keep what was found, and mark the steps with it, also below a dialog."""
        self.checked = checked
        for screen in self.screen_stack:
            if isinstance(screen, StepScreen):
                screen.checked = checked
                screen.refresh_frame(screen.preview)

    @on(Previewed)
    def _previewed(self, message: Previewed) -> None:
        self.preview = message.preview

    def action_next_step(self) -> None:
        """Go to the next step; from the review on, only writing leads further."""
        following = self.interview.beside(1)
        if following is not None and following != "done":
            self.show_step(following)
        elif following == "done":
            is_ready = self.preview is not None and self.preview.proposal is not None
            text = (
                "Press Ctrl+W to write the files."
                if is_ready
                else "These answers cannot be written yet. Fix the problems listed in Review."
            )
            self.notify(text, markup=False)

    def action_previous_step(self) -> None:
        """Go to the step before."""
        before = self.interview.beside(-1)
        if before is not None:
            self.show_step(before)
