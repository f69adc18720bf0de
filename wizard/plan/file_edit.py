"""The change that a plan makes to one file."""

from __future__ import annotations

from dataclasses import dataclass, field

from wizard.deployment.ownership import Ownership
from wizard.plan.lines import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """A file before and after."""

    path: str
    """Relative to the folder."""
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    ownership: Ownership
    changes: tuple[Change, ...] = ()
    internal: bool = False
    """A note of the wizard to itself, not part of what the operator reviews."""

    @property
    def mode(self) -> int:
        """The permission bits that the file will have."""
        return self.ownership.mode

    @property
    def action(self) -> str:
        """``create`` or ``update``."""
        return "create" if self.before is None else "update"
