"""What is printed works from any folder: the folder with its whole path, and other programs in it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screens.plain.console import Console
from screens.plain.review import Reviewing
from screens.plain.words import Words
from screens.shared.write_result import after_write
from tests.screens.cli.program import answers, run
from tests.screens.full.operator import at_the_wizard, interview_in, practice_with
from wizard.basics.own_command import in_folder, own_command, started_in
from wizard.interview.preview import proposal_of

SampleFolder = Callable[..., Path]
LOCAL = "version: 1\naccess: localhost\n"


@pytest.fixture
def named() -> Iterator[Callable[[str], None]]:
    """A function that says how the folder was named on the command line."""
    yield started_in
    started_in("")


@pytest.mark.parametrize("form", ["{name}", "./{name}", "../{above}/{name}", "{name}/"])
def test_a_relative_folder_is_printed_whole(
    named: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    folder = tmp_path / "our chat"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    named(form.format(name="our chat", above=tmp_path.name))
    assert own_command("doctor").endswith(f"--dir '{folder}'")
    # A shell takes it so, from elsewhere, and is not led away by it.
    done = subprocess.run(["sh", "-c", f"{in_folder('pwd')}; pwd"], cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == [str(folder), "/"]


def test_where_no_folder_was_named_commands_are_short(named: Callable[[str], None]) -> None:
    named(".")
    assert (own_command("doctor"), in_folder("docker compose up -d")) == (own_command("doctor"), "docker compose up -d")
    assert "--dir" not in own_command("doctor")


def test_restore_and_the_end_of_a_run_name_the_whole_folder(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    away = os.path.relpath(folder, folder.parent)
    texts = (LOCAL, f"{LOCAL}settings: {{APP_TITLE: Ours}}\n")
    done = [run("--answers", answers(folder, text), "--dir", away, "--offline", cwd=folder.parent) for text in texts]
    assert [one.status for one in done] == [0, 0]
    assert f"restore --dir {folder}'" in done[-1].err
    back = run("restore", "--dir", away, cwd=folder.parent)
    assert re.search(rf"\(cd {re.escape(str(folder))} && docker compose .*up -d --force-recreate\)", back.err)


async def test_the_end_of_the_full_screen_copies_what_works_anywhere(
    named: Callable[[str], None], tmp_path: Path
) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, step="review", size=(120, 50)) as operator:
        named(str(folder))
        await operator.until("Ctrl+W writes ")
        await operator.press("ctrl+w")
        await operator.until("Written: ")
        await operator.press("1")
        assert operator.app.clipboard == f"(cd {folder} && docker compose up -d)"
        assert operator.app.result is not None
        commands = operator.app.result.commands
        assert [one for one in commands if not one.startswith(f"(cd {folder} && ") and "--dir" not in one] == []


def test_a_practice_line_by_line_ends_without_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    practice = practice_with()
    with interview_in(tmp_path / "chat") as interview:
        interview.answer("access", "localhost")
        proposal = proposal_of(interview)
        result = after_write(interview, proposal, interview.write(proposal), practice)
        console = Console()
        Reviewing(console, Words(console, interview, practice), interview, practice)._tell_result(result)
    said = capsys.readouterr().out
    assert "The practice mail server has seen it." in said
    assert "docker compose" not in said
    assert "restore" not in said
