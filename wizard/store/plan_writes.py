"""Turns a plan into the writes of one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.plan.compose_verdict import refuse_unproven
from wizard.store.transaction import Applied, FileWrite

if TYPE_CHECKING:
    from wizard.plan.proposal import Proposal
    from wizard.store.workplace import Workplace


def file_writes(proposal: Proposal) -> tuple[FileWrite, ...]:
    """Return what has to be written so that the folder is as planned; ``InvalidInput`` if what LibreChat would get is not known."""
    refuse_unproven(proposal)
    snapshot = proposal.snapshot
    return tuple(
        FileWrite(
            name=edit.path,
            target=snapshot.state(edit.path).target or snapshot.folder / edit.path,
            before=edit.before,
            after=edit.after,
            mode=edit.mode,
            uid=edit.ownership.uid,
            gid=edit.ownership.gid,
            identity=snapshot.state(edit.path).identity,
        )
        for edit in proposal.plan.edits
    )


def write(proposal: Proposal, workplace: Workplace) -> Applied:
    """Carry out a proposal in one transaction and return what to report; ``WriteRefused`` if nothing was changed.

    For the holder of the lock. What a run that was killed left is cleaned up first.
    """
    workplace.clean_up()
    if not proposal.plan.edits:
        return Applied(written=(), backup="")
    return told(proposal, workplace.apply(file_writes(proposal), when=datetime.now(UTC)))


def told(proposal: Proposal, applied: Applied) -> Applied:
    """Return what a transaction did without the wizard's own records among the files."""
    internal = {edit.path for edit in proposal.plan.edits if edit.internal}
    return replace(applied, written=tuple(name for name in applied.written if name not in internal))
