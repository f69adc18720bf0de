"""A plan as the writes of one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.store.transaction import FileWrite

if TYPE_CHECKING:
    from wizard.plan.proposal import Proposal


def file_writes(proposal: Proposal) -> tuple[FileWrite, ...]:
    """Return what has to be written so that the folder is as proposed."""
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
