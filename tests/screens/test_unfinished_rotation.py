"""A rotation of secrets that was cut off: both fronts say so first, and write nothing that its way back could not undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.screens.cli.program import answers, run, tree
from tests.screens.full.operator import at_the_wizard
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    """A folder whose CREDS_KEY was being replaced when the machine went down."""
    folder = sample_folder("v0.8.7")
    text = "version: 1\naccess: localhost\n"
    assert run("--answers", answers(folder, text), "--dir", folder, "--offline").status == 0
    record = RotationRecord(
        when=datetime.now(UTC),
        stage=RotationStage.DATABASE,
        names=("CREDS_KEY", "CREDS_IV"),
        old=("0" * 64, "1" * 32),
        new=("ab" * 32, "cd" * 16),
    )
    RotationRecords(folder).write(record)
    return folder


def of_the_operator(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    return {name: state for name, state in tree(folder).items() if not name.startswith(".librechat-wizard")}


async def test_the_full_screen_says_so_first_and_does_not_write(folder: Path) -> None:
    before = of_the_operator(folder)
    async with at_the_wizard(folder, answered={"APP_TITLE": "Ours"}, size=(80, 24)) as operator:
        told = " ".join(str(operator.app.screen.query_one("#folder").render()).split())
        assert "earlier rotation of CREDS_KEY, CREDS_IV was interrupted" in told
        assert "keys rotate creds" in told
        await operator.until("LibreChat is stopped.")
        operator.app.show_step("review")
        await operator.until("x An earlier rotation of CREDS_KEY, CREDS_IV was")
        for key in ("ctrl+w", "ctrl+a"):
            operator.app.clear_notifications()
            await operator.press(key)
            await operator.until_true(lambda: len(operator.app._notifications) > 0)
            assert not operator.app.is_writing
        assert "Written: " not in operator.flat
    assert of_the_operator(folder) == before


def test_the_line_prompts_say_so_first_and_do_not_write(folder: Path) -> None:
    before = of_the_operator(folder)
    typed = ":go APP_TITLE\nOurs\n:go review\nwrite\n:quit\ndiscard\n"
    done = run("--plain", "--dir", folder, stdin=typed)
    first, _, later = " ".join(done.out.split()).partition("(APP_TITLE)")
    assert "earlier rotation of CREDS_KEY, CREDS_IV was interrupted" in first
    assert "keys rotate creds" in first
    assert "No files will be written here before the rotation ends." in later
    assert "Written: " not in later
    assert of_the_operator(folder) == before


def test_a_record_that_cannot_be_read_stops_it_as_well(folder: Path) -> None:
    before = of_the_operator(folder)
    (folder / ".librechat-wizard" / "rotation.json").write_text("{", encoding="utf-8")
    done = run("--plain", "--dir", folder, stdin=":go APP_TITLE\nOurs\n:go review\nwrite\n:quit\ndiscard\n")
    assert "rotation.json is damaged" in " ".join(done.out.split()).partition("(APP_TITLE)")[0]
    assert of_the_operator(folder) == before
