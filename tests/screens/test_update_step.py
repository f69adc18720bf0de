"""The step "Update": what another release means for the folder, at both fronts, and nothing of it in a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screens.plain.console import Console
from screens.plain.question import Prompt
from screens.plain.words import Words
from tests.screens.full.operator import at_the_wizard
from wizard.answers.export import answers_text
from wizard.basics.status import SIGNS, Status
from wizard.catalogue.questions import UPDATE
from wizard.interview.interview import Interview
from wizard.interview.steps import step_of

_KEY = "CREDS_KEY=0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f\n"


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    made = sample_folder("v0.8.7")
    (made / ".env").write_text(_KEY, encoding="utf-8")
    return made


@pytest.fixture
def interview(folder: Path) -> Iterator[Interview]:
    opened = Interview(folder)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "v0.8.8",
            (
                "From v0.8.7 to v0.8.8:",
                "FAIL: LibreChat v0.8.8 does not start with the current value of CREDS_KEY",
                "Keep CREDS_KEY",
            ),
        ),
        ("v0.8.0", ("From v0.8.7 to v0.8.0:", "cve-2026-54042".upper())),
        ("v0.8.7", ("This folder already uses v0.8.7.",)),
        ("newest", ("This is not a release tag",)),
    ],
)
def test_line_prompts_tell_what_it_means(
    interview: Interview,
    typed: str,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    Prompt(Console(), interview, Words(Console(), interview, None)).ask(UPDATE)
    told = " ".join(capsys.readouterr().out.split())
    assert not [each for each in words if each not in told], told
    assert step_of(UPDATE).id == "update"
    assert "target" not in answers_text(interview.draft, interview.folder)


async def test_the_full_screen_shows_it_below_the_field(folder: Path) -> None:
    async with at_the_wizard(folder, step="update", size=(120, 40)) as operator:
        await operator.until("Release to update or")
        await operator.paste("v0.8.8")
        await operator.until("x FAILED: LibreChat v0.8.8 does not start with the current value of CREDS_KEY")
        assert (folder / ".env").read_text(encoding="utf-8") == _KEY


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_what_matters_most_is_in_sight_with_the_signs_of_every_step(folder: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(folder, step="update", size=size) as operator:
        await operator.until("Release to update or")
        await operator.paste("v9.9.9")
        await operator.until("x FAILED: ")
        for word in ("PASS:", "WARN:", "UNKNOWN:", "FAIL:"):
            assert word not in operator.flat
        shown = operator.app.screen.query_one(".findings").render()
        begun = [line[0] for line in str(shown).splitlines() if not line.startswith(" ")]
        assert begun == ["x", "?", SIGNS[Status.PASS].mark]
        await operator.press(*["backspace"] * 6)
        await operator.until("x FAILED: ", gone=True)
