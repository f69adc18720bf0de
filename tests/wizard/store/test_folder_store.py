"""The wizard's own folder: its lock, and what a run that was cut off left in it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from typing import Final

import pytest

from tests.wizard.store.test_transaction import WHEN, apply, mode_of, to_write
from wizard.basics.filesystem import file_time
from wizard.basics.problem import WriteRefused
from wizard.store.folder_store import FolderStore

_CHECKOUT: Final = Path(__file__).resolve().parents[3]
_HOLDER: Final = """
import sys
from pathlib import Path
from wizard.store.folder_store import FolderStore
with FolderStore(Path(sys.argv[1])).lock():
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_making_one_and_asking_it_touches_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    assert store.interrupted() is None
    assert store.backups() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_second_wizard_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)],
        cwd=_CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        store = FolderStore(tmp_path)
        with pytest.raises(WriteRefused) as caught, store.lock():
            pass
        assert f"another wizard session is using this folder (process {other.pid})" in str(caught.value)
        assert store.backups() == ()
        # A journal stands while the other one writes: that is not a run that was cut off.
        (tmp_path / ".librechat-wizard/transaction.json").write_text("{}")
        assert store.interrupted() is None
        other.kill()
        other.wait()
        assert store.interrupted() is not None
        with store.lock():
            pass


def test_a_lock_in_the_same_process_counts_too(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with store.lock(), pytest.raises(WriteRefused, match="another wizard"), FolderStore(tmp_path).lock():
        pass
    with store.lock():
        pass


def test_what_changes_something_needs_the_lock(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(RuntimeError):
        store.apply([], when=WHEN)
    with pytest.raises(RuntimeError):
        store.clean_up()
    with store.lock():
        pass
    with pytest.raises(RuntimeError):
        store.restore(None, when=WHEN)


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".librechat-wizard").symlink_to("elsewhere")
    with pytest.raises(WriteRefused, match="it is a symbolic link"):
        apply(tmp_path, to_write(tmp_path))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".librechat-wizard").write_bytes(b"")
    with pytest.raises(WriteRefused, match="it is not a folder"):
        apply(tmp_path, to_write(tmp_path))


def test_a_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".librechat-wizard").mkdir()
    (tmp_path / ".librechat-wizard/lock").symlink_to("../victim")
    with pytest.raises(WriteRefused, match=r"lock: it is a symbolic link, .* Remove it, then run the wizard again"):
        apply(tmp_path, to_write(tmp_path))
    assert not (tmp_path / "victim").exists()


def test_a_folder_that_others_can_enter_is_closed(tmp_path: Path) -> None:
    (tmp_path / ".librechat-wizard").mkdir()
    (tmp_path / ".librechat-wizard").chmod(0o755)
    with FolderStore(tmp_path).lock():
        assert mode_of(tmp_path / ".librechat-wizard") == 0o700


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 9}', '{"version": 1, "when": 3}', "\x00\x00"])
def test_a_damaged_record_of_a_cut_run_is_reported_and_cleared(tmp_path: Path, damage: str) -> None:
    """Even then its temporary files go, and nothing else does."""
    store = FolderStore(tmp_path)
    with store.lock():
        pass
    (tmp_path / ".librechat-wizard/transaction.json").write_text(damage)
    leftovers = ("..env.librechat-wizard-0123456789abcdef.tmp", "..env.librechat-wizard-0123456789abcdef.old")
    others = (
        ".env",
        "..env.tmp",
        ".env.librechat-wizard-0123456789abcdef.bak",
        "x.librechat-wizard-0123456789abcdef.tmp",
    )
    for name in (*leftovers, *others):
        (tmp_path / name).write_bytes(b"A=1\n")
    found = store.interrupted()
    assert found is not None
    assert (found.files, found.backup, found.when.tzinfo) == ((), "", UTC)
    with store.lock():
        assert store.clean_up() == found
    assert store.interrupted() is None
    assert {path.name for path in tmp_path.iterdir()} == {".librechat-wizard", *others}


def test_a_record_cannot_have_other_files_removed(tmp_path: Path) -> None:
    """Only names that a transaction gives are ever removed, whatever the record says."""
    import json

    store = FolderStore(tmp_path)
    with store.lock():
        pass
    (tmp_path / "precious").write_bytes(b"")
    entry = {"name": ".env", "target": ".env", "before": None, "after": None, "leftovers": ["precious", "../precious"]}
    record = {"version": 1, "when": "2026-01-31T10:00:00+00:00", "backup": "none", "entries": [entry], "folders": []}
    (tmp_path / ".librechat-wizard/transaction.json").write_text(json.dumps(record))
    with store.lock():
        found = store.clean_up()
    assert found is not None
    assert (found.when, found.backup) == (WHEN, "")
    assert (tmp_path / "precious").exists()


def test_loading_it_costs_little() -> None:
    """It is loaded by every unattended run, a dry one too."""
    code = "import sys; before = set(sys.modules); import wizard.store.folder_store; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=_CHECKOUT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "wizard.store.folder_store" in loaded
    assert not loaded & {
        "wizard.store.transaction",
        "json",
        "hashlib",
        "difflib",
        "tempfile",
        "shutil",
        "subprocess",
        "random",
        "asyncio",
    }


@pytest.mark.parametrize("seconds", [1e15, -1e14, 2.6e11])
def test_a_damaged_record_of_any_time_is_reported(tmp_path: Path, seconds: float) -> None:
    store = FolderStore(tmp_path)
    with store.lock():
        pass
    record = tmp_path / ".librechat-wizard" / "transaction.json"
    record.write_text("x")
    os.utime(record, (seconds, seconds))
    assert 1970 <= file_time(seconds).year <= 9999
    found = store.interrupted()
    assert found is not None
    assert found.files == ()
