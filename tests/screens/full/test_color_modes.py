"""What a terminal with all colors, with sixteen, and without any shows at a glance: choices, cursor, focus, the main button."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.widgets import OptionList

from tests.screens.full.operator import Operator, at_the_wizard

MODES = [
    {"TEXTUAL_THEME": "wizard-dark"},
    {"TEXTUAL_THEME": "wizard-light"},
    {"TEXTUAL_THEME": "ansi-dark"},
    {"NO_COLOR": "1"},
]


@pytest.fixture(params=MODES, ids=lambda mode: next(iter(mode.items())), autouse=True)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment that leads to one of the modes."""
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)


def parts_of_line(operator: Operator, text: str) -> list[tuple[str, Style]]:
    """Return the pieces of the line with a text, each with its style as the terminal gets it."""
    app = operator.app
    segments = list(next(strip for strip in app.screen._compositor.render_strips() if text in strip.text))
    for line_filter in app._filters:
        segments = line_filter.apply(segments, Color(0, 0, 0))
    return [(segment.text, segment.style or Style()) for segment in segments]


def ground_of(operator: Operator, text: str) -> tuple[object, bool]:
    """Return what a text stands on: the color, and whether it is reversed."""
    style = next(style for part, style in parts_of_line(operator, text) if text in part)
    return style.bgcolor, bool(style.reverse)


async def test_choice_of_a_search_is_marked_while_the_words_have_the_keys(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24)) as operator:
        await operator.press("f3", *"cookie")
        await operator.until("SESSION_COOKIE_SECURE")
        listed = operator.app.screen.query_one(OptionList)
        first, second = (str(listed.get_option_at_index(number).id).rpartition(".")[2] for number in (0, 1))
        assert ground_of(operator, first) != ground_of(operator, second), "what Enter takes looks like any other"


async def test_selected_text_and_cursor_of_a_line_can_be_seen(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 24)) as operator:
        await operator.press("f10")
        await operator.until("librechat-answers.yaml")
        selected = ground_of(operator, "librechat-answers.yaml")
        await operator.press("end", "left")
        unselected = ground_of(operator, "librechat-answers.yam")
        assert selected != unselected, "the next key replaces what looks as if it stayed"
        cursor = next(style for part, style in parts_of_line(operator, "librechat-answers.yam") if part == "l")
        assert (cursor.bgcolor, bool(cursor.reverse)) != unselected


async def test_main_button_is_bold_and_shows_that_it_has_the_keys(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=(80, 24)) as operator:
        await operator.until("Use recommended")
        bold = {part.strip(): bool(style.bold) for part, style in parts_of_line(operator, "Use recommended")}
        assert bold["Next"]
        assert not bold["Back"]
        unfocused = ground_of(operator, "Next")
        while ">Next<" not in operator.text:
            await operator.press("shift+tab")
        assert ground_of(operator, ">Next<") != unfocused


async def test_rows_of_a_test_show_that_they_have_the_keys(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="openid", size=(80, 24)) as operator:
        await operator.press("ctrl+t")
        await operator.until("Nothing to test yet")
        rows = operator.app.screen.query_one("#live-rows")

        def mark() -> str:
            return operator.text.splitlines()[rows.region.y][rows.region.x].strip()

        assert not mark(), "the keys are on the button"
        await operator.press("shift+tab", "shift+tab")
        await operator.until_true(lambda: rows.has_focus)
        await operator.until_true(mark)
