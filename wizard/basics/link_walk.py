"""Decides which symbolic links on a path are followed, and who created them."""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

_MOST: Final = 40
"""How many links the kernel follows for one path (path_resolution(7))."""


class LinkWalk(NamedTuple):
    """The way from a path to its end."""

    end: Path
    """Free of links; what does not exist is kept as it is named."""
    links: tuple[tuple[Path, int], ...]
    """Every link that was followed, and the user who made it."""


class HeldFolder(NamedTuple):
    """A folder that is held open: what has its name later is another one."""

    path: Path
    """Free of links."""
    descriptor: int


def walk_links(path: Path, held: HeldFolder | None = None) -> LinkWalk:
    """Follow a path, one component after the other; ``OSError`` (ELOOP) where links do not end.

    What is in the ``held`` folder is looked up from its descriptor, and the folder itself is not a link.
    """
    path = path.absolute()
    way = held.path if held is not None and path.is_relative_to(held.path) else Path("/")
    parts = list(path.relative_to(way).parts)
    links: list[tuple[Path, int]] = []
    while parts:
        part = parts.pop(0)
        if part == "..":
            way = way.parent
            continue
        way /= part
        found = _link(way, held)
        if found is None:
            continue
        if len(links) == _MOST:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        target, maker = found
        links.append((way, maker))
        parts = [*(target.parts[1:] if target.is_absolute() else target.parts), *parts]
        way = Path("/") if target.is_absolute() else way.parent
    return LinkWalk(end=way, links=tuple(links))


def _link(path: Path, held: HeldFolder | None) -> tuple[Path, int] | None:
    """Return where a link leads and who made it: the very same link, whatever has its name a moment later."""
    try:
        if held is not None and path.is_relative_to(held.path):
            descriptor = open_without_links(path.relative_to(held.path).parts, held.descriptor)
        elif path.is_symlink():
            descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        else:
            return None
    except OSError:
        return None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISLNK(about.st_mode):
            return None
        return Path(os.readlink("", dir_fd=descriptor)), about.st_uid
    finally:
        os.close(descriptor)


def open_without_links(parts: Iterable[str], start: int, *, flags: int = 0) -> int:
    """Open what a path below an open folder names, for its name alone (``O_PATH``).

    The last component may be a link, which is opened itself; ``OSError`` for one on the way. ``flags``: what else each
    component has to be (``O_DIRECTORY``).
    """
    descriptor = os.dup(start)
    for part in parts:
        try:
            inner = os.open(part, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor
