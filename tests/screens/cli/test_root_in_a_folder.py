"""Root in somebody's folder: what its owner could not do is not done, nothing of root's gets to them, they can go on."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.screens.cli.hostile_folder import access_list
from tests.screens.cli.program import CHECKOUT, Run, run

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work in the name of others")

OWNER, STRANGER = 1000, 65534
LOCAL = "version: 1\naccess: localhost\nsettings: {ALLOW_REGISTRATION: false}\n"
INTERNAL = """version: 1
access: https-proxy
settings: {DOMAIN_CLIENT: "https://chat.example.com", DOMAIN_SERVER: "https://chat.example.com"}
proxy: {server: caddy, certificate: internal}
"""
CANARY = "ROOTS-CANARY-0123456789abcdef0123456789abcdef"
CONFIRM = "--accept-foreign-files"
ROOM = ".librechat-wizard"
BACKUP = f"{ROOM}/backups/2099-01-01T00-00-00Z"


@dataclass(frozen=True, slots=True)
class Machine:
    """A LibreChat folder of somebody's, and beside it what is none of theirs."""

    place: Path

    @property
    def folder(self) -> Path:
        """The LibreChat folder."""
        return self.place / "LibreChat"

    @property
    def roots(self) -> Path:
        """A folder of root's that others can enter."""
        return self.place / "roots"

    def give(self, uid: int = OWNER, gid: int | None = None) -> None:
        """Give the LibreChat folder and all in it to somebody."""
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, uid, uid if gid is None else gid, follow_symlinks=False)

    def link(self, name: str, target: Path | str, uid: int = OWNER) -> None:
        """Put a link of somebody's into the LibreChat folder."""
        (self.folder / name).symlink_to(target)
        os.chown(self.folder / name, uid, uid, follow_symlinks=False)

    def put(self, name: str, text: str, *, uid: int = OWNER, gid: int | None = None, mode: int = 0o600) -> Path:
        """Put a file of somebody's somewhere; folders on the way are the LibreChat folder's owner's."""
        path = self.place / name
        for parent in reversed(path.parents):
            if not parent.exists():
                parent.mkdir()
                owner = self.folder.stat().st_uid
                os.chown(parent, owner, owner)
        path.write_text(text)
        os.chown(path, uid, uid if gid is None else gid)
        path.chmod(mode)
        return path

    def answers(self, text: str) -> Path:
        """Write an answers file of root's that others may read."""
        path = self.place / "answers.yaml"
        path.write_text(text)
        return path

    def run(self, *arguments: str | Path, text: str = LOCAL, uid: int = 0, stdin: str = "") -> Run:
        """Run a command in the folder, ``--answers`` where none is named; as root or as somebody else."""
        words = arguments or ("--answers", self.answers(text), "--offline")
        if uid == 0:
            return run(*words, "--dir", self.folder, stdin=stdin, environment={"PATH": "/nonexistent"})
        return run_as(uid, *words, "--dir", self.folder)

    def around(self) -> dict[str, tuple[int, int, int, bytes]]:
        """Return all that is beside the LibreChat folder, with mode, owner, group and content."""
        return {
            str(path.relative_to(self.place)): (
                *(path.lstat().st_mode, path.lstat().st_uid, path.lstat().st_gid),
                path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
            )
            for path in sorted(self.place.rglob("*"))
            if not path.is_relative_to(self.folder) and path.name != "answers.yaml"
        }

    def leaked(self) -> list[str]:
        """Return the files of the LibreChat folder that hold root's canary and are not root's alone."""
        return [
            str(path)
            for path in self.folder.rglob("*")
            if path.is_file()
            and not path.is_symlink()
            and CANARY.encode() in path.read_bytes()
            and (path.stat().st_uid != 0 or path.stat().st_mode & (0o077 if path.stat().st_gid == OWNER else 0o007))
        ]


def run_as(uid: int, *arguments: str | Path) -> Run:
    """Run the program as another user."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.screens.cli.as_user", str(uid), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd="/",
        env={"PATH": "/nonexistent", "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)},
    )
    return Run(status=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def machine(generated_samples: Path) -> Iterator[Machine]:
    """A fresh folder of v0.8.7 that belongs to user 1000, in a place that everybody can reach."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        made = Machine(Path(place))
        _fill(made, generated_samples, "v0.8.7")
        made.roots.mkdir()
        (made.roots / "empty").mkdir()
        made.put("roots/shadow", f"root:{CANARY}:1\nJWT_SECRET={CANARY}\n", uid=0, gid=42, mode=0o640)
        made.put("roots/server.key", f"{CANARY}\n", uid=0)
        made.put("roots/important", "important\n", uid=0, mode=0o644)
        yield made


def _fill(machine: Machine, samples: Path, release: str) -> None:
    shutil.rmtree(machine.folder, ignore_errors=True)
    shutil.copytree(samples / release, machine.folder)
    (machine.folder / "deploy-compose.yml").unlink()
    for path in (machine.folder, *machine.folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    machine.give()


def assert_private(folder: Path, uid: int) -> None:
    """All that the wizard made belongs to this user, and the secret part is nobody else's to read."""
    made = [folder / ".env", folder / ROOM, *(folder / ROOM).rglob("*")]
    assert {(str(path), path.lstat().st_uid) for path in made} == {(str(path), uid) for path in made}
    assert [str(path) for path in made if path.lstat().st_mode & 0o077] == []


def plant_backup(machine: Machine, name: str, *, removes: bool = False, uid: int = OWNER) -> None:
    """Plant a backup that says of itself what an attacker likes."""
    data = "planted\n"
    machine.put(f"LibreChat/{BACKUP}/1-evil", data, uid=uid)
    before = {"sha256": hashlib.sha256(data.encode()).hexdigest(), "mode": "0644", "uid": 0, "gid": 0}
    file = {"name": name, "target": name, "copy": "1-evil", "before": None if removes else before, "after": None}
    manifest = {"version": 1, "wizard": "1", "when": "2099-01-01T00:00:00+00:00", "files": [file], "folders": []}
    machine.put(f"LibreChat/{BACKUP}/manifest.json", json.dumps(manifest), uid=uid)
    (machine.folder / ROOM).chmod(0o700)


# The proofs that a planted folder did harm.


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
        assert "rights of its owner" in done.err
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
    _fill(machine, generated_samples, "v0.8.8-rc1")
    tenant = machine.put("tenant/.env", f"JWT_SECRET={CANARY}\nJWT_REFRESH_SECRET={CANARY}\n", uid=0)
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


# What has to go on working.


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
    assert f".env is a link to {path}: that file is written." in done.err
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
    assert f".env is a link to {path}: that file is written." in plan["notes"]
    assert b"JWT_SECRET=" in path.read_bytes()
    found = machine.run("doctor", "--offline").out
    assert str(path) in found


def test_link_out_of_the_folder_is_followed_once_confirmed(machine: Machine) -> None:
    target = machine.put("roots/file", "PORT=3080\n", uid=0, mode=0o644)
    machine.link(".env", target)
    done = machine.run("--answers", machine.answers(LOCAL), "--offline", CONFIRM)
    assert done.status == 3, done.text
    assert "rights of its owner" in done.err
    assert target.read_text() == "PORT=3080\n"
    machine.give(0)
    assert machine.run("--answers", machine.answers(LOCAL), "--offline", CONFIRM).status == 0
    assert "JWT_SECRET=" in target.read_text()
