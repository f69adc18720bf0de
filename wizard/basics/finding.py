"""What a rule or a check found out: a value, never prose on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a finding ends. ``UNKNOWN`` is "could not tell" and is never folded into ``FAIL``."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One verdict on one matter.

    ``summary`` and ``remedy`` are our own words; ``evidence`` may quote files and servers, is untrusted and is drawn as
    plain text only. No field ever holds a secret.
    """

    id: str
    """Stable and dotted; it begins with the id of its check: ``rules.jwt.equal``."""
    status: Status
    summary: str
    """One or two plain sentences: what is so, and what follows from it."""
    evidence: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Names of the variables to change; the wizard can jump there."""
    remedy: str = ""
    docs: str = ""
