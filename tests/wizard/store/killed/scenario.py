"""A LibreChat folder before and after one write, and what has to hold whatever cuts that write off."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wizard.store.folder_store import FolderStore
from wizard.store.transaction import FileWrite

WHEN: Final = datetime(2026, 1, 31, 10, 0, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One file before or after the write."""

    data: bytes
    mode: int


OLD: Final[dict[str, Side | None]] = {
    ".env": Side(data=b"JWT_SECRET=old\n" * 20_000, mode=0o640),
    "docker-compose.override.yml": Side(data=b"services: {}\n", mode=0o644),
    "librechat.yaml": Side(data=b"version: 1.2.1\n", mode=0o664),
    "caddy/Caddyfile": None,
    "gone.yml": Side(data=b"only the old one\x00\xff", mode=0o604),
}
NEW: Final[dict[str, Side | None]] = {
    ".env": Side(data=b"JWT_SECRET=new one\n" * 20_000, mode=0o600),
    "docker-compose.override.yml": Side(data=b"services: {api: {}}\n", mode=0o644),
    "librechat.yaml": Side(data=b"", mode=0o644),
    "caddy/Caddyfile": Side(data=b"chat.example.com\n", mode=0o644),
    "gone.yml": None,
}
"""Content and mode change, one is reached through a link, one becomes empty, one is new, one goes."""
_LINKED: Final = "real/override.yml"


def lay_out(folder: Path) -> None:
    """Make the folder as it is before the write."""
    (folder / "real").mkdir(parents=True)
    (folder / "docker-compose.override.yml").symlink_to(_LINKED)
    for name, side in OLD.items():
        if side is not None:
            (folder / name).write_bytes(side.data)
            (folder / name).chmod(side.mode)


def writes(folder: Path) -> list[FileWrite]:
    """Return the writes that lead from what stands in the folder now to the new side."""
    made = []
    for name, side in NEW.items():
        target = (folder / name).resolve()
        made.append(
            FileWrite(
                name=name,
                target=target,
                before=target.read_bytes() if target.exists() else None,
                after=None if side is None else side.data,
                mode=0o600 if side is None else side.mode,
            )
        )
    return made


def write(folder: Path) -> None:
    """Do what a run of the wizard does with the folder."""
    store = FolderStore(folder)
    with store.lock():
        store.clean_up()
        store.apply(writes(folder), when=WHEN)


def restore(folder: Path, backup_id: str | None = None) -> None:
    """Do what ``librechat-wizard restore`` does with the folder."""
    store = FolderStore(folder)
    with store.lock():
        store.clean_up()
        store.restore(backup_id, when=WHEN)


def write_one(folder: Path, mode: int = 0o600) -> str:
    """Write ``.env`` alone; return the names of what was written."""
    store = FolderStore(folder)
    file = folder / ".env"
    with store.lock():
        store.clean_up()
        before = file.read_bytes() if file.exists() else None
        write = FileWrite(name=".env", target=file, before=before, after=b"A=2\n", mode=mode)
        return f"written: {store.apply([write], when=WHEN).written}"


def side_of(folder: Path, name: str) -> str:
    """Tell whether a file is whole, old or new, with the mode and the owner that belong to it."""
    path = folder / name
    for word, sides in (("old", OLD), ("new", NEW)):
        side = sides[name]
        if side is None or not path.exists():
            if side is None and not path.exists():
                return word
            continue
        if path.read_bytes() == side.data:
            about = path.stat()
            modes = {side.mode}
            if word == "old" and (later := NEW[name]) is not None:
                # Put back it is no wider than it was in between.
                modes.add(side.mode & later.mode)
            assert stat.S_IMODE(about.st_mode) in modes, f"{name} is {word} with mode {stat.S_IMODE(about.st_mode):o}"
            assert (about.st_uid, about.st_gid) == (os.geteuid(), folder.stat().st_gid)
            return word
    raise AssertionError(f"{name} is neither the old nor the new file")


def sides(folder: Path) -> dict[str, str]:
    """Return which side every file is on."""
    assert (folder / "docker-compose.override.yml").is_symlink(), "the link was replaced by a file"
    return {name: side_of(folder, name) for name in OLD}


def is_all(folder: Path, word: str) -> bool:
    """Tell whether every file is on one side."""
    return set(sides(folder).values()) == {word}


def strangers(folder: Path) -> set[str]:
    """Return the files that neither the operator nor a finished run of the wizard put into the folder."""
    own = {*OLD, *NEW, _LINKED, ".librechat-wizard/lock", ".librechat-wizard/.gitignore"}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    backups = {
        name
        for name in found
        if name.startswith(".librechat-wizard/backups/2026-01-31T10-00-00Z")
        and (folder / name).parent.joinpath("manifest.json").is_file()
    }
    return found - own - backups


def assert_recovers(folder: Path, *, finish: bool) -> None:
    """Assert everything that is promised of a folder in which a write was cut off, wherever that was.

    ``finish``: the operator goes on; otherwise she goes back.
    """
    store = FolderStore(folder)
    before = sides(folder)
    found = store.interrupted()
    if found is None:
        assert len(set(before.values())) == 1, f"nothing is reported, but: {before}"
        if set(before.values()) == {"new"}:
            assert store.backups()
    else:
        assert dict(found.files) == before
        assert found.when == WHEN
        assert (folder / found.backup / "manifest.json").is_file()
    with store.lock():
        assert store.clean_up() == found
    assert sides(folder) == before, "cleaning up changed a file"
    assert strangers(folder) == set()
    assert store.interrupted() is None
    if finish:
        write(folder)
        assert is_all(folder, "new")
        assert strangers(folder) == set()
        if found is not None:
            restore(folder, found.backup)
            assert is_all(folder, "old")
    elif found is not None or set(before.values()) == {"new"}:
        restore(folder)
        assert is_all(folder, "old")
    assert strangers(folder) == set()
    assert (folder / "caddy").exists() is (folder / "caddy/Caddyfile").exists(), "a folder was left behind"
