"""Dialogs over a step: what they do with its warnings, and that all of their buttons are in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.full.operator import at_the_wizard


@pytest.mark.parametrize("key", ["f1", "f2", "f3", "f10"])
async def test_warning_that_a_dialog_covered_is_there_again_for_the_time_it_had_left(tmp_path: Path, key: str) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=(80, 24), shows_notes=True) as operator:
        operator.app.notify("The draft is damaged.", severity="warning", timeout=60, markup=False)
        await operator.until("The draft is damaged.")
        await operator.press(key)
        await operator.until("The draft is damaged.", gone=True)
        await operator.press("escape")
        await operator.until_true(lambda: list(operator.app._notifications))
        await operator.until("The draft is damaged.")
        (note,) = operator.app._notifications
        assert (note.severity, note.markup) == ("warning", False)
        assert 0 < note.time_left <= 60
        # A note belongs to its step.
        operator.app.show_step("accounts")
        await operator.until("Accounts step 3 of")
        await operator.until("The draft is damaged.", gone=True)


async def test_step_that_is_chosen_in_a_dialog_begins_without_the_warnings_of_the_last_one(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=(80, 24), shows_notes=True) as operator:
        operator.app.notify("The draft is damaged.", severity="error", timeout=60, markup=False)
        await operator.until("The draft is damaged.")
        await operator.press("f2", "up", "enter")
        await operator.until("Secrets an extra step")
        await operator.until("The draft is damaged.", gone=True)
        await operator.until_true(lambda: not list(operator.app._notifications))


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_every_way_to_leave_is_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    answered = {"APP_TITLE": "Ours"}
    async with at_the_wizard(tmp_path / "chat", answered=answered, step="mail", size=size) as operator:
        await operator.press("ctrl+c")
        await operator.until("Leave the wizard?")
        # The focus marks both ends of a button: where one cannot be seen, the button is cut.
        for text in ("Stay", "Leave and keep my answers", "Leave and discard"):
            await operator.until(f">{text}<")
            await operator.press("right")
