"""How a check ended, as values."""

from typing import NamedTuple


class Ran(NamedTuple):
    """The check came to its end."""

    seconds: float


class Skipped(NamedTuple):
    """The check did not run."""

    because: str
    waits: bool = False
    """Whether it will run once LibreChat runs with the change."""
    obstacle: str = ""
    """The id of the check that kept it from running; empty if none did."""


class TimedOut(NamedTuple):
    """The check did not end in its time."""

    seconds: float


class Crashed(NamedTuple):
    """The check itself failed: a bug in this program, reported without any value."""

    error: str
    """The kind of the error: ``ValueError``."""


CheckOutcome = Ran | Skipped | TimedOut | Crashed
