"""Started without a folder: the folders that hold LibreChat are offered, or practice; without a person the way out is named."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from screens.cli import folder_choice
from screens.cli.folder_choice import PRACTICE, choose_folder
from tests.screens.cli.program import run
from wizard.basics.problem import InvalidInput

COMPOSE = "services:\n  api:\n    image: registry.librechat.ai/danny-avila/librechat:latest\n"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a LibreChat, and an empty current folder beside one of another program."""
    for name, text in (
        ("home/LibreChat", COMPOSE),
        ("work/other", "services: {db: {image: mongo}}\n"),
        ("work/here", ""),
    ):
        (tmp_path / name).mkdir(parents=True)
        if text:
            (tmp_path / name / "docker-compose.yml").write_text(text)
    monkeypatch.chdir(tmp_path / "work" / "here")
    monkeypatch.setattr(folder_choice, "_is_terminal", lambda: True)
    # No Docker of this machine has a say.
    monkeypatch.setattr(folder_choice, "_of_containers", list)
    return tmp_path


def choose(places: Path, monkeypatch: pytest.MonkeyPatch, typed: str) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return choose_folder({"HOME": str(places / "home")})


@pytest.mark.parametrize(("typed", "chosen"), [("1\n", "home/LibreChat"), ("p\n", PRACTICE), ("../other\n", "../other"), ("nowhere\n1\n", "home/LibreChat")])  # fmt: skip
def test_what_is_chosen(
    places: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    chosen: str,
) -> None:
    found = choose(places, monkeypatch, typed)
    assert found == (str(places / chosen) if "home" in chosen else chosen)
    told = capsys.readouterr().err
    assert f"1  {places / 'home' / 'LibreChat'}" in told
    assert "work/other" not in told
    assert "practice" in told


@pytest.mark.usefixtures("places")
def test_no_line_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("p\n"))
    assert choose_folder({}) == PRACTICE
    told = capsys.readouterr().err.replace(str(Path.cwd()), "/srv")
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert "or p to practice (nothing is kept)" in " ".join(told.split())


def test_nothing_chosen_names_the_ways_out(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput) as refused:
        choose(places, monkeypatch, "q\n")
    assert "--dir DIR" in str(refused.value)
    assert "demo" in str(refused.value)


def test_folder_of_librechat_needs_no_question(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(places / "home" / "LibreChat")
    assert choose(places, monkeypatch, "") == "."


def test_without_a_person_the_folder_is_named(tmp_path: Path) -> None:
    done = run("--plain", "--dir", tmp_path)
    assert done.status == 2
    assert f"there is no docker-compose.yml in {os.path.realpath(tmp_path)}" in " ".join(done.err.split())
    assert "demo" in done.err
