"""Turns a plan into the writes of one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.plan.compose_verdict import refuse_unproven
from wizard.store.transaction import Applied, FileWrite

if TYPE_CHECKING:
    from wizard.plan.proposal import Proposal
    from wizard.store.folder_store import FolderStore


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


def write(proposal: Proposal, store: FolderStore) -> Applied:
    """Carry out a proposal in one transaction and return what to report; ``WriteRefused`` if nothing was changed.

    For the holder of the lock. What a run that was killed left is cleaned up first.
    """
    store.clean_up()
    if not proposal.plan.edits:
        return Applied(written=(), backup="")
    return without_internal_files(proposal, store.apply(file_writes(proposal), when=datetime.now(UTC)))


def without_internal_files(proposal: Proposal, applied: Applied) -> Applied:
    """Return a transaction's result without the wizard's own records among the written files."""
    internal = {edit.path for edit in proposal.plan.edits if edit.internal}
    return replace(applied, written=tuple(name for name in applied.written if name not in internal))
