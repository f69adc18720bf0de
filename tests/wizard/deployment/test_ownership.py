"""Mode and owner of files with secrets: private, and readable by the container that needs them."""

from __future__ import annotations

import pytest

from wizard.deployment.file_state import FileState
from wizard.deployment.ownership import Operator, for_public, for_secrets

ROOT = Operator(uid=0, gid=0)
NODE = Operator(uid=1000, gid=1000)
OTHER = Operator(uid=1001, gid=1001)
IN_GROUP = Operator(uid=1001, gid=1001, groups=frozenset({1000}))
CONTAINER = (1000, 1000)
NEW = FileState(name=".env")


def existing(mode: int, uid: int, gid: int) -> FileState:
    return FileState(name=".env", data=b"", kind="file", mode=mode, uid=uid, gid=gid)


@pytest.mark.parametrize(
    ("operator", "mode", "uid", "gid", "is_readable"),
    [
        (NODE, 0o600, None, None, True),
        (ROOT, 0o600, 1000, 1000, True),
        (IN_GROUP, 0o640, None, 1000, True),
        (OTHER, 0o600, None, None, False),
    ],
)
def test_new_file(operator: Operator, mode: int, uid: int | None, gid: int | None, is_readable: bool) -> None:
    decided = for_secrets(NEW, operator, CONTAINER)
    assert (decided.mode, decided.uid, decided.gid) == (mode, uid, gid)
    assert (decided.unreadable_by is None) is is_readable


@pytest.mark.parametrize(
    ("state", "operator", "mode", "gid"),
    [
        (existing(0o644, 1000, 1000), NODE, 0o600, None),
        (existing(0o600, 1000, 1000), NODE, 0o600, None),
        (existing(0o400, 1000, 1000), NODE, 0o400, None),
        (existing(0o644, 0, 0), ROOT, 0o640, 1000),
        (existing(0o640, 0, 1000), ROOT, 0o640, None),
        (existing(0o664, 1001, 1001), IN_GROUP, 0o640, 1000),
        (existing(0o644, 1001, 1001), OTHER, 0o644, None),
    ],
)
def test_an_existing_mode_is_only_ever_tightened(
    state: FileState, operator: Operator, mode: int, gid: int | None
) -> None:
    decided = for_secrets(state, operator, CONTAINER)
    assert decided.mode == mode
    assert (decided.gid if decided.gid != state.gid else None) == gid
    assert decided.mode & ~state.mode == 0
    assert decided.uid is None
    assert decided.unreadable_by is None
    if mode != state.mode:
        assert f"{mode:04o}" in decided.note


def test_a_private_file_of_somebody_else_is_not_opened_up() -> None:
    decided = for_secrets(existing(0o600, 0, 0), ROOT, CONTAINER)
    assert decided.mode == 0o600
    assert decided.unreadable_by == CONTAINER


def test_only_compose_reads_it_on_the_deploy_stack() -> None:
    assert for_secrets(existing(0o644, 0, 0), ROOT, None).mode == 0o600


def test_files_without_secrets_lose_only_what_others_may_write() -> None:
    assert for_public(existing(0o666, 0, 0)).mode == 0o644
    assert for_public(existing(0o600, 0, 0)).mode == 0o600
    assert for_public(NEW).mode == 0o644


@pytest.mark.parametrize("reader", [(2**32 - 1, 1000), (1000, 2**32 - 1)])
def test_a_number_that_is_no_users_gets_nothing(reader: tuple[int, int]) -> None:
    """To chown(2) it is "as it is": the file would be root's, whatever the note says."""
    decided = for_secrets(NEW, ROOT, reader)
    assert (decided.mode, decided.uid, decided.gid, decided.note) == (0o600, None, None, "")
    assert decided.unreadable_by == reader


def test_a_number_that_is_no_groups_is_not_given() -> None:
    decided = for_secrets(existing(0o640, 0, 0), ROOT, (1000, 2**32 - 1))
    assert (decided.gid, decided.note) == (None, "")
    assert decided.unreadable_by is not None
