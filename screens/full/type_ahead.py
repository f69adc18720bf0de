"""Handles keys in the order in which they were typed, each on the screen that the previous one opened."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import App, ScreenStackError
from textual.errors import NoWidget
from textual.geometry import Region
from textual.widgets import Input

from screens.full import second_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.message_pump import MessagePump
    from textual.widget import Widget

_QUIET: Final = 3
"""Looks at idle queues after which a key counts as carried out."""
_BETWEEN_LOOKS: Final = 0.002
"""Seconds."""
_LOOKS_AT_ONCE: Final = 20
"""Most parts answer within a turn or two of the loop; who takes longer does something that needs the processor."""
_LONGEST_WAIT: Final = 5.0
"""Seconds; a busy machine takes its time for a new screen, and what was typed ahead must not go astray."""


class OneKeyAtATime(App[int]):
    """An application that carries out a key before it hands on the next one.

    Textual hands on every key at once, to what has the focus then. Of ``user TAB password`` in one go, as a password
    manager types it or a slow line delivers it, the password would go to the field of the user, which shows and keeps it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ahead: deque[events.Event] = deque()
        self._has_more = asyncio.Event()
        """Set with every key that is lined up."""
        self._drain: asyncio.Task[None] | None = None
        self._is_typing = False
        """Whether the last that was handed on is text for a line, which is not waited for while more text follows."""

    async def on_event(self, event: events.Event) -> None:
        """Line up what was typed; hand on everything else."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            if not self._is_on_removed(event):
                await super().on_event(event)
            return
        if isinstance(event, events.Key) and (key := second_keys.resolved(event.key)) != event.key:
            event = events.Key(key, None)
        self._ahead.append(event)
        self._has_more.set()
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._hand_on())

    def _is_on_removed(self, event: events.Event) -> bool:
        """Return whether the mouse is on a widget that was taken away and is still drawn until the next layout.

        Where the button is pressed, Textual begins a selection: with the region of the widget's parent, which it has no more, and breaks.
        """
        if not isinstance(event, events.MouseDown) or event.is_forwarded or not self.screen_stack:
            return False
        try:
            widget, _ = self.get_widget_at(event.x, event.y)
        except NoWidget:
            return False
        if widget.is_attached:
            return False
        # The release that follows must not make a click of an earlier press.
        self._mouse_down_widget = None
        return True

    async def _hand_on(self) -> None:
        try:
            while self._ahead and self.screen_stack:
                event = await self._with_digit(self._ahead.popleft())
                # Who types is here: a terminal that has told of another window before takes the focus from every field.
                self.app_focus = True
                # From the first key on the room belongs to what is asked.
                self.screen.add_class("-begun")
                is_text = isinstance(event, events.Paste) or (isinstance(event, events.Key) and event.is_printable)
                was_typing, self._is_typing = self._is_typing, is_text and isinstance(self.focused, Input)
                if self.focused is None or (was_typing and not self._is_typing):
                    # A new screen has no focus yet; and a key of the application overtakes text on its way to a line.
                    await self._carried_out(self.focused)
                before = self.focused
                await super().on_event(event)
                if not self._is_typing:
                    await self._carried_out(before)
        except Exception as error:  # noqa: BLE001 - told as any other, by the application's own way
            # The application can end at any point where a key waits: then there is no screen left for it.
            if self.screen_stack or not isinstance(error, ScreenStackError):
                self._handle_exception(error)

    async def _with_digit(self, event: events.Event) -> events.Event:
        """Return the key that is meant: behind Escape a digit stands for an F-key, even if each comes by itself."""
        if not isinstance(event, events.Key) or event.key != "escape":
            return event
        if not self._ahead:
            self._has_more.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_more.wait(), second_keys.WAITS_FOR_DIGIT)
            # On a busy machine the time may be over before a digit that came in time is handed on.
            await asyncio.sleep(_BETWEEN_LOOKS)
        following = self._ahead[0] if self._ahead else None
        if isinstance(following, events.Key) and (key := second_keys.AFTER_ESCAPE.get(following.key)):
            self._ahead.popleft()
            return events.Key(key, None)
        return event

    async def _carried_out(self, before: Widget | None) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _LONGEST_WAIT
        quiet = 0
        while quiet < _QUIET and loop.time() < end:
            await asyncio.sleep(_BETWEEN_LOOKS)
            if not self.screen_stack:
                # The key has ended the application.
                return
            concerned = tuple(self._concerned(before))
            for pump in concerned:
                await self._answered(pump, end)
            is_idle = self._is_laid_out() and concerned == tuple(self._concerned(before))
            quiet = quiet + 1 if is_idle and not any(pump.message_queue_size for pump in concerned) else 0

    async def _answered(self, pump: MessagePump, end: float) -> None:
        """Wait until a part has dealt with all that it had: a queue is empty already while the last of it is at work."""
        has_answered = asyncio.Event()
        loop = asyncio.get_running_loop()
        is_asked = pump.call_later(has_answered.set)
        looks = 0
        while is_asked and not has_answered.is_set() and pump.is_running and loop.time() < end:
            await asyncio.sleep(0 if looks < _LOOKS_AT_ONCE else _BETWEEN_LOOKS)
            looks += 1

    def _is_laid_out(self) -> bool:
        """Return whether the keys have a place to go to, and each field its own: where Tab leads goes by where they are."""
        if not self.app_focus or self.screen.has_class("-tiny") or self.screen.has_class("-flat"):
            # In a window that is too small nothing is shown; there, and in one that is left, nothing can have the focus.
            return True
        return self.focused is not None and Region() not in [one.virtual_region for one in self.screen.focus_chain]

    def _concerned(self, before: Widget | None) -> Iterator[MessagePump]:
        """Name the parts that a key concerns: what had the focus and what has it now, each with all that is around it."""
        for focused in dict.fromkeys((before, self.focused)):
            if focused is not None:
                yield from focused.ancestors_with_self
        if self.focused is None:
            yield from (self.screen, self)
