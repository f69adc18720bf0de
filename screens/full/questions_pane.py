"""The middle of a step with questions: its fields, which appear and disappear with the answers."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Offset

from screens.full.fields import Field, Pick
from screens.full.stable_text import StableText
from screens.full.theme import STYLES
from screens.shared import summaries
from wizard.basics.plain_text import counted
from wizard.basics.status import SIGNS
from wizard.interview.steps import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.geometry import Region
    from textual.widget import Widget

    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview

_SEEN_OF_A_FIELD: Final = 3
"""Lines of a field without which one cannot tell what it asks."""
_MOST_AT_ONCE = 6
"""Findings on the first screen."""


class Further(StableText):
    """The line that says how many settings of the step are not shown. A click does what its key does."""

    def on_click(self) -> None:
        """Show them, or hide them again."""
        self.app.simulate_key("f6")


class QuestionsPane(VerticalScroll):
    """The fields of one step; on the first one, what is known of the folder stands below its question."""

    def __init__(self, interview: Interview, hints: tuple[str, ...], *, everything: bool, focus_on: str = "") -> None:
        """``hints`` are lines for the first step, about a practice run; ``focus_on`` is shown in every case."""
        super().__init__(id="fields", classes="scrolls", can_focus=False)
        self._interview = interview
        self._hints = hints
        self._current = interview.step
        self._focus_on = focus_on
        self.everything = everything
        self.holds_still = False
        """Whether a focus that comes by itself leaves the top in sight."""
        self._preview: Preview | None = None
        """The last one that was drawn: a new field, too, shows what came while it was being made."""

    def compose(self) -> Iterator[Widget]:
        """Lay out the fields and what is known."""
        yield from (Field(name, self._interview) for name in self.shown)
        yield Further(self._further(), id="further")
        if self._current.kind is StepKind.WELCOME:
            # It can be longer than the window: above the question it would leave nothing to choose in sight.
            yield StableText(self._welcome(()), id="folder")

    def on_resize(self) -> None:
        """Draw the choices for the new size, and keep the field with the keys in sight: what is typed goes there."""
        for pick in self.query(Pick):
            pick.draw_for_window()
        if (field := self.focused_field) is not None:
            field.call_after_refresh(field.scroll_visible, animate=False)

    def scroll_to_region(self, region: Region, **options: Any) -> Offset:
        """Scroll to a region of a field, unless the top is still to be read."""
        return Offset() if self.holds_still else super().scroll_to_region(region, **options)

    def release(self) -> None:
        """Let the focus scroll from now on; where the focused field cannot be seen from the top, scroll to it."""
        self.holds_still = False
        field = self.focused_field
        if field is not None and field.virtual_region.y + _SEEN_OF_A_FIELD > self.scroll_offset.y + self.size.height:
            field.scroll_visible(animate=False)

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of the questions that are asked now."""
        found = self._interview.shown(everything=self.everything)
        return found if not self._focus_on or self._focus_on in found else (*found, self._focus_on)

    def show_findings(self, found: tuple[Finding, ...]) -> None:
        """Show on the first step what the rules say about the present folder."""
        for pane in self.query("#folder").results(StableText):
            pane.update(self._welcome(found))

    def _welcome(self, found: tuple[Finding, ...]) -> Content:
        first = summaries.unfinished_lines(self._interview)
        # The line at the top of the screen says which LibreChat it is.
        told = (summaries.head(self._interview), *first)
        others = [line for line in summaries.folder_lines(self._interview) if line not in told]
        lines = [Content(f"{line}\n") for line in (*first, *others)]
        lines += [Content.styled(f"{hint}\n", "$text-accent") for hint in self._hints]
        seen = summaries.initial_findings(found)
        if seen:
            lines.append(Content.styled(f"Problems found so far ({len(seen)}):\n", "bold"))
            for status, text in seen[:_MOST_AT_ONCE]:
                lines.append(Content.assemble((f"{SIGNS[status].mark} ", STYLES[status]), f"{text}\n"))
            if len(seen) > _MOST_AT_ONCE:
                lines.append(Content(f"  ... and {len(seen) - _MOST_AT_ONCE} more in the Checks step.\n"))
        return Content("").join(lines).rstrip()

    def _further(self) -> Content:
        hidden = len(self._interview.shown(everything=True)) - len(self._interview.shown(everything=False))
        if hidden <= 0:
            return Content("")
        text = (
            "Press F6 to show fewer settings"
            if self.everything
            else f"Press F6 to show {counted(hidden, 'more setting')} in this step"
        )
        return Content.styled(text, "dim")

    def draw(self, preview: Preview | None) -> None:
        """Redraw every field."""
        self._preview = preview
        for field in self.query(Field):
            field.show(preview)
        if self._current.provider:
            from screens.full.console_lines import ConsoleLines

            for lines in self.screen.query(ConsoleLines):
                lines.draw(preview)

    async def shape(self) -> None:
        """Make the fields those that the answers ask for now; what stays keeps its focus."""
        wanted = self.shown
        fields = {field.identity: field for field in self.query(Field)}
        further = self.query_one("#further", StableText)
        # At once, not one by one: each change by itself has the whole step laid out anew.
        with self.app.batch_update():
            await self.remove_children([fields.pop(name) for name in tuple(fields) if name not in wanted])
            if not further.is_attached:
                return  # the step has been left meanwhile
            before: Widget = further
            for is_new, names in groupby(reversed(wanted), lambda name: name not in fields):
                if is_new:
                    made = [Field(name, self._interview) for name in names]
                    await self.mount_all(reversed(made), before=before)
                else:
                    before = [fields[name] for name in names][-1]
            further.update(self._further())
            self.draw(self._preview)

    @property
    def focused_field(self) -> Field | None:
        """The field that the keys go to."""
        focused = self.screen.focused
        ancestors = focused.ancestors_with_self if focused is not None else ()
        return next((one for one in ancestors if isinstance(one, Field)), None)

    def focus_on(self, identity: str) -> None:
        """Give the keys to the field of a question."""
        for field in self.query(Field):
            if field.identity == identity:
                # What LibreChat does not read has a field without an editor.
                target = next(iter((*field.query("LineInput, Pick"), *self.screen.query("LineButton"))))
                target.focus()
                field.call_after_refresh(field.scroll_visible, animate=False)
