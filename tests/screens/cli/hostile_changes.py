"""What somebody can do to a folder before root works in it: links, pipes, owners, modes, access lists, planted records."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import socket
import stat
import struct
from collections.abc import Callable
from pathlib import Path

OWNER, STRANGER = 1000, 1999
ROOTS_CANARY = b"ROOTS-CANARY-0123456789abcdef0123456789abcdef"
STRANGERS_CANARY = b"STRANGERS-CANARY-0123456789abcdef0123456789ab"
_ROOM = ".librechat-wizard"
_BACKUP = f"{_ROOM}/backups/2099-01-01T00-00-00Z"
_PLANTED = b"planted\n"
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
_MODES = (0o600, 0o640, 0o644, 0o660, 0o666, 0o700, 0o750, 0o755, 0o770, 0o775, 0o777, 0o000, 0o400, 0o2775, 0o1777)


class Changes:
    """What somebody does to a LibreChat folder, thing by thing, by chance."""

    def __init__(self, place: Path, chance: random.Random, *, is_shared: bool) -> None:
        self.place, self.folder, self.chance, self.is_shared = place, place / "LibreChat", chance, is_shared
        self.did: list[str] = []

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


def _holds_canary(path: Path) -> bool:
    return path.is_file() and any(canary in path.read_bytes() for canary in (ROOTS_CANARY, STRANGERS_CANARY))


def access_list(uid: int) -> bytes:
    """Return an access list (acl(5)) that lets a user do everything, as the kernel has it."""
    nobody = 0xFFFFFFFF
    entries = ((0x01, 7, nobody), (0x02, 7, uid), (0x04, 4, nobody), (0x10, 7, nobody), (0x20, 0, nobody))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
