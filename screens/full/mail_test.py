"""The live test of the mail step: the checks, then a real mail whose one-time code is typed back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea

from screens.full.buttons import LineButton
from screens.full.dialog import Dialog, paragraph
from screens.full.finding_rows import FindingRow
from screens.full.line_input import LineInput
from screens.full.live_test import LiveTest
from screens.shared import live_tests
from wizard.basics.finding import SIGNS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from checks.mail.delivery.delivery import Delivery
    from checks.model import Subject
    from screens.demo import Practice
    from screens.shared.live_tests import LiveTestPlan
    from wizard.interview.interview import Interview

MAIL_TO = "checks.mail_to"
_TEST_EMAIL: Final = "Test email"
_HEADERS: Final = "Email headers"


class MailTest(LiveTest):
    """The test of the mail server, with a mail of one's own wish."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "send", "Send a test email", key_display="F8"),
        Binding("f11", "inbox", show=False),
    ]

    def __init__(
        self, plan: LiveTestPlan, delivery: Callable[[Subject], Delivery], inbox: Callable[[], str] | None
    ) -> None:
        """``delivery`` makes the test of the arrival for a subject; ``inbox`` gives the practice mailbox as text."""
        super().__init__(plan)
        self._make_delivery = delivery
        self._inbox = inbox
        self._delivery: Delivery | None = None

    def buttons(self) -> Iterator[Widget]:
        """Yield the buttons."""
        yield LineButton("Send an email", "send")
        yield LineButton("Paste headers", "headers")
        yield from super().buttons()

    def middle(self) -> Iterator[Widget]:
        """Yield the line for the code, too, which is there once a mail is on its way."""
        yield from super().middle()
        yield LineInput("", placeholder="the code from the email", compact=True, id="live-code", classes="-hidden")

    @on(LineButton.Pressed, "#push-send")
    def action_send(self) -> None:
        """Send a mail with a new code."""
        self.stop_run()
        self._send()

    @work(exclusive=True, group="test", exit_on_error=True)
    async def _send(self) -> None:
        self.begin_run()
        # A new email makes the code of the last one invalid.
        self.close_line("#live-code")
        subject = await self.made_subject()
        if subject is None:
            return
        part = await self.parts.begin(_TEST_EMAIL)
        if not subject.answers.checks.mail_to:
            self.progress.end("No recipient. Fill in 'Send the test email to' first.")
            there = LineButton("Go to the test email address", MAIL_TO, classes="jump")
            await part.mount(there)
            there.focus(scroll_visible=False)
            self.bring(there)
            return
        # One object for the whole sitting: the codes of earlier mails are known and refused.
        self._delivery = self._delivery or self._make_delivery(subject)
        from wizard.findings import delivery as ids

        is_taken = False
        async for finding in self._delivery.send():
            is_taken = finding.id == ids.ACCEPTED.id
            await self.show(finding, part)
        if is_taken:
            line = self.query_one("#live-code", LineInput)
            line.remove_class("-hidden")
            line.focus()
            self.rows.scroll_end(animate=False)
            self.progress.end("Sent. Type the code from the email and press Enter (10 minutes, 3 tries).")
        else:
            self.progress.end("Not sent. F5: test the server. F8: try again.")
            for row in part.rows[-1:]:
                self.bring(row)

    def consented(self) -> None:
        """Go on after the person consented: mails, too, are sent with it from now on."""
        self._delivery = None
        self.close_line("#live-code")
        super().consented()

    def action_inbox(self) -> None:
        """Show the practice mailbox."""
        from screens.full.dialogs import TextDialog

        if self._inbox is not None:
            self.app.push_screen(TextDialog("Practice mailbox", self._inbox()))

    @on(Input.Submitted, "#live-code")
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._delivery is None or not event.value.strip():
            return
        finding = self._delivery.enter(event.value)
        event.input.value = ""
        if finding.status is Status.PASS:
            self.close_line("#live-code")
            part = await self.parts.get(_TEST_EMAIL)
            await self.show(finding, part)
            for row in part.rows[-1:]:
                self.bring(row)
            self.progress.end("The email arrived.")
            return
        # Above the list, which may be scrolled anywhere: each attempt replaces the one before.
        self.progress.end(f"{finding.summary} {finding.remedy}")
        if not self._delivery.left:
            self.close_line("#live-code")
            self.query_one("#push-send", LineButton).focus()

    @on(LineButton.Pressed, "#push-headers")
    @work
    async def _ask_headers(self) -> None:
        text = await self.app.push_screen_wait(Headers("Paste the headers"))
        if text:
            from checks.mail.delivery.headers import verdict

            found = sorted(verdict(text), key=lambda one: tuple(SIGNS).index(one.status))
            part = await self.parts.begin(_HEADERS)
            for finding in found:
                if finding.status is Status.UNKNOWN:
                    # What a paste does not say is no doubt about the settings: the step is not marked with it.
                    await part.mount(FindingRow(finding))
                else:
                    await self.show(finding, part)
            for row in part.rows[:1]:
                self.bring(row)
            self.progress.end(found[0].summary)


class HeadersArea(TextArea):
    """The text of the headers."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Ctrl+C to the screen, as each line does: TextArea would copy."""
        return action != "copy" and super().check_action(action, parameters)


class Headers(Dialog[str]):
    """A place to paste the headers of the mail that arrived; empty for no answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "give", show=False)]
    is_large = True

    def middle(self) -> Iterator[Widget]:
        """Yield the place."""
        yield paragraph(
            'The email\'s headers ("Show original" in Gmail, "View source" elsewhere). They stay on this machine.'
        )
        yield HeadersArea(id="headers", tab_behavior="focus")
        yield LineButton("Check headers (Ctrl+S)", "ok", is_main=True)

    @on(LineButton.Pressed, "#push-ok")
    def action_give(self) -> None:
        """Give what was pasted."""
        self.dismiss(self.query_one(TextArea).text)

    def action_close(self) -> None:
        """Leave it."""
        self.dismiss("")


def mail_test(interview: Interview, practice: Practice | None) -> MailTest:
    """Return the test of the mail server for the answers so far."""
    return MailTest(
        live_tests.mail_test_plan(interview, practice),
        lambda subject: live_tests.delivery_of(subject, practice),
        practice.inbox if practice is not None else None,
    )
