"""What a later release left in a folder is refused before anything is read or written: half of it would be understood.

Every record says its version (:mod:`wizard.basics.records`). An older one of the same version is read as our own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wizard import __version__
from wizard.basics.filesystem import names_in
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.records import DamagedRecord, NewerRecord, RecordFile

_LOSES: Final = {
    "draft.json": "the answers that were not written yet are lost",
    "acknowledged.json": "the acknowledged findings count again",
    "test-mail.json": "another test mail may be sent at once",
}
"""Records that can be deleted, and what that costs. The others hold what is needed to end what was begun."""


def refuse_newer(folder: Path) -> None:
    """Refuse a folder with records of a later release; ``WriteRefused`` with each of them and the way out.

    Other faults of a record are for its own reader to tell.
    """
    room = PrivateFolder(folder)
    try:
        names = names_in(room.path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise refused(NAME, error) from error
    newer = [name for name in sorted(names) if name.endswith(".json") and _is_newer(RecordFile(room, room.path / name))]
    if newer:
        raise WriteRefused(*(_problem(name) for name in newer))


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
        f" Or delete it ({loss}): rm {place}" if loss else ""
    )
    message = f"a later release of librechat-wizard than this one ({__version__}) wrote it. Nothing changed."
    return Problem(field="", file=place, message=message, remedy=remedy)
