"""Events of an apply, as values. A front displays them as they arrive."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.basics.check_events import CheckEvent
    from wizard.basics.finding import Finding
    from wizard.basics.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """The files are in place."""

    files: tuple[str, ...]
    backup: str
    """Where the former ones are, relative to the folder; empty if nothing was different."""
    notes: tuple[str, ...] = ()
    is_all_new: bool = False
    """Whether none of the files was there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandShown:
    """This command runs next; or, without Docker, is for a person to run."""

    command: tuple[str, ...]
    why: str
    is_manual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputLine:
    """One line of what a command said, already plain text of bounded length, secrets taken out."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnded:
    """A command has ended; ``status`` is ``None`` if it could not be started or took too long."""

    status: int | None
    seconds: float
    output: tuple[str, ...] = ()
    """Its last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """LibreChat does not answer yet."""

    seconds: float
    limit: float
    state: str
    """What is known of it, in words: ``the container is running, nothing answers yet``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """LibreChat answers."""

    seconds: float
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordMade:
    """The password of the first administrator was generated; this is the one time that it can be shown."""

    email: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminMade:
    """The first administrator is there."""

    email: str
    role: str
    """What LibreChat said when they signed in; empty if that could not be tried."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Something happened in the checks that follow."""

    event: CheckEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """The files are as they were before."""

    files: tuple[str, ...]
    removed: tuple[str, ...] = ()
    """Those among them that were not there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to know."""

    text: str


class Reason(StrEnum):
    """Why settings could not be put into effect."""

    DOCKER = "docker"
    """The Docker engine does not answer."""
    IMAGE = "image"
    """An image does not exist, or not for this machine."""
    REGISTRY = "registry"
    """The registry does not answer, or refuses to give more."""
    PORT = "port"
    NAME = "name"
    """Another container has the name."""
    SPACE = "space"
    PROGRAM = "program"
    """What a container is to run is not in its image."""
    DEPENDENCY = "dependency"
    """A container that LibreChat needs ended."""
    COMMAND = "command"
    NOT_READY = "not-ready"
    EXITED = "exited"
    RESTARTING = "restarting"
    ADMIN = "admin"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It failed, and why. The new files and containers stand as they are until :func:`wizard.apply.roll_back.rollback`."""

    reason: Reason
    summary: str
    evidence: tuple[str, ...] = ()
    """What Docker or LibreChat said last; untrusted, plain, without secrets."""
    findings: tuple[Finding, ...] = ()
    """The failed checks that undo the change."""
    remedy: str = ""


class ApplyOutcome(StrEnum):
    """How it ended."""

    DONE = "done"
    FAILED = "failed"
    BY_HAND = "by-hand"
    """There is no Docker here: the files are written, the commands were shown."""
    ROLLED_BACK = "went-back"
    """The old files are back and LibreChat runs with them, or stands as it stood."""
    STUCK = "stuck"
    """The old files are back, and LibreChat does not answer with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyResult:
    """The last event of :func:`wizard.apply.run.apply` and :func:`wizard.apply.roll_back.rollback`."""

    outcome: ApplyOutcome
    failed: Failed | None = None
    can_go_back: bool = False
    seconds: float = field(default=0.0)
    ending: str = ""
    """How it ended, a sentence; empty if the outcome says all."""


ApplyEvent = (
    Wrote
    | CommandShown
    | OutputLine
    | CommandEnded
    | Waiting
    | Ready
    | PasswordMade
    | AdminMade
    | Checked
    | PutBack
    | Note
    | Failed
    | ApplyResult
)
