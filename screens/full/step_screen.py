"""What every step shares: the line at the top, the list of steps, the keys, and navigation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from screens.full.fresh_styles import StyledAsMade
from screens.full.keys import Keys
from screens.full.messages import GoTo, StepTested
from screens.full.sidebar import Sidebar
from screens.full.sizes import begin_at_size
from screens.full.stable_text import StableText
from screens.shared import summaries
from screens.shared.live_tests import kind_of
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.interview.steps import StepKind, steps_in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.widget import Widget

    from screens.demo import Practice
    from screens.full.live_test import LiveTest
    from screens.shared.live_tests import LiveTestPlan
    from screens.shared.review import CheckedAnswers
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview


_TOO_SMALL = "This window is too small for the wizard. Make it at least 60 columns by 16 rows. Or press Ctrl+C (you can keep your answers) and start again with --plain."
_LEAST_OF_A_PATH = 12
"""Columns below which the end of a path says nothing."""


class StepScreen(StyledAsMade, Screen[None]):
    """A step: subclasses provide the middle."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (72, "-normal"), (116, "-broad")]  # noqa: RUF012 - Textual's declaration
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (20, "-high"), (32, "-tall")]  # noqa: RUF012 - the same
    AUTO_FOCUS = "#middle Field LineInput, #middle Field Pick, #middle LineButton"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "app.next_step", "Next"),
        Binding("ctrl+p", "app.previous_step", "Back"),
        Binding("f1,question_mark", "help", "Help", key_display="F1"),
        Binding("f2", "steps", "Steps", key_display="F2"),
        Binding("f3,slash", "find", "Find", key_display="F3"),
        Binding("ctrl+c", "app.leave", "Quit"),
        Binding("f10", "save_answers", "Save answers", show=False),
        Binding("f11", "inbox", "Inbox"),
        Binding("ctrl+t", "live_test", "Test"),
        Binding("ctrl+l", "people", "Accounts in LibreChat", show=False),
        Binding("f12", "app.toggle_light", "Light or dark", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, interview: Interview, preview: Preview | None, practice: Practice | None) -> None:
        """``preview`` is the last one when the step begins."""
        super().__init__(classes="-provider" if interview.step.provider else None)
        self.interview = interview
        self.preview = preview
        self.practice = practice
        self.checked: CheckedAnswers | None = None
        """The last report of the checks, set before the screen is shown."""
        self.current = interview.step

    def compose(self) -> ComposeResult:
        """Lay out frame and middle."""
        begin_at_size(self)
        yield StableText(self._headline(), id="headline")
        with Horizontal(id="middle"):
            yield Sidebar(self.interview, self.preview, self.checked)
            with Vertical(id="main"):
                yield Static(self._title(), id="title", markup=False)
                yield Static(Content(self.current.intro), id="intro", markup=False)
                yield from self.body()
        yield Static(_TOO_SMALL, id="too-small", markup=False)
        yield Keys(self.is_offered)

    def body(self) -> Iterator[Widget]:
        """Yield the widgets of the middle."""
        yield from ()

    def on_mount(self) -> None:
        """Start. Textual runs the handler of every base class too, so subclasses have :meth:`begin`."""
        self.begin()

    def begin(self) -> None:
        """Start what the step does."""

    def refresh_frame(self, preview: Preview | None) -> None:
        """Draw what depends on the answers so far."""
        self.preview = preview
        # There is none while the step is being made, which then begins with what is known now, nor while it is left.
        for sidebar in self.query(Sidebar):
            sidebar.show(self.interview, preview, self.checked)

    def _headline(self) -> Content:
        banner = self.practice.banner if self.practice is not None else ""
        what = f" {banner or 'LibreChat auth wizard'} "
        about = f"  {summaries.head(self.interview)}  "
        folder = "" if banner else plain(str(self.interview.folder), limit=400)
        room = max(self.app.size.width - len(what) - len(about), 0)
        if len(folder) > room:
            # The end of a path tells the folders of one machine apart.
            folder = f"...{folder[3 - room :]}" if room > _LEAST_OF_A_PATH else ""
        return Content.assemble((what, "reverse bold" if banner else "bold"), about, folder)

    def on_resize(self) -> None:
        """Show as much of the folder's name as fits."""
        self.query_one("#headline", StableText).update(self._headline())

    def is_offered(self, action: str) -> bool:
        """Return whether the line of keys names an action: some do nothing in this step or in a practice run."""
        if action in ("next_step", "previous_step") and self.current.kind is StepKind.DONE:
            return False
        if action == "previous_step":
            return self.interview.beside(-1) is not None
        if action == "live_test":
            return bool(kind_of(self.interview))
        is_practice = self.practice is not None
        if action == "people":
            return not is_practice
        return is_practice if action == "inbox" else action != "apply" or not is_practice

    def _title(self) -> Content:
        steps = [one.id for one in steps_in_order(self.interview.draft, self.interview.present)]
        here = self.current.id
        count = f"  step {steps.index(here) + 1} of {len(steps)}" if here in steps else "  an extra step"
        return Content.assemble((self.current.title, "bold $text-primary"), (count, "dim"))

    def action_help(self) -> None:
        """Show the keys."""
        self.open_help(None)

    def action_page(self, by: int) -> None:
        """Scroll the middle by a page."""
        for pane in self.query(".scrolls"):
            pane.scroll_page_down(animate=False) if by > 0 else pane.scroll_page_up(animate=False)

    def action_inbox(self) -> None:
        """Show the practice mailbox."""
        from screens.full.dialogs import TextDialog

        if self.practice is not None:
            self.app.push_screen(TextDialog("Practice mailbox", self.practice.inbox()))

    @work
    async def action_live_test(self) -> None:
        """Try what this step is about: mail, a sign-in provider, or the sign-in of the running LibreChat."""
        from screens.full.live_test import LiveTest, ask_account
        from screens.shared import live_tests

        test: LiveTest
        match live_tests.kind_of(self.interview):
            case "mail":
                from screens.full.mail_test import mail_test

                test = mail_test(self.interview, self.practice)
            case "provider":
                test = _provider_test(live_tests.provider_test_plan(self.interview, self.practice), self.interview)
            case "sign-in":
                account = live_tests.account_of(self.interview, self.practice)
                if account is None:
                    typed = await self.app.push_screen_wait(ask_account(live_tests.effective_settings(self.interview)))
                    if typed is None:
                        return
                    account = live_tests.login(*typed)
                test = LiveTest(live_tests.sign_in_test_plan(self.interview, self.practice, account))
            case _:
                return
        draft = self.interview.draft
        chosen = await self.app.push_screen_wait(test)
        if kind_of(self.interview) != "sign-in" and test.report.outcomes:
            self.post_message(StepTested(self.current, draft, test.report))
        if chosen is not None:
            self.post_message(GoTo.field_of(chosen))

    @work
    async def action_people(self) -> None:
        """Show LibreChat's accounts, and what can be done with them."""
        from screens.full.people_screen import PeopleScreen

        if self.practice is not None:
            self.notify("A practice run has no LibreChat accounts to list.", markup=False)
            return
        await self.app.push_screen_wait(PeopleScreen(self.interview.folder))

    @work
    async def action_steps(self) -> None:
        """Choose a step from the list."""
        from screens.full.dialogs import StepsDialog

        if self.interview.is_closed:
            return
        chosen = await self.app.push_screen_wait(StepsDialog(self.interview, self.preview, self.checked))
        if chosen is not None:
            self.post_message(GoTo(chosen))

    @work
    async def action_find(self) -> None:
        """Search for a setting, a step or an action, and go there or do it."""
        if self.interview.is_closed:
            return
        from screens.full.palette import Find, actions_of

        chosen = await self.app.push_screen_wait(Find(self.interview, actions_of(self, self.is_offered)))
        if chosen is None:
            return
        kind, _, name = chosen.partition(":")
        if kind == "action":
            self.app.simulate_key(name)
        elif kind == "command":
            command = own_command(name)
            self.app.copy_to_clipboard(command)
            self.notify(f"Copied. Leave the wizard, then run: {plain(command, limit=300)}", markup=False, timeout=10)
        else:
            self.post_message(GoTo(name) if kind == "step" else GoTo.field_of(name))

    def open_help(self, identity: str | None) -> None:
        """Show the story of a setting, or the keys."""
        from screens.full.dialogs import TextDialog
        from screens.shared.help import keys_text, question_text

        if identity is None:
            self.app.push_screen(TextDialog("Keys", keys_text()))
        else:
            text = partial(question_text, identity, self.interview)
            self.app.push_screen(TextDialog("Everything about this question", text))

    @work
    async def action_save_answers(self) -> None:
        """Save the answers file."""
        from pathlib import Path

        from screens.full.dialogs import FormDialog, FormLine
        from wizard.answers.export import save

        text = f"The file will contain no secrets. To repeat the run: {own_command('--answers FILE')}"
        blanks = (FormLine(value="librechat-answers.yaml"),)
        saved: list[Path] = []

        def attempt(name: str) -> None:
            saved.append(save(self.interview.draft, self.interview.folder, Path(name)))

        await self.app.push_screen_wait(FormDialog("Save the answers as", text, blanks, attempt=attempt))
        if saved:
            self.notify(f"Saved: {plain(str(saved[0]), limit=200)}", markup=False)


def _provider_test(plan: LiveTestPlan, interview: Interview) -> LiveTest:
    """Return the test of a provider; where that can be tried, with a sign-in of a person's own."""
    from screens.full.live_test import LiveTest
    from screens.full.sign_in_test import SignInTest
    from screens.shared.sign_ins import PROVIDERS

    provider = interview.step.provider
    return SignInTest(plan, provider) if provider in PROVIDERS else LiveTest(plan)
