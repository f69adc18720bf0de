"""A person at a terminal, in a folder whose .env leads to a file of somebody else's: asked once, in plain words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import run
from tests.screens.terminal.terminal import wizard

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")

STRANGER = 65534
QUESTION = "Use it? [y/N]"


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    """A folder of root's with an ``.env`` of a stranger's, which only a person can say is meant."""
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\n")
    os.chown(folder / ".env", STRANGER, STRANGER)
    return folder


def test_yes_goes_on(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until(QUESTION)
        assert "nobody (UID 65534)" in terminal.text
        terminal.type("y")
        terminal.press("enter")
        terminal.until("step 1 of 8")


@pytest.mark.parametrize("answer", ["n", ""])
def test_anything_else_ends(folder: Path, answer: str) -> None:
    with wizard(folder) as terminal:
        terminal.until(QUESTION)
        terminal.type(answer)
        terminal.press("enter")
        assert terminal.wait() == 2
    assert (folder / ".env").read_text() == "PORT=3080\n"


def test_nobody_at_a_terminal_is_told_the_way_out(folder: Path) -> None:
    done = run("--plain", "--dir", folder)
    assert done.status == 2, done.text
    assert "--accept-foreign-files" in done.err
    assert QUESTION not in done.text


def test_answers_that_root_gave_belong_to_the_owner_of_the_folder(folder: Path) -> None:
    (folder / ".env").unlink()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    with wizard(folder) as terminal:
        terminal.until("step 1 of 8")
        terminal.press("enter", "ctrl-n")
        terminal.until("step 2 of 8")
        terminal.press("f5", "tab")
        terminal.type("https://chat.example.com")
        terminal.press("ctrl-n")
        terminal.until("step 3 of 8")
    room = folder / ".librechat-wizard"
    assert (room / "draft.json").is_file()
    assert {(path.lstat().st_uid, path.lstat().st_mode & 0o077) for path in (room, *room.rglob("*"))} == {(STRANGER, 0)}
