"""Dialogues at the line prompts: a word or its beginning answers, an empty line loses nothing, anything else is asked again."""

from __future__ import annotations

import io

import pytest

from screens.plain.console import Console
from wizard.interview.dialogues import Answer, Dialogue

ASKED = Dialogue("Leave?", "Nothing is written yet.", (Answer("go on", "Go on"), Answer("keep", "Keep"), Answer("throw", "Throw")))  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "word", "asks"),
    [("keep\n", "keep", 1), ("T\n", "throw", 1), ("\n", "go on", 1), ("yes\n\n", "go on", 2), ("keep it\nkeep\n", "keep", 2)],
)  # fmt: skip
def test_a_word_answers(
    typed: str, word: str, asks: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert Console().settle(ASKED).word == word
    told = capsys.readouterr().out
    assert told.count("> ") == asks
    assert told.count("Nothing is written yet.") == 1
    assert told.count("Type keep, throw or go on> ") == asks - 1


def test_what_is_settled_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert Console().settle(ASKED._replace(settled=ASKED.answers[2])).word == "throw"
    assert capsys.readouterr().out == ""


def test_a_command_that_comes_too_early_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(":find mail\n\n"))
    assert Console().settle(ASKED).word == "go on"
    assert "First type keep, throw or go on> " in capsys.readouterr().out
