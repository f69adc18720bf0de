"""Random sequences of links, owners, modes and records, then the program as root and as the owner: nothing gets out.

``WIZARD_SEQUENCES`` says how many, ``WIZARD_SEED`` where they begin; ``WIZARD_RACES`` how often a swap is tried.
"""

from __future__ import annotations

import gc
import io
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.screens.cli.as_user import become, load_everything
from tests.screens.cli.hostile_changes import OWNER, ROOTS_CANARY
from tests.screens.cli.hostile_folder import in_child, main_in, sequence, starts

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work in the name of others")

SEQUENCES = int(os.environ.get("WIZARD_SEQUENCES", "150"))
SEED = int(os.environ.get("WIZARD_SEED", "0"))
RACES = int(os.environ.get("WIZARD_RACES", "10"))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place that everybody can reach, in memory where there is one: there the disk is not waited for."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def fresh(place: Path, generated_samples: Path) -> Path:
    """A fresh LibreChat folder."""
    folder = place / "fresh"
    shutil.copytree(generated_samples / "v0.8.7", folder)
    (folder / "deploy-compose.yml").unlink()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def test_random_folders(place: Path, fresh: Path) -> None:
    begun, answers = starts(place, fresh)
    gc.freeze()
    found: list[str] = []
    statuses: set[str] = set()
    for seed in range(SEED, SEED + SEQUENCES):
        room = place / f"s{seed}"
        room.mkdir()
        results = sequence(seed, room, begun, answers)
        shutil.rmtree(room)
        found += [fault for fault in results if not fault.startswith("status")]
        statuses |= {status for status in results if status.startswith("status")}
    gc.unfreeze()
    assert found == []
    # It is not all refused at the door.
    assert SEQUENCES < 100 or {"status 0", "status 2", "status 3"} <= statuses


@pytest.mark.parametrize("uid", [None, OWNER])
@pytest.mark.parametrize(
    "words", [("restore",), ("restore", "--list"), ("doctor", "--offline"), ("--answers", "-", "--offline")]
)
def test_current_folder_was_removed(place: Path, uid: int | None, words: tuple[str, ...]) -> None:
    load_everything()
    gone = place / "gone"
    gone.mkdir()
    os.chown(place, OWNER, OWNER)

    def work() -> int:
        os.chdir(gone)
        gone.rmdir()
        sys.stdin = io.TextIOWrapper(io.BytesIO(b"version: 1\naccess: localhost\n"))
        return main_in(Path(), *words)

    status, text = in_child(work, uid=uid)
    assert status == 2, text
    assert "--dir" in text


SWAPS = (
    "certificates",
    ".env",
    ".env.example",
    "docker-compose.override.yml",
    ".librechat-wizard",
    "the folder itself",
)
FOLDERS = ("certificates", ".librechat-wizard", "the folder itself")


@pytest.mark.parametrize("name", SWAPS)
def test_links_swapped_while_root_works(place: Path, fresh: Path, name: str) -> None:
    (_, done, _), answers = starts(place, fresh)
    outside = place / "outside"
    outside.mkdir()
    for inner in ("server.key", "server.crt", "librechat-ca.crt", ".env", "docker-compose.yml", "Caddyfile"):
        (outside / inner).write_bytes(b"JWT_SECRET=" + ROOTS_CANARY + b"\n")
        (outside / inner).chmod(0o600)
    before = _seen(outside)
    for number in range(RACES):
        room = place / f"r{number}"
        room.mkdir()
        folder = room / "LibreChat"
        shutil.copytree(done if number % 2 else fresh, folder, symlinks=True)
        swapped = folder if name == "the folder itself" else folder / name
        if not swapped.exists() and name in FOLDERS:
            swapped.mkdir()
        elif not swapped.exists():
            swapped.touch()
        for path in (room, *room.rglob("*")):
            os.chown(path, OWNER, OWNER)
        swapper = os.fork()
        if swapper == 0:
            _swap(swapped, outside if name in FOLDERS else outside / ".env")
        try:
            status, text = in_child(partial(main_in, folder, "--answers", str(answers), "--offline"), uid=None)
        finally:
            os.kill(swapper, signal.SIGKILL)
            os.waitpid(swapper, 0)
        assert status in (0, 1, 2, 3), text
        assert _seen(outside) == before
        files = [path for path in room.rglob("*") if path.is_file() and not path.is_symlink()]
        assert [path for path in files if ROOTS_CANARY in path.read_bytes()] == []
        shutil.rmtree(room)


@pytest.mark.parametrize("command", ["restore", "--answers"])
def test_link_that_leads_now_to_the_owners_folder_now_to_roots(place: Path, fresh: Path, command: str) -> None:
    (_, done, _), answers = starts(place, fresh)
    roots, evil, home = place / "roots", place / "evil", place / "home"
    for folder in (roots, evil):
        shutil.copytree(done, folder, symlinks=True)
    home.mkdir()
    for path in (roots, *roots.rglob("*")):
        os.chown(path, 0, 0)
    for path in (home, evil, *evil.rglob("*")):
        os.chown(path, OWNER, OWNER)
    (evil / "roots").mkdir()
    before = _all(roots)
    words = ("restore",) if command == "restore" else (command, str(answers), "--offline")
    for number in range(RACES):
        targets = (evil, roots) if number % 2 else (roots, evil)
        (home / "link").symlink_to(targets[1])
        os.chown(home / "link", OWNER, OWNER, follow_symlinks=False)
        swapper = os.fork()
        if swapper == 0:
            _flip(home / "link", targets)
        try:
            status, text = in_child(partial(main_in, home / "link", *words), uid=None)
        finally:
            os.kill(swapper, signal.SIGKILL)
            os.waitpid(swapper, 0)
            (home / "link").unlink()
        assert status in (0, 1, 2, 3), text
        assert _all(roots) == before
        # Nothing of root's is in the owner's folder but the one that was there.
        assert [path for path in evil.rglob("*") if path.lstat().st_uid == 0] == [evil / "roots"]


def _all(folder: Path) -> list[tuple[object, ...]]:
    return [entry for path in (folder, *folder.rglob("*")) if path.is_dir() for entry in _seen(path)]


def _flip(link: Path, targets: tuple[Path, Path]) -> None:
    """Let a link lead now here, now there, as its owner, until killed."""
    try:
        become(OWNER)
        passing = link.with_name("passing")
        passing.unlink(missing_ok=True)
        while True:
            for target in targets:
                passing.symlink_to(target)
                passing.rename(link)
                time.sleep(0.002)
    finally:
        os._exit(1)


def _seen(folder: Path) -> list[tuple[object, ...]]:
    found = [(path, path.lstat()) for path in sorted(folder.iterdir())]
    return [
        (
            *(path, about.st_ino, about.st_mode, about.st_uid, about.st_gid, about.st_mtime_ns),
            path.read_bytes() if path.is_file() else b"",
        )
        for path, about in found
    ]


def _swap(path: Path, target: Path) -> None:
    """Put a link in place of a file or folder and back, again and again, as its owner, until killed."""
    try:
        become(OWNER)
        aside, link = path.with_name("aside"), path.with_name("link")
        while True:
            link.symlink_to(target)
            path.rename(aside)
            link.rename(path)
            path.unlink()
            aside.rename(path)
    finally:
        os._exit(1)
