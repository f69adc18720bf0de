"""The styles: what the first screen waits for, and that nothing is shown without its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from screens.demo.folder import make
from screens.full.sidebar import Sidebar
from screens.full.styles import DIALOGS, FINDINGS
from tests.screens.full.operator import at_the_wizard, interview_in


async def test_each_part_of_the_first_screen_is_styled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    styled: Counter[str | None] = Counter()
    apply = Stylesheet.apply

    def counted(self: Stylesheet, node: DOMNode, **options: Any) -> None:
        styled[node.id] += 1
        apply(self, node, **options)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.until("step 1 of")
        names = ("headline", "steps", "title", "push-next", "keys")
        assert {name: styled[name] for name in names} == dict.fromkeys(names, 1)


async def test_a_dialog_before_the_first_frame_has_its_styles(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    make(folder)
    with interview_in(folder) as interview:
        interview.go("access")
    async with at_the_wizard(folder) as operator:
        await operator.until("Continue")
        dialog = operator.app.screen.query_one(".dialog")
        assert dialog.styles.width is not None
        assert (dialog.styles.width.value, dialog.styles.border.top[0]) == (70, "round")


async def test_a_first_screen_with_findings_has_their_styles(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review") as operator:
        await operator.until_true(lambda: operator.app.screen.query("#rows"))
        height = operator.app.screen.query_one("#rows").styles.height
        assert height is not None
        assert height.is_fraction


async def test_styles_of_what_follows_are_there_after_the_first_frame(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        sheet = operator.app.stylesheet
        await operator.until_true(lambda: all(sheet.has_source(str(path)) for path in (FINDINGS, DIALOGS)))
        first = sheet.rules[0]
        await operator.press("f1")
        await operator.until_true(lambda: operator.app.screen.query(".dialog"))
        assert sheet.rules[0] is first, "a dialog waited for all style sheets to be read once more"


async def test_another_ground_reaches_a_screen_that_was_shown_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TEXTUAL_THEME", "wizard-dark")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.until("step 1 of")
        before = operator.app.screen.query_one(Sidebar).styles.background
        await operator.press("f12")
        await operator.until_true(lambda: operator.app.screen.query_one(Sidebar).styles.background != before)
