"""Backups: listed, put back, refused where they are damaged, and not kept for ever."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.wizard.store.test_transaction import WHEN, apply, mode_of, to_write
from wizard.basics.problem import InvalidInput, WriteRefused
from wizard.store.folder_store import FolderStore
from wizard.store.transaction import Applied


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a ``.env``."""
    path = tmp_path / "librechat"
    path.mkdir()
    (path / ".env").write_bytes(b"OLD=1\n")
    (path / ".env").chmod(0o644)
    return path


def restore(folder: Path, backup_id: str | None = None) -> Applied:
    """Put a backup back."""
    store = FolderStore(folder)
    with store.lock():
        return store.restore(backup_id, when=WHEN)


def manifest_of(folder: Path, backup: str) -> dict[str, Any]:
    """Return the manifest of a backup."""
    data: dict[str, Any] = json.loads((folder / backup / "manifest.json").read_text())
    return data


def test_the_list_is_newest_first_and_a_second_may_have_several(folder: Path) -> None:
    store = FolderStore(folder)
    with store.lock():
        for number in range(11):
            store.apply([to_write(folder, after=b"%d" % number)], when=WHEN)
        store.apply([to_write(folder, after=b"later")], when=WHEN + timedelta(seconds=1))
        earlier = WHEN.astimezone(None) - timedelta(days=1)
        store.apply([to_write(folder, "new", after=b"earlier")], when=earlier)
    stem = "2026-01-31T10-00-00Z"
    ids = [backup.id for backup in store.backups()]
    assert ids == [
        "2026-01-31T10-00-01Z",
        *(f"{stem}-{number}" for number in range(11, 1, -1)),
        stem,
        "2026-01-30T10-00-00Z",
    ]
    last = store.backups()[-1]
    assert (last.files, last.complete, last.when) == (("new",), True, datetime(2026, 1, 30, 10, tzinfo=UTC))


def test_the_newest_twenty_are_kept(folder: Path) -> None:
    store = FolderStore(folder)
    with store.lock():
        for number in range(23):
            store.apply([to_write(folder, after=b"%d" % number)], when=WHEN + timedelta(minutes=number))
    backups = store.backups()
    assert len(backups) == 20
    assert backups[-1].when == WHEN + timedelta(minutes=3)
    assert len(list((folder / ".librechat-wizard/backups").iterdir())) == 20


def test_putting_back_brings_content_and_absence_and_widens_no_mode(folder: Path) -> None:
    first = apply(folder, to_write(folder), to_write(folder, "caddy/Caddyfile", b"site\n", mode=0o644))
    done = restore(folder)
    assert done.written == (".env", "caddy/Caddyfile")
    assert ((folder / ".env").read_bytes(), mode_of(folder / ".env")) == (b"OLD=1\n", 0o600)
    assert not (folder / "caddy").exists()
    assert done.backup != first.backup


def test_putting_back_can_itself_be_undone(folder: Path) -> None:
    apply(folder, to_write(folder), to_write(folder, "new", b"1", mode=0o644))
    undo = restore(folder).backup
    again = restore(folder, undo)
    assert again.written == (".env", "new")
    assert ((folder / ".env").read_bytes(), mode_of(folder / ".env")) == (b"NEW=1\n", 0o600)
    assert (folder / "new").read_bytes() == b"1"


def test_nothing_to_put_back_changes_nothing(folder: Path) -> None:
    apply(folder, to_write(folder))
    assert restore(folder).written == (".env",)
    first = FolderStore(folder).backups()[-1]
    assert restore(folder, first.id) == Applied(written=(), backup="")


@pytest.mark.parametrize("prefix", ["", ".librechat-wizard/backups/", "./"])
@pytest.mark.parametrize("suffix", ["", "/"])
def test_a_backup_is_named_by_id_or_path(folder: Path, prefix: str, suffix: str) -> None:
    apply(folder, to_write(folder))
    (folder / ".env").write_bytes(b"MINE=1\n")
    apply(folder, to_write(folder))
    restore(folder, f"{prefix}2026-01-31T10-00-00Z{suffix}")
    assert (folder / ".env").read_bytes() == b"OLD=1\n"


def test_an_unknown_backup_is_refused_with_the_nearest(folder: Path) -> None:
    apply(folder, to_write(folder))
    with pytest.raises(InvalidInput) as caught:
        restore(folder, "2026-01-31T10-00-01Z")
    assert "The closest match is 2026-01-31T10-00-00Z. The backups are: 2026-01-31T10-00-00Z." in str(caught.value)
    assert "2026-01-31T10-00-01Z" not in str(caught.value)


@pytest.mark.parametrize("wanted", [None, "..", "../backups"])
def test_there_is_no_backup_yet(folder: Path, wanted: str | None) -> None:
    with pytest.raises(InvalidInput, match="there are no backups in this folder yet"):
        restore(folder, wanted)


@pytest.mark.parametrize(
    "damage", ["changed", "missing", "manifest", "no manifest", "link", "outside", "absolute", "version"]
)
def test_a_damaged_backup_is_refused_whole(folder: Path, damage: str) -> None:
    (folder / "librechat.yaml").write_bytes(b"version: 1\n")
    done = apply(folder, to_write(folder), to_write(folder, "librechat.yaml", b"version: 2\n", mode=0o600))
    backup = folder / done.backup
    copy = backup / "2-librechat.yaml"
    manifest = manifest_of(folder, done.backup)
    if damage == "changed":
        copy.write_bytes(b"version: 3\n")
    elif damage == "missing":
        copy.unlink()
    elif damage == "link":
        copy.rename(folder / "moved")
        copy.symlink_to(folder / "moved")
    elif damage == "no manifest":
        (backup / "manifest.json").unlink()
    elif damage == "manifest":
        (backup / "manifest.json").write_text("{")
    else:
        manifest["files"][1]["name"] = {"outside": "../x", "absolute": "/tmp/x", "version": "x"}[damage]
        manifest["version"] = 9 if damage == "version" else 1
        (backup / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WriteRefused) as caught:
        restore(folder, backup.name)
    # A release that is yet to come makes others.
    assert ("a later release" if damage == "version" else "damaged") in str(caught.value)
    assert "Nothing changed." in str(caught.value)
    assert (folder / ".env").read_bytes() == b"NEW=1\n"
    assert (folder / "librechat.yaml").read_bytes() == b"version: 2\n"


def test_the_newest_whole_one_is_taken(folder: Path) -> None:
    apply(folder, to_write(folder))
    (folder / ".env").write_bytes(b"BETWEEN=1\n")
    second = apply(folder, to_write(folder))
    (folder / second.backup / "manifest.json").unlink()
    (folder / ".librechat-wizard/backups/2026-99-31T10-00-00Z").mkdir()
    listed = FolderStore(folder).backups()
    assert [backup.complete for backup in listed] == [False, False, True]
    assert (listed[1].when, listed[1].files) == (WHEN, ())
    restore(folder)
    assert (folder / ".env").read_bytes() == b"OLD=1\n"
    for backup in FolderStore(folder).backups():
        (folder / ".librechat-wizard/backups" / backup.id / "manifest.json").unlink(missing_ok=True)
    with pytest.raises(WriteRefused, match="every backup here is damaged"):
        restore(folder)


def test_a_manifest_says_what_was_and_what_came(folder: Path) -> None:
    done = apply(folder, to_write(folder), to_write(folder, "new", b"", mode=0o644))
    manifest = manifest_of(folder, done.backup)
    env, new = manifest["files"]
    assert env["name"] == env["target"] == ".env"
    assert (env["before"]["mode"], env["after"]["mode"]) == ("0644", "0600")
    assert env["before"]["uid"] == (folder / ".env").stat().st_uid
    assert new["before"] is new["copy"] is None
    assert new["after"]["sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert manifest["when"] == "2026-01-31T10:00:00+00:00"


def test_a_backup_goes_with_its_folder(folder: Path, tmp_path: Path) -> None:
    """A copied LibreChat folder is put back in itself, not in the one that it was copied from."""
    apply(folder, to_write(folder), to_write(folder, "caddy/Caddyfile", b"site\n", mode=0o644))
    copied = tmp_path / "copied"
    shutil.copytree(folder, copied)
    restore(copied)
    assert (copied / ".env").read_bytes() == b"OLD=1\n"
    assert not (copied / "caddy").exists()
    assert (folder / ".env").read_bytes() == b"NEW=1\n"
    assert (folder / "caddy/Caddyfile").exists()


@pytest.mark.parametrize("kind", ["directory", "dangling link"])
def test_what_stands_in_the_way_of_putting_back_is_named(folder: Path, kind: str) -> None:
    apply(folder, to_write(folder))
    (folder / ".env").unlink()
    if kind == "directory":
        (folder / ".env").mkdir()
    else:
        (folder / ".env").symlink_to("gone/away")
    with pytest.raises(WriteRefused, match=r"^\.env: .*Nothing changed"):
        restore(folder)
    assert not (folder / "gone").exists()


def test_a_folder_that_is_not_empty_stays(folder: Path) -> None:
    apply(folder, to_write(folder, "caddy/Caddyfile", b"site\n", mode=0o644))
    (folder / "caddy/mine").write_bytes(b"")
    restore(folder)
    assert [path.name for path in (folder / "caddy").iterdir()] == ["mine"]


def test_half_a_backup_of_a_killed_run_goes(folder: Path) -> None:
    apply(folder, to_write(folder))
    half = folder / ".librechat-wizard/backups/.making-2026-02-01T10-00-00Z"
    half.mkdir()
    (half / "1-.env").write_bytes(b"OLD")
    store = FolderStore(folder)
    assert [backup.id for backup in store.backups()] == ["2026-01-31T10-00-00Z"]
    with store.lock():
        store.clean_up()
    assert not half.exists()


def test_planted_backups_are_neither_all_read_nor_read_whole(folder: Path) -> None:
    first = apply(folder, to_write(folder))
    backups = folder / ".librechat-wizard/backups"
    manifest = backups / "planted"
    manifest.write_text(json.dumps({**manifest_of(folder, first.backup), "x": "x" * 300_000}))
    for number in range(150):
        other = backups / f"2099-01-01T00-00-00Z-{number + 1}"
        other.mkdir()
        (other / "manifest.json").hardlink_to(manifest)
    large = backups / "2099-02-01T00-00-00Z"
    large.mkdir()
    shutil.copy(manifest, large / "manifest.json")
    listed = FolderStore(folder).backups()
    assert len(listed) == 100
    assert [backup.id for backup in listed if backup.complete] == []
    apply(folder, to_write(folder, after=b"again"))
    assert len(list(backups.glob("2*"))) == 20


def test_second_name_of_a_manifest_is_not_read(folder: Path) -> None:
    first = apply(folder, to_write(folder))
    manifest = folder / first.backup / "manifest.json"
    (folder / "other").hardlink_to(manifest)
    assert [backup.complete for backup in FolderStore(folder).backups()] == [False]


def test_one_large_copy_named_often_is_not_read_into_memory(folder: Path) -> None:
    first = apply(folder, to_write(folder))
    data = b"x" * 15_000_000
    (folder / first.backup / "1-.env").write_bytes(data)
    manifest = manifest_of(folder, first.backup)
    manifest["files"][0]["before"]["sha256"] = hashlib.sha256(data).hexdigest()
    manifest["files"] = [{**manifest["files"][0], "name": f"file{number}"} for number in range(6)]
    (folder / first.backup / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WriteRefused, match="larger than any"):
        restore(folder)
