"""Where a path in a folder really leads, and whether it is trusted.

Who may write a folder can put a symbolic link in it. One is followed only inside of the folder, or to a file of the folder's
owner; any other has to be confirmed by the person who runs the wizard.
"""

import contextlib
import errno
import os
from pathlib import Path
from typing import Final, NamedTuple

from wizard.basics.accounts import account_name, is_writable_by_others
from wizard.basics.confirmation import Confirmation
from wizard.basics.filesystem import look
from wizard.basics.link_walk import LinkWalk, walk_links
from wizard.basics.owner_rights import held_folder

FOREIGN_FILES: Final = Confirmation()
"""Links that lead elsewhere are followed and files of strangers are used."""


class PathEnd(NamedTuple):
    """Where a path of a folder leads."""

    path: Path
    """What is read and written: free of links."""
    is_link: bool
    fault: str = ""
    """Why it is not followed, a sentence without its subject; empty if it is."""


def path_end(folder: Path, name: str) -> PathEnd:
    """Follow a name in a folder whose own path has no links; ``OSError`` if that fails.

    Only names are looked at, by root with root's rights: what is read and written at the end is the owner's affair.
    """
    path = Path(os.path.abspath(folder / name))  # noqa: PTH100 - resolve() would follow links
    try:
        walk = walk_links(path, held_folder())
    except OSError:
        # Links that do not end: what writes there meets the first of them.
        return PathEnd(path=path, is_link=False)
    if walk.end == path:
        return PathEnd(path=path, is_link=False)
    return PathEnd(path=walk.end, is_link=True, fault="" if FOREIGN_FILES else _fault(folder, walk))


def can_others_write(folder: Path) -> bool:
    """Return whether others than a folder's owner and root can put files in it; ``OSError`` if it has vanished."""
    about = _about(folder)
    has_list = False
    with contextlib.suppress(OSError, AttributeError):
        has_list = "system.posix_acl_access" in os.listxattr(folder)
    return is_writable_by_others(about, has_list=has_list)


def _about(folder: Path) -> os.stat_result:
    about = look(folder)
    if about is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return about


def _fault(folder: Path, walk: LinkWalk) -> str:
    owner, end = _about(folder).st_uid, walk.end
    believed = (owner, 0, os.geteuid())
    for link, maker in walk.links:
        if maker not in believed:
            return f"is a symbolic link to {end}; {account_name(maker)} created {link}."
    if end.is_relative_to(folder):
        return ""
    nearest = next((path for path in (end, *end.parents) if os.path.lexists(path)), Path(end.root))
    about = os.lstat(nearest)
    if about.st_uid != owner:
        return f"is a symbolic link to {end}, outside this folder; {nearest} belongs to {account_name(about.st_uid)}."
    return ""
