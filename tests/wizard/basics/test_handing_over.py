"""The wizard's own folder of an old run of root, in somebody's folder: theirs, where nothing else is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.basics.handing_over import hand_over
from wizard.basics.owner_rights import working_in

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can work in the name of others")

OWNER = 1000
BACKUP = "backups/2026-01-31T10-00-00Z-2"
OURS = (
    *("lock", "probe.lock", "stack", ".gitignore", "ca.key", "apply.json", "draft.json", "probe.json", "replaced.json"),
    *("transaction.json", "transaction.json.tmp", ".ca.key.librechat-wizard-0123456789abcdef.old"),
    *("proxy/librechat.nginx.conf", "proxy/librechat.Caddyfile", "proxy/librechat.traefik.yml"),
    *(f"{BACKUP}/manifest.json", f"{BACKUP}/1-.env", "backups/.making-2026-01-31T10-00-00Z/1-.env"),
)
COPY = "1-.env"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """What root left in a folder of user 1000."""
    os.chown(tmp_path, OWNER, OWNER)
    made = tmp_path / ".librechat-wizard"
    for name in OURS:
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        path.chmod(0o600)
    for path in (made, *made.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    return made


def owners(room: Path) -> dict[str, int]:
    return {str(path.relative_to(room)): path.lstat().st_uid for path in (room, *room.rglob("*"))}


def test_all_but_the_copies_is_given(room: Path) -> None:
    with working_in(room.parent):
        assert hand_over(room.parent)
    assert {name for name, uid in owners(room).items() if uid != OWNER} == {
        name for name in OURS if name.endswith(COPY)
    }


@pytest.mark.parametrize(
    "name", ["dump", "backups/dump", "proxy/dump", "lock/dump", "draft.json/dump", "backups/2026-01-31T10-00-00Z"]
)
def test_nothing_is_given_where_something_else_is_in_it(room: Path, name: str) -> None:
    path = room / name
    if path.parent.is_file():
        path.parent.unlink()
        path.parent.mkdir()
    path.write_bytes(b"")
    with working_in(room.parent):
        assert not hand_over(room.parent)
    assert set(owners(room).values()) == {0}


def test_nothing_is_given_where_others_can_write(room: Path) -> None:
    room.chmod(0o770)
    with working_in(room.parent):
        assert not hand_over(room.parent)
    assert set(owners(room).values()) == {0}


def test_second_name_of_another_file_is_not_given(room: Path) -> None:
    other = room.parent / "other"
    other.write_bytes(b"")
    (room / "stack").unlink()
    os.link(other, room / "stack")
    with working_in(room.parent):
        assert not hand_over(room.parent)
    assert other.stat().st_uid == 0
