"""The closing sentences of a sign-in, the same for every provider: who somebody would be, and what existing accounts change."""

from __future__ import annotations

from typing import Final

CASES: Final = (
    "No account has this {identity} or address",
    "An account from {provider} has this {identity}",
    "An account with a password has this address",
    "An account from {provider} has this address and another {identity}",
)
"""What LibreChat may have of a person already; its database alone knows which."""


def would_be(name: str, email: str, role: str, because: str = "") -> str:
    """Return who somebody would be in LibreChat. The texts are inert already."""
    reason = f" because of {because}" if because else ""
    return f"You would be {name or '(no name)'}, {email or '(no address)'}, role {role}{reason}."


def created(role: str) -> str:
    """Return that a new account is made."""
    return f"one is created, role {role}."


def used(role: str = "") -> str:
    """Return that an account is used; ``role``: the one that it gets, empty if it keeps its own."""
    return f"it is used, and gets role {role}." if role else "it is used, and keeps its role."


def refused(end: str) -> str:
    """Return that LibreChat refuses; ``end`` is what the person sees."""
    return f"refused ({end})."
