"""What has to be put into effect, independent of how LibreChat is run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wizard.apply.proof import SiteAccess
from wizard.apply.timeouts import ApplyTimeouts

if TYPE_CHECKING:
    from wizard.apply.first_admin import Admin
    from wizard.apply.live_probes import LiveProbes
    from wizard.basics.check_events import CheckEvent
    from wizard.plan.proposal import Proposal
    from wizard.store.folder_store import FolderStore
    from wizard.store.transaction import Applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What has to be put into effect."""

    proposal: Proposal
    store: FolderStore
    """Its lock is held by the caller, from before the proposal was read or with a transaction that compares."""
    checks: Callable[[], AsyncIterator[CheckEvent]]
    """Runs the checks that follow; called once, when LibreChat answers."""
    probes: LiveProbes
    """What asks LibreChat meanwhile."""
    admin: Admin | None = None
    """The first administrator, if one is to be made; ``written`` is then ``None``: registration is closed first."""
    written: Applied | None = None
    """What the caller has written already; ``None``: :func:`apply` writes."""
    accepted: frozenset[str] = frozenset()
    """Ids of FAIL findings that the operator chose to live with."""
    access: SiteAccess = SiteAccess()  # noqa: RUF009 - immutable
    """How people come to LibreChat: decides which failed checks undo the change."""
    timeouts: ApplyTimeouts = field(default_factory=ApplyTimeouts)
