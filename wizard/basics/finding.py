"""A finding of a rule or a check: a value, not text for a terminal."""

from enum import StrEnum
from typing import NamedTuple

from wizard.basics.status import SIGNS, Sign, Status

__all__ = ["SIGNS", "Acknowledgement", "Finding", "FindingKind", "Sign", "Status"]


class FindingKind(StrEnum):
    """What a finding is among those of its check."""

    CAUSE = "cause"
    CONSEQUENCE = "consequence"
    """What follows for people from a cause; it is shown behind it."""


class Acknowledgement(NamedTuple):
    """That the operator knows of a finding, which then does not count."""

    reason: str = ""
    until: str = ""
    """The last day, as ``2026-12-31``; empty: for good."""


class Finding(NamedTuple):
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
    origins: tuple[str, ...] = ()
    """Where the settings stand: ``PORT=3080 from .env:2``; of a secret the place alone."""
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
    twin: str = ""
    """Id of the same finding of a check that has the same conversation again."""
    transient: bool = False
    """Whether it may be over in an hour."""
    test_only: bool = False
    """Whether it stops the check while LibreChat itself may go on."""
    withheld: bool = False
    """Whether a password was not sent because the connection does not protect it: a front asks a person about that."""
    harmless: bool = False
    """Whether checks that need its check run all the same."""
    acknowledged: Acknowledgement | None = None
    """``None``: nobody said that they know of it, or their date is over."""
    by_nature: bool = False
    """Whether no run on this machine could tell more: an UNKNOWN that does not decide the exit status."""

    @property
    def is_told_by_cause(self) -> bool:
        """Whether its cause says all there is to say. What follows for people is said in any case."""
        return bool(self.causes) and self.kind is FindingKind.CAUSE

    def as_twin(self, check: str) -> "Finding":
        """Return it as the finding of the check that has the same conversation again."""
        return self._replace(id=self.twin, check=check, twin="", supersedes=(), refutes=())
