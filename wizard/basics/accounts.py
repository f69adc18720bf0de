"""Names of the machine's accounts, for people."""

from __future__ import annotations


def account_name(uid: int) -> str:
    """Return an account as a person knows it: ``alice (UID 1000)``, ``UID 4711`` where it has no name here."""
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
    """Tell whether a group is a user's own and nobody else's: one of the same name, without further members."""
    import grp
    import pwd

    try:
        name, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(gid)
    except KeyError:
        return False
    return group.gr_name == name and set(group.gr_mem) <= {name}
