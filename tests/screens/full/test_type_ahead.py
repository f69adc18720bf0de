"""Keys that wait their turn when the application ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

import pytest
from textual import events
from textual._wait import wait_for_idle
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.full.type_ahead import OneKeyAtATime


class Page(Screen[None]):
    def compose(self) -> Iterator[Widget]:
        yield Input()


class Ending(OneKeyAtATime):
    """An application that takes its time to end, as one does that has much to close."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "end", priority=True)]

    def on_mount(self) -> None:
        self.push_screen(Page())

    def action_end(self) -> None:
        self.exit(0)

    async def on_unmount(self) -> None:
        # The screens are closed by now.
        assert not self.screen_stack
        assert self._drain is not None
        await asyncio.wait({self._drain})


@pytest.mark.parametrize("keys", ["escape", "f4", "a", "f4 a", "a f4 escape", "escape 1"])
async def test_a_key_that_waits_while_the_application_ends_breaks_nothing(keys: str) -> None:
    app = Ending()
    async with app.run_test() as pilot:
        await pilot.pause()
        for key in keys.split():
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await wait_for_idle(0)
        app.exit(0)
    assert app._exception is None
    assert app.return_code == 0


async def test_what_breaks_in_a_screen_that_is_there_is_still_reported() -> None:
    class Broken(Ending):
        def action_end(self) -> None:
            self.exit(0)
            raise LookupError("not of the screens")

    async def press() -> None:
        async with Broken().run_test() as pilot:
            await pilot.press("f4")

    with pytest.raises(LookupError):
        await press()


class Two(Screen[None]):
    def compose(self) -> Iterator[Widget]:
        yield Static("one", id="one")
        yield Static("two", id="two")


class Clicked(OneKeyAtATime):
    """An application with something to click."""

    def __init__(self) -> None:
        super().__init__()
        self.clicks: list[str] = []

    def get_default_screen(self) -> Screen[None]:
        return Two()

    def on_click(self, event: events.Click) -> None:
        self.clicks.append(event.widget.id or "" if event.widget is not None else "")


def at(kind: type[events.MouseEvent], place: Offset) -> events.MouseEvent:
    return kind(
        None, place.x, place.y, 0, 0, button=1, shift=False, meta=False, ctrl=False, screen_x=place.x, screen_y=place.y
    )


async def test_click_on_what_was_just_taken_away_is_dropped() -> None:
    app = Clicked()
    async with app.run_test() as pilot:
        await pilot.pause()
        one, two = app.screen.query("Static")
        there, gone, parent = two.region.offset, one.region.offset, one._parent
        assert parent is not None
        # Taken away, and still where the last layout has put it.
        one._detach()
        assert app.get_widget_at(*gone)[0] is one
        await app.on_event(at(events.MouseDown, gone))
        await app.on_event(at(events.MouseUp, gone))
        one._attach(parent)
        assert app.clicks == []
        await app.on_event(at(events.MouseDown, there))
        await app.on_event(at(events.MouseUp, there))
        await pilot.pause()
        assert app.clicks == ["two"], "what is there is clicked as ever"
    assert app._exception is None
