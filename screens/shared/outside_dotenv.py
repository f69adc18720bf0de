"""Which settings the compose files, the image or a systemd unit set, whatever .env has: a field shows no default of LibreChat for them."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from wizard.deployment.snapshot import Snapshot
    from wizard.interview.interview import Interview

_KNOWN: "Final[WeakKeyDictionary[Interview, tuple[Snapshot, Collection[str]]]]" = WeakKeyDictionary()
"""What was found for the present snapshot of an interview: a step draws dozens of fields with each key."""


def set_outside_dotenv(interview: "Interview") -> Collection[str]:
    """Return the names of the variables that LibreChat gets from elsewhere than .env, as the folder is."""
    known = _KNOWN.get(interview)
    if known is None or known[0] is not interview.snapshot:
        known = _KNOWN[interview] = (interview.snapshot, _found(interview.snapshot))
    return known[1]


def _found(snapshot: "Snapshot") -> Collection[str]:
    from wizard.basics.problem import WizardError
    from wizard.deployment.assembled import deployment

    try:
        return frozenset(deployment(snapshot, {}).overridden)
    except WizardError:
        # Looking ahead says what is wrong with the files.
        return ()
