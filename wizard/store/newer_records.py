"""Refuses the records of a later release before anything is read or written: they would be misunderstood.

Every record says its version (:mod:`wizard.basics.records`). An older one of the same version is read as our own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wizard import __version__
from wizard.basics.filesystem import names_in
from wizard.basics.own_command import in_folder
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.records import DamagedRecord, NewerRecord, RecordFile

_LOSES: Final = {
    "draft.json": "the answers that have not been written yet are lost",
    "acknowledged.json": "acknowledged findings are reported again",
    "test-mail.json": "a test email may be sent again immediately",
}
"""Records that can be deleted, and what that costs. The others hold what is needed to end what was begun."""
RECORDS: Final = (
    *_LOSES,
    "apply.json",
    "probe.json",
    "refused-binds.json",
    "removals.json",
    "replaced.json",
    "rotated.json",
    "rotation.json",
    "transaction.json",
    "unlock.json",
)
"""Every record that this release reads; a file of another name is none of ours, whatever is in it."""


def refuse_newer(folder: Path) -> None:
    """Refuse a folder with records of a later release; ``WriteRefused`` with each of them and the way out.

    Other faults of a record, or of the folder that they are in, are for its own reader to tell.
    """
    private_folder = PrivateFolder(folder)
    try:
        names = names_in(private_folder.path)
    except OSError:
        if _is_link_to_folder(private_folder.path):
            # Its records would be taken for damaged ones, one after the other.
            raise private_folder.refusal(private_folder.fault()) from None
        return
    newer = [
        name for name in RECORDS if name in names and _is_newer(RecordFile(private_folder, private_folder.path / name))
    ]
    if newer:
        raise WriteRefused(*(_problem(name) for name in newer))


def _is_link_to_folder(path: Path) -> bool:
    try:
        return path.is_symlink() and path.is_dir()
    except PermissionError:
        # The folder around it is closed to this account, which is told where a file of it is read.
        return False


def _is_newer(file: RecordFile) -> bool:
    try:
        file.read()
    except NewerRecord:
        return True
    except (DamagedRecord, OSError):
        return False
    return False


def _problem(name: str) -> Problem:
    place = f"{NAME}/{name}"
    loss = _LOSES.get(name)
    remedy = "Use that release, or a newer one, in this folder." + (
        f" Or delete the file ({loss}): {in_folder(f'rm {place}')}" if loss else ""
    )
    message = f"it was written by a later release of librechat-wizard than this one ({__version__}). Nothing changed."
    return Problem(field="", file=place, message=message, remedy=remedy)
