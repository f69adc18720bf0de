"""The exit statuses of the program, which scripts rely on. No other module spells a number."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.basics.problem import WizardError


class ExitStatus(IntEnum):
    """What a run ended with."""

    DONE = 0
    """Done; nothing failed (warnings allowed)."""
    FAILED = 1
    """A check failed. With ``--answers``: nothing written unless ``--force``; with ``--apply``: the old files are back."""
    INVALID = 2
    """Usage, answers file or settings invalid; nothing written."""
    NOT_WRITTEN = 3
    """Could not write: nothing changed, or everything put back. Or all is done, and standard output could not be written."""
    UNKNOWN = 4
    """Something could not be checked and nothing failed."""
    BROKEN = 70
    """The wizard itself is broken: EX_SOFTWARE of sysexits(3)."""
    INTERRUPTED = 130
    """Interrupted; nothing half written."""


_SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a program."""


def of_signal(number: int) -> int:
    """Return the exit status of a program that ends because of a signal."""
    return _SIGNALLED + number


def of_error(error: WizardError) -> ExitStatus:
    """Return the exit status for an error that ends a command."""
    from wizard.basics.problem import InvalidInput

    return ExitStatus.INVALID if isinstance(error, InvalidInput) else ExitStatus.NOT_WRITTEN
