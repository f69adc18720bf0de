"""The exit statuses of the program; scripts rely on them."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a run ended with."""

    DONE = 0
    """Done; nothing failed (warnings allowed)."""
    FAILED = 1
    """A check failed. With ``--answers``: nothing written unless ``--force``; with ``--apply``: the old files are back."""
    INVALID = 2
    """Usage, answers file or settings invalid; nothing written."""
    NOT_WRITTEN = 3
    """Could not write: nothing changed, or everything put back."""
    UNKNOWN = 4
    """Something could not be told and nothing failed."""
    INTERRUPTED = 130
    """Interrupted; nothing half written."""
