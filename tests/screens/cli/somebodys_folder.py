"""A LibreChat folder of somebody's on a machine with files of root's, and runs of the program there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.screens.cli.program import CHECKOUT, Run, run

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


def run_as(uid: int, *arguments: str | Path, path: str = "/nonexistent") -> Run:
    """Run the program as another user; ``path`` is their PATH."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.screens.cli.as_user", str(uid), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd="/",
        env={"PATH": path, "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)},
    )
    return Run(status=done.returncode, out=done.stdout, err=done.stderr)


def fill(machine: Machine, samples: Path, release: str) -> None:
    """Put the files of a release into the LibreChat folder."""
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
