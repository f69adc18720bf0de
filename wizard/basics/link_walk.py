"""Which symbolic links are followed on a way, and who made them."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MOST: Final = 40
"""How many links the kernel follows for one path (path_resolution(7))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWalk:
    """The way from a path to its end."""

    end: Path
    """Free of links; what does not exist is kept as it is named."""
    links: tuple[tuple[Path, int], ...]
    """Every link that was followed, and the user who made it."""


def walk_links(path: Path) -> LinkWalk:
    """Follow a path, one component after the other; ``OSError`` (ELOOP) where links do not end."""
    way = Path("/")
    parts = list(path.absolute().parts[1:])
    links: list[tuple[Path, int]] = []
    while parts:
        part = parts.pop(0)
        if part == "..":
            way = way.parent
            continue
        way /= part
        found = _link(way)
        if found is None:
            continue
        if len(links) == _MOST:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        target, maker = found
        links.append((way, maker))
        parts = [*(target.parts[1:] if target.is_absolute() else target.parts), *parts]
        way = Path("/") if target.is_absolute() else way.parent
    return LinkWalk(end=way, links=tuple(links))


def _link(path: Path) -> tuple[Path, int] | None:
    """Return where a link leads and who made it: the very same link, whatever has its name a moment later."""
    try:
        if not path.is_symlink():
            return None
        descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISLNK(about.st_mode):
            return None
        return Path(os.readlink("", dir_fd=descriptor)), about.st_uid
    finally:
        os.close(descriptor)
