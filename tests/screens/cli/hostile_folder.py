"""Folders as somebody would prepare them for root, by chance: links, pipes, owners, modes, access lists, planted records.

One sequence is a seed. The program runs in children of this process (fork), as root and as the folder's owner.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import stat
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.screens.cli.as_user import become, load_everything

OWNER, STRANGER = 1000, 1999
ROOTS_CANARY = b"ROOTS-CANARY-0123456789abcdef0123456789abcdef"
STRANGERS_CANARY = b"STRANGERS-CANARY-0123456789abcdef0123456789ab"
_ROOM = ".librechat-wizard"
_BACKUP = f"{_ROOM}/backups/2099-01-01T00-00-00Z"
_PLANTED = b"planted\n"
_SECONDS = 60
_NAMES = (
    *(".env", ".env.example", ".env.temp", "data", "data/.env.temp", "docker-compose.yml", "librechat.yaml"),
    *("docker-compose.override.yml", "certificates", "certificates/server.key", "certificates/server.crt"),
    *(
        "certificates/librechat-ca.crt",
        "certificates/librechat-ca.key",
        "nginx.conf",
        "Caddyfile",
        "proxy",
        "package.json",
    ),
    *(_ROOM, f"{_ROOM}/lock", f"{_ROOM}/backups", f"{_ROOM}/transaction.json", f"{_ROOM}/apply.json"),
    *(f"{_ROOM}/draft.json", f"{_ROOM}/probe.json", f"{_ROOM}/probe.lock", f"{_ROOM}/stack", f"{_ROOM}/replaced.json"),
    *(f"{_ROOM}/.gitignore", f"{_ROOM}/.gitignore.tmp", f"{_ROOM}/transaction.json.tmp"),
    *(_BACKUP, f"{_BACKUP}/manifest.json", f"{_BACKUP}/1-file"),
)
ANSWERS = """version: 1
access: https-proxy
settings:
  DOMAIN_CLIENT: https://chat.example.com
  DOMAIN_SERVER: https://chat.example.com
  ALLOW_REGISTRATION: false
proxy: {server: caddy, certificate: internal}
"""
_MODES = (0o600, 0o640, 0o644, 0o660, 0o666, 0o700, 0o750, 0o755, 0o770, 0o775, 0o777, 0o000, 0o400, 0o2775, 0o1777)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the program."""

    what: str
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class _Seen:
    inode: int
    uid: int
    gid: int
    mode: int
    content: bytes


class HostileFolder:
    """A LibreChat folder with what is around it, all made from one seed."""

    def __init__(self, place: Path, fresh: Path, seed: int) -> None:
        self.place, self.folder = place, place / "LibreChat"
        self.chance = random.Random(seed)
        self.did: list[str] = []
        shutil.copytree(fresh, self.folder, symlinks=True)
        # Root's own folder, in which a group may write that the stranger is in; else somebody's.
        self.is_shared = self.chance.random() < 0.2
        self._give_all(self.folder)
        self._surroundings()

    def _give_all(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *((0, STRANGER) if self.is_shared else (OWNER, OWNER)), follow_symlinks=False)
        if self.is_shared:
            folder.chmod(0o2775)

    def _surroundings(self) -> None:
        roots = f"JWT_SECRET={ROOTS_CANARY.decode()}\nPORT=3080\n".encode()
        strangers = f"JWT_SECRET={STRANGERS_CANARY.decode()}\nPORT=3080\n".encode()
        for name, uid, mode in (
            ("roots", 0, 0o700),
            ("open", 0, 0o755),
            ("strangers", STRANGER, 0o755),
            ("own", OWNER, 0o700),
        ):
            folder = self.place / name
            folder.mkdir()
            for inner in ("secret.env", "server.key", "server.crt", "important", "manifest.json"):
                (folder / inner).write_bytes(roots if uid == 0 else strangers if uid == STRANGER else b"PORT=3080\n")
                (folder / inner).chmod(0o600)
            (folder / "empty").mkdir()
            (folder / "wide").write_bytes(b"PORT=3080\n")
            (folder / "wide").chmod(0o644)
            (folder / "backups").mkdir()
            (folder / "backups" / "dump").write_bytes(roots if uid == 0 else b"")
            (folder / "backups" / "dump").chmod(0o600)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, uid, uid)
            folder.chmod(mode)
        os.chown(self.place / "open" / "secret.env", 0, 42)
        (self.place / "open" / "secret.env").chmod(0o640)

    def seen(self) -> dict[str, _Seen]:
        """Return all that is in the place, by path; what is at the end of a link is not followed."""
        found = {}
        for path in sorted(self.place.rglob("*")):
            about = path.lstat()
            content = b""
            if stat.S_ISREG(about.st_mode):
                content = path.read_bytes()
            elif stat.S_ISLNK(about.st_mode):
                content = str(path.readlink()).encode()
            found[str(path.relative_to(self.place))] = _Seen(
                about.st_ino, about.st_uid, about.st_gid, about.st_mode, content
            )
        return found

    def change(self) -> None:
        """Do one thing to the folder."""
        name = self.chance.choice(_NAMES)
        path = self.folder / name
        if not self._is_inside(path.parent):
            return
        ways: tuple[Callable[[Path], str], ...] = (
            *(self._link,) * 4,
            *(self._hard_link, self._pipe, self._socket, self._directory, self._file, self._root_folder),
            *(self._owner, self._owner, self._mode, self._mode, self._list, self._plant, self._plant),
        )
        with contextlib.suppress(OSError):
            self.did.append(f"{name}: {self.chance.choice(ways)(path)}")

    def _is_inside(self, folder: Path) -> bool:
        return folder.is_dir() and folder.resolve().is_relative_to(self.folder)

    def _clear(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def _uid(self) -> int:
        if self.is_shared:
            return self.chance.choice((STRANGER, STRANGER, STRANGER, 0))
        return self.chance.choice((OWNER, OWNER, OWNER, 0, STRANGER))

    def _elsewhere(self) -> Path:
        folder = self.place / self.chance.choice(("roots", "roots", "open", "strangers", "own"))
        return folder / self.chance.choice(
            ("", "secret.env", "server.key", "important", "empty", "wide", "gone", "gone/further", "backups")
        )

    def _link(self, path: Path) -> str:
        target: Path | str = self._elsewhere()
        match self.chance.randrange(8):
            case 0:
                target = path.name
            case 1:
                target = os.path.relpath(target, path.parent)
            case 2:
                target = self.chance.choice(("docker-compose.yml", ".env", ".env.example", "gone", "../own", ".", ".."))
            case 3:
                hop = self.folder / f"hop{self.chance.randrange(3)}"
                self._clear(hop)
                hop.symlink_to(target)
                os.chown(hop, *(STRANGER if self.is_shared else self._uid(),) * 2, follow_symlinks=False)
                target = hop
        self._clear(path)
        path.symlink_to(target)
        # A link that root made in root's own folder is root's wish.
        uid = STRANGER if self.is_shared else self._uid()
        os.chown(path, uid, uid, follow_symlinks=False)
        return f"link to {target} by {uid}"

    def _hard_link(self, path: Path) -> str:
        target = self._elsewhere()
        self._clear(path)
        os.link(target, path)
        return f"hard link to {target}"

    def _pipe(self, path: Path) -> str:
        self._clear(path)
        os.mkfifo(path)
        os.chown(path, OWNER, OWNER)
        return "pipe"

    def _socket(self, path: Path) -> str:
        self._clear(path)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
        os.chown(path, OWNER, OWNER)
        return "socket"

    def _directory(self, path: Path) -> str:
        self._clear(path)
        path.mkdir()
        if self.chance.random() < 0.3:
            (path / "x").write_bytes(b"x")
        uid = self._uid()
        os.chown(path, uid, uid)
        return f"directory of {uid}"

    def _root_folder(self, path: Path) -> str:
        """Give a folder of root's another name, as who owns the folder around it can."""
        self._clear(path)
        shutil.copytree(self.place / "roots", path)
        path.chmod(self.chance.choice((0o700, 0o755)))
        if self.chance.random() < 0.5:
            (path / ".env.temp").write_bytes((path / "secret.env").read_bytes())
            (path / ".env.temp").chmod(0o600)
        return "a folder of root's"

    def _file(self, path: Path) -> str:
        self._clear(path)
        uid = self._uid()
        canary = {0: ROOTS_CANARY, STRANGER: STRANGERS_CANARY}.get(uid, b"mine" * 8)
        text = self.chance.choice(
            (
                b"",
                b"JWT_SECRET=" + canary + b"\n",
                b"UID=1999\nJWT_SECRET=" + canary + b"\n",
                b"\xff\x00" + canary,
                b"[" * 5000,
            )
        )
        path.write_bytes(text)
        os.chown(path, uid, uid)
        path.chmod(0o600 if canary in text else self.chance.choice(_MODES))
        return f"file of {uid} {text[:12]!r}"

    def _owner(self, path: Path) -> str:
        uid = self._uid()
        if path.lstat().st_nlink > 1 and not path.is_dir():
            return "-"
        if _holds_canary(path):
            return "-"
        os.chown(path, uid, uid, follow_symlinks=False)
        return f"chown {uid}"

    def _mode(self, path: Path) -> str:
        path = self.chance.choice((path, path, self.folder))
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode) or (stat.S_ISREG(about.st_mode) and about.st_nlink > 1):
            return "-"
        if _holds_canary(path):
            return "-"
        mode = self.chance.choice(_MODES)
        path.chmod(mode)
        return f"chmod {path.name} {mode:o}"

    def _list(self, path: Path) -> str:
        """Give an access list that lets the stranger in, or have a folder give one to all that is made in it."""
        path = self.chance.choice((path, self.folder))
        if path.is_symlink() or (path.is_file() and path.lstat().st_nlink > 1):
            return "-"
        if _holds_canary(path):
            return "-"
        kind = self.chance.choice(("access", "default")) if path.is_dir() else "access"
        os.setxattr(path, f"system.posix_acl_{kind}", access_list(STRANGER))
        return f"{kind} list on {path.name}"

    def _plant(self, _: Path) -> str:
        """Write records as an earlier run would have left them, with names of somebody's choice in them."""
        chance, room, backup = self.chance, self.folder / _ROOM, self.folder / _BACKUP
        name = chance.choice(
            ("x/evil", "hop0/important", "certificates/server.key", ".env", "data/x", "../own/wide", "new")
        )
        if chance.random() < 0.4 and "/" in name and not name.startswith(".."):
            link = self.folder / name.split("/")[0]
            self._clear(link)
            link.symlink_to(self._elsewhere().parent)
            os.chown(link, *(STRANGER if self.is_shared else OWNER,) * 2, follow_symlinks=False)
        if room.is_symlink():
            return "-"
        for record, content in self._records(name).items():
            if chance.random() < 0.7 and not record.parent.is_symlink():
                record.parent.mkdir(parents=True, exist_ok=True)
                if self._is_inside(record.parent):
                    self._clear(record)
                    record.write_text(json.dumps(content))
        if backup.is_dir() and self._is_inside(backup):
            self._clear(backup / "1-file")
            (backup / "1-file").write_bytes(_PLANTED)
        uid = STRANGER if self.is_shared else chance.choice((OWNER, OWNER, 0))
        for made in (room, *room.rglob("*")):
            if made.is_dir() or (made.lstat().st_nlink == 1 and not _holds_canary(made)):
                os.chown(made, uid, uid, follow_symlinks=False)
        return f"records about {name} by {uid}"

    def _records(self, name: str) -> dict[Path, object]:
        """Return a backup's manifest and a journal."""
        before = {"sha256": hashlib.sha256(_PLANTED).hexdigest(), "mode": "0666", "uid": 0, "gid": 0}
        file = {"name": name, "target": name, "copy": "1-file", "after": None}
        elsewhere = str(self._elsewhere())
        entry = {"name": name, "target": self.chance.choice((name, elsewhere)), "before": None, "after": None}
        when = {"version": 1, "when": "2099-01-01T00:00:00+00:00"}
        return {
            self.folder / _BACKUP / "manifest.json": {
                **when,
                "wizard": "0",
                "folders": [elsewhere],
                "files": [{**file, "before": self.chance.choice((before, None))}],
            },
            self.folder / _ROOM / "transaction.json": {
                **when,
                "backup": "2099-01-01T00-00-00Z",
                "entries": [{**entry, "leftovers": [".a.librechat-wizard-0123456789abcdef.tmp", "../important"]}],
                "folders": [elsewhere, "x/empty", f"../{Path(elsewhere).parent.name}/empty"],
            },
        }

    def run(self, answers: Path) -> Ran:
        """Run one command of the program, as root or as the owner."""
        as_root = self.is_shared or self.chance.random() < 0.75
        command = self.chance.choice(
            (
                *(["--answers", str(answers), "--offline"],) * 4,
                *(["restore"],) * 2,
                ["restore", "--list"],
                ["doctor", "--offline"],
                ["--answers", str(answers), "--offline", "--dry-run", "--json"],
            )
        )
        status, text = in_child(lambda: main_in(self.folder, *command), uid=None if as_root else OWNER)
        return Ran(f"{'root' if as_root else 'owner'}: {' '.join(command)}", status, text)

    def faults(self, before: dict[str, _Seen], ran: Ran) -> Iterator[str]:
        """Give what must not be after a run."""
        if ran.status not in (0, 1, 2, 3, 4) or "Traceback" in ran.text:
            yield f"status {ran.status}: {ran.text[-1500:]}"
        for canary in (ROOTS_CANARY, STRANGERS_CANARY):
            if canary.decode() in ran.text:
                yield f"{canary.decode()} is in the output"
        after = self.seen()
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name), after.get(name)
            if one == other:
                continue
            if not name.startswith(("LibreChat", "own")):
                yield f"{name} was {one}, is {other}"
            elif other is not None:
                yield from self._leaks(name, other)

    def _leaks(self, name: str, now: _Seen) -> Iterator[str]:
        for canary, uid in ((ROOTS_CANARY, 0), (STRANGERS_CANARY, STRANGER)):
            # Root may read what strangers have in root's own folder.
            if self.is_shared and uid == STRANGER:
                continue
            if canary in now.content and (now.uid != uid or now.mode & 0o077):
                yield f"{name} holds {canary.decode()}: UID {now.uid}, mode {now.mode:o}"


def _holds_canary(path: Path) -> bool:
    return path.is_file() and any(canary in path.read_bytes() for canary in (ROOTS_CANARY, STRANGERS_CANARY))


def access_list(uid: int) -> bytes:
    """Return an access list (acl(5)) that lets a user do everything, as the kernel has it."""
    nobody = 0xFFFFFFFF
    entries = ((0x01, 7, nobody), (0x02, 7, uid), (0x04, 4, nobody), (0x10, 7, nobody), (0x20, 0, nobody))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def main_in(folder: Path, *arguments: str) -> int:
    """Run the program in a folder, in this process."""
    from screens.cli.main import main

    return main([*arguments, "--dir", str(folder)])


def in_child(work: Callable[[], int], *, uid: int | None) -> tuple[int, str]:
    """Do something in a child, as another user if asked; return its status and what it said. A hang is SIGALRM."""
    with tempfile.TemporaryFile() as said:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            status = 99
            try:
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(_SECONDS)
                if uid is not None:
                    become(uid)
                status = work()
            except SystemExit as error:
                status = error.code if isinstance(error.code, int) else 98
            except BaseException:  # noqa: BLE001 - the parent tells of it
                import traceback

                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(int(status))
        _, ended = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(ended), said.read().decode(errors="replace")


def sequence(seed: int, place: Path, starts: tuple[Path, ...], answers: Path) -> list[str]:
    """Make a folder, change it and run the program in it, some times; return what must not be."""
    chance = random.Random(seed)
    hostile = HostileFolder(place, chance.choice(starts), seed)
    found: list[str] = []
    statuses: list[int] = []
    for _ in range(chance.choice((1, 1, 2))):
        for _ in range(chance.choice((1, 1, 2, 2, 3, 5))):
            hostile.change()
        before = hostile.seen()
        ran = hostile.run(answers)
        hostile.did.append(f"{ran.what} -> {ran.status}")
        statuses.append(ran.status)
        found += hostile.faults(before, ran)
    return [f"seed {seed}: {'; '.join(hostile.did)}: {fault}" for fault in found] + [
        f"status {status}" for status in statuses
    ]


def starts(place: Path, fresh: Path) -> tuple[tuple[Path, ...], Path]:
    """Return the folders that sequences start from (a fresh one, and one in which root has been) and the answers."""
    load_everything()
    answers = place / "answers.yaml"
    answers.write_text(ANSWERS)
    done = place / "done"
    shutil.copytree(fresh, done)
    for path in (done, *done.rglob("*")):
        os.chown(path, OWNER, OWNER)
    status, text = in_child(lambda: main_in(done, "--answers", str(answers), "--offline"), uid=None)
    if status not in (0, 1):
        raise RuntimeError(text)
    return (fresh, done, done), answers
