"""The progress and result of an apply, for every front: events in, lines out."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Final

from checks.model import Report
from checks.report import report_text
from checks.report_builder import ReportBuilder
from screens.shared.lines import Line, Tone
from wizard.apply import events as happening
from wizard.apply.events import ApplyEvent, ApplyOutcome
from wizard.basics.finding import Finding
from wizard.basics.own_command import in_folder
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

_FIRST_PAUSE: Final = 10.0
"""Seconds between the first two lines that say that a command still runs, or that LibreChat is still awaited; then twice as long..."""
_LONGEST_PAUSE: Final = 60.0
"""...up to this: a log is not a clock, and a job whose log is silent for minutes is ended by some machines."""
_FLEETING: Final = (happening.OutputLine, happening.Waiting, happening.Checked, happening.PasswordMade)
"""Events that are shown and not kept: there are thousands of them, or they hold a secret."""
_ENDS: Final = {
    ApplyOutcome.DONE: "LibreChat is running with the new settings.",
    ApplyOutcome.ROLLED_BACK: "The old files were put back, and LibreChat is running as before.",
    ApplyOutcome.STUCK: "The old files were put back, but LibreChat is still not responding.",
}


def failure_lines(failed: happening.Failed) -> tuple[str, ...]:
    """Return what shows why it failed: what was said last, or the checks. Foreign text, to be drawn plain."""
    return (*failed.evidence, *(f"{one.id}: {one.summary}" for one in failed.findings))


def waiting_text(event: happening.Waiting) -> str:
    """Return how long LibreChat has been awaited."""
    return f"waiting for LibreChat, {event.seconds:.0f} of {event.limit:.0f} s ({event.state})"


def end_text(event: happening.ApplyResult) -> str:
    """Return how it ended; nothing if the lines before have said it."""
    if event.ending:
        return plain(event.ending, limit=1000)
    took = f"Done in {event.seconds:.0f} s: " if event.outcome is ApplyOutcome.DONE else ""
    return took + _ENDS.get(event.outcome, "")


def refusal_lines(error: WizardError) -> list[Line]:
    """Return what the core refused on the way, as lines."""
    return [Line(f"FAILED: {plain(str(problem), limit=1000)}", Tone.FAILURE) for problem in error.problems]


@dataclass(slots=True)
class ApplyProgress:
    """Gives the lines for each event and keeps what is asked for afterwards."""

    outcome: ApplyOutcome = ApplyOutcome.FAILED
    can_go_back: bool = False
    written: tuple[str, ...] = ()
    backup: str = ""
    notes: tuple[str, ...] = ()
    failed: happening.Failed | None = None
    events: list[ApplyEvent] = field(default_factory=list)
    _builder: ReportBuilder = field(default_factory=ReportBuilder)
    known: tuple[Finding, ...] = ()
    """What the checks before the change found, if it was shown."""
    _alive_at: float = 0.0
    _pause: float = _FIRST_PAUSE
    _checking_since: float = 0.0
    _password: happening.PasswordMade | None = field(default=None, repr=False)

    @property
    def report(self) -> Report:
        """What the checks that followed gave."""
        return self._builder.report

    @property
    def has_administrator(self) -> bool:
        """Whether the first administrator was made."""
        return any(isinstance(event, happening.AdminMade) for event in self.events)

    def take(self, event: ApplyEvent) -> list[Line]:
        """Keep what an event tells and return its lines."""
        if not isinstance(event, _FLEETING):
            self.events.append(event)
        elif isinstance(event, happening.PasswordMade):
            self._password = event
        match event:
            case happening.Wrote():
                return self._wrote(event)
            case happening.Checked():
                self._checking_since = self._checking_since or time.monotonic()
                self._builder.add(event.event)
                return []
            case happening.Failed():
                self.failed = self.failed or event
                return _failure(event)
            case happening.ApplyResult():
                self.outcome, self.can_go_back = event.outcome, event.can_go_back
                found = self._checked() if event.outcome is ApplyOutcome.DONE else ""
                return [*(Line(text) for text in (found, end_text(event)) if text), *self._password_again()]
            case happening.Waiting() | happening.OutputLine():
                return self._sign_of_life(event)
            case happening.CommandShown():
                self._alive_at, self._pause = time.monotonic(), _FIRST_PAUSE
            case happening.CommandEnded():
                self._alive_at, self._pause = 0.0, _FIRST_PAUSE
        return _words(event)

    def refused(self, error: WizardError) -> list[Line]:
        """Remember that something was refused on the way; the old files can be put back."""
        self.outcome, self.can_go_back = ApplyOutcome.FAILED, True
        return refusal_lines(error)

    def _wrote(self, event: happening.Wrote) -> list[Line]:
        self.written = tuple(dict.fromkeys((*self.written, *event.files)))
        self.backup = self.backup or event.backup
        self.notes = (*self.notes, *event.notes)
        lines = [f"written: {', '.join(plain(name, limit=200) for name in event.files)}"] if event.files else []
        lines += [f"* {plain(note, limit=500)}" for note in event.notes]
        if event.backup and not event.is_all_new:
            lines.append(f"The previous files were saved in {event.backup}.")
        return [Line(text) for text in lines]

    def _checked(self) -> str:
        """Return what the checks that followed found, without what is well."""
        took = f"Checked in {time.monotonic() - self._checking_since:.1f} s: " if self._checking_since else ""
        *found, count = report_text(self.report, is_brief=True, shown=self.known).rstrip("\n").split("\n")
        return "\n".join((*found, took + count))

    def _sign_of_life(self, event: happening.Waiting | happening.OutputLine) -> list[Line]:
        """Return a line every now and then: what Docker says is shown whole if a command fails, and only then."""
        now = time.monotonic()
        if now - self._alive_at < self._pause:
            return []
        if self._alive_at:
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._alive_at = now
        if isinstance(event, happening.Waiting):
            return [Line(f"  {waiting_text(event)}")]
        return [Line(f"  | {plain(event.text, limit=400)}", Tone.ASIDE)]

    def _password_again(self) -> list[Line]:
        """Return the password once more if nothing follows: the line that set it may be far above."""
        is_last = self._password is not None and not (self.outcome is ApplyOutcome.FAILED and self.can_go_back)
        return (
            [*_words(self._password), Line("The password is not stored. Copy it now.")]
            if self._password is not None and is_last
            else []
        )


def _failure(event: happening.Failed) -> list[Line]:
    return [
        Line(f"FAILED: {plain(event.summary, limit=1000)}", Tone.FAILURE),
        *(Line(f"  | {plain(line, limit=400)}", Tone.ASIDE) for line in failure_lines(event)),
        *([Line(f"  -> {plain(event.remedy, limit=1000)}")] if event.remedy else []),
    ]


def _words(event: ApplyEvent) -> list[Line]:
    lines: list[Line] = []
    match event:
        case happening.CommandShown():
            command = plain(shlex.join(event.command), limit=1000)
            shown = f"  {in_folder(command)}" if event.is_manual else f"$ {command}"
            lines = [Line(shown, Tone.COMMAND, event.why)]
        case happening.CommandEnded(status=0):
            lines = [Line(f"  done in {event.seconds:.1f} s")]
        case happening.Ready():
            lines = [Line(f"LibreChat responded at {plain(event.where, limit=200)} after {event.seconds:.1f} s.")]
        case happening.PasswordMade():
            whose = f"Password for the first administrator, {plain(event.email, limit=300)}: "
            lines = [Line(whose + event.password.reveal())]
        case happening.AdminMade():
            detail = plain(event.role or event.note, limit=300)
            lines = [Line(f"First administrator: {plain(event.email, limit=300)} ({detail})")]
        case happening.PutBack():
            done = {name: "removed" if name in event.removed else "put back" for name in event.files}
            lines = [Line(f"{did}: {plain(name, limit=200)}") for name, did in done.items()]
        case happening.Note():
            lines = [Line(plain(event.text, limit=1000))]
    return lines


@dataclass(frozen=True, slots=True)
class ApplyLog:
    """Shows an apply line by line, for a log or a person."""

    tell: Callable[[str], None]
    progress: ApplyProgress = field(default_factory=ApplyProgress)
    known: frozenset[str] = frozenset()
    """Lines that were shown already."""

    async def follow(self, stream: AsyncGenerator[ApplyEvent, None]) -> bool:
        """Show everything; ``progress`` then says how it ended. False if the core refused something on the way.

        ``WizardError`` if it refused before anything was written.
        """
        try:
            async with contextlib.aclosing(stream) as events:
                async for event in events:
                    self.show(self.progress.take(event))
        except WizardError as error:
            if not self.progress.written:
                raise
            # Registration could not be opened, say, or how far it came could not be noted.
            self.show(self.progress.refused(error))
            return False
        return True

    def show(self, lines: list[Line]) -> None:
        """Show lines. The apply continues even if nobody can read them any more."""
        for line in lines:
            with contextlib.suppress(OSError):
                if str(line) not in self.known:
                    self.tell(str(line))
