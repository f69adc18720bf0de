"""``./run``: one long start, then instant ones; nothing of the caller's folder is imported; refusals help in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.screens.cli.bare_machine import APT, SUDO, BareMachine
from tests.screens.cli.program import CHECKOUT

Done = subprocess.CompletedProcess[str]


def start(script: Path, *arguments: str, cwd: Path, **environment: str) -> Done:
    """Start a run script as a person does who has settings of their own."""
    return subprocess.run(
        [script, *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(cwd), **environment},
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The run script of a checkout in which nothing has been started yet, in a folder with an awkward name."""
    checkout = tmp_path / "a checkout's folder"
    checkout.mkdir()
    for name in ("wizard", "checks", "screens", "tools"):
        shutil.copytree(CHECKOUT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run", "requirements.txt"):
        shutil.copy(CHECKOUT / name, checkout / name)
    return checkout / "run"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder whose owner would like our program to import from it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("argparse", "wizard", "sitecustomize", "json"):
        (folder / f"{name}.py").write_text("raise SystemExit('imported from the folder of the caller')\n")
    return folder


def fake_python(folder: Path, *, version: str, new_enough: bool) -> str:
    """Make a program that answers as a Python without ensurepip does."""
    path = folder / "python"
    path.write_text(
        f'#!/bin/sh\ncase "$3" in\n*ensurepip*) exit 1 ;;\n*) echo "{new_enough} {version} /usr/bin/python{version}" ;;\nesac\n'
    )
    path.chmod(0o755)
    return str(path)


def test_first_start_installs_and_the_next_ones_do_not(script: Path, elsewhere: Path) -> None:
    first = start(script, "--version", cwd=elsewhere)
    assert (first.returncode, first.stdout.partition(" ")[0]) == (0, "librechat-wizard"), first.stderr
    assert "installing" in first.stderr

    second = start(script, "--version", cwd=elsewhere, PYTHONPATH=str(elsewhere), PATH="/usr/bin:/bin")
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")

    # An environment that was not finished is not used.
    (script.parent / ".venv" / "lock.txt").unlink()
    shutil.rmtree(script.parent / ".venv" / "lib")
    third = start(script, "--version", cwd=elsewhere)
    assert (third.returncode, third.stdout) == (0, first.stdout), third.stderr

    # The checkout can be moved, and be called through a link.
    moved = script.parent.rename(script.parent.with_name("moved"))
    (elsewhere / "link").symlink_to(moved / "run")
    fourth = start(elsewhere / "link", "--version", cwd=elsewhere)
    assert (fourth.returncode, fourth.stdout, fourth.stderr) == (
        0,
        first.stdout.replace(str(script.parent), str(moved)),
        "",
    )


def test_two_first_starts_at_once(script: Path, elsewhere: Path) -> None:
    starts = [
        subprocess.Popen(
            [script, "--version"], cwd=elsewhere, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    ends = [(*process.communicate(), process.returncode) for process in starts]
    assert [(out.partition(" ")[0], status) for out, _, status in ends] == [("librechat-wizard", 0)] * 2
    assert sum("installing the packages" in err for _, err, _ in ends) == 1


def test_missing_venv_is_answered_with_the_line_that_helps(script: Path, elsewhere: Path, tmp_path: Path) -> None:
    done = start(script, cwd=elsewhere, PYTHON=fake_python(tmp_path, version="3.12", new_enough=True))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.endswith("apt-get install -y python3.12-venv\n")


def test_old_python_is_named(script: Path, elsewhere: Path, tmp_path: Path) -> None:
    done = start(script, cwd=elsewhere, PYTHON=fake_python(tmp_path, version="3.9", new_enough=False))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "Python 3.11 or later is required, but this is 3.9. Set PYTHON to a newer one" in done.stderr


APT_CACHE = """\
#!/bin/sh
[ "$*" != "policy python3" ] || printf 'python3:\\n  Installed: 3.10.6-1~22.04\\n  Candidate: %s\\n' "$CANDIDATE"
"""


@pytest.mark.parametrize("uid", [0, 1000])
def test_where_every_python_is_old_no_package_is_named(bare_machine: BareMachine, tmp_path: Path, uid: int) -> None:
    """Ubuntu 22.04: what its archive has is what is there."""
    fake_python(tmp_path, version="3.10", new_enough=False)
    bare_machine.program("python3", (tmp_path / "python").read_text())
    bare_machine.program("apt-get", APT)
    bare_machine.program("apt-cache", APT_CACHE)
    bare_machine.user(uid)
    done = bare_machine.start(CANDIDATE="3.10.6-1~22.04")
    assert (done.returncode, done.stdout, done.stderr.count("\n"), bare_machine.steps) == (3, "", 1, [])
    assert "Python 3.11 or later is required, but this is 3.10. Use the folder with its own Python or" in done.stderr
    assert done.stderr.endswith("the container image: docs/install.md\n")
    # An older one that is only before the system's on PATH.
    done = bare_machine.start(CANDIDATE="3.11.2-1+b1")
    assert "apt-get install -y python3 python3-venv\n" in done.stderr


def test_an_old_system_that_installs_its_old_python_says_the_way_out(bare_machine: BareMachine, tmp_path: Path) -> None:
    fake_python(tmp_path, version="3.10", new_enough=False)
    (tmp_path / "python").rename(bare_machine.folder / "python")
    bare_machine.program("apt-get", APT)
    bare_machine.user(0)
    done = bare_machine.start()
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.endswith("or the container image: docs/install.md\n")
    assert (bare_machine.folder / "has-venv").exists()


def test_no_python_at_all(script: Path, elsewhere: Path, tmp_path: Path) -> None:
    done = start(script, cwd=elsewhere, PYTHON=str(tmp_path / "none"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "is not on PATH" in done.stderr


@pytest.mark.parametrize("step", ["venv", "install", "uninstall", "pth"])
def test_a_first_start_that_was_killed_goes_on_at_the_next(bare_machine: BareMachine, step: str) -> None:
    bare_machine.with_python()
    killed = bare_machine.start(KILLED_AT=step)
    assert killed.returncode == -9
    assert bare_machine.steps[-1] == step
    again = bare_machine.start()
    assert again.returncode == 0, again.stderr
    assert again.stdout == f"started from {bare_machine.script.parent}/.venv\n"
    # One that replaces an environment whose Python an upgrade of the system took away, too.
    (bare_machine.script.parent / ".venv" / "bin" / "python").unlink()
    assert bare_machine.start(KILLED_AT=step).returncode == -9
    assert bare_machine.start().stdout == again.stdout
    assert bare_machine.start().stderr == ""


def test_root_installs_what_a_bare_machine_lacks_and_starts(bare_machine: BareMachine) -> None:
    bare_machine.program("apt-get", APT)
    bare_machine.user(0)
    done = bare_machine.start()
    assert (done.returncode, done.stdout) == (0, f"started from {bare_machine.script.parent}/.venv\n"), done.stderr
    assert "Running: apt-get update && apt-get install -y python3 python3-venv\n" in done.stderr
    assert bare_machine.steps[:2] == [
        "apt-get -qq update",
        "apt-get -qq install -y --no-install-recommends python3 python3-venv",
    ]


def test_root_installs_the_package_that_makes_environments(bare_machine: BareMachine) -> None:
    bare_machine.with_python(venv=False)
    bare_machine.program("apt-get", APT)
    bare_machine.user(0)
    done = bare_machine.start()
    assert done.returncode == 0, done.stderr
    assert bare_machine.steps[1].endswith(" python3.12-venv")


def test_packages_that_cannot_be_installed_end_the_start(bare_machine: BareMachine) -> None:
    bare_machine.program("apt-get", APT)
    bare_machine.user(0)
    (bare_machine.folder / "apt-fails").touch()
    done = bare_machine.start()
    assert (done.returncode, done.stdout) == (3, "")
    assert "Unable to locate package" in done.stderr
    assert done.stderr.endswith("apt-get failed (the reason is above)\n")


def test_a_person_is_asked_before_sudo(bare_machine: BareMachine) -> None:
    bare_machine.program("apt-get", APT)
    bare_machine.program("sudo", SUDO)
    bare_machine.user(1000)
    line = "sudo apt-get update && sudo apt-get install -y python3 python3-venv"
    status, shown = bare_machine.start_at_a_terminal("n\n")
    assert (status, bare_machine.steps) == (3, [])
    assert line in shown
    assert "run it now? [y/N]" in shown
    assert bare_machine.start_at_a_terminal("\n")[0] == 3
    status, shown = bare_machine.start_at_a_terminal("y\n")
    assert status == 0, shown
    assert bare_machine.steps[:4] == [
        "sudo",
        "apt-get -qq update",
        "sudo",
        "apt-get -qq install -y --no-install-recommends python3 python3-venv",
    ]
    assert f"started from {bare_machine.script.parent}/.venv" in shown


def test_without_a_terminal_sudo_is_not_used(bare_machine: BareMachine) -> None:
    bare_machine.program("apt-get", APT)
    bare_machine.program("sudo", SUDO)
    bare_machine.user(1000)
    done = bare_machine.start()
    assert (done.returncode, done.stdout, bare_machine.steps) == (3, "", [])
    assert done.stderr.endswith("Run: sudo apt-get update && sudo apt-get install -y python3 python3-venv\n")


@pytest.mark.parametrize("uid", [0, 1000])
def test_without_apt_get_the_line_is_named(bare_machine: BareMachine, uid: int) -> None:
    bare_machine.with_python(venv=False)
    bare_machine.user(uid)
    done = bare_machine.start()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.endswith("apt-get install -y python3.12-venv\n")
