"""A practice that was killed leaves its folder to the next one, which removes it; nobody else's folder is touched."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from screens.demo.practice_folder import PREFIX, practice_folder
from tests.screens.cli.program import CHECKOUT

_PRACTICE = """
from screens.demo.practice_folder import practice_folder
with practice_folder() as room:
    (room / "inner").mkdir()
    (room / "inner/.env").write_text("A=1")
    print(room, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _practice(place: Path) -> tuple[subprocess.Popen[str], Path]:
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _PRACTICE],
        env={"PYTHONPATH": str(CHECKOUT), "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    return child, Path(child.stdout.readline().strip())


def test_folder_of_a_killed_practice_goes_that_of_a_running_one_stays(place: Path) -> None:
    killed, left = _practice(place)
    running, busy = _practice(place)
    with killed, running:
        assert left.is_dir(), "the second start removed what the first one uses"
        killed.kill()
        killed.wait()
        with practice_folder() as room:
            assert sorted(place.iterdir()) == sorted([busy, room])
        assert (busy / "inner/.env").read_text() == "A=1"
        running.communicate("\n")
    assert running.returncode == 0
    assert list(place.iterdir()) == []


def test_links_and_files_of_that_name_stay(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "precious").touch()
    (place / f"{PREFIX}link").symlink_to(outside)
    (place / f"{PREFIX}file").touch()
    (place / f"{PREFIX}left").mkdir()
    (place / f"{PREFIX}left/inner").symlink_to(outside)
    with practice_folder():
        pass
    assert sorted(path.name for path in place.iterdir()) == [f"{PREFIX}file", f"{PREFIX}link"]
    assert (outside / "precious").exists()
