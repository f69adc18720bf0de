"""The change that a plan makes to one file."""

from typing import NamedTuple

from wizard.basics.secret import shown_without
from wizard.deployment.ownership import Ownership
from wizard.plan.lines import Change


class FileEdit(NamedTuple):
    """A file before and after."""

    path: str
    """Relative to the folder."""
    before: bytes | None
    after: bytes
    ownership: Ownership
    changes: tuple[Change, ...] = ()
    internal: bool = False
    """A note of the wizard to itself, not part of what the operator reviews."""

    def __repr__(self) -> str:
        return shown_without(self, "before", "after")

    @property
    def mode(self) -> int:
        """The permission bits that the file will have."""
        return self.ownership.mode

    @property
    def action(self) -> str:
        """``create`` or ``update``."""
        return "create" if self.before is None else "update"
