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


class FindingKind(StrEnum):
    """What a finding is among those of its check."""

    CAUSE = "cause"
    CONSEQUENCE = "consequence"
    """What follows for people from a cause; it is shown behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One verdict on one matter, made by its entry in :mod:`wizard.findings`; nothing is read out of the id or the sentences.

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
    consequence: str = ""
    """What it means for people, where the summary is not all of it."""
    check: str = ""
    """Id of the check that it belongs to."""
    kind: FindingKind = FindingKind.CAUSE
    causes: tuple[str, ...] = ()
    """Ids of the findings that it follows from."""
    stage: str = ""
    """The part of a conversation that it is about."""
    supersedes: tuple[str, ...] = ()
    """Ids of findings that say the same and know less: they are left out, unless this one is a PASS."""
    refutes: tuple[str, ...] = ()
    """Ids of guesses that this one proves wrong."""
    transient: bool = False
    """Whether it may be over in an hour."""
    test_only: bool = False
    """Whether it stops the check while LibreChat itself may go on."""
    harmless: bool = False
    """Whether checks that need its check run all the same."""
