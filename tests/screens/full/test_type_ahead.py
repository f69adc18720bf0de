"""Keys that wait their turn when the application ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

import pytest
from textual import events
from textual._wait import wait_for_idle
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

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
