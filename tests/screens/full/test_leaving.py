"""However it ends: a question where answers would be lost, and nothing but a place where the wizard itself breaks."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from textual import constants

from screens.full import questions_screen
from screens.full.app import WizardApp, run
from screens.full.questions_screen import QuestionsScreen
from screens.full.sidebar import Sidebar
from screens.plain import run as run_plain
from tests.screens.full.operator import Operator, at_the_wizard, interview_in, practice_with
from wizard.interview.dialogues import PRACTICE_ENDED

CANARY = "canary-Pa55-word"


def kept(folder: Path) -> dict[str, Any]:
    journal = folder / ".librechat-wizard" / "draft.json"
    entries: dict[str, Any] = json.loads(journal.read_text(encoding="utf-8"))["entries"] if journal.exists() else {}
    return entries


async def asked(operator: Operator) -> None:
    await operator.press("ctrl+c")
    await operator.until("Leave the wizard?")


async def test_without_an_answer_it_ends_at_once(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat") as operator:
        await operator.press("ctrl+c")
        await operator.until_true(lambda: operator.app._exit)
    assert operator.app.return_code == 130
    assert operator.app.exit_message == "Nothing changed."


async def test_leaving_can_be_thought_better_of(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": "Ours"}) as operator:
        await asked(operator)
        for answer in ("Stay", "Leave and keep", "Leave and discard"):
            await operator.until(answer)
        assert "Go on" not in operator.flat, "it can be read as: go on and leave"
        await operator.press("escape")
        await operator.until("Leave the wizard?", gone=True)
        assert not operator.app._exit


@pytest.mark.parametrize(("keys", "stays"), [(("right", "enter"), True), (("ctrl+q",), True), (("right", "right", "enter"), False)])  # fmt: skip
async def test_leaving_asks_what_becomes_of_the_answers(tmp_path: Path, keys: tuple[str, ...], stays: bool) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, answered={"APP_TITLE": "Ours"}) as operator:
        await asked(operator)
        await operator.press(*keys)
        await operator.until_true(lambda: operator.app._exit)
    assert operator.app.return_code == 130
    assert ("settings.APP_TITLE" in kept(folder)) is stays
    assert ("Your answers are kept" in operator.app.exit_message) is stays


async def test_next_start_offers_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, answered={"APP_TITLE": "Ours"}) as operator:
        await asked(operator)
        await operator.press("ctrl+q")
        await operator.until_true(lambda: operator.app._exit)
    async with at_the_wizard(folder) as operator:
        await operator.until("Continue where you left off?")
        await operator.press("enter")
        await operator.until("step 1 of")
        assert operator.app.interview.draft.text("settings.APP_TITLE") == "Ours"


@pytest.mark.parametrize(
    ("owner", "method"),
    [
        (QuestionsScreen, "begin"),
        (QuestionsScreen, "check_action"),
        (Sidebar, "show"),
        (questions_screen, "look_ahead"),
        (WizardApp, "on_mount"),
    ],
)
def test_crash_ends_with_its_place_and_no_value(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner: object,
    method: str,
) -> None:
    def broken(self: object, *_: object, **__: object) -> None:
        del self
        password = CANARY
        raise ValueError(password)

    monkeypatch.setattr(constants, "DRIVER", "textual.drivers.headless_driver:HeadlessDriver")
    monkeypatch.setattr(owner, method, broken)
    with interview_in(tmp_path / "chat") as interview:
        status = run(interview)
    captured = capsys.readouterr()
    assert status == 70
    assert "The wizard crashed" in captured.err
    assert "ValueError at test_leaving.py:" in captured.err
    assert "Traceback" not in captured.out + captured.err
    assert CANARY not in captured.out + captured.err


async def test_a_practice_run_promises_nothing_that_its_folder_does_not_outlive(tmp_path: Path) -> None:
    practice = practice_with()
    async with at_the_wizard(tmp_path / "chat", answered={"APP_TITLE": "Ours"}, practice=practice) as operator:
        await asked(operator)
        assert "keep my answers" not in operator.flat
        await operator.press("right", "enter")
        await operator.until_true(lambda: operator.app._exit)
    assert operator.app.return_code == 130
    assert operator.app.exit_message == PRACTICE_ENDED


def test_a_practice_run_in_line_prompts_promises_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed in ("Ours\n:quit\nleave\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(f":find APP_TITLE\nAPP_TITLE\n{typed}"))
        with interview_in(tmp_path / "chat") as interview:
            assert run_plain(interview, practice_with()) == 130
        told = capsys.readouterr().out
        assert told.rstrip().endswith(PRACTICE_ENDED), told
