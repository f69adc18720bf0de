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
def machine(tmp_path: Path) -> BareMachine:
    """A machine with a checkout in which nothing has been started yet, and no Python."""
    folder = tmp_path / "machine"
    checkout = folder / "a checkout's folder"
    shutil.copytree(CHECKOUT / "tools", checkout / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run", "requirements.txt"):
        shutil.copy(CHECKOUT / name, checkout / name)
    return BareMachine(folder=folder, script=checkout / "run")


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
    assert (fourth.returncode, fourth.stdout, fourth.stderr) == (0, first.stdout, "")


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
    assert "Python 3.11 or newer is needed, this is 3.9" in done.stderr


def test_no_python_at_all(script: Path, elsewhere: Path, tmp_path: Path) -> None:
    done = start(script, cwd=elsewhere, PYTHON=str(tmp_path / "none"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "there is none on PATH" in done.stderr


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of several users")
STRANGER = 4242


def give_away(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        os.chown(path, STRANGER, STRANGER, follow_symlinks=False)


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o077])
def test_nobody_else_can_write_to_what_the_first_start_makes(machine: BareMachine, umask: int) -> None:
    machine.with_python()
    done = machine.start(umask=umask)
    assert done.returncode == 0, done.stderr
    made = [machine.script.parent / ".venv", *(machine.script.parent / ".venv").rglob("*")]
    assert len(made) > 6
    assert [path for path in made if path.lstat().st_mode & 0o022] == []
    assert all(path.lstat().st_mode & 0o077 == 0 for path in made if umask == 0o077)


def test_an_environment_that_everybody_can_write_to_is_made_again(machine: BareMachine) -> None:
    machine.with_python()
    machine.start()
    environment = machine.script.parent / ".venv"
    (environment / "lib").chmod(0o777)
    (environment / "lib" / "planted").touch()
    environment.chmod(0o777)
    done = machine.start()
    assert (done.returncode, "installing the packages" in done.stderr) == (0, True)
    assert not (environment / "lib" / "planted").exists()
    assert environment.stat().st_mode & 0o022 == 0
    assert machine.start().stderr == ""


@needs_root
def test_an_environment_of_somebody_else_is_not_used(machine: BareMachine) -> None:
    machine.with_python()
    machine.start()
    environment = machine.script.parent / ".venv"
    give_away(environment)
    done = machine.start()
    assert done.stdout.startswith(f"started from {machine.home}/.cache/librechat-auth-wizard/")
    assert f"others can change {environment}: it is not used" in done.stderr
    assert (machine.start().stdout, machine.start().stderr) == (done.stdout, "")


def environment_of(machine: BareMachine) -> Path:
    """Start once and return the environment that was made, with the links that Python's venv makes."""
    machine.with_python()
    assert machine.start().returncode == 0
    environment = machine.script.parent / ".venv"
    (environment / "lib64").symlink_to("lib")
    (environment / "bin" / "python").rename(machine.folder / "base")
    (environment / "bin" / "python").symlink_to(machine.folder / "base")
    (environment / "bin" / "python3").symlink_to("python")
    assert machine.start().stderr == ""
    return environment


@pytest.mark.parametrize(
    ("part", "mode"),
    [("lib/package/whole", 0o666), ("lib/package", 0o777), ("bin/python", 0o777), ("bin/python", 0o757)],
)
def test_an_environment_with_one_part_that_everybody_can_write_to_is_made_again(
    machine: BareMachine, part: str, mode: int
) -> None:
    (environment_of(machine) / part).chmod(mode)
    assert "installing the packages" in machine.start().stderr
    assert machine.start().stderr == ""


@needs_root
@pytest.mark.parametrize("part", ["", "lib", "lib/package/whole", "bin/python", "bin"])
def test_an_environment_with_one_part_of_a_shared_group_is_made_again(machine: BareMachine, part: str) -> None:
    changed = environment_of(machine) / part
    changed.chmod(changed.stat().st_mode | 0o020)
    assert machine.start().stderr == "", "the group is this user's own"
    os.chown(changed, 0, STRANGER)
    changed.chmod(changed.stat().st_mode | 0o020)
    assert "installing the packages" in machine.start().stderr
    assert machine.start().stderr == ""


@needs_root
@pytest.mark.parametrize("part", ["lib/package/whole", "bin/python", "lib64", "lib/package"])
@pytest.mark.parametrize("follows", [False, True])
def test_an_environment_with_one_part_of_somebody_else_is_made_again(
    machine: BareMachine, part: str, follows: bool
) -> None:
    os.chown(environment_of(machine) / part, STRANGER, STRANGER, follow_symlinks=follows)
    assert "installing the packages" in machine.start().stderr
    assert machine.start().stderr == ""


@pytest.mark.parametrize("part", ["lib", "lib64", "bin/python3", "lib/package", "lib/package/whole"])
def test_an_environment_with_a_link_that_leads_elsewhere_is_made_again(machine: BareMachine, part: str) -> None:
    replaced = environment_of(machine) / part
    elsewhere = machine.folder / "elsewhere"
    if replaced.is_symlink():
        elsewhere.mkdir()
        replaced.unlink()
    else:
        replaced.rename(elsewhere)
    replaced.symlink_to(elsewhere)
    assert "installing the packages" in machine.start().stderr
    assert machine.start().stderr == ""


CHANGEABLE = [
    ("", 0o777),
    ("tools", 0o777),
    ("tools/environment.sh", 0o666),
    ("run", 0o757),
    ("wizard/inner.py", 0o602),
]


@pytest.mark.parametrize(("part", "mode"), CHANGEABLE)
@pytest.mark.parametrize("uid", [0, 1000])
def test_a_checkout_that_everybody_can_write_to(machine: BareMachine, uid: int, part: str, mode: int) -> None:
    """Root reads nothing of it; anybody else is warned."""
    machine.with_python()
    checkout = machine.script.parent
    (checkout / "wizard").mkdir()
    (checkout / "wizard" / "inner.py").touch()
    assert machine.start().stderr.count("\n") == 1, "the packages are installed"
    if uid:
        machine.user(uid)
    else:
        (checkout / "tools" / "environment.sh").write_text("echo read >&2\nexit 9\n")
    (checkout / part).chmod(mode)
    done = machine.start()
    assert f"others can change {checkout / part}" in done.stderr.replace("/.,", ",")
    assert done.stderr.count("\n") == (1 if uid == 0 else done.stderr.count("\n"))
    assert done.returncode == (3 if uid == 0 else 0)
    assert done.stdout.startswith("started from") is (uid != 0)


@needs_root
def test_a_checkout_of_one_user_with_a_part_of_another(machine: BareMachine) -> None:
    machine.with_python()
    tools = machine.script.parent / "tools"
    give_away(machine.script.parent)
    assert machine.start().returncode == 0, "it is its owner's as a whole"
    for path, owner, group, mode in ((tools, STRANGER, 0, 0o775), (tools / "environment.sh", STRANGER + 1, 0, 0o644)):
        before = path.stat()
        os.chown(path, owner, group)
        path.chmod(mode)
        done = machine.start()
        assert (done.returncode, done.stdout) == (3, "")
        assert f"others can change {path}," in done.stderr
        os.chown(path, before.st_uid, before.st_gid)
        path.chmod(before.st_mode)
    assert machine.start().returncode == 0
    machine.folder.chmod(0o777)
    assert machine.start().returncode == 3, "somebody can put another checkout in its place"
    machine.folder.chmod(0o1777)
    assert machine.start().returncode == 0


@needs_root
def test_a_checkout_that_its_owner_s_own_group_can_write_to(machine: BareMachine) -> None:
    machine.with_python()
    for path in (machine.script.parent, machine.script.parent / "tools"):
        os.chown(path, 0, 0)
        path.chmod(0o775)
    assert "others" not in machine.start().stderr


@needs_root
@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_an_environment_that_was_planted_in_a_shared_cache_is_not_used(machine: BareMachine, mode: int) -> None:
    machine.with_python()
    machine.start()
    give_away(machine.script.parent / ".venv")
    shared = machine.folder / "shared"
    shared.mkdir()
    machine.start(XDG_CACHE_HOME=str(shared))
    planted = next((shared / "librechat-auth-wizard").glob("*-*"))
    shutil.copy(machine.script.parent / "requirements.txt", planted / "lock.txt")
    (planted / "bin" / "python").write_text("#!/bin/sh\necho planted\n")
    give_away(shared / "librechat-auth-wizard")
    shared.chmod(mode)
    done = machine.start(XDG_CACHE_HOME=str(shared))
    assert done.stdout.startswith(f"started from {machine.home}/.cache/librechat-auth-wizard/"), done.stderr
    assert f"others can change {planted}: it is not used" in done.stderr
    give_away(machine.home)
    nowhere = machine.start(XDG_CACHE_HOME=str(shared))
    assert (nowhere.returncode, nowhere.stdout, nowhere.stderr.count("\n")) == (3, "", 1)
    assert "set XDG_CACHE_HOME to a folder of your own" in nowhere.stderr


@needs_root
@pytest.mark.parametrize("owner", [0, STRANGER])
def test_a_cache_that_others_can_change_is_not_used(machine: BareMachine, owner: int) -> None:
    machine.with_python()
    machine.start()
    give_away(machine.script.parent / ".venv")
    shared = machine.folder / "shared"
    (shared / "librechat-auth-wizard").mkdir(parents=True)
    os.chown(shared / "librechat-auth-wizard", owner, owner)
    shared.chmod(0o1777 if owner else 0o777)
    done = machine.start(XDG_CACHE_HOME=str(shared))
    assert done.stdout.startswith(f"started from {machine.home}/.cache/librechat-auth-wizard/"), done.stderr
    assert list((shared / "librechat-auth-wizard").iterdir()) == []
    sticky = machine.folder / "sticky"
    sticky.mkdir()
    sticky.chmod(0o1777)
    assert machine.start(XDG_CACHE_HOME=str(sticky / "new")).stdout.startswith(f"started from {sticky}/new/")


@pytest.mark.parametrize("step", ["venv", "install", "uninstall", "pth"])
def test_a_first_start_that_was_killed_goes_on_at_the_next(machine: BareMachine, step: str) -> None:
    machine.with_python()
    killed = machine.start(KILLED_AT=step)
    assert killed.returncode == -9
    assert machine.steps[-1] == step
    again = machine.start()
    assert again.returncode == 0, again.stderr
    assert again.stdout == f"started from {machine.script.parent}/.venv\n"
    # One that replaces an environment whose Python an upgrade of the system took away, too.
    (machine.script.parent / ".venv" / "bin" / "python").unlink()
    assert machine.start(KILLED_AT=step).returncode == -9
    assert machine.start().stdout == again.stdout
    assert machine.start().stderr == ""


def test_root_installs_what_a_bare_machine_lacks_and_starts(machine: BareMachine) -> None:
    machine.program("apt-get", APT)
    machine.user(0)
    done = machine.start()
    assert (done.returncode, done.stdout) == (0, f"started from {machine.script.parent}/.venv\n"), done.stderr
    assert "Running: apt-get update && apt-get install -y python3 python3-venv\n" in done.stderr
    assert machine.steps[:2] == [
        "apt-get -qq update",
        "apt-get -qq install -y --no-install-recommends python3 python3-venv",
    ]


def test_root_installs_the_package_that_makes_environments(machine: BareMachine) -> None:
    machine.with_python(venv=False)
    machine.program("apt-get", APT)
    machine.user(0)
    done = machine.start()
    assert done.returncode == 0, done.stderr
    assert machine.steps[1].endswith(" python3.12-venv")


def test_packages_that_cannot_be_installed_end_the_start(machine: BareMachine) -> None:
    machine.program("apt-get", APT)
    machine.user(0)
    (machine.folder / "apt-fails").touch()
    done = machine.start()
    assert (done.returncode, done.stdout) == (3, "")
    assert "Unable to locate package" in done.stderr
    assert done.stderr.endswith("apt-get failed (the reason is above)\n")


def test_a_person_is_asked_before_sudo(machine: BareMachine) -> None:
    machine.program("apt-get", APT)
    machine.program("sudo", SUDO)
    machine.user(1000)
    line = "sudo apt-get update && sudo apt-get install -y python3 python3-venv"
    status, shown = machine.start_at_a_terminal("n\n")
    assert (status, machine.steps) == (3, [])
    assert line in shown
    assert "run it now? [y/N]" in shown
    assert machine.start_at_a_terminal("\n")[0] == 3
    status, shown = machine.start_at_a_terminal("y\n")
    assert status == 0, shown
    assert machine.steps[:4] == [
        "sudo",
        "apt-get -qq update",
        "sudo",
        "apt-get -qq install -y --no-install-recommends python3 python3-venv",
    ]
    assert f"started from {machine.script.parent}/.venv" in shown


def test_without_a_terminal_sudo_is_not_used(machine: BareMachine) -> None:
    machine.program("apt-get", APT)
    machine.program("sudo", SUDO)
    machine.user(1000)
    done = machine.start()
    assert (done.returncode, done.stdout, machine.steps) == (3, "", [])
    assert done.stderr.endswith("Run: sudo apt-get update && sudo apt-get install -y python3 python3-venv\n")


@pytest.mark.parametrize("uid", [0, 1000])
def test_without_apt_get_the_line_is_named(machine: BareMachine, uid: int) -> None:
    machine.with_python(venv=False)
    machine.user(uid)
    done = machine.start()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.endswith("apt-get install -y python3.12-venv\n")
