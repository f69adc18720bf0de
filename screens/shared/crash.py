"""What is told when the wizard itself breaks: kind and place, never a value."""

from __future__ import annotations

import sys
import traceback

from wizard.basics.exit_status import ExitStatus


def where(error: BaseException) -> str:
    """Return kind and place of an error. Its message is left out: it could hold a value."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"


def tell(place: str) -> ExitStatus:
    """Tell the operator; return the exit status."""
    sys.stderr.write(
        "The wizard broke. This is a bug in it. Nothing is half written, and your answers are kept: start again to go on.\n"
        f"  {place}\n"
    )
    return ExitStatus.BROKEN
