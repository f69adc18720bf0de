"""The folder that root works in gets another name, and a link to a folder of root's has its own: nothing goes there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wizard.basics.handing_over import hand_over
from wizard.basics.links import FOREIGN_FILES, path_end
from wizard.basics.owner_rights import working_in
from wizard.basics.problem import InvalidInput, WriteRefused
from wizard.store.folder_store import FolderStore
from wizard.store.transaction import FileWrite

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work in the name of others")

WHEN = datetime(2026, 1, 31, 10, tzinfo=UTC)
OWNER = 1000


@pytest.fixture
def place() -> Iterator[Path]:
    """A place that everybody can reach."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def roots(place: Path) -> Path:
    """A LibreChat folder of root's, with the wizard's own folder in it."""
    made = place / "roots"
    (made / ".librechat-wizard").mkdir(parents=True, mode=0o700)
    (made / ".env").write_bytes(b"A=1\n")
    (made / ".librechat-wizard" / "ca.key").write_bytes(b"")
    return made


@pytest.fixture(params=[OWNER, 0])
def worked_in(place: Path, roots: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Path, Path]]:
    """The folder that root works in, as it is named and where it is since."""
    folder, aside = place / "LibreChat", place / "aside"
    folder.mkdir()
    (folder / ".env").write_bytes(b"A=1\n")
    for path in (place, folder, folder / ".env"):
        os.chown(path, request.param, request.param)
    with working_in(folder) as resolved:
        folder.rename(aside)
        folder.symlink_to(roots)
        os.chown(folder, OWNER, OWNER, follow_symlinks=False)
        yield resolved, aside


def _all(folder: Path) -> list[tuple[str, int, int, bytes]]:
    return [
        (str(path), path.lstat().st_uid, path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted((folder, *folder.rglob("*")))
    ]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_write_stays_in_the_folder(worked_in: tuple[Path, Path], roots: Path, accepted: bool) -> None:
    folder, aside = worked_in
    before = _all(roots)
    store = FolderStore(folder)
    with FOREIGN_FILES.given(accepted=accepted), store.lock():
        end = path_end(folder, ".env")
        assert (end.path, end.is_link) == (folder / ".env", False)
        write = FileWrite(name=".env", target=end.path, before=b"A=1\n", after=b"A=2\n", mode=0o600)
        store.apply([write], when=WHEN)
    assert (aside / ".env").read_bytes() == b"A=2\n"
    assert (aside / ".librechat-wizard").stat().st_uid == aside.stat().st_uid
    assert _all(roots) == before


def test_the_folder_that_has_its_name_now_is_not_worked_in(worked_in: tuple[Path, Path], roots: Path) -> None:
    folder, aside = worked_in
    before = _all(roots)
    for other in (roots, folder / ".." / "roots"):
        with FolderStore(other).lock():
            pass
    assert (aside / ".librechat-wizard" / "lock").is_file()
    assert _all(roots) == before


@pytest.mark.parametrize("worked_in", [OWNER], indirect=True)
@pytest.mark.usefixtures("worked_in")
def test_another_folder_is_not_handed_over(roots: Path) -> None:
    before = _all(roots)
    with pytest.raises(PermissionError):
        hand_over(roots)
    assert _all(roots) == before


def test_a_folder_that_appears_later_is_not_worked_in(place: Path) -> None:
    folder = place / "LibreChat"
    with working_in(folder):
        folder.mkdir()
        os.chown(folder, OWNER, OWNER)
        with pytest.raises((InvalidInput, WriteRefused)), FolderStore(folder).lock():
            pass
        with pytest.raises(InvalidInput):
            path_end(folder, ".env")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("uid", [2**31, 3_999_999_999, 2**32 - 2])
def test_every_user_number_works(place: Path, uid: int) -> None:
    os.chown(place, uid, uid)
    with working_in(place), FolderStore(place).lock():
        pass
    assert {path.stat().st_uid for path in place.rglob("*")} == {uid}
