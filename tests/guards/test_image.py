"""What the container image is built from: tools/image.py and tools/wheelhouse.py make a whole folder, or none and say why."""

from __future__ import annotations

import hashlib
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from packaging import _manylinux

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
    "words",
    [
        *("--glibc nonsense", "--glibc 2.x", "--glibc 2.4", "--glibc 2.010", "--glibc 2.280"),
        *("--python 3.11.2", "--python three", "--python 3.9", "--python 3.011", "--python 3.110"),
    ],
)
def test_a_version_that_is_none_is_named_before_anything_is_made(tmp_path: Path, name: str, words: str) -> None:
    done = tool(name, tmp_path / "made", *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    option, version = words.split()
    assert f"{name}: error: argument {option}: '{version}' is no version of" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--machine aarch64 --glibc 2.10", "no wheels are made for aarch64 with glibc 2.10; the oldest is 2.17"),
        ("--machine any,x86_64 --glibc 2.28", "argument --machine: 'any,x86_64' is no processor"),
    ],
)
def test_a_machine_that_no_wheel_is_for_is_named_before_anything_is_made(tmp_path: Path, words: str, says: str) -> None:
    done = tool("wheelhouse.py", tmp_path / "made", *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert f"wheelhouse.py: error: {says}" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("glibc", ["2.36", "2.17", "2.16", "2.12", "2.10", "2.5"])
def test_a_machine_gets_the_wheels_that_pip_there_would_take(glibc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "confstr", lambda _: f"glibc {glibc}")
    _manylinux._get_glibc_version.cache_clear()
    tags = [tag for tag in _manylinux.platform_tags(["x86_64"]) if "linux" in tag]
    _manylinux._get_glibc_version.cache_clear()
    platforms = runpy.run_path(str(CHECKOUT / "tools" / "wheelhouse.py"))["platforms"]
    assert platforms(glibc, "x86_64") == tags
    assert all(f"manylinux_2_{minor}_x86_64" not in tags for minor in range(int(glibc[2:]) + 1, 99))


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
