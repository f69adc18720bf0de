"""What was written, and what to do next: the last screen draws it, and the terminal keeps it after the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from screens.shared.lines import Line, Tone
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from screens.demo import Practice
    from screens.shared.apply_progress import ApplyProgress
    from wizard.interview.interview import Interview
    from wizard.interview.next_steps import NextStep
    from wizard.plan.proposal import Proposal
    from wizard.store.transaction import Applied


class WriteResult(NamedTuple):
    """The end of a run that wrote."""

    written: tuple[str, ...] = ()
    """Names of the files, without the wizard's own."""
    backup: str = ""
    """The folder that holds the files as they were before."""
    notes: tuple[str, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    is_practice: bool = False
    """Nothing of it stays."""

    @property
    def headline(self) -> Line:
        """What was written, and where the files from before are."""
        names = ", ".join(plain(name) for name in self.written)
        said = f"Written: {names}" if names else "Every file was already as asked."
        return Line(said, detail=f"What stood there before: {plain(self.backup)}" if names else "")

    def lines(self) -> list[Line]:
        """Return what was written and what to do next."""
        lines = [self.headline]
        lines += [Line(f"* {plain(note, limit=500)}", Tone.WARNING) for note in self.notes]
        for number, one in enumerate(self.next_steps, 1):
            lines.append(Line(f"\n{number}. {one.title}", Tone.TITLE))
            lines += [Line(f"   {plain(command, limit=500)}", Tone.COMMAND) for command in one.commands]
            lines += [Line(f"   {one.advice}")] if one.advice else []
        return lines

    @property
    def farewell(self) -> str:
        """What stays on the terminal once the wizard is gone: the commands, to be copied."""
        if self.is_practice:
            return "The practice is over; everything is gone again."
        return "\n".join(map(str, self.lines()))


def after_write(interview: Interview, proposal: Proposal, applied: Applied, practice: Practice | None) -> WriteResult:
    """Return the result of writing alone. In a practice run it may wait for the network."""
    from wizard.interview.next_steps import next_steps

    values = proposal.deployment.settings
    return WriteResult(
        written=applied.written,
        backup=applied.backup,
        notes=(*applied.notes, *(practice.written(values) if practice is not None else ())),
        next_steps=next_steps(interview.snapshot, proposal.plan, values),
        is_practice=practice is not None,
    )


def after_apply(interview: Interview, proposal: Proposal, progress: ApplyProgress) -> WriteResult:
    """Return the result of writing and applying; only once that is done, LibreChat runs with the new files."""
    from wizard.apply.events import ApplyOutcome
    from wizard.interview.next_steps import next_steps

    steps = next_steps(
        interview.snapshot,
        proposal.plan,
        proposal.deployment.settings,
        is_in_use=progress.outcome is ApplyOutcome.DONE,
        has_administrator=progress.has_administrator,
    )
    return WriteResult(written=progress.written, backup=progress.backup, notes=progress.notes, next_steps=steps)
