"""The nearest valid name to one that is not valid."""

from __future__ import annotations

from collections.abc import Iterable


def nearest_of(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name that ``name`` most likely stands for, or ``None`` where none is near."""
    import difflib

    folded = {item.casefold(): item for item in valid}
    found = difflib.get_close_matches(name[:80].casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
