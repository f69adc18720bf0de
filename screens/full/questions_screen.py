"""The screen for every section of the catalogue: the questions of a step as fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from screens.full.about import About
from screens.full.buttons import LineButton
from screens.full.fields import Field, Pick
from screens.full.messages import GoBeside, Previewed
from screens.full.problems import guarded
from screens.full.questions_pane import QuestionsPane
from screens.full.step_screen import StepScreen
from wizard.basics.plain_text import plain
from wizard.catalogue.answers_form import Installation
from wizard.catalogue.questions import PROVIDERS, question
from wizard.interview.presets import NO_ADDRESS, presets
from wizard.interview.preview import Preview, findings_now, look_ahead
from wizard.interview.steps import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.timer import Timer
    from textual.widget import Widget

    from screens.demo import Practice
    from wizard.answers.draft import Draft, Entry
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview

_NO_ADDRESS_YET: Final = "first answer 'Address for browsers' in the Access step."
_STAND_IN: Final = NO_ADDRESS.partition("://")[2].lower()
_SETTLED: Final = 0.35
"""Seconds without a key after which the rules across fields are asked."""


class QuestionsScreen(StepScreen):
    """A step that asks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "recommend", "Recommended", key_display="F5"),
        Binding("f6", "everything", "All", key_display="F6"),
        Binding("f7", "unmask", "Show secret", key_display="F7"),
        Binding("f8", "generate", "Generate", key_display="F8"),
        Binding("f9", "copy_value", "Copy", key_display="F9"),
        Binding("f4", "take_back", "Undo", key_display="F4"),
    ]

    class LookedAhead(Message):
        """What the answers lead to has been found out."""

        def __init__(self, number: int, preview: Preview, now: tuple[Finding, ...]) -> None:
            super().__init__()
            self.number = number
            self.preview = preview
            self.now = now

    def __init__(
        self, interview: Interview, preview: Preview | None, practice: Practice | None, *, focus_on: str = ""
    ) -> None:
        super().__init__(interview, preview, practice)
        usual = interview.shown(everything=False)
        self._focus_on = focus_on
        if focus_on:
            # The first field must not have the keys in between: what is typed ahead would go there.
            self.AUTO_FOCUS = ""  # type: ignore[misc]  # Textual reads it from the screen
        hints = practice.hints if practice is not None else ()
        self._pane = QuestionsPane(
            interview, hints, everything=not usual or bool(focus_on and focus_on not in usual), focus_on=focus_on
        )
        self._about: Final = About(interview)
        self._timer: Timer | None = None
        self._looks = 0
        self._last_look = 0
        """The number of the latest look ahead whose result is shown: an earlier one may end after it."""
        self._copied = (0, 0)
        """Which value for the provider's console was copied last, and of how many."""
        self._taken_back: dict[str, Entry] = {}
        """Answers that F4 took out of this step, by question id."""
        self._has_begun = False

    def body(self) -> Iterator[Widget]:
        """Yield the fields and the pane that explains the focused one."""
        if self.current.provider:
            from screens.full.console_lines import ConsoleLines

            yield ConsoleLines(self.interview)
        yield self._pane
        yield self._about
        with Horizontal(id="buttons"):
            yield LineButton("Next", "next", is_main=True)
            if self.interview.beside(-1) is not None:
                yield LineButton("Back", "back")
            yield LineButton("Use recommended", "recommended")

    def begin(self) -> None:
        """Draw the fields, focus the wanted one, look ahead."""
        self._pane.draw(self.preview)
        if self._focus_on:
            self.call_after_refresh(self._pane.focus_on, self._focus_on)
        self._has_begun = bool(self._focus_on)
        self._pane.holds_still = not self._has_begun
        self.set_timer(_SETTLED, self._begun)
        self._look_soon()

    def _begun(self) -> None:
        # The first focus comes by itself and must not push what stands above the first field out of sight.
        self._has_begun = True
        self._pane.release()

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """Explain the focused field."""
        focused = self._pane.focused_field
        for field in self.query(Field):
            field.set_class(field is focused, "-focused")
        if focused is not None and self._has_begun:
            self.call_after_refresh(focused.scroll_visible, animate=False)
        self._about.explain(focused.identity if focused else None)
        self.refresh_bindings()

    @on(Pick.Looked)
    def _looked_at_choice(self, event: Pick.Looked) -> None:
        event.stop()
        # The keys may have gone on meanwhile.
        if (field := self._pane.focused_field) is not None and event.choice in field.asked.choices:
            self._about.explain(field.identity, event.choice)

    @on(Field.Edited)
    async def _edited(self, event: Field.Edited) -> None:
        event.stop()
        if self.interview.is_closed:
            return
        field, identity = event.field, event.field.identity
        shown, before = self._pane.shown, self.interview.draft

        def hand_over() -> bool:
            field.hand_over(is_left=event.is_left)
            return before is not self.interview.draft

        guarded(self.app, hand_over)
        changed = before.changed(self.interview.draft)
        # Providers, presets and what LibreChat it is change other fields.
        is_shaping = identity in (PROVIDERS, "access") or question(identity).part == Installation.place
        if changed and (is_shaping or presets(identity) or changed != {identity} or shown != self._pane.shown):
            await self._reshape()
        elif field.is_attached:
            field.show(self.preview)
            if field is self._pane.focused_field:
                self._about.explain(identity)
        if changed:
            self._look_soon()

    async def _reshape(self) -> None:
        await self._pane.shape()
        if not self._pane.is_attached:
            # A click has led to another step meanwhile.
            return
        if (field := self._pane.focused_field) is not None:
            self._about.explain(field.identity)
        self.refresh_frame(self.preview)

    def _look_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._looks = number = self._looks + 1
        self._timer = self.set_timer(_SETTLED, lambda: self._look(number, self.interview.draft))

    @work(thread=True, exclusive=True, group="preview", exit_on_error=True)
    def _look(self, number: int, draft: Draft) -> None:
        is_first = self.current.kind is StepKind.WELCOME and self.interview.snapshot.state(".env").data is not None
        now = findings_now(self.interview) if is_first else ()
        self.post_message(self.LookedAhead(number, look_ahead(self.interview, draft), now))

    @on(LookedAhead)
    def _looked(self, event: LookedAhead) -> None:
        event.stop()
        if event.number < self._last_look:
            return
        self._last_look = event.number
        preview = event.preview.after(self.preview)
        self.post_message(Previewed(preview))
        self.refresh_frame(preview)
        self._pane.draw(preview)
        if event.now:
            self._pane.show_findings(event.now)

    @on(LineButton.Pressed)
    async def _pressed(self, event: LineButton.Pressed) -> None:
        event.stop()
        if event.push.name == "recommended":
            await self.action_recommend()
        elif event.push.name == "back":
            self.post_message(GoBeside(-1))
        else:
            self.post_message(GoBeside(1))

    def action_help(self) -> None:
        """Show the full help of the focused field."""
        field = self._pane.focused_field
        self.open_help(field.identity if field else None)

    async def action_recommend(self) -> None:
        """Answer what is open in this step as recommended."""
        changed = guarded(self.app, self.interview.recommend) or ()
        await self._reshape()
        self._look_soon()
        names = ", ".join(one.title for one in map(question, changed) if not one.is_guide)
        self.notify(
            f"Set to the recommended value: {names}" if names else "There is nothing to set to a recommended value.",
            markup=False,
            timeout=3,
        )

    async def action_everything(self) -> None:
        """Show all settings of the step, or only the common ones."""
        self._pane.everything = not self._pane.everything
        await self._reshape()

    def action_unmask(self) -> None:
        """Show or hide the secret that was typed."""
        if (field := self._pane.focused_field) is not None and field.toggle_masking() is False and not field.has_text:
            self.notify("Saved values are not displayed. What you type is.", markup=False, timeout=4)

    async def action_take_back(self) -> None:
        """Forget the answer of the focused field; a second time, have it again."""
        if (field := self._pane.focused_field) is None:
            return
        name, entries = field.identity, self.interview.draft.entries
        if (entry := entries.get(name)) is not None:
            guarded(self.app, lambda: self.interview.give(name, None))
            self._taken_back[name] = entry
            message = "answer removed. Press F4 to restore it."
        else:
            entry = self._taken_back.pop(name)
            guarded(self.app, lambda: self.interview.give(name, entry))
            message = "answer restored."
        self.notify(f"{field.asked.title}: {message}", markup=False, timeout=3)
        await self._reshape()
        self._look_soon()

    @work
    async def action_generate(self) -> None:
        """Have a random value made for the focused field; one that is in use is replaced only after a question."""
        field = self._pane.focused_field
        if field is None or field.asked.generate is None:
            return
        from screens.full.dialogs import settle
        from wizard.interview.dialogues import generate

        answer = await settle(self.app, generate(self.interview, field.identity, field.asked.key))
        guarded(self.app, answer.action)
        await self._reshape()
        self._look_soon()

    def action_copy_value(self) -> None:
        """Copy the values for the provider's console, one after the other."""
        from screens.full.console_lines import values_at_provider

        values = values_at_provider(self.interview, self.preview)
        if not values:
            return
        known = [one for one in values if _STAND_IN not in one.text.lower()]
        unknown = next((plain(one.label, limit=60) for one in values if one not in known), "")
        missing = f" {unknown}: {_NO_ADDRESS_YET}" if unknown else ""
        if not known:
            self.notify(f"Nothing was copied.{missing}", markup=False, timeout=6)
            return
        # From the first one again, the redirect URI, once it is known.
        last, count = self._copied
        number = (last + 1) % len(known) if count == len(known) else 0
        self._copied = (number, len(known))
        one = known[number]
        self.app.copy_to_clipboard(one.text)
        self.notify(f"Copied: {plain(one.label, limit=60)}.{missing}", markup=False, timeout=6 if missing else 4)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something here."""
        del parameters
        if action in ("unmask", "generate"):
            field = self._pane.focused_field if self.is_mounted else None
            if action == "unmask":
                return field is not None and field.is_secret
            return field is not None and field.asked.secret and field.asked.generate is not None
        if action == "take_back":
            field = self._pane.focused_field if self.is_mounted else None
            return field is not None and any(
                field.identity in place for place in (self.interview.draft.entries, self._taken_back)
            )
        return self.current.provider not in ("", "ldap") if action == "copy_value" else True
