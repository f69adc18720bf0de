"""What the container image is built from: tools/image.py and tools/wheelhouse.py make a whole folder, or none and say why."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT
from tests.judge import JUDGES, need_path

LOCK = CHECKOUT / "requirements.txt"


def tool(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", CHECKOUT / "tools" / name, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_folder_has_the_programs_and_every_wheel_of_the_lock(tmp_path: Path) -> None:
    program, context = tmp_path / "docker", tmp_path / "context"
    program.write_bytes(b"a program")
    given = ("--docker", program, "--compose", program, "--wheels", need_path("wheels", JUDGES / "wheels"))
    done = tool("image.py", context, *given)
    assert (done.returncode, done.stdout) == (0, f"{context}\n"), done.stderr
    assert {path.name for path in context.iterdir()} == {"Dockerfile", "docker", "docker-compose", "wheels"}
    assert [(context / name).stat().st_mode & 0o777 for name in ("docker", "docker-compose")] == [0o755] * 2
    lock, wheels = LOCK.read_text(), context / "wheels"
    assert (wheels / LOCK.name).read_text() == lock
    own = [path for path in wheels.glob("*.whl") if path.name.startswith("librechat_auth_wizard-")]
    others = [path for path in wheels.glob("*.whl") if path not in own]
    assert len(own) == 1
    assert [path.name for path in others if hashlib.sha256(path.read_bytes()).hexdigest() not in lock] == []
    assert len(others) == sum("==" in line for line in lock.splitlines() if not line.startswith((" ", "#")))


@pytest.mark.parametrize("name", ["image.py", "wheelhouse.py"])
@pytest.mark.parametrize("place", ["file", "file/below", "full"])
def test_what_is_in_the_way_is_named_and_stays(tmp_path: Path, name: str, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    done = tool(name, tmp_path / place)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert done.stderr.startswith(f"{name.partition('.')[0]}: {tmp_path / place.partition('/')[0]}")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["image.py", "wheelhouse.py"])
@pytest.mark.parametrize(
    "words", ["--glibc nonsense", "--glibc 2.x", "--glibc 2.4", "--python 3.11.2", "--python three"]
)
def test_a_version_that_is_none_is_named_before_anything_is_made(tmp_path: Path, name: str, words: str) -> None:
    done = tool(name, tmp_path / "made", *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    option, version = words.split()
    assert f"{name}: error: argument {option}: '{version}' is no version of" in done.stderr
    assert list(tmp_path.iterdir()) == []


TOOLS = sorted(path.name for path in CHECKOUT.glob("tools/*.py") if '__name__ == "__main__"' in path.read_text())


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_says_how_it_is_called_where_it_is_called_otherwise(name: str) -> None:
    done = tool(name, "--nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ")
    assert "Traceback" not in done.stderr


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    done = tool("image.py", tmp_path / "context", "--docker", missing)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"image: {missing}: No such file or directory\n"
    assert list(tmp_path.iterdir()) == []
