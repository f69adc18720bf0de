"""A full disk, a read-only file system, and users without the right: real ones."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wizard.store.killed import scenario
from tests.wizard.store.killed.machine import NOBODY, as_nobody, own_mounts, run_with_mounts
from wizard.basics.owner_rights import working_in
from wizard.basics.problem import WriteRefused

needs_mounts = pytest.mark.skipif(
    not own_mounts(), reason="this user may not mount here; the other tests of this folder fail the same calls"
)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of several users")

_FULL = """
import json, shutil, subprocess, sys
from pathlib import Path
from tests.wizard.store.killed import scenario
from wizard.basics.problem import WriteRefused

def mounted(number, options):
    folder = Path(sys.argv[1]) / str(number)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
    return folder

results = []
sizes = [f"size={kib}k,nr_inodes=100" for kib in range(340, 1200, 28)]
sizes += [f"size=4m,nr_inodes={number}" for number in range(9, 28, 2)]
for number, options in enumerate(sizes):
    folder = mounted(number, options)
    scenario.lay_out(folder / "it")
    try:
        scenario.write(folder / "it")
        outcome = "written"
    except WriteRefused as error:
        outcome = str(error)
    scenario_sides = sorted(set(scenario.sides(folder / "it").values()))
    strange = sorted(scenario.strangers(folder / "it"))
    roomy = Path(sys.argv[1]) / f"roomy{number}"
    shutil.copytree(folder / "it", roomy, symlinks=True)
    scenario.assert_recovers(roomy, finish=number % 2 == 0)
    results.append([outcome, scenario_sides, strange])
print(json.dumps(results))
"""


@needs_mounts
def test_a_full_disk(tmp_path: Path) -> None:
    """From no room at all to room for everything: all or nothing, and no temporary file stays."""
    results = run_with_mounts(_FULL, tmp_path)
    outcomes = {}
    for outcome, sides, strange in results:
        assert strange == []
        if outcome == "written":
            assert sides == ["new"]
        else:
            assert sides == ["old"]
            assert "the disk is full" in outcome
            assert "Nothing changed." in outcome
        outcomes[outcome.partition(":")[0]] = True
    # Full for the copies, full for the new files, and not full: each was met.
    assert {".librechat-wizard/backups/2026-01-31T10-00-00Z", ".env", "written"} <= set(outcomes)


_READ_ONLY = """
import json, subprocess, sys
from pathlib import Path
from tests.wizard.store.killed import scenario
from wizard.basics.problem import WriteRefused

results = []
for number, first in enumerate([False, True]):
    folder = Path(sys.argv[1]) / str(number)
    scenario.lay_out(folder)
    if first:
        scenario.write(folder)
        scenario.restore(folder)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    try:
        scenario.write(folder)
        results.append("written")
    except WriteRefused as error:
        results.append(str(error))
    assert scenario.is_all(folder, "old")
    assert scenario.strangers(folder) == set()
print(json.dumps(results))
"""


@needs_mounts
def test_a_read_only_file_system(tmp_path: Path) -> None:
    """Without and with the wizard's own folder in it."""
    for outcome in run_with_mounts(_READ_ONLY, tmp_path):
        assert "the file system is read-only. Nothing changed." in outcome


_SINGLE_MOUNT = """
import json, subprocess, sys
from pathlib import Path
from tests.wizard.store.killed import scenario
from wizard.basics.problem import WriteRefused

folder = Path(sys.argv[1]) / "folder"
scenario.lay_out(folder)
subprocess.run(["mount", "--bind", folder / ".env", folder / ".env"], check=True)
try:
    scenario.write(folder)
    text = "written"
except WriteRefused as error:
    text = str(error)
assert scenario.is_all(folder, "old")
assert scenario.strangers(folder) == set()
print(json.dumps(text))
"""


@needs_mounts
def test_a_file_that_is_mounted_by_itself(tmp_path: Path) -> None:
    """As in a container that got the one file: it cannot be replaced."""
    assert run_with_mounts(_SINGLE_MOUNT, tmp_path).startswith(".env: it is in use as a mount point. Nothing changed.")


@pytest.fixture
def shared() -> Iterator[Path]:
    """Yield a folder that every user can reach."""
    # Not in pytest's own folder: only its user may enter that.
    with tempfile.TemporaryDirectory(prefix="librechat-wizard-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _write(folder: Path) -> str:
    try:
        return scenario.write_one(folder)
    except WriteRefused as error:
        return f"refused: {error}"


def test_a_folder_without_the_right_to_write(shared: Path) -> None:
    (shared / ".env").write_bytes(b"A=1\n")
    shared.chmod(0o555)
    text = as_nobody("scenario.write_one(folder)", shared)
    shared.chmod(0o755)
    assert text.startswith(
        "refused: .librechat-wizard: permission denied. Nothing changed. Run the wizard as the user that owns"
    )
    assert [path.name for path in shared.iterdir()] == [".env"]


@needs_root
def test_an_owner_that_cannot_be_kept(shared: Path) -> None:
    """A rename would make the file ours; LibreChat's container, or its owner, might then be shut out."""
    shared.chmod(0o777)
    file = shared / ".env"
    file.write_bytes(b"A=1\n")
    os.chown(file, 1000, 1000)
    file.chmod(0o644)
    text = as_nobody("scenario.write_one(folder)", shared)
    assert text.startswith(
        "refused: .env: its owner (UID 1000) or group (GID 1000) could not be preserved. Nothing changed."
    )
    assert "sudo" in text
    assert (file.read_bytes(), file.stat().st_uid) == (b"A=1\n", 1000)
    assert sorted(path.name for path in shared.iterdir()) == [".env", ".librechat-wizard"]


@needs_root
def test_a_group_that_cannot_be_kept(shared: Path) -> None:
    shared.chmod(0o777)
    file = shared / ".env"
    file.write_bytes(b"A=1\n")
    os.chown(file, NOBODY, 1000)
    file.chmod(0o640)
    text = as_nobody("scenario.write_one(folder, 0o640)", shared)
    assert text.startswith(f"refused: .env: its owner (UID {NOBODY}) or group (GID 1000) could not be preserved.")
    assert (file.read_bytes(), file.stat().st_gid) == (b"A=1\n", 1000)


@needs_root
def test_root_keeps_owner_and_group_and_takes_none_from_a_backup(shared: Path) -> None:
    file = shared / ".env"
    file.write_bytes(b"A=1\n")
    os.chown(file, 1000, 1001)
    file.chmod(0o640)
    assert _write(shared) == "written: ('.env',)"
    about = file.stat()
    assert (about.st_uid, about.st_gid, about.st_mode & 0o777) == (1000, 1001, 0o600)
    copy = shared / ".librechat-wizard/backups/2026-01-31T10-00-00Z/1-.env"
    assert (copy.stat().st_uid, copy.stat().st_mode & 0o777) == (1000, 0o600)
    os.chown(file, 0, 0)
    scenario.restore(shared)
    about = file.stat()
    assert (about.st_uid, about.st_gid, about.st_mode & 0o777) == (0, 0, 0o600)


@needs_root
def test_root_in_somebodys_folder_leaves_it_usable(shared: Path) -> None:
    """First as the owner, then with sudo, then as the owner again."""
    os.chown(shared, NOBODY, NOBODY)
    assert as_nobody("scenario.write_one(folder)", shared) == "written: ('.env',)"
    (shared / ".env").write_bytes(b"A=changed\n")
    with working_in(shared):
        assert _write(shared) == "written: ('.env',)"
    (shared / ".env").unlink()
    assert as_nobody("scenario.write_one(folder)", shared) == "written: ('.env',)"
    assert as_nobody("[backup.complete for backup in FolderStore(folder).backups()]", shared) == "[True, True, True]"


@needs_root
def test_a_place_that_belongs_to_root(shared: Path) -> None:
    """What cannot be told is said to be so."""
    os.chown(shared, NOBODY, NOBODY)
    assert _write(shared) == "written: ('.env',)"
    assert "permission denied" in as_nobody("scenario.write_one(folder)", shared)
    text = as_nobody("FolderStore(folder).interrupted()", shared)
    assert text.startswith("refused: .librechat-wizard: permission denied.")
    assert "Could not determine" in text
    assert "permission denied" in as_nobody("FolderStore(folder).backups()", shared)


@needs_root
def test_a_place_that_belongs_to_a_stranger(shared: Path) -> None:
    (shared / ".librechat-wizard").mkdir()
    os.chown(shared / ".librechat-wizard", 1234, 1234)
    assert "it belongs to another user (UID 1234)" in _write(shared)
    assert not (shared / ".env").exists()
