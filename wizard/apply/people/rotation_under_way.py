"""Refuses to start LibreChat, or to change encrypted data, during an unfinished key rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.apply.people.model import PeopleError
from wizard.store.rotation_record import RotationRecords

if TYPE_CHECKING:
    from pathlib import Path


def demand_no_rotation(folder: Path) -> None:
    """Raise ``PeopleError`` if one is in progress or was cut off: LibreChat is stopped then, and its database half of each key."""
    if (rotation := RotationRecords(folder).read()) is not None:
        raise PeopleError(rotation.notice(), "Nothing changed.")
