"""A person at the full-screen wizard, in this process: keys in, the screen as text out. No terminal, no network."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from textual import events
from textual.pilot import Pilot

from checks.model import Check
from screens.demo import Practice
from screens.demo.folder import make
from screens.full.app import WizardApp
from screens.full.fields import Field
from wizard.interview.interview import Interview
from wizard.interview.steps import step as step_named

PATIENCE: Final = 90.0
"""Seconds; a machine that runs other tests is slow."""


class Operator:
    """Presses keys and looks at the screen, nothing else."""

    def __init__(self, app: WizardApp, pilot: Pilot[int]) -> None:
        self.app = app
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self._pilot.pause()

    async def click(self, selector: str, *, row: int = 0) -> None:
        await self._pilot.click(selector, offset=(2, row))

    async def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        await self._pilot.resize_terminal(columns, rows)

    async def go_to(self, name: str) -> None:
        """Find a setting with F3 and go to its field."""
        await self.press("f3")
        await self.until("Find a setting")
        await self.paste(name)
        await self.until(" found")
        await self.press("enter")
        await self.until("Find a setting", gone=True)
        await self.until_true(
            lambda: (
                [field.identity for field in self.app.screen.query(Field).filter(".-focused")]
                in ([name], [f"settings.{name}"])
            )
        )

    async def until(self, wanted: str, *, gone: bool = False) -> None:
        """Wait until a text is on the screen (or no longer is)."""
        await self.until_true(lambda: (wanted in self.flat) is not gone)

    async def until_true(self, condition: Callable[[], object]) -> None:
        """Wait until a function says so."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"it never came:\n{self.text}"
            await self._pilot.pause(0.01)

    @property
    def text(self) -> str:
        """The screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    @property
    def flat(self) -> str:
        """The screen with runs of blanks folded, for texts that may be wrapped."""
        return re.sub(r"\s+", " ", self.text)

    @property
    def field(self) -> str:
        """The question that the keys go to: its label and what is said about the answer."""
        shown = [part.render() for field in self.app.screen.query("Field.-focused") for part in field.query("Static")]
        return "\n".join(str(part) for part in shown)


@contextlib.contextmanager
def interview_in(folder: Path) -> Iterator[Interview]:
    """Open a folder, which is made if it is not there."""
    if not folder.exists():
        folder.mkdir()
        make(folder)
    interview = Interview(folder)
    try:
        yield interview
    finally:
        interview.close()


@contextlib.asynccontextmanager
async def at_the_wizard(
    folder: Path,
    *,
    answered: Mapping[str, str] = MappingProxyType({}),
    step: str = "welcome",
    practice: Practice | None = None,
    size: tuple[int, int] = (100, 40),
    shows_notes: bool = False,
) -> AsyncIterator[Operator]:
    """Run the wizard on a folder until something can be read; ``answered`` are settings that have an answer by then.

    Notes lie over what a test reads, so they are drawn only if it asks for them.
    """
    with interview_in(folder) as interview:
        for name, text in answered.items():
            interview.answer(f"settings.{name}", text)
        interview.step = step_named(step)
        app = WizardApp(interview, practice)
        async with app.run_test(size=size, notifications=shows_notes) as pilot:
            operator = Operator(app, pilot)
            await operator.until_true(lambda: bool(operator.flat.strip()))
            yield operator


def practice_with(*checks: Check) -> Practice:
    """Return a practice run that has these checks alone."""
    return Practice(
        banner="PRACTICE",
        hints=("Type anything: it is a practice.",),
        checks=checks,
        written=lambda _: ("The practice mail server has seen it.",),
        inbox=lambda: "From: [bold]nobody[/]",
    )
