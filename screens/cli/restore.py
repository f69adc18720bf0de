"""``librechat-wizard restore``: the way back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from screens.cli.streams import tell
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WizardError
from wizard.store.workplace import Workplace

if TYPE_CHECKING:
    from wizard.store.apply_record import ApplyRecord

_BACKUPS: Final = ".librechat-wizard/backups"


def run(folder: Path, backup: str | None, *, listing: bool) -> int:
    """List the backups of a folder or put one back (the newest where none is named)."""
    if not folder.is_dir():
        raise InvalidInput(Problem(field="--dir", message=f"{folder} is no folder."))
    workplace = Workplace(folder)
    if listing:
        return _list(workplace)
    with workplace.lock():
        found = workplace.clean_up()
        if found is not None and not found.files:
            tell("The record of a run that was cut off was damaged (transaction.json); it is removed.")
        pending = workplace.pending() if backup is None else None
        _tell_damage(workplace, pending, backup)
        # An apply that was cut off may have written twice: the way back leads through all of its backups.
        is_known = pending is not None and not pending.is_damaged
        wanted = tuple(reversed(pending.backups)) if pending is not None and is_known else (backup,)
        done = [workplace.restore(one, when=datetime.now(UTC)) for one in wanted]
        workplace.note_apply(None)
    written = tuple(dict.fromkeys(name for one in done for name in one.written))
    for name in written:
        tell(f"put back: {plain(name)}")
    if written:
        kept = next(one.backup for one in done if one.backup)
        tell(f"What stood there until now is kept in {kept}.")
        tell(f"Let LibreChat read it: {_command(folder)} up -d --force-recreate")
    elif pending is not None:
        tell("Every file is as before the run that was cut off; nothing had to be put back.")
        tell(f"Let LibreChat read them: {_command(folder)} up -d --force-recreate")
    else:
        tell("Everything already is as in that backup; nothing changed.")
    return ExitStatus.DONE


def _list(workplace: Workplace) -> ExitStatus:
    backups = workplace.backups()
    for entry in backups:
        what = ", ".join(map(plain, entry.files)) if entry.complete else "damaged, cannot be restored"
        sys.stdout.write(f"{entry.id}  {what}\n")
    if damaged := next((entry.id for entry in backups if not entry.complete), None):
        tell(f"A damaged backup is of no use; to delete it: rm -r {_BACKUPS}/{damaged}")
    if not backups:
        tell("There is no backup here yet.")
    return ExitStatus.DONE


def _tell_damage(workplace: Workplace, pending: ApplyRecord | None, wanted: str | None) -> None:
    """Tell what the choice of the backup could not make use of."""
    if pending is not None and pending.is_damaged:
        tell(
            "The record of an --apply that was cut off is damaged (apply.json), so the newest backup is put back. If that "
            "run wrote twice, an older one holds the files from before it: librechat-wizard restore --list"
        )
    for entry in workplace.backups() if wanted is None else ():
        if entry.complete:
            return
        tell(f"{entry.id} is damaged and left out; to delete it: rm -r {_BACKUPS}/{entry.id}")


def _command(folder: Path) -> str:
    """Return how Docker Compose is called for the present folder."""
    from wizard.answers.model import Answers
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take

    try:
        return deployment(take(folder, Answers()), {}).compose_command
    except WizardError:
        # The files that were put back may be as faulty as they were before.
        return "docker compose"
