"""The temporary folder of one practice run: removed at its end, or by the next practice run if it was killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PREFIX: Final = "librechat-practice-"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def practice_folder() -> Iterator[Path]:
    """Give an empty folder; ``OSError`` if none can be made. The lock on it ends with this process, however that ends."""
    _remove_left()
    descriptor, room = _locked()
    try:
        yield room
    finally:
        shutil.rmtree(room)
        os.close(descriptor)


def _locked() -> tuple[int, Path]:
    while True:
        room = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            descriptor = os.open(room, _FOLDER)
        except FileNotFoundError:
            continue  # another start took it for one that was left
        with contextlib.suppress(OSError):  # some network file systems know no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, room
        os.close(descriptor)


def _remove_left() -> None:
    """Remove this user's folders of practices that no longer run."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(left, _FOLDER)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_uid == os.geteuid():
                    shutil.rmtree(left)
            finally:
                os.close(descriptor)
