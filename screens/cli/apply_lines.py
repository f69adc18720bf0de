"""Tells what happens line by line, for a log or a person who looks on, and keeps it for ``--json``."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from checks import model, report
from checks.fold import folded
from screens.cli.answers import Effected, finding_json
from wizard.apply import events as happening
from wizard.apply.events import Event, Outcome
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

_BETWEEN: Final = 5.0
"""Seconds between two lines that say that LibreChat is still awaited."""


@dataclass(slots=True)
class Teller:
    """Tells events line by line as they come, and keeps what ``--json`` prints."""

    tell: Callable[[str], None]
    outcome: Outcome = Outcome.FAILED
    can_go_back: bool = False
    written: tuple[str, ...] = ()
    backup: str = ""
    failed: happening.Failed | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    findings: list[model.Found] = field(default_factory=list)
    outcomes: list[model.Finished] = field(default_factory=list)
    told_at: float = 0.0

    async def listen(self, stream: AsyncGenerator[Event, None]) -> None:
        """Tell everything; at the end of the stream ``outcome`` says how it ended."""
        async with contextlib.aclosing(stream) as events:
            async for event in events:
                self._one(event)

    @property
    def report(self) -> model.Report:
        """What the checks that followed gave."""
        return model.Report(
            findings=folded(one.finding for one in self.findings),
            outcomes=tuple((one.check, one.outcome) for one in self.outcomes),
        )

    def refused(self, error: WizardError) -> None:
        """Tell what the core refused on the way; the old files can be put back."""
        for problem in error.problems:
            self.tell(f"FAILED: {plain(str(problem), limit=1000)}")
        self.outcome, self.can_go_back = Outcome.FAILED, True

    def done(self, status: ExitStatus) -> Effected:
        """Return it all for ``--json``."""
        document: dict[str, Any] = {
            "outcome": self.outcome.value,
            "steps": self.steps,
            "failed": None,
            "findings": [finding_json(one) for one in self.report.findings],
        }
        if self.failed is not None:
            document["failed"] = {
                "reason": self.failed.reason.value,
                "summary": self.failed.summary,
                "evidence": list(self.failed.evidence),
                "remedy": self.failed.remedy,
            }
        return Effected(status=status, written=self.written, backup=self.backup, document=document)

    def _one(self, event: Event) -> None:
        match event:
            case happening.Wrote():
                self._wrote(event)
            case happening.PasswordMade() | happening.AdminMade():
                self._administrator(event)
            case happening.Checked():
                self._checked(event.event)
            case happening.Failed():
                self._failure(event)
            case happening.Verdict():
                self._verdict(event)
            case _:
                self._progress(event)

    def _progress(self, event: Event) -> None:
        match event:
            case happening.CommandShown():
                line = plain(shlex.join(event.command), limit=1000)
                self.tell(f"  {line}    ({event.why})" if event.by_hand else f"$ {line}    ({event.why})")
                self.steps.append({"step": "command", "command": list(event.command), "by_hand": event.by_hand})
            case happening.OutputLine():
                self.tell(f"  | {event.text}")
            case happening.CommandEnded():
                self.steps[-1] |= {"exit": event.status, "seconds": round(event.seconds, 3)}
            case happening.Waiting():
                if time.monotonic() - self.told_at >= _BETWEEN:
                    self.told_at = time.monotonic()
                    self.tell(f"  waiting for LibreChat, {event.seconds:.0f} s of {event.limit:.0f} s ({event.state})")
            case happening.Ready():
                self.tell(f"LibreChat answers at {event.where}, after {event.seconds:.1f} s.")
                self.steps.append({"step": "ready", "where": event.where, "seconds": round(event.seconds, 3)})
            case happening.PutBack():
                for name in event.files:
                    self.tell(f"put back: {name}")
                self.steps.append({"step": "put-back", "files": list(event.files)})
            case happening.Note():
                self.tell(event.text)
                self.steps.append({"step": "note", "text": event.text})

    def _administrator(self, event: happening.PasswordMade | happening.AdminMade) -> None:
        email = plain(event.email, limit=300)
        if isinstance(event, happening.PasswordMade):
            self.tell(f"Password of the first administrator, {email}: {event.password.reveal()}")
            self.tell("It is shown this once and kept nowhere.")
            return
        self.tell(f"First administrator: {email} ({event.role or event.note})")
        self.steps.append({"step": "admin", "email": event.email, "role": event.role or None, "note": event.note})

    def _wrote(self, event: happening.Wrote) -> None:
        self.written = tuple(dict.fromkeys((*self.written, *event.files)))
        self.backup = self.backup or event.backup
        for name in event.files:
            self.tell(f"written: {name}")
        for note in event.notes:
            self.tell(f"* {plain(note, limit=500)}")
        if event.backup:
            self.tell(f"What stood there before is kept in {event.backup}.")
        self.steps.append({"step": "write", "files": list(event.files), "backup": event.backup or None})

    def _checked(self, event: model.Event) -> None:
        match event:
            case model.Found():
                self.findings.append(event)
            case model.Finished():
                self.outcomes.append(event)
            case model.Started():
                self.tell(f"  checking: {event.check}")

    def _failure(self, event: happening.Failed) -> None:
        self.failed = self.failed or event
        self.tell(f"FAILED: {event.summary}")
        for line in event.evidence:
            self.tell(f"  | {plain(line, limit=400)}")
        if event.remedy:
            self.tell(f"  -> {event.remedy}")
        self.steps.append({"step": "failed", "reason": event.reason.value})

    def _verdict(self, event: happening.Verdict) -> None:
        self.outcome, self.can_go_back = event.outcome, event.can_go_back
        if event.outcome is Outcome.DONE:
            self.tell(report.report_text(self.report))
        words = {
            Outcome.DONE: f"Done in {event.seconds:.0f} s: LibreChat runs with what was written.",
            Outcome.WENT_BACK: "The old files are back, and LibreChat stands as it did before.",
            Outcome.STUCK: "The old files are back, but LibreChat does not answer with them either.",
        }
        if event.outcome in words:
            self.tell(words[event.outcome])
