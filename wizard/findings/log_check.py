"""Findings about reading LibreChat's log; what the log shows is in the other ``log_`` modules."""

from __future__ import annotations

from functools import partial

from wizard.basics.own_command import PROGRAM
from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="log")
QUIET = _of("quiet", "LibreChat has logged no known problems since it last started.")
UNREAD = _of(
    "unread",
    "LibreChat's log could not be read.",
    f"Pipe the log into the explain command: docker compose logs api | {PROGRAM} explain",
    harmless=True,
)
NOBODY = _of(
    "watch.nobody",
    "No sign-in appeared in LibreChat's log while the wizard was watching it.",
    "Click the sign-in button while this command is running: doctor --watch-signin",
)
