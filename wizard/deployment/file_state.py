"""One path of a LibreChat folder as it was read, before anything is known of what it means."""

from pathlib import Path
from typing import NamedTuple


class FileState(NamedTuple):
    """One path of the folder as it was read, once."""

    name: str
    """Relative to the folder: ``.env``."""
    data: bytes | None = None
    """The content; ``None`` if there is no regular file that could be read."""
    kind: str = "missing"
    """``file``, ``directory``, ``missing``, ``unreadable``, ``refused`` (a link that is not followed) or ``special`` (a
    socket, a device, a dangling link)."""
    mode: int = 0
    """Permission bits, 0 if it is missing."""
    uid: int = 0
    gid: int = 0
    target: Path | None = None
    """The path that is written: the end of a symbolic link, or the path itself."""
    is_link: bool = False
    identity: tuple[int, ...] | None = None
    """Device, inode and owner of the file that was read; ``None`` if there was none."""
    fault: str = ""
    """Why a link is not followed, a sentence without its subject; the state is then ``refused``."""
