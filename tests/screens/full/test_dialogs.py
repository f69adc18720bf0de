"""Dialogs over a step: what they do with its warnings, and that all of their buttons are in sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.notifications import Notification, Notify

from screens.full.dialog import Dialog
from screens.full.line_input import LineInput
from tests.screens.full.operator import Operator, at_the_wizard
from wizard.basics.problem import Problem, WriteRefused
from wizard.interview.interview import Interview


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


def errors(operator: Operator) -> list[str]:
    return [note.message for note in operator.app._notifications if note.severity == "error"]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Return a switch: whether the disk is full."""
    state = {"is full": True}
    keep = Interview.keep

    def kept(self: Interview) -> None:
        if state["is full"]:
            raise WriteRefused(Problem(field="", message="The disk is full.", remedy="Free some space."))
        keep(self)

    monkeypatch.setattr(Interview, "keep", kept)
    return state


async def test_error_goes_once_the_fault_is_fixed(tmp_path: Path, disk: dict[str, bool]) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24)) as operator:
        await operator.go_to("APP_TITLE")
        await operator.press("x")
        await operator.until_true(lambda: errors(operator))
        # To leave the field tries nothing: the answer is still not kept.
        await operator.press("tab")
        assert errors(operator)
        await operator.press("shift+tab")
        disk["is full"] = False
        await operator.press("y")
        await operator.until_true(lambda: not errors(operator))


async def test_error_of_a_step_is_never_over_the_title_of_a_dialog(tmp_path: Path, disk: dict[str, bool]) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24), shows_notes=True) as operator:
        disk["is full"] = False
        await operator.go_to("APP_TITLE")
        await operator.press("f1")
        await operator.until("Everything about this question")
        dialog, step = operator.app.screen, operator.app.screen_stack[-2]
        assert isinstance(dialog, Dialog)
        # What was on its way when the dialog opened: a note, and an answer that is refused.
        disk["is full"] = True
        raised_at = dialog.opened_at - 1
        late = Notification("An earlier note.", severity="warning", timeout=60, raised_at=raised_at)
        operator.app.post_message(Notify(late))
        step.query_one("Field.-focused LineInput", LineInput).value = "x"
        await operator.until_true(lambda: len(dialog._covered) == 2)
        assert not errors(operator)
        assert "Everything about this question" in operator.text
        assert "An earlier note." not in operator.text
        await operator.press("escape")
        await operator.until("An earlier note.")
        await operator.until("The disk is full.")


async def test_error_that_a_dialog_covered_does_not_come_back_once_the_fault_is_fixed(
    tmp_path: Path, disk: dict[str, bool]
) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24)) as operator:
        await operator.go_to("APP_TITLE")
        await operator.press("x")
        await operator.until_true(lambda: errors(operator))
        await operator.press("f1")
        await operator.until("Everything about this question")
        disk["is full"] = False
        operator.app.screen_stack[-2].query_one("Field.-focused LineInput", LineInput).value = "xy"
        await operator.until_true(lambda: operator.app.interview.draft.text("settings.APP_TITLE") == "xy")
        # A note that does come back says when the others would have done so.
        operator.app.screen.lay_aside(Notification("Another note.", severity="warning", timeout=60))  # type: ignore[attr-defined]
        await operator.press("escape")
        await operator.until_true(lambda: list(operator.app._notifications))
        assert not errors(operator)
