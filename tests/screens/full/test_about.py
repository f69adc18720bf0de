"""The pane below the fields: the explanation is whole, or says that it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.full.operator import at_the_wizard

SMALL = [(80, 24), (60, 16)]


@pytest.mark.parametrize("size", [*SMALL, (120, 40)])
async def test_help_is_whole_or_says_what_shows_the_rest(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=size) as operator:
        for key in ("tab", "shift+tab"):
            await operator.press(key)
            about = operator.app.screen.query_one("#about")
            shown = str(about.render())
            assert shown.count("\n") < about.size.height, "a line of the help is out of sight"
            last = shown.rpartition("\n")[2]
            assert "F1 more" in last or last.endswith(".") or last.startswith("Manual: ")


@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize("name", ["DOMAIN_CLIENT", "turnstile.siteKey", "MIN_PASSWORD_LENGTH"])
async def test_help_that_is_cut_says_so(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", size=size) as operator:
        await operator.go_to(name)
        await operator.until("F1 more")
        about = operator.app.screen.query_one("#about")
        last = str(about.render()).rpartition("\n")[2]
        assert last.endswith("\u2026  F1 more")
        assert len(last) <= about.size.width


async def test_explanation_is_whole_where_the_window_has_room(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="accounts", size=(120, 40)) as operator:
        await operator.until("If wrong:")
        assert "F1 more" not in operator.flat
