"""What was written, and what to do next: the last screen draws it, and the terminal keeps it after the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from screens.shared import summaries

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
    farewell: str = ""
    """What stays on the terminal."""


def after_write(interview: Interview, proposal: Proposal, applied: Applied, practice: Practice | None) -> WriteResult:
    """Return the result of writing alone. In a practice run it may wait for the network."""
    from wizard.interview.next_steps import next_steps

    internal = {edit.path for edit in proposal.plan.edits if edit.internal}
    written = tuple(name for name in applied.written if name not in internal)
    values = proposal.deployment.settings
    steps = next_steps(interview.snapshot, proposal.plan, values)
    notes, farewell = applied.notes, summaries.farewell(written, applied.backup, steps)
    if practice is not None:
        notes = (*notes, *practice.written(values))
        farewell = "The practice is over; everything is gone again."
    return WriteResult(written=written, backup=applied.backup, notes=notes, next_steps=steps, farewell=farewell)


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
    return WriteResult(
        written=progress.written,
        backup=progress.backup,
        notes=progress.notes,
        next_steps=steps,
        farewell=summaries.farewell(progress.written, progress.backup, steps),
    )
