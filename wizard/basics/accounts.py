"""Names of the machine's accounts, for people."""

from __future__ import annotations


def account_name(uid: int) -> str:
    """Return an account as a person knows it: ``alice (UID 1000)``, ``UID 4711`` where it has no name here."""
    import pwd

    try:
        return f"{pwd.getpwuid(uid).pw_name} (UID {uid})"
    except KeyError:
        return f"UID {uid}"
