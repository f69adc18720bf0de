"""The questions of ``keys rotate``: an answer counts, and Ctrl+C ends the command at once with nothing changed."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from screens.cli.main import main
from tests.wizard.apply.test_key_rotation import folder, rotation, values
from wizard.store.rotation_record import RotationRecords

__all__ = ["folder"]


class Typing:
    """A terminal at which somebody types an answer, or presses Ctrl+C first."""

    is_answered = False

    def __init__(self, answer: str = "") -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        if not self._answer:
            # As the terminal does. Whoever reads on after it has not noticed.
            signal.raise_signal(signal.SIGINT)
        self.is_answered = True
        return self._answer or "y\n"


@pytest.mark.parametrize("is_cut_off", [False, True], ids=["replace", "finish or put back"])
def test_ctrl_c_at_a_question_ends_it_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_cut_off: bool
) -> None:
    if is_cut_off:
        RotationRecords(folder).write(rotation(folder))
    before, typing = values(folder), Typing()
    monkeypatch.setattr(sys, "stdin", typing)
    assert main(["keys", "rotate", "jwt", "--dir", str(folder)]) == 130
    assert not typing.is_answered
    captured = capsys.readouterr()
    assert values(folder) == before
    asked = "Finish the rotation or roll it back?" if is_cut_off else "Replace them now?"
    assert asked in captured.err
    assert "Done" not in captured.err + captured.out


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_an_answer_counts(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, status: int) -> None:
    before = values(folder)
    monkeypatch.setattr(sys, "stdin", Typing(answer))
    assert main(["keys", "rotate", "jwt", "--dir", str(folder)]) == status
    assert (values(folder)["JWT_SECRET"] != before["JWT_SECRET"]) is (status == 0)
