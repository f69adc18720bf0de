"""Access lists that a folder gives to every new file (acl(5)): none is left on what the wizard makes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.screens.cli.hostile_changes import access_list
from wizard.basics.filesystem import FileAccess, create, read_present

ACL = "system.posix_acl_access"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that lets user 65534 do everything with what is made in it."""
    try:
        os.setxattr(tmp_path, "system.posix_acl_default", access_list(65534))
    except OSError:
        pytest.skip("this file system has no access lists")
    return tmp_path


def test_new_file_has_no_list(folder: Path) -> None:
    (folder / "inherits").touch()
    assert ACL in os.listxattr(folder / "inherits")
    create(folder / "made", b"", FileAccess(mode=0o640))
    assert ACL not in os.listxattr(folder / "made")


def test_list_of_the_file_that_is_replaced_is_kept(folder: Path) -> None:
    (folder / "old").touch()
    create(folder / "made", b"", FileAccess(mode=0o600), like=read_present(folder / "old"))
    assert ACL in os.listxattr(folder / "made")
