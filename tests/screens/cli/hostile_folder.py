"""Folders as somebody would prepare them for root, by chance: links, pipes, owners, modes, access lists, planted records.

One sequence is a seed. The program runs in children of this process (fork), as root and as the folder's owner.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.patience import stretched
from tests.screens.cli.as_user import become, load_everything
from tests.screens.cli.hostile_changes import OWNER, ROOTS_CANARY, STRANGER, STRANGERS_CANARY, Changes

_SECONDS = 60
"""For one run of the program on an idle machine: more than that is a hang."""
ANSWERS = """version: 1
access: https-proxy
settings:
  DOMAIN_CLIENT: https://chat.example.com
  DOMAIN_SERVER: https://chat.example.com
  ALLOW_REGISTRATION: false
proxy: {server: caddy, certificate: internal}
"""


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
        shutil.copytree(fresh, self.folder, symlinks=True)
        # Root's own folder, in which a group may write that the stranger is in; else somebody's.
        self.is_shared = self.chance.random() < 0.2
        self._changes = Changes(place, self.chance, is_shared=self.is_shared)
        self.did = self._changes.did
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
        self._changes.change()

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


def main_in(folder: Path, *arguments: str) -> int:
    """Run the program in a folder, in this process."""
    from screens.cli.main import main

    return main([*arguments, "--dir", str(folder)])


def in_child(work: Callable[[], int], *, uid: int | None) -> tuple[int, str]:
    """Do something in a child, as another user if asked; return its status and what it said. A hang is SIGALRM."""
    with tempfile.TemporaryFile() as output:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            status = 99
            try:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(math.ceil(stretched(_SECONDS)))
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
        output.seek(0)
        return os.waitstatus_to_exitcode(ended), output.read().decode(errors="replace")


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
