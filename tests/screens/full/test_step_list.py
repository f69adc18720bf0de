"""The list of steps: a tick only for what was answered or passed, and a word for a step that is not open yet."""

from __future__ import annotations

from pathlib import Path

from screens.full.sidebar import step_mark
from tests.screens.full.operator import at_the_wizard, interview_in
from wizard.interview.preview import look_ahead
from wizard.interview.steps import step


def test_a_review_that_was_read_has_no_tick(tmp_path: Path) -> None:
    with interview_in(tmp_path / "chat") as interview:
        interview.go("review")
        interview.go("protection")
        assert step_mark(interview, look_ahead(interview), step("review"))[1] == "visited"
        interview.answer("settings.LOGIN_MAX", "-1")
        sign, word = step_mark(interview, look_ahead(interview), step("review"))
        assert (sign, word) == ("x", "nothing can be written yet")


async def test_a_click_on_the_end_says_when_it_opens(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", shows_notes=True) as operator:
        rows = operator.text.splitlines()
        where = next(row for row, line in enumerate(rows) if line.split("\u2502")[0].strip() == "Done")
        await operator.click("#steps", row=where - operator.app.screen.query_one("#steps").region.y)
        await operator.until("opens once the files are written")
        await operator.until("Review")
