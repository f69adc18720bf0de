"""Names of the machine's users and groups, for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os


def account_name(uid: int) -> str:
    """Return an account as a person knows it: ``alice (UID 1000)``, ``UID 4711`` if it has no name here."""
    import pwd

    try:
        return f"{pwd.getpwuid(uid).pw_name} (UID {uid})"
    except KeyError:
        return f"UID {uid}"


def account_word(uid: int) -> str:
    """Return an account as commands take it: its name, else its number."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def is_own_group(uid: int, gid: int) -> bool:
    """Return whether a group is a user's own and nobody else's: one of the same name, without further members."""
    import grp
    import pwd

    try:
        name, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(gid)
    except KeyError:
        return False
    return group.gr_name == name and set(group.gr_mem) <= {name}


def is_writable_by_others(about: os.stat_result, *, has_list: bool) -> bool:
    """Return whether others than the owner and root may write a file or folder.

    ``has_list``: it has an access list, so that the group's bits are the most that anybody in the list may do (acl(5)).
    """
    is_groups = about.st_mode & 0o020 and (has_list or not is_own_group(about.st_uid, about.st_gid))
    return bool(about.st_mode & 0o002 or is_groups)
