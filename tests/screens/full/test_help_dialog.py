"""The window with the help: as tall as its text, with all rows of the terminal where those are too few, and then it scrolls."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from textual.containers import VerticalScroll

from tests.screens.full.operator import Operator, at_the_wizard, practice_with

STEPS = ("welcome", "access", "accounts", "mail", "providers", "openid", "saml", "protection", "update", "checks")
_KEYS = 1
"""The line at the bottom."""


def empty_rows(operator: Operator) -> int:
    dialog = operator.app.screen.query_one(".dialog").region
    return operator.app.size.height - _KEYS - dialog.height


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_no_line_is_out_of_sight_while_rows_are_empty(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(), size=size) as operator:
        operator.app.interview.answer("guide.providers", "openid,saml")
        for step in STEPS:
            operator.app.show_step(step)
            await operator.until_true(lambda step=step: operator.app.screen.current.id == step)  # type: ignore[attr-defined, misc]
            await operator.press("f1")
            await operator.until(">Close<")
            pane = operator.app.screen.query_one(VerticalScroll)
            assert pane.max_scroll_y == 0 or empty_rows(operator) == 0, f"{step}: the text is cut above empty lines"
            await operator.press(*["pagedown"] * 5)
            await operator.until_true(lambda pane=pane: pane.scroll_offset.y == pane.max_scroll_y)  # type: ignore[misc]
            below = pane.query_one(".text").region.bottom
            assert below == pane.region.bottom, f"{step}: the last line is out of reach"
            await operator.press("escape")
            await operator.until(">Close<", gone=True)


async def test_the_window_with_the_help_follows_the_size_of_the_terminal(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", practice=practice_with(), size=(80, 24)) as operator:
        await operator.press("f1")
        await operator.until("Everything about this question")
        for columns, rows in ((60, 16), (80, 40), (80, 24)):
            await operator.resize(columns, rows)
            pane = operator.app.screen.query_one(VerticalScroll)
            await operator.until_true(lambda: (pane.max_scroll_y == 0) == (empty_rows(operator) > 0))  # noqa: B023
            await operator.until(">Close<")


async def test_lines_of_the_help_are_as_long_as_the_window_lets_them_be(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(), size=(80, 24)) as operator:
        await operator.go_to("EMAIL_ENCRYPTION")

        def longest() -> int:
            text = str(operator.app.screen.query_one(".text").render())
            return max(len(line) for line in text.splitlines() if "http" not in line)

        await operator.press("f1")
        await operator.until("Everything about this question")
        at_80 = longest()
        await operator.resize(60, 24)
        await operator.until_true(lambda: longest() < at_80)
        assert longest() <= operator.app.screen.query_one(".text").content_size.width
        await operator.press("escape", "f1")
        await operator.until("Everything about this question")
        at_60 = longest()
        await operator.resize(80, 24)
        await operator.until_true(lambda: longest() == at_80)
        assert at_60 < at_80


@pytest.mark.parametrize("size", [(80, 24), (60, 24)])
async def test_indented_line_that_is_too_long_goes_on_below_its_beginning(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    words = " ".join(f"word{number}" for number in range(30))
    practice = dataclasses.replace(
        practice_with(), inbox=lambda: f"1. A subject\n   From: nobody\n\n   {words} the-end"
    )
    async with at_the_wizard(tmp_path / "chat", practice=practice, size=size) as operator:
        await operator.press("f11")
        await operator.until("the-end")
        lines = [line for line in operator.text.splitlines() if "word" in line or "the-end" in line]
        assert len(lines) > 1
        assert len({len(line) - len(line.lstrip(" \u2502")) for line in lines}) == 1, lines
