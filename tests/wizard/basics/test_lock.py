"""The lock of a folder: one holder, and nothing that somebody put in its place is waited for, followed or overwritten."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT
from wizard.basics import lock
from wizard.basics.installed import Installed, InstallMethod
from wizard.basics.lock import FolderLock
from wizard.basics.owner_rights import working_in
from wizard.basics.private_folder import PrivateFolder
from wizard.basics.problem import WriteRefused
from wizard.store.account_record import ProbeRecord, ProbeRecords
from wizard.store.folder_store import FolderStore

pytestmark = pytest.mark.timeout(20)

HOLD = """
import sys
from pathlib import Path
from wizard.basics.owner_rights import working_in
from wizard.basics.lock import FolderLock
from wizard.basics.private_folder import PrivateFolder
with FolderLock(PrivateFolder(Path(sys.argv[1])), "lock", busy="", remedy="").held():
    print("held", flush=True)
    sys.stdin.read()
"""


def lock_of(folder: Path) -> FolderLock:
    return FolderLock(PrivateFolder(folder), "lock", busy="somebody works{holder}.", remedy="Wait.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / ".librechat-wizard").mkdir(mode=0o700)
    return tmp_path / ".librechat-wizard" / "lock"


def test_there_is_one_holder_and_it_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": str(CHECKOUT)}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert lock_of(tmp_path).is_held_elsewhere()
        with (
            pytest.raises(WriteRefused, match=rf"somebody works \(process {child.pid}\)\. Wait\."),
            lock_of(tmp_path).held(),
        ):
            pass
        child.kill()


def test_in_a_container_a_process_has_no_number_that_helps(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"4711\n")
    path.chmod(0o600)
    copy = Installed(method=InstallMethod.CONTAINER, package="/opt/librechat-wizard", name="wizard:9")
    monkeypatch.setattr(lock, "installed", lambda: copy)
    with lock_of(path.parent.parent).held():
        assert path.read_bytes() == b""
        with pytest.raises(WriteRefused) as refusal, lock_of(path.parent.parent).held():
            pass
    assert "process" not in str(refusal.value)
    assert "docker ps --filter ancestor=wizard:9" in str(refusal.value)


def test_lock_ends_with_its_block_also_where_a_program_is_just_being_started(tmp_path: Path) -> None:
    until, end = os.pipe()
    with lock_of(tmp_path).held():
        # Between fork and exec a child has a copy of everything that is open.
        child = os.fork()
        if not child:
            os.close(end)
            os.read(until, 1)
            os._exit(0)
    with lock_of(tmp_path).held():
        os.close(end)
    assert os.waitpid(child, 0)[1] == 0
    os.close(until)


def test_who_is_killed_lets_go_and_the_next_one_holds_it(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": str(CHECKOUT)}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        child.kill()
    lock = lock_of(tmp_path)
    assert not lock.is_held_elsewhere()
    with lock.held():
        assert not lock.is_held_elsewhere()
        assert lock_of(tmp_path).is_held_elsewhere()
    assert not lock_of(tmp_path).is_held_elsewhere()
    assert (tmp_path / ".librechat-wizard" / "lock").read_text() == f"{os.getpid()}\n"


def test_a_child_does_not_inherit_it(tmp_path: Path) -> None:
    with lock_of(tmp_path).held():
        child = subprocess.Popen(["sleep", "30"], close_fds=False)
    try:
        assert not lock_of(tmp_path).is_held_elsewhere()
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "hard link", "link", "stranger"])
def test_what_is_no_lock_is_refused(path: Path, tmp_path: Path, kind: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind(str(path))
    elif kind == "hard link":
        os.link(victim, path)
    elif kind == "link":
        path.symlink_to(victim)
    else:
        if os.geteuid() != 0:
            pytest.skip("only root can give a file to somebody else")
        path.touch()
        os.chown(path, 54321, 54321)
    lock = lock_of(tmp_path)
    with pytest.raises(WriteRefused, match=r"\.librechat-wizard/lock: "), lock.held():
        pass
    with pytest.raises((WriteRefused, OSError)):
        lock.is_held_elsewhere()
    assert victim.read_bytes() == b"precious"
    assert not lock.is_ours


def test_a_file_of_somebody_s_is_locked_and_not_overwritten(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"my notes\n")
    with lock_of(tmp_path).held():
        pass
    assert path.read_bytes() == b"my notes\n"


def test_a_pipe_as_lock_does_not_hang_who_only_looks(path: Path, tmp_path: Path) -> None:
    os.mkfifo(path)
    path.with_name("transaction.json").write_text("{}")
    with pytest.raises(WriteRefused, match="not a regular file"):
        FolderStore(tmp_path).interrupted()
    with pytest.raises(WriteRefused, match="not a regular file"):
        FolderStore(tmp_path).pending()


def test_a_pipe_as_lock_of_the_test_account_hides_no_record(path: Path, tmp_path: Path) -> None:
    os.mkfifo(path.with_name("probe.lock"))
    records = ProbeRecords(tmp_path)
    assert records.left() is None
    path.with_name("probe.json").write_text("{")
    left = records.left()
    assert isinstance(left, ProbeRecord)
    assert left.is_damaged
    with pytest.raises(WriteRefused, match=r"probe\.lock: it is not a regular file"), records.lock():
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root works in somebody else's folder")
def test_root_leaves_the_owner_able_to_go_on(path: Path, tmp_path: Path) -> None:
    for folder in (tmp_path, path.parent):
        os.chown(folder, 54321, 54321)
    with working_in(tmp_path), lock_of(tmp_path).held():
        pass
    assert path.stat().st_uid == 54321
