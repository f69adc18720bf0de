"""The live test of a provider's step: the checks, then one real sign-in with LibreChat's own decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.full.buttons import LineButton
from screens.full.dialogs import FormDialog, FormLine
from screens.full.finding_rows import FindingRow, ProblemRow
from screens.full.line_input import LineInput
from screens.full.live_test import LiveTest
from screens.shared import sign_ins
from wizard.basics.problem import WizardError
from wizard.basics.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from checks.model import Subject
    from screens.full.live_parts import LivePart
    from screens.shared.live_tests import LiveTestPlan
    from screens.shared.sign_ins import BrowserSignIn, SignInOutcome

_PASTE: Final = {"saml": "the SAMLResponse form field", "apple": "the form data of the POST to /oauth/apple/callback"}
"""What is pasted, if it is not the address bar."""
_SIGN_IN: Final = "A real sign-in"


class SignInTest(LiveTest):
    """The test of a sign-in provider, with a sign-in of a person's own."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f8", "sign_in", "Sign in once", key_display="F8")]

    def __init__(self, plan: LiveTestPlan, provider: str) -> None:
        """Begin with the checks; ``provider`` is one of :data:`screens.shared.sign_ins.PROVIDERS`."""
        super().__init__(plan)
        self._provider = provider
        self._sign_in: BrowserSignIn | None = None
        self._has_provider = True

    def begin_run(self) -> None:
        """Show that it works. What is tested may have changed on the disk since; a sign-in that was begun is over."""
        super().begin_run()
        self._sign_in = None
        self.close_line("#live-paste")
        self._offer(has_provider=True)

    def end_untested(self) -> None:
        """Say that there is nothing to test; nobody can sign in there, either."""
        super().end_untested()
        self._offer(has_provider=False)

    def _offer(self, *, has_provider: bool) -> None:
        self._has_provider = has_provider
        for button in self.query("#push-sign-in"):  # the first run begins before the buttons are there
            button.display = has_provider
        self.place_buttons()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let F8 do something only where somebody can sign in."""
        return self._has_provider if action == "sign_in" else super().check_action(action, parameters)

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons."""
        yield LineButton("Sign in once (F8)", "sign-in")
        yield from super().buttons()

    def middle(self) -> Iterator[Widget]:
        """Yield the line to paste into, too, which is there once somebody may sign in."""
        yield from super().middle()
        hint = _PASTE.get(self._provider, "the URL in the address bar after sign-in")
        yield LineInput("", placeholder=hint, compact=True, password=True, id="live-paste", classes="-hidden")

    @on(LineButton.Pressed, "#push-sign-in")
    @work
    async def action_sign_in(self) -> None:
        """Begin a sign-in."""
        typed: tuple[str, ...] | None = None
        if self._provider == "ldap":
            typed = await self.app.push_screen_wait(_ask_person())
            if typed is None:
                return
        self.stop_run()
        self._begin(typed)

    @work(exclusive=True, group="test", exit_on_error=True)
    async def _begin(self, typed: tuple[str, ...] | None) -> None:
        self.begin_run()
        subject = await self.made_subject()
        if subject is None:
            return
        part = await self.parts.begin(_SIGN_IN)
        try:
            if typed is not None:
                await self._end(await sign_ins.ldap_sign_in_of(subject, typed[0], Secret(typed[1])))
            else:
                await self._open(subject, part)
        except sign_ins.NotConfigured:
            await self.parts.show_alone()
            self.end_untested()
        except WizardError as error:
            # The command of the command line that they name is not how one came here.
            rows = [ProblemRow(problem._replace(field="Sign-in")) for problem in error.problems]
            await part.mount_all(rows)
            self.bring(rows[0])
            self.progress.end("The test cannot run with these answers yet.")

    async def _open(self, subject: Subject, part: LivePart) -> None:
        """Show the address for the browser, and wait for what is pasted."""
        sign_in = sign_ins.browser_sign_in(self._provider, subject)
        begun = await sign_in.begin()
        if not begun.url:
            await self._end(begun.unopened())
            return
        self._sign_in = sign_in
        self.app.copy_to_clipboard(begun.url)
        await part.mount(Static(Content(begun.words()), markup=False))
        line = self.query_one("#live-paste", LineInput)
        line.remove_class("-hidden")
        line.focus()
        self.rows.scroll_end(animate=False)
        self.progress.end("Sign in at the URL, paste the result, press Enter.")

    @on(Input.Submitted, "#live-paste")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        pasted = Secret(event.value.strip())
        self.query_one("#live-paste", LineInput).value = ""
        if self._sign_in is not None and pasted:
            self._finish(self._sign_in, pasted)

    @work(exclusive=True, group="test", exit_on_error=True)
    async def _finish(self, sign_in: BrowserSignIn, pasted: Secret) -> None:
        self.progress.begin("contacting the provider")
        outcome = await sign_in.finish(pasted)
        if not outcome.may_try_again:
            self._sign_in = None
            self.close_line("#live-paste")
        await self._end(outcome)

    async def _end(self, outcome: SignInOutcome) -> None:
        part = await self.parts.get(_SIGN_IN)
        # What was said of an earlier paste: something else was pasted now.
        await part.query(".refused").remove()
        for finding in outcome.refused:
            # No part of the report: it is about what was pasted, not about the settings.
            row = FindingRow(finding)
            row.add_class("refused")
            await part.mount(row)
        if outcome.afterwards:
            await part.mount(Static(Content(outcome.afterwards), markup=False))
        # What decides comes last, where a small terminal shows it.
        findings = () if outcome.refused else outcome.report.findings
        for finding in sorted(findings, key=lambda one: one.summary in outcome.closing):
            await self.show(finding, part)
        for row in part.rows[-1:]:
            self.bring(row)
        self.progress.end(outcome.closing)


def _ask_person() -> FormDialog:
    text = "The test binds once with this user name and password, as LibreChat does. A wrong password counts as a failed attempt in the directory. Nothing is stored."
    return FormDialog("Sign in once", text, (FormLine("User name"), FormLine("Password", is_secret=True)), "Sign in")
