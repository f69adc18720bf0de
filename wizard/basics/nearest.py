"""The valid name nearest to an invalid one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest_of(name: str, valid: Iterable[str], *, at_least: float = 0.6) -> str | None:
    """Return the valid name that ``name`` most likely stands for, or ``None`` if none is near (0 to 1: the same)."""
    import difflib

    folded = {item.casefold(): item for item in valid}
    found = difflib.get_close_matches(name[:80].casefold(), folded, n=1, cutoff=at_least)
    return folded[found[0]] if found else None
