"""``./run`` starts nothing that others can change: not the environment, nor, for root, the checkout."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.screens.cli.bare_machine import BareMachine

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of several users")
STRANGER = 4242


def give_away(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        os.chown(path, STRANGER, STRANGER, follow_symlinks=False)


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o077])
def test_nobody_else_can_write_to_what_the_first_start_makes(bare_machine: BareMachine, umask: int) -> None:
    bare_machine.with_python()
    done = bare_machine.start(umask=umask)
    assert done.returncode == 0, done.stderr
    made = [bare_machine.script.parent / ".venv", *(bare_machine.script.parent / ".venv").rglob("*")]
    assert len(made) > 6
    assert [path for path in made if path.lstat().st_mode & 0o022] == []
    assert all(path.lstat().st_mode & 0o077 == 0 for path in made if umask == 0o077)


def test_an_environment_that_everybody_can_write_to_is_made_again(bare_machine: BareMachine) -> None:
    bare_machine.with_python()
    bare_machine.start()
    environment = bare_machine.script.parent / ".venv"
    (environment / "lib").chmod(0o777)
    (environment / "lib" / "planted").touch()
    environment.chmod(0o777)
    done = bare_machine.start()
    assert (done.returncode, "installing the packages" in done.stderr) == (0, True)
    assert not (environment / "lib" / "planted").exists()
    assert environment.stat().st_mode & 0o022 == 0
    assert bare_machine.start().stderr == ""


@needs_root
def test_an_environment_of_somebody_else_is_not_used(bare_machine: BareMachine) -> None:
    bare_machine.with_python()
    bare_machine.start()
    environment = bare_machine.script.parent / ".venv"
    give_away(environment)
    done = bare_machine.start()
    assert done.stdout.startswith(f"started from {bare_machine.home}/.cache/librechat-auth-wizard/")
    assert f"other users can change {environment}, so it is not used" in done.stderr
    assert (bare_machine.start().stdout, bare_machine.start().stderr) == (done.stdout, "")


def environment_of(bare_machine: BareMachine) -> Path:
    """Start once and return the environment that was made, with the links that Python's venv makes."""
    bare_machine.with_python()
    assert bare_machine.start().returncode == 0
    environment = bare_machine.script.parent / ".venv"
    (environment / "lib64").symlink_to("lib")
    (environment / "bin" / "python").rename(bare_machine.folder / "base")
    (environment / "bin" / "python").symlink_to(bare_machine.folder / "base")
    (environment / "bin" / "python3").symlink_to("python")
    assert bare_machine.start().stderr == ""
    return environment


@pytest.mark.parametrize(
    ("part", "mode"),
    [("lib/package/whole", 0o666), ("lib/package", 0o777), ("bin/python", 0o777), ("bin/python", 0o757)],
)
def test_an_environment_with_one_part_that_everybody_can_write_to_is_made_again(
    bare_machine: BareMachine, part: str, mode: int
) -> None:
    (environment_of(bare_machine) / part).chmod(mode)
    assert "installing the packages" in bare_machine.start().stderr
    assert bare_machine.start().stderr == ""


@needs_root
@pytest.mark.parametrize("part", ["", "lib", "lib/package/whole", "bin/python", "bin"])
def test_an_environment_with_one_part_of_a_shared_group_is_made_again(bare_machine: BareMachine, part: str) -> None:
    changed = environment_of(bare_machine) / part
    changed.chmod(changed.stat().st_mode | 0o020)
    assert bare_machine.start().stderr == "", "the group is this user's own"
    os.chown(changed, 0, STRANGER)
    changed.chmod(changed.stat().st_mode | 0o020)
    assert "installing the packages" in bare_machine.start().stderr
    assert bare_machine.start().stderr == ""


@needs_root
@pytest.mark.parametrize("part", ["lib/package/whole", "bin/python", "lib64", "lib/package"])
@pytest.mark.parametrize("follows", [False, True])
def test_an_environment_with_one_part_of_somebody_else_is_made_again(
    bare_machine: BareMachine, part: str, follows: bool
) -> None:
    os.chown(environment_of(bare_machine) / part, STRANGER, STRANGER, follow_symlinks=follows)
    assert "installing the packages" in bare_machine.start().stderr
    assert bare_machine.start().stderr == ""


@pytest.mark.parametrize("part", ["lib", "lib64", "bin/python3", "lib/package", "lib/package/whole"])
def test_an_environment_with_a_link_that_leads_elsewhere_is_made_again(bare_machine: BareMachine, part: str) -> None:
    replaced = environment_of(bare_machine) / part
    elsewhere = bare_machine.folder / "elsewhere"
    if replaced.is_symlink():
        elsewhere.mkdir()
        replaced.unlink()
    else:
        replaced.rename(elsewhere)
    replaced.symlink_to(elsewhere)
    assert "installing the packages" in bare_machine.start().stderr
    assert bare_machine.start().stderr == ""


CHANGEABLE = [
    ("", 0o777),
    ("tools", 0o777),
    ("tools/environment.sh", 0o666),
    ("run", 0o757),
    ("wizard/inner.py", 0o602),
]


@pytest.mark.parametrize(("part", "mode"), CHANGEABLE)
@pytest.mark.parametrize("uid", [0, 1000])
def test_a_checkout_that_everybody_can_write_to(bare_machine: BareMachine, uid: int, part: str, mode: int) -> None:
    """Root reads nothing of it; anybody else is warned."""
    bare_machine.with_python()
    checkout = bare_machine.script.parent
    (checkout / "wizard").mkdir()
    (checkout / "wizard" / "inner.py").touch()
    assert bare_machine.start().stderr.count("\n") == 1, "the packages are installed"
    if uid:
        bare_machine.user(uid)
    else:
        (checkout / "tools" / "environment.sh").write_text("echo read >&2\nexit 9\n")
    (checkout / part).chmod(mode)
    done = bare_machine.start()
    assert f"other users can change {checkout / part}" in done.stderr.replace("/.,", ",")
    assert done.stderr.count("\n") == (1 if uid == 0 else done.stderr.count("\n"))
    assert done.returncode == (3 if uid == 0 else 0)
    assert done.stdout.startswith("started from") is (uid != 0)


@needs_root
def test_a_checkout_of_one_user_with_a_part_of_another(bare_machine: BareMachine) -> None:
    bare_machine.with_python()
    tools = bare_machine.script.parent / "tools"
    give_away(bare_machine.script.parent)
    assert bare_machine.start().returncode == 0, "it is its owner's as a whole"
    for path, owner, group, mode in ((tools, STRANGER, 0, 0o775), (tools / "environment.sh", STRANGER + 1, 0, 0o644)):
        before = path.stat()
        os.chown(path, owner, group)
        path.chmod(mode)
        done = bare_machine.start()
        assert (done.returncode, done.stdout) == (3, "")
        assert f"other users can change {path}," in done.stderr
        os.chown(path, before.st_uid, before.st_gid)
        path.chmod(before.st_mode)
    assert bare_machine.start().returncode == 0
    bare_machine.folder.chmod(0o777)
    assert bare_machine.start().returncode == 3, "somebody can put another checkout in its place"
    bare_machine.folder.chmod(0o1777)
    assert bare_machine.start().returncode == 0


@needs_root
def test_a_checkout_that_its_owner_s_own_group_can_write_to(bare_machine: BareMachine) -> None:
    bare_machine.with_python()
    for path in (bare_machine.script.parent, bare_machine.script.parent / "tools"):
        os.chown(path, 0, 0)
        path.chmod(0o775)
    assert "others" not in bare_machine.start().stderr


@needs_root
@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_an_environment_that_was_planted_in_a_shared_cache_is_not_used(bare_machine: BareMachine, mode: int) -> None:
    bare_machine.with_python()
    bare_machine.start()
    give_away(bare_machine.script.parent / ".venv")
    shared = bare_machine.folder / "shared"
    shared.mkdir()
    bare_machine.start(XDG_CACHE_HOME=str(shared))
    planted = next((shared / "librechat-auth-wizard").glob("*-*"))
    shutil.copy(bare_machine.script.parent / "requirements.txt", planted / "lock.txt")
    (planted / "bin" / "python").write_text("#!/bin/sh\necho planted\n")
    give_away(shared / "librechat-auth-wizard")
    shared.chmod(mode)
    done = bare_machine.start(XDG_CACHE_HOME=str(shared))
    assert done.stdout.startswith(f"started from {bare_machine.home}/.cache/librechat-auth-wizard/"), done.stderr
    assert f"other users can change {planted}, so it is not used" in done.stderr
    give_away(bare_machine.home)
    nowhere = bare_machine.start(XDG_CACHE_HOME=str(shared))
    assert (nowhere.returncode, nowhere.stdout, nowhere.stderr.count("\n")) == (3, "", 1)
    assert "Set XDG_CACHE_HOME to a folder" in nowhere.stderr


@needs_root
@pytest.mark.parametrize("owner", [0, STRANGER])
def test_a_cache_that_others_can_change_is_not_used(bare_machine: BareMachine, owner: int) -> None:
    bare_machine.with_python()
    bare_machine.start()
    give_away(bare_machine.script.parent / ".venv")
    shared = bare_machine.folder / "shared"
    (shared / "librechat-auth-wizard").mkdir(parents=True)
    os.chown(shared / "librechat-auth-wizard", owner, owner)
    shared.chmod(0o1777 if owner else 0o777)
    done = bare_machine.start(XDG_CACHE_HOME=str(shared))
    assert done.stdout.startswith(f"started from {bare_machine.home}/.cache/librechat-auth-wizard/"), done.stderr
    assert list((shared / "librechat-auth-wizard").iterdir()) == []
    sticky = bare_machine.folder / "sticky"
    sticky.mkdir()
    sticky.chmod(0o1777)
    assert bare_machine.start(XDG_CACHE_HOME=str(sticky / "new")).stdout.startswith(f"started from {sticky}/new/")
