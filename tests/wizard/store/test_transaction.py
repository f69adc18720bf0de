"""What a transaction writes, and when it refuses to."""

from __future__ import annotations

import os
import socket
import stat
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rounds import examples
from wizard.basics.problem import WriteRefused
from wizard.store.folder_store import FolderStore
from wizard.store.transaction import Applied, FileWrite

WHEN: Final = datetime(2026, 1, 31, 10, 0, 0, tzinfo=UTC)
_UNSET: Final = b"<as it stands>"


def to_write(
    folder: Path,
    name: str = ".env",
    after: bytes | None = b"NEW=1\n",
    *,
    before: bytes | None = _UNSET,
    mode: int = 0o600,
    target: Path | None = None,
) -> FileWrite:
    """Return a write of one file, made from what stands there unless ``before`` says otherwise."""
    target = target or folder / name
    if before == _UNSET:
        before = target.read_bytes() if target.exists() else None
    return FileWrite(name=name, target=target, before=before, after=after, mode=mode)


def apply(folder: Path, *writes: FileWrite) -> Applied:
    """Carry them out as one transaction."""
    store = FolderStore(folder)
    with store.lock():
        return store.apply(writes, when=WHEN)


def mode_of(path: Path) -> int:
    """Return the permission bits of a path itself."""
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a ``.env``."""
    (tmp_path / ".env").write_bytes(b"OLD=1\n")
    (tmp_path / ".env").chmod(0o644)
    return tmp_path


def test_all_files_are_written_and_what_stood_there_is_kept(folder: Path) -> None:
    done = apply(folder, to_write(folder), to_write(folder, "caddy/Caddyfile", b"site\n", mode=0o644))
    assert done == Applied(written=(".env", "caddy/Caddyfile"), backup=".librechat-wizard/backups/2026-01-31T10-00-00Z")
    assert (folder / ".env").read_bytes() == b"NEW=1\n"
    assert (folder / "caddy/Caddyfile").read_bytes() == b"site\n"
    assert (mode_of(folder / ".env"), mode_of(folder / "caddy/Caddyfile")) == (0o600, 0o644)
    assert (folder / done.backup / "1-.env").read_bytes() == b"OLD=1\n"


def test_whatever_the_wizard_keeps_is_private_and_out_of_git(folder: Path) -> None:
    old = os.umask(0)
    try:
        apply(folder, to_write(folder))
    finally:
        os.umask(old)
    place = folder / ".librechat-wizard"
    assert (place / ".gitignore").read_text() == "*\n"
    paths = [place, *place.rglob("*")]
    assert len(paths) > 5
    assert {mode_of(path) for path in paths} == {0o700, 0o600}


def test_no_record_holds_a_secret(folder: Path) -> None:
    write = to_write(folder, after=b"JWT_SECRET=canary\n")
    assert "canary" not in repr(write)
    assert "OLD" not in repr(write)
    apply(folder, write)
    (folder / ".env").write_bytes(b"JWT_SECRET=canary2\n")
    apply(folder, to_write(folder))
    holders = {
        path.name
        for path in (folder / ".librechat-wizard").rglob("*")
        if path.is_file() and b"canary" in path.read_bytes()
    }
    assert holders == {"1-.env"}


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\xfe\r\n", b"A=1", os.urandom(5_000_000)], ids=["empty", "binary", "no newline", "5 MB"]
)
def test_bytes_stay_bytes(folder: Path, data: bytes) -> None:
    (folder / ".env").write_bytes(data[::-1])
    apply(folder, to_write(folder, after=data))
    assert (folder / ".env").read_bytes() == data
    backup = folder / ".librechat-wizard/backups/2026-01-31T10-00-00Z/1-.env"
    if data != data[::-1]:
        assert backup.read_bytes() == data[::-1]


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.none() | st.binary(max_size=200), min_size=2, max_size=5))
def test_any_content_after_any_other_and_back(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes | None]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    store = FolderStore(folder)
    file = folder / ".env"
    with store.lock():
        for content in contents:
            before = file.read_bytes() if file.exists() else None
            done = store.apply([to_write(folder, after=content)], when=WHEN)
            assert (file.read_bytes() if file.exists() else None) == content
            assert bool(done.written) is (before != content)
            if done.written:
                store.restore(done.backup, when=WHEN)
                assert (file.read_bytes() if file.exists() else None) == before
                store.restore(None, when=WHEN)
                assert (file.read_bytes() if file.exists() else None) == content


def test_what_is_already_there_is_not_written_again(folder: Path) -> None:
    apply(folder, to_write(folder))
    before = (folder / ".env").stat()
    assert apply(folder, to_write(folder)) == Applied(written=(), backup="")
    assert apply(folder, to_write(folder, "not-there", None)) == Applied(written=(), backup="")
    after = (folder / ".env").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(FolderStore(folder).backups()) == 1


def test_a_mode_alone_is_a_change(folder: Path) -> None:
    assert apply(folder, to_write(folder, after=b"OLD=1\n", mode=0o600)).written == (".env",)
    assert mode_of(folder / ".env") == 0o600


@pytest.mark.parametrize(("name", "mode"), [(".env", 0o666), (".env", 0o755), ("new", 0o664), ("new", 0o602)])
def test_a_mode_is_never_widened(folder: Path, name: str, mode: int) -> None:
    with pytest.raises(WriteRefused, match="permissions"):
        apply(folder, to_write(folder, name, mode=mode))
    assert mode_of(folder / ".env") == 0o644


def _make(folder: Path, kind: str) -> None:
    path = folder / ".env"
    path.unlink()
    if kind == "directory":
        path.mkdir()
    elif kind == "link":
        (folder / "elsewhere").write_bytes(b"OLD=1\n")
        path.symlink_to("elsewhere")
    elif kind == "dangling link":
        path.symlink_to("nowhere")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            here = Path.cwd()
            os.chdir(folder)
            try:
                server.bind(".env")
            finally:
                os.chdir(here)
    elif kind == "changed":
        path.write_bytes(b"OLD=2\n")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("directory", "it is a directory. Nothing changed. Docker creates a directory"),
        ("link", "it is a symbolic link. Nothing changed. Run the wizard again"),
        ("dangling link", "it is a symbolic link"),
        ("pipe", "it is a device or a pipe"),
        ("socket", "it is a socket"),
        ("changed", "it has been changed since it was read"),
        ("vanished", "it has been removed since it was read"),
    ],
)
def test_what_came_between_reading_and_writing_is_a_refusal(folder: Path, kind: str, words: str) -> None:
    (folder / "librechat.yaml").write_bytes(b"version: 1\n")
    (folder / "librechat.yaml").chmod(0o644)
    writes = (to_write(folder), to_write(folder, "librechat.yaml", mode=0o644))
    _make(folder, kind)
    with pytest.raises(WriteRefused) as caught:
        apply(folder, *writes)
    assert str(caught.value).startswith(f".env: {words}")
    assert "Nothing changed." in str(caught.value)
    assert (folder / "librechat.yaml").read_bytes() == b"version: 1\n"
    assert FolderStore(folder).backups() == ()


def test_a_file_that_appeared_is_not_overwritten(folder: Path) -> None:
    write = to_write(folder, "librechat.yaml", mode=0o644)
    (folder / "librechat.yaml").write_bytes(b"somebody's own")
    with pytest.raises(WriteRefused, match=r"librechat\.yaml: it has been created since it was read"):
        apply(folder, write)
    assert (folder / "librechat.yaml").read_bytes() == b"somebody's own"


def test_every_file_that_stands_in_the_way_is_named_at_once(folder: Path) -> None:
    (folder / "other").mkdir()
    with pytest.raises(WriteRefused) as caught:
        apply(folder, to_write(folder, before=b"else"), to_write(folder, "other", before=None))
    assert [problem.file for problem in caught.value.problems] == [".env", "other"]


def test_a_link_is_followed_on_purpose_and_stays(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    real = tmp_path_factory.mktemp("elsewhere") / "real.env"
    (folder / ".env").rename(real)
    (folder / ".env").symlink_to(real)
    apply(folder, to_write(folder, target=real))
    assert (folder / ".env").readlink() == real
    assert (real.read_bytes(), mode_of(real)) == (b"NEW=1\n", 0o600)
    assert [path.name for path in real.parent.iterdir()] == ["real.env"]
    store = FolderStore(folder)
    with store.lock():
        store.restore(None, when=WHEN)
    assert (folder / ".env").is_symlink()
    assert (real.read_bytes(), mode_of(real)) == (b"OLD=1\n", 0o600)


def test_a_link_that_leads_elsewhere_meanwhile_is_a_refusal(folder: Path) -> None:
    (folder / ".env").rename(folder / "first.env")
    (folder / ".env").symlink_to("first.env")
    write = to_write(folder, target=folder / "first.env")
    (folder / "second.env").write_bytes(b"OLD=1\n")
    (folder / ".env").unlink()
    (folder / ".env").symlink_to("second.env")
    with pytest.raises(WriteRefused, match=r"\.env: it now points to a different file than when it was read"):
        apply(folder, write)
    assert (folder / "first.env").read_bytes() == (folder / "second.env").read_bytes() == b"OLD=1\n"


def test_a_folder_that_is_reached_through_a_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "librechat"
    link.symlink_to(folder)
    apply(link, to_write(link))
    assert (folder / ".env").read_bytes() == b"NEW=1\n"
    assert (folder / ".librechat-wizard").is_dir()


def test_two_names_of_one_file_are_refused(folder: Path) -> None:
    (folder / "second").symlink_to(".env")
    with pytest.raises(WriteRefused, match=r"second: it is the same file as \.env"):
        apply(folder, to_write(folder), to_write(folder, "second", b"other", target=folder / ".env"))
    assert (folder / ".env").read_bytes() == b"OLD=1\n"


def test_a_file_where_a_folder_is_needed(folder: Path) -> None:
    (folder / "caddy").write_bytes(b"")
    with pytest.raises(
        WriteRefused, match=r"caddy/Caddyfile: a file exists where a folder is needed\. Nothing changed"
    ):
        apply(folder, to_write(folder), to_write(folder, "caddy/Caddyfile", before=None))
    assert (folder / ".env").read_bytes() == b"OLD=1\n"


def test_other_names_of_a_file_are_told_of(folder: Path) -> None:
    os.link(folder / ".env", folder / "second name")
    done = apply(folder, to_write(folder))
    assert done.notes == (".env has other hard links; they keep the old content.",)
    assert (folder / "second name").read_bytes() == b"OLD=1\n"


def _set_attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"the file system of the temporary folder keeps no such attribute ({error.strerror})")


def test_extended_attributes_are_kept(folder: Path) -> None:
    _set_attribute(folder / ".env", "user.origin", b"ansible")
    apply(folder, to_write(folder))
    assert os.getxattr(folder / ".env", "user.origin") == b"ansible"


def _access_list(*entries: tuple[int, int, int]) -> bytes:
    """Return an access list as Linux keeps it: version 2, then tag, permissions and id of each entry (acl(5))."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


_NONE: Final = 0xFFFFFFFF
_OTHERS_READ: Final = _access_list((1, 7, _NONE), (2, 4, 1234), (4, 5, _NONE), (0x10, 5, _NONE), (0x20, 5, _NONE))
"""The owner all, UID 1234 may read, the group, the mask and everybody else read."""


def test_an_access_list_is_kept_as_far_as_the_mode_allows(folder: Path) -> None:
    file = folder / ".env"
    _set_attribute(file, "system.posix_acl_access", _OTHERS_READ)
    mode = mode_of(file)
    apply(folder, to_write(folder, after=b"A=2\n", mode=mode & 0o750))
    assert b"\xd2\x04" in os.getxattr(file, "system.posix_acl_access")
    assert mode_of(file) == mode & 0o750
    apply(folder, to_write(folder, after=b"A=3\n", mode=0o600))
    # The group's bits are the mask now: UID 1234 is named still, and may nothing.
    assert mode_of(file) == 0o600


def test_a_folders_access_list_lets_nobody_into_a_replaced_file(folder: Path) -> None:
    file = folder / ".env"
    file.chmod(0o640)
    _set_attribute(folder, "system.posix_acl_default", _OTHERS_READ)
    apply(folder, to_write(folder, mode=0o640))
    assert "system.posix_acl_access" not in os.listxattr(file)
    assert mode_of(file) == 0o640
