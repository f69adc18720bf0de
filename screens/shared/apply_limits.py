"""How long an apply waits, in every front: the default limits, or those of the operator's environment."""

from __future__ import annotations

import os
from typing import Final

from wizard.apply.timeouts import ApplyTimeouts, StartTimeouts
from wizard.basics.problem import InvalidInput, Problem

_LIMIT_VARIABLE: Final = "LIBRECHAT_WIZARD_READY_SECONDS"
"""For slow machines: how long LibreChat may take until it answers, in seconds."""


def timeouts() -> ApplyTimeouts:
    """Return how long an apply waits; ``LIBRECHAT_WIZARD_READY_SECONDS`` says otherwise."""
    text = os.environ.get(_LIMIT_VARIABLE, "")
    if not text:
        return ApplyTimeouts()
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86400:  # noqa: PLR2004 - a day
        raise InvalidInput(
            Problem(
                field=_LIMIT_VARIABLE,
                message="must be a number of seconds from 1 to 86400.",
                remedy="Use a number such as 600.",
            )
        )
    return ApplyTimeouts(
        start=StartTimeouts(ready=seconds, first=seconds, restarting=min(20.0, seconds), between=min(1.0, seconds / 60))
    )
