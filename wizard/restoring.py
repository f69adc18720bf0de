"""``librechat-wizard restore``: the way back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from wizard.problem import InvalidInput, Problem
from wizard.workplace import Workplace


def run(folder: Path, backup: str | None, *, listing: bool) -> int:
    """List the backups of a folder or put one back (the newest where none is named)."""
    if not folder.is_dir():
        raise InvalidInput(Problem(field="--dir", message=f"{folder} is no folder."))
    workplace = Workplace(folder.resolve())
    if listing:
        backups = workplace.backups()
        for entry in backups:
            what = ", ".join(entry.files) if entry.complete else "damaged, cannot be restored"
            sys.stdout.write(f"{entry.id}  {what}\n")
        if not backups:
            sys.stderr.write("There is no backup here yet.\n")
        return 0
    with workplace.lock():
        workplace.clean_up()
        done = workplace.restore(backup, when=datetime.now(UTC))
    for name in done.written:
        sys.stderr.write(f"put back: {name}\n")
    if done.written:
        sys.stderr.write(f"What stood there until now is kept in {done.backup}.\n")
        sys.stderr.write("Let LibreChat read it: docker compose up -d --force-recreate\n")
    else:
        sys.stderr.write("Everything already is as in that backup; nothing changed.\n")
    return 0
