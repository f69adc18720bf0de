"""Opens a file that the operator named, but not through another user's symbolic link."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

from wizard.basics.accounts import account_name
from wizard.basics.link_walk import walk_links
from wizard.basics.links import FOREIGN_FILES


def open_named(path: Path) -> BinaryIO:
    """Open a file that an option or an answer names; a pipe, too, as the shell's ``<(...)`` is.

    ``OSError`` if it cannot be opened, or if another user than root and this one made a link on the way: root's own files
    would go where that user can read them. A person can confirm such a link as any other (``--accept-foreign-files``).
    """
    walk = walk_links(path)
    strangers = [(link, maker) for link, maker in walk.links if maker not in (0, os.geteuid())]
    is_accepted = bool(FOREIGN_FILES)
    if strangers and not is_accepted:
        link, maker = strangers[0]
        raise OSError(
            errno.EPERM, f"{link} is a symbolic link that {account_name(maker)} created; it points to {walk.end}"
        )
    file = path.open("rb")
    # What is there now need not be what was looked at.
    if not is_accepted and not walk.end.is_relative_to("/proc") and not _is_at(walk.end, file):
        file.close()
        raise OSError(errno.EAGAIN, "it changed while it was being opened")
    return file


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(file.fileno()))
    except OSError:
        return False
