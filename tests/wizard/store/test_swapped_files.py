"""A file that somebody puts in place of another while the wizard works: it is neither overwritten nor lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wizard.basics.private_folder import PrivateFolder
from wizard.basics.problem import WriteRefused
from wizard.store.backups import Backups
from wizard.store.journal import Journal
from wizard.store.transaction import FileWrite, Transaction, steps_of

WHEN = datetime(2026, 1, 31, 10, tzinfo=UTC)
BEFORE_THE_RENAME = 3
"""Which look for a stop comes between staging and renaming where one file is written."""


def write(folder: Path, at_the_rename: Callable[[], None]) -> None:
    """Write ``.env``, with something done right before the new one takes its place."""
    room = PrivateFolder(folder)
    room.prepare()
    env = folder / ".env"
    one = FileWrite(name=".env", target=env, before=b"A=1\n", after=b"A=2\n", mode=0o600)
    looks: list[None] = []

    def check() -> None:
        looks.append(None)
        if len(looks) == BEFORE_THE_RENAME:
            at_the_rename()

    Transaction(folder, Journal(room, folder), Backups(room), steps_of(folder, [one])).run(WHEN, check)


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """A private ``.env``."""
    path = tmp_path / ".env"
    path.write_bytes(b"A=1\n")
    path.chmod(0o600)
    return path


def test_a_file_of_the_same_size_and_time(env: Path) -> None:
    about = env.stat()

    def swap() -> None:
        other = env.with_name("other")
        other.write_bytes(b"B=9\n")
        other.chmod(0o600)
        os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
        other.rename(env)

    with pytest.raises(WriteRefused, match="it was changed while the wizard was preparing the files"):
        write(env.parent, swap)
    assert env.read_bytes() == b"B=9\n"


def test_a_file_that_is_written_and_set_back(env: Path) -> None:
    about = env.stat()

    def edit() -> None:
        with env.open("r+b") as stream:
            stream.write(b"B=9\n")
        os.utime(env, ns=(about.st_atime_ns, about.st_mtime_ns))

    with pytest.raises(WriteRefused, match="it was changed while the wizard was preparing the files"):
        write(env.parent, edit)
    assert env.read_bytes() == b"B=9\n"


def test_a_file_that_nobody_touches(env: Path) -> None:
    write(env.parent, lambda: None)
    assert env.read_bytes() == b"A=2\n"
