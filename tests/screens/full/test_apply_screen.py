"""Applying at the full screen: what was asked stays asked, and a stop ends the apply alone, not those who wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from screens.full import apply_screen
from screens.full.apply_screen import ApplyScreen
from screens.full.done_screen import DoneScreen
from screens.full.review_screen import ReviewScreen
from screens.shared import apply_job
from tests.screens.full.operator import Operator, at_the_wizard
from wizard.apply import events as happening
from wizard.apply.events import ApplyEvent, ApplyOutcome
from wizard.apply.job import Job

Script = Callable[[Job], AsyncGenerator[ApplyEvent, None]]
ANSWERED = {"DOMAIN_CLIENT": "http://localhost:3080", "DOMAIN_SERVER": "http://localhost:3080"}
WROTE = happening.Wrote(files=(".env",), backup="", is_all_new=True)
FAILED = happening.Failed(reason=happening.Reason.EXITED, summary="LibreChat exited (exit code 1).")


async def fails(_: Job) -> AsyncGenerator[ApplyEvent, None]:
    yield WROTE
    yield FAILED
    yield happening.ApplyResult(outcome=ApplyOutcome.FAILED, failed=FAILED, can_go_back=True)


async def hangs(_: Job) -> AsyncGenerator[ApplyEvent, None]:
    yield WROTE
    yield happening.Waiting(seconds=1, limit=60, state="nothing answers yet")
    await asyncio.sleep(3600)


async def writes_nothing(_: Job) -> AsyncGenerator[ApplyEvent, None]:
    yield happening.Waiting(seconds=1, limit=60, state="nothing answers yet")
    await asyncio.sleep(3600)


async def puts_back(_: Job) -> AsyncGenerator[ApplyEvent, None]:
    yield happening.ApplyResult(outcome=ApplyOutcome.ROLLED_BACK)


async def begin(operator: Operator) -> None:
    await operator.until_true(lambda: isinstance(operator.app.screen, ReviewScreen))
    await operator.until("1 file will change")
    await operator.press("ctrl+a")
    await operator.until("create no account now")
    await operator.paste("-")
    await operator.press("enter")
    await operator.until_true(lambda: isinstance(operator.app.screen, ApplyScreen))


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Script], None]:
    """A function that has an apply go as written down."""

    def script(apply: Script) -> None:
        monkeypatch.setattr(apply_screen, "run_apply", apply)
        monkeypatch.setattr(apply_screen, "undo_apply", puts_back)
        monkeypatch.setattr(apply_screen, "keep", lambda _: None)
        monkeypatch.setattr(apply_job, "interview_job", lambda interview, *_: interview)

    return script


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_the_question_stays_until_it_is_answered(
    key: str, tmp_path: Path, scripted: Callable[[Script], None]
) -> None:
    scripted(fails)
    async with at_the_wizard(tmp_path / "chat", answered=ANSWERED, step="review", size=(80, 24)) as operator:
        await begin(operator)
        await operator.until("Put the old files back?")
        assert operator.text.splitlines()[-1].strip() == "Tab Other button"
        await operator.press("tab")
        await operator.until(">Keep the new files<")
        await operator.press("tab")
        await operator.until(">Put the old files back<")
        await operator.press(key)
        await operator.until("Put the old files back?")
        assert isinstance(operator.app.screen, ApplyScreen)
        await operator.click("#push-keep")
        await operator.until_true(lambda: isinstance(operator.app.screen, DoneScreen))


async def test_what_was_stopped_after_writing_ends_with_what_was_written(
    tmp_path: Path, scripted: Callable[[Script], None]
) -> None:
    scripted(hangs)
    async with at_the_wizard(tmp_path / "chat", answered=ANSWERED, step="review", size=(80, 24)) as operator:
        await begin(operator)
        await operator.until("waiting for LibreChat")
        await operator.press("escape")
        await operator.until("Stopped before it finished.")
        await operator.click("#push-keep")
        await operator.until_true(lambda: isinstance(operator.app.screen, DoneScreen))


@pytest.mark.parametrize("apply", [hangs, writes_nothing])
async def test_the_review_is_computed_again_where_nothing_stays(
    apply: Script, tmp_path: Path, scripted: Callable[[Script], None]
) -> None:
    scripted(apply)
    async with at_the_wizard(tmp_path / "chat", answered=ANSWERED, step="review", size=(80, 24)) as operator:
        before = operator.app.screen
        await begin(operator)
        await operator.until("waiting for LibreChat")
        await operator.press("escape")
        await operator.until("Stopped before it finished.")
        if apply is hangs:
            await operator.click("#push-back")
        else:
            assert "Keep the new files" not in operator.text, "there are none"
        await operator.until("Continue")
        await operator.press("escape")
        await operator.until_true(lambda: isinstance(operator.app.screen, ReviewScreen))
        await operator.until_true(lambda: operator.app.screen is not before)
