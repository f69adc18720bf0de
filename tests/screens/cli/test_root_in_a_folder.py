"""Root in somebody's folder: what its owner could not do is not done, and nothing of root's gets to them."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from tests.screens.cli.hostile_changes import access_list
from tests.screens.cli.program import run
from tests.screens.cli.somebodys_folder import (
    BACKUP,
    CANARY,
    CONFIRM,
    INTERNAL,
    LOCAL,
    OWNER,
    ROOM,
    STRANGER,
    Machine,
    fill,
    plant_backup,
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work in the name of others")


@pytest.mark.parametrize("removes", [False, True])
def test_planted_backup_does_not_get_out_through_a_link(machine: Machine, removes: bool) -> None:
    machine.link("x", machine.roots)
    plant_backup(machine, "x/important" if removes else "x/evil", removes=removes)
    before = machine.around()
    done = machine.run("restore")
    assert done.status == 3, done.text
    assert str(machine.roots) in done.err
    assert "root (UID 0)" in done.err
    assert CONFIRM in done.err
    assert machine.around() == before


def test_planted_backup_does_nothing_in_a_folder_of_roots(machine: Machine) -> None:
    """Who owns the folder cannot write in it, so root does not either."""
    (machine.folder / "roots").mkdir()
    machine.put("LibreChat/roots/important", "important\n", uid=0, mode=0o644)
    os.chown(machine.folder / "roots", 0, 0)
    for removes in (False, True):
        plant_backup(machine, "roots/important", removes=removes)
        done = machine.run("restore")
        assert done.status == 3, done.text
        assert "root acts as the folder's owner" in done.err
        assert (machine.folder / "roots" / "important").read_text() == "important\n"


def test_planted_backup_decides_neither_owner_nor_mode(machine: Machine) -> None:
    plant_backup(machine, "evil")
    assert machine.run("restore").status == 0
    about = (machine.folder / "evil").stat()
    assert (about.st_uid, about.st_mode & 0o7777) == (OWNER, 0o644)


def test_planted_record_of_an_apply_puts_nothing_outside(machine: Machine) -> None:
    machine.link("x", machine.roots)
    plant_backup(machine, "x/evil")
    record = {
        "version": 1,
        "when": "2099-01-01T00:00:00+00:00",
        "stage": "ready",
        "backups": [BACKUP.rpartition("/")[2]],
    }
    machine.put(f"LibreChat/{ROOM}/apply.json", json.dumps(record))
    before = machine.around()
    machine.run()
    done = machine.run("restore")
    assert done.status in (0, 3), done.text
    assert machine.around() == before


@pytest.mark.parametrize("name", ["shadow", "server.key"])
def test_sample_that_is_a_link_to_a_file_of_roots(machine: Machine, name: str) -> None:
    (machine.folder / ".env.example").unlink()
    machine.link(".env.example", machine.roots / name)
    before = machine.around()
    done = machine.run()
    assert done.status == 2, done.text
    assert str(machine.roots / name) in done.err
    assert CONFIRM in done.err
    assert not (machine.folder / ".env").exists()
    assert machine.around() == before


@pytest.mark.parametrize("name", [".env.temp", "data/.env.temp"])
@pytest.mark.parametrize("is_hard", [False, True])
def test_generated_secrets_of_another_tenant(
    machine: Machine, generated_samples: Path, name: str, is_hard: bool
) -> None:
    fill(machine, generated_samples, "v0.8.8-rc1")
    blank = "".join(f"{name}=\n" for name in ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"))
    machine.put("LibreChat/.env", f"PORT=3080\n{blank}")
    tenant = machine.put("tenant/.env", f"JWT_SECRET={CANARY}\n", uid=0)
    for folder in ("data-node", "data"):
        machine.put(f"LibreChat/{folder}/x", "x")
    if is_hard:
        os.link(tenant, machine.folder / name)
    else:
        machine.link(name, tenant)
    before = machine.around()
    machine.run()
    assert machine.leaked() == []
    assert machine.around() == before


@pytest.mark.parametrize(("gid", "mode"), [(42, 0o640), (0, 0o644), (0, 0o600)])
def test_env_that_is_a_link_to_a_file_of_roots(machine: Machine, gid: int, mode: int) -> None:
    target = machine.put("roots/file", f"JWT_SECRET={CANARY}\n", uid=0, gid=gid, mode=mode)
    machine.link(".env", target)
    before = machine.around()
    done = machine.run()
    assert done.status == 2, done.text
    assert str(target) in done.err
    assert "root (UID 0)" in done.err
    assert machine.around() == before


def test_env_that_is_a_hard_link_to_a_file_of_roots(machine: Machine) -> None:
    os.link(machine.roots / "shadow", machine.folder / ".env")
    before = machine.around()
    done = machine.run()
    assert done.status == 2, done.text
    assert machine.around() == before
    assert machine.leaked() == []


def test_linked_folder_for_certificates(machine: Machine) -> None:
    machine.link("certificates", machine.roots)
    before = machine.around()
    done = machine.run(text=INTERNAL)
    assert done.status == 2, done.text
    assert str(machine.roots) in done.err
    assert machine.around() == before


def test_planted_journal_removes_no_folder_elsewhere(machine: Machine) -> None:
    empty = machine.roots / "empty"
    entry = {"name": ".env", "target": ".env", "before": None, "after": None}
    record = {
        "version": 1,
        "when": "2099-01-01T00:00:00+00:00",
        "backup": "2099-01-01T00-00-00Z",
        "entries": [{**entry, "leftovers": [".a/b.librechat-wizard-0123456789abcdef.tmp"]}],
        "folders": [str(empty), "../roots/empty"],
    }
    machine.put(f"LibreChat/{ROOM}/transaction.json", json.dumps(record))
    (machine.folder / ROOM).chmod(0o700)
    done = machine.run()
    assert done.status == 0, done.text
    assert empty.is_dir()
    assert machine.run("restore").status in (0, 3)
    assert empty.is_dir()


@pytest.mark.parametrize("name", ["lock", "probe.lock", "probe.json", "transaction.json", "apply.json", "draft.json"])
@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_pipes_in_the_private_folder_are_not_waited_for(machine: Machine, name: str, kind: str) -> None:
    for other in ("lock", "transaction.json"):
        machine.put(f"LibreChat/{ROOM}/{other}", "{}")
    (machine.folder / ROOM).chmod(0o700)
    path = machine.folder / ROOM / name
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    os.chown(path, OWNER, OWNER)
    for command in (("doctor", "--offline"), ("restore", "--list"), ("restore",), ()):
        done = machine.run(*command)
        assert done.status in (0, 1, 2, 3), done.text


def test_hard_link_as_a_lock_is_not_written(machine: Machine) -> None:
    machine.put(f"LibreChat/{ROOM}/stack", "compose\n")
    (machine.folder / ROOM).chmod(0o700)
    os.link(machine.roots / "important", machine.folder / ROOM / "lock")
    done = machine.run()
    assert done.status == 3, done.text
    assert f"{ROOM}/lock" in done.err
    assert (machine.roots / "important").read_text() == "important\n"


# Modes and owners.


def test_restore_does_not_widen(machine: Machine) -> None:
    machine.put("LibreChat/.env", "PORT=3080\nUID=1000\n", mode=0o644)
    assert machine.run().status == 0
    (machine.folder / ".env").chmod(0o600)
    assert machine.run("restore").status == 0
    assert (machine.folder / ".env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("uid", [OWNER, 0])
def test_access_list_of_the_folder_lets_nobody_read_a_new_file(machine: Machine, uid: int) -> None:
    machine.give(uid)
    machine.put("LibreChat/.env.example", "PORT=3080\nUID=1001\nGID=1000\n", uid=uid, mode=0o644)
    os.setxattr(machine.folder, "system.posix_acl_default", access_list(STRANGER))
    done = machine.run(text=INTERNAL)
    assert done.status in (0, 1), done.text
    made = [path for path in machine.folder.rglob("*") if path.is_file() and not path.stat().st_mode & 0o004]
    assert machine.folder / ".env" in made
    # The group's bits are the list's mask: without them nobody in it is let in.
    masked = [path for path in made if path.stat().st_mode & 0o070]
    assert [str(path) for path in masked if "system.posix_acl_access" in os.listxattr(path)] == []


@pytest.mark.parametrize("claim", ["", f"UID={STRANGER}\n"])
def test_env_swapped_by_a_member_of_the_folders_group(machine: Machine, claim: str) -> None:
    machine.give(0, 50)
    machine.folder.chmod(0o2775)
    path = machine.put("LibreChat/.env", f"{claim}PORT=3080\n", uid=STRANGER, mode=0o666)
    before = path.read_bytes()
    done = machine.run()
    assert done.status == 2, done.text
    assert "nobody (UID 65534)" in done.err
    assert CONFIRM in done.err
    assert "chown -h root .env" in done.err or claim
    assert path.read_bytes() == before
    assert machine.run("--answers", machine.answers(LOCAL), "--offline", CONFIRM).status == 0


@pytest.mark.parametrize("name", [".env", ".env.example", "docker-compose.override.yml", "certificates"])
def test_link_of_a_member_of_the_folders_group(machine: Machine, name: str) -> None:
    machine.give(0, 50)
    machine.folder.chmod(0o2775)
    (machine.folder / name).unlink(missing_ok=True)
    machine.link(name, machine.roots if name == "certificates" else machine.roots / "important", STRANGER)
    before = machine.around()
    done = machine.run(text=INTERNAL)
    assert done.status == 2, done.text
    assert "nobody (UID 65534)" in done.err
    assert machine.around() == before


def test_key_of_a_stranger_is_not_written(machine: Machine) -> None:
    path = machine.put("LibreChat/certificates/server.key", "", uid=STRANGER)
    done = machine.run(text=INTERNAL)
    assert done.status == 2, done.text
    assert "certificates/server.key" in done.err
    assert "nobody (UID 65534)" in done.err
    assert path.read_bytes() == b""


def test_install_of_root_names_the_account_that_env_is_given_to(machine: Machine) -> None:
    machine.give(0)
    machine.put("LibreChat/.env.example", f"PORT=3080\nUID={STRANGER}\n", uid=0, mode=0o644)
    done = machine.run()
    assert done.status == 0, done.text
    assert "nobody (UID 65534)" in done.err
    assert (machine.folder / ".env").stat().st_uid == STRANGER


def test_link_of_somebody_to_the_whole_folder(machine: Machine) -> None:
    """Root is led to a folder of root's own by who owns the place of the link."""
    machine.give(0)
    link = machine.put("alice/note", "").with_name("LibreChat")
    link.symlink_to(machine.folder)
    os.chown(link, OWNER, OWNER, follow_symlinks=False)
    for command in (("doctor", "--offline"), ("restore",), ("--answers", machine.answers(LOCAL), "--offline")):
        done = run(*command, "--dir", link)
        assert done.status == 2, done.text
        assert f"--dir {machine.folder}" in done.err
        assert "(UID 1000)" in done.err
    assert not (machine.folder / ".env").exists()
    os.chown(link, 0, 0, follow_symlinks=False)
    assert run("--answers", machine.answers(LOCAL), "--offline", "--dir", link).status in (0, 1)


@pytest.mark.parametrize("option", ["--answers", "--password-file", "--cacert"])
def test_file_that_root_names_is_not_led_elsewhere_by_the_folders_owner(machine: Machine, option: str) -> None:
    secret = machine.put("roots/secret", CANARY + "\n", uid=0)
    machine.link("pw", secret)
    if option == "--answers":
        text = LOCAL.replace("ALLOW_REGISTRATION: false", f"EMAIL_PASSWORD: {{file: {machine.folder}/pw}}")
        done = machine.run(text=text)
    else:
        words = ("--login", "a@b.test", option) if option == "--password-file" else (option,)
        done = machine.run("doctor", "--url", "https://127.0.0.1:9", *words, machine.folder / "pw")
    assert done.status == 2, done.text
    assert f"{machine.folder}/pw is a symbolic link" in done.text
    assert machine.leaked() == []
    assert CANARY not in done.text
