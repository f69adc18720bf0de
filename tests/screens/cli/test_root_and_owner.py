"""Root and the owner of a folder take turns: each goes on where the other stopped."""

from __future__ import annotations

import json
import os

import pytest

from tests.screens.cli.somebodys_folder import (
    CANARY,
    CONFIRM,
    INTERNAL,
    LOCAL,
    OWNER,
    ROOM,
    STRANGER,
    Machine,
    assert_private,
    plant_backup,
    run_as,
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work in the name of others")


@pytest.mark.parametrize("uid", [OWNER, STRANGER])
def test_owner_goes_on_after_root_and_root_after_the_owner(machine: Machine, uid: int) -> None:
    machine.give(uid)
    done = machine.run(text=INTERNAL)
    assert done.status in (0, 1), done.text
    assert_private(machine.folder, uid)
    env = (machine.folder / ".env").read_bytes()
    for user in (uid, 0):
        done = machine.run(text=INTERNAL, uid=user)
        assert done.status in (0, 1), done.text
        assert "Nothing to write" in done.err
        assert (machine.folder / ".env").read_bytes() == env
    done = machine.run(uid=uid)
    assert done.status in (0, 1), done.text
    for user in (0, uid):
        done = machine.run("restore", uid=user)
        assert done.status == 0, done.text
        assert "put back: .env" in done.err
        assert_private(machine.folder, uid)


def test_what_an_old_run_of_root_left_is_handed_over(machine: Machine) -> None:
    assert machine.run(text=INTERNAL).status in (0, 1)
    assert machine.run("restore").status == 0
    for path in (machine.folder / ROOM, *(machine.folder / ROOM).rglob("*")):
        os.chown(path, 0, 0)
    done = machine.run(text=INTERNAL)
    assert done.status in (0, 1), done.text
    copies = {path for path in (machine.folder / ROOM / "backups").rglob("[0-9]*-*") if path.is_file()}
    others = {machine.folder / ROOM, *(machine.folder / ROOM).rglob("*")} - copies
    assert {str(path) for path in others if path.lstat().st_uid != OWNER} == set()
    assert "Nothing to write" in machine.run(text=INTERNAL, uid=OWNER).err
    assert machine.run("restore", uid=OWNER).status == 0


def test_folder_of_roots_under_the_wizards_name_is_not_handed_over(machine: Machine) -> None:
    """Who owns a folder can give any folder in it another name."""
    for name in ("backups/dump", "draft.json"):
        machine.put(f"LibreChat/{ROOM}/{name}", CANARY, uid=0)
    for path in (machine.folder / ROOM, machine.folder / ROOM / "backups"):
        os.chown(path, 0, 0)
    done = machine.run()
    assert done.status == 3, done.text
    assert "belongs to root" in done.err
    assert {path.lstat().st_uid for path in (machine.folder / ROOM, *(machine.folder / ROOM).rglob("*"))} == {0}
    assert machine.run("doctor", "--offline").status in (0, 1)


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_env_of_root_stays_roots(machine: Machine, mode: int) -> None:
    path = machine.put("LibreChat/.env", f"PORT=3080\nMEILI_MASTER_KEY={CANARY}\n", uid=0, mode=mode)
    before = path.read_bytes()
    done = machine.run()
    assert done.status in (0, 1), done.text
    assert path.read_bytes() != before
    assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (0, mode)
    if mode == 0o600:
        assert machine.leaked() == []
    done = machine.run("restore")
    assert done.status == 0, done.text
    assert path.read_bytes() == before
    assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (0, mode)
    if mode == 0o600:
        assert machine.leaked() == []
        path.unlink()
        assert machine.run("restore").status == 0
        assert machine.leaked() == []


def test_env_of_root_is_not_read_out_of_a_backup(machine: Machine) -> None:
    """A manifest that the folder's owner changed names another file for the copy that only root can read."""
    machine.put("LibreChat/.env", f"PORT=3080\nMEILI_MASTER_KEY={CANARY}\n", uid=0)
    assert machine.run().status in (0, 1)
    (manifest,) = (machine.folder / ROOM / "backups").glob("*/manifest.json")
    original = manifest.read_text()
    for name in ("leak", ".env.example"):
        text = json.loads(original)
        text["files"] = [entry | {"name": name, "target": name} for entry in text["files"] if entry["name"] == ".env"]
        text["files"][0]["before"] |= {"mode": "0644", "uid": OWNER}
        manifest.write_text(json.dumps(text))
        machine.run("restore", manifest.parent.name)
        assert machine.leaked() == []


def test_env_of_the_containers_user(machine: Machine) -> None:
    machine.give(1001)
    path = machine.put("LibreChat/.env", "PORT=3080\n", uid=1000)
    done = machine.run()
    assert done.status in (0, 1), done.text
    assert b"JWT_SECRET=" in path.read_bytes()
    assert path.stat().st_uid == 1000


def test_folder_that_its_owner_has_no_way_to(machine: Machine) -> None:
    machine.place.chmod(0o700)
    done = machine.run(text=INTERNAL)
    assert done.status in (0, 1), done.text
    assert_private(machine.folder, OWNER)
    machine.link("x", machine.roots)
    plant_backup(machine, "x/evil")
    before = machine.around()
    assert machine.run("restore").status == 3
    assert machine.around() == before


def test_link_within_the_folder_is_followed_and_shown(machine: Machine) -> None:
    path = machine.put("LibreChat/settings/librechat.env", "PORT=3080\n")
    machine.link(".env", "settings/librechat.env")
    done = machine.run()
    assert done.status in (0, 1), done.text
    assert f".env is a link: the wizard writes to its target, {path}." in done.err
    assert b"JWT_SECRET=" in path.read_bytes()
    assert path.stat().st_uid == OWNER
    assert (machine.folder / ".env").is_symlink()


def test_link_to_a_file_of_the_same_owner_is_followed_and_shown(machine: Machine) -> None:
    path = machine.put("own/librechat.env", "PORT=3080\n")
    machine.link(".env", path)
    done = machine.run("--answers", machine.answers(LOCAL), "--offline", "--json")
    assert done.status in (0, 1), done.text
    plan = json.loads(done.out)["plan"]
    assert plan["files"][0]["target"] == str(path)
    assert f".env is a link: the wizard writes to its target, {path}." in plan["notes"]
    assert b"JWT_SECRET=" in path.read_bytes()
    found = machine.run("doctor", "--offline").out
    assert str(path) in found


def test_link_out_of_the_folder_is_followed_once_confirmed(machine: Machine) -> None:
    target = machine.put("roots/file", "PORT=3080\n", uid=0, mode=0o644)
    machine.link(".env", target)
    done = machine.run("--answers", machine.answers(LOCAL), "--offline", CONFIRM)
    assert done.status == 3, done.text
    assert "root acts as the folder's owner" in done.err
    assert target.read_text() == "PORT=3080\n"
    machine.give(0)
    assert machine.run("--answers", machine.answers(LOCAL), "--offline", CONFIRM).status == 0
    assert "JWT_SECRET=" in target.read_text()


@pytest.mark.parametrize("words", [("doctor", "--offline"), ("doctor", "--fix", "--yes"), ("keys", "status")])
def test_a_folder_that_this_user_may_not_enter_is_reported(machine: Machine, words: tuple[str, ...]) -> None:
    os.chown(machine.folder, 0, 0)
    machine.folder.chmod(0o700)
    done = machine.run(*words, uid=STRANGER)
    assert (done.status, "cannot be opened" in done.err) == (2, True), done.text


def test_a_closed_folder_in_the_path_has_no_docker_for_us(machine: Machine) -> None:
    """PATH as it is after ``su user`` without ``-``: it still has root's folders."""
    closed = machine.place / "closed"
    closed.mkdir(mode=0o700)
    (closed / "docker").symlink_to("/bin/false")
    machine.give(STRANGER)
    words = ("--answers", machine.answers(LOCAL), "--offline", "--dry-run", "--dir", machine.folder)
    done = run_as(STRANGER, *words, path=f"{closed}:/nonexistent")
    assert (done.status, "+ALLOW_REGISTRATION=false" in done.out) == (0, True), done.text
