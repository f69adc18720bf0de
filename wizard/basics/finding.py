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
    """One or two plain sentences: the problem, and its consequence."""
    evidence: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Names of the variables to change; the wizard can jump there."""
    remedy: str = ""
    docs: str = ""
    origins: tuple[str, ...] = ()
    """Where the settings are: ``PORT=3080 from .env:2``; for a secret without the value."""
    consequence: str = ""
    """What it means for users, if the summary does not say it."""
    check: str = ""
    """The id of its check."""
    kind: FindingKind = FindingKind.CAUSE
    causes: tuple[str, ...] = ()
    """The ids of the findings that cause it."""
    stage: str = ""
    """The stage of the conversation with a server, if there are stages: ``greeting``."""
    supersedes: tuple[str, ...] = ()
    """The ids of less specific findings about the same problem: they are omitted, unless this one is a PASS."""
    refutes: tuple[str, ...] = ()
    """The ids of assumptions that this finding disproves."""
    counterpart: str = ""
    """The id of the same finding in a check that repeats the conversation."""
    transient: bool = False
    """Whether the problem may disappear by itself within an hour."""
    test_only: bool = False
    """Whether it stops the check, although LibreChat itself may continue."""
    withheld: bool = False
    """Whether a password was not sent because the connection is unprotected; a front then asks for confirmation."""
    harmless: bool = False
    """Whether checks that depend on its check run all the same."""
    acknowledged: Acknowledgement | None = None
    """``None`` if the operator has not acknowledged it, or the acknowledgement has expired."""
    by_nature: bool = False
    """Whether no run on this machine could determine more: such an UNKNOWN does not affect the exit status."""

    @property
    def is_covered_by_cause(self) -> bool:
        """Whether it needs no line of its own, because its cause is shown; consequences for users are always shown."""
        return bool(self.causes) and self.kind is FindingKind.CAUSE

    def as_counterpart(self, check: str) -> "Finding":
        """Return it as the finding of the check that repeats the conversation."""
        return self._replace(id=self.counterpart, check=check, counterpart="", supersedes=(), refutes=())
