"""The valid name nearest to an invalid one."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.basics.plain_text import plain


def near_miss(word: str, valid: Iterable[str]) -> str:
    """Return how a message goes on about a mistyped word: ``: WORD (did you mean NAME?)``.

    Nothing if no name is near: what resembles none can be a password.
    """
    near = nearest_of(word, valid, at_least=0.65)
    return f": {plain(word, limit=80)} (did you mean {near}?)" if near else ""


def nearest_of(name: str, valid: Iterable[str], *, at_least: float = 0.6) -> str | None:
    """Return the valid name that ``name`` most likely stands for, or ``None`` if none is near (0 to 1: the same)."""
    import difflib

    folded = {item.casefold(): item for item in valid}
    found = difflib.get_close_matches(name[:80].casefold(), folded, n=1, cutoff=at_least)
    return folded[found[0]] if found else None
