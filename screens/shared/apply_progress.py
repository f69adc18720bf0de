"""Shows an apply line by line, for a log or a person who looks on, and keeps what it came to."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Final

from checks.fold import folded
from checks.model import Report
from checks.report import report_text
from wizard.apply import events as happening
from wizard.apply.events import ApplyEvent, ApplyOutcome
from wizard.basics.check_events import CheckEvent, Finished, Found, Started
from wizard.basics.check_outcomes import CheckOutcome
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

_BETWEEN: Final = 5.0
"""Seconds between two lines that say that LibreChat is still awaited."""
_FLEETING: Final = (happening.OutputLine, happening.Waiting, happening.Checked, happening.PasswordMade)
"""Events that are shown and not kept: there are thousands of them, or they hold a secret."""


def failure_lines(failed: happening.Failed) -> tuple[str, ...]:
    """Return what shows why it failed: what was said last, or the checks. Foreign text, to be drawn plain."""
    return (*failed.evidence, *(f"{one.id}: {one.summary}" for one in failed.findings))


@dataclass(slots=True)
class ApplyProgress:
    """Shows events as they come and keeps them, so that a front can say what came of it all."""

    tell: Callable[[str], None]
    outcome: ApplyOutcome = ApplyOutcome.FAILED
    can_go_back: bool = False
    written: tuple[str, ...] = ()
    backup: str = ""
    failed: happening.Failed | None = None
    events: list[ApplyEvent] = field(default_factory=list)
    _findings: list[Finding] = field(default_factory=list)
    _outcomes: list[tuple[str, CheckOutcome]] = field(default_factory=list)
    _waited_at: float = 0.0

    async def follow(self, stream: AsyncGenerator[ApplyEvent, None]) -> None:
        """Show everything; at the end of the stream ``outcome`` says how it ended."""
        async with contextlib.aclosing(stream) as events:
            async for event in events:
                self._one(event)

    @property
    def report(self) -> Report:
        """What the checks that followed gave."""
        return Report(findings=folded(self._findings), outcomes=tuple(self._outcomes))

    def say(self, text: str) -> None:
        """Show a line. What is being put into effect goes on where nobody can read it any more."""
        with contextlib.suppress(OSError):
            self.tell(text)

    def refused(self, error: WizardError) -> None:
        """Show what was refused on the way; the old files can be put back."""
        for problem in error.problems:
            self.say(f"FAILED: {plain(str(problem), limit=1000)}")
        self.outcome, self.can_go_back = ApplyOutcome.FAILED, True

    def _one(self, event: ApplyEvent) -> None:
        if not isinstance(event, _FLEETING):
            self.events.append(event)
        match event:
            case happening.Wrote():
                self._wrote(event)
            case happening.PasswordMade() | happening.AdminMade():
                self._administrator(event)
            case happening.Checked():
                self._checked(event.event)
            case happening.Failed():
                self._failure(event)
            case happening.ApplyResult():
                self._result(event)
            case _:
                self._progress(event)

    def _progress(self, event: ApplyEvent) -> None:
        match event:
            case happening.CommandShown():
                line = plain(shlex.join(event.command), limit=1000)
                self.say(f"  {line}    ({event.why})" if event.by_hand else f"$ {line}    ({event.why})")
            case happening.OutputLine():
                self.say(f"  | {event.text}")
            case happening.Waiting():
                if time.monotonic() - self._waited_at >= _BETWEEN:
                    self._waited_at = time.monotonic()
                    self.say(f"  waiting for LibreChat, {event.seconds:.0f} s of {event.limit:.0f} s ({event.state})")
            case happening.Ready():
                self.say(f"LibreChat answers at {event.where}, after {event.seconds:.1f} s.")
            case happening.PutBack():
                for name in event.files:
                    self.say(f"put back: {name}")
            case happening.Note():
                self.say(event.text)

    def _administrator(self, event: happening.PasswordMade | happening.AdminMade) -> None:
        email = plain(event.email, limit=300)
        if isinstance(event, happening.PasswordMade):
            self.say(f"Password of the first administrator, {email}: {event.password.reveal()}")
            self.say("It is shown this once and kept nowhere.")
            return
        self.say(f"First administrator: {email} ({event.role or event.note})")

    def _wrote(self, event: happening.Wrote) -> None:
        self.written = tuple(dict.fromkeys((*self.written, *event.files)))
        self.backup = self.backup or event.backup
        for name in event.files:
            self.say(f"written: {name}")
        for note in event.notes:
            self.say(f"* {plain(note, limit=500)}")
        if event.backup:
            self.say(f"What stood there before is kept in {event.backup}.")

    def _checked(self, event: CheckEvent) -> None:
        match event:
            case Found(finding=finding):
                self._findings.append(finding)
            case Finished(check=check, outcome=outcome):
                self._outcomes.append((check, outcome))
            case Started(check=check):
                self.say(f"  checking: {check}")

    def _failure(self, event: happening.Failed) -> None:
        self.failed = self.failed or event
        self.say(f"FAILED: {event.summary}")
        for line in failure_lines(event):
            self.say(f"  | {plain(line, limit=400)}")
        if event.remedy:
            self.say(f"  -> {event.remedy}")

    def _result(self, event: happening.ApplyResult) -> None:
        self.outcome, self.can_go_back = event.outcome, event.can_go_back
        if event.outcome is ApplyOutcome.DONE:
            self.say(report_text(self.report))
        words = {
            ApplyOutcome.DONE: f"Done in {event.seconds:.0f} s: LibreChat runs with what was written.",
            ApplyOutcome.ROLLED_BACK: "The old files are back, and LibreChat stands as it did before.",
            ApplyOutcome.STUCK: "The old files are back, but LibreChat does not answer with them either.",
        }
        if event.outcome in words:
            self.say(words[event.outcome])
