"""``librechat-wizard restore``: puts old files back."""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from screens.cli import color
from screens.cli.streams import tell
from wizard.basics.exit_status import ExitStatus
from wizard.basics.filesystem import is_folder
from wizard.basics.own_command import in_folder, own_command
from wizard.basics.plain_text import counted, plain
from wizard.basics.problem import InvalidInput, Problem, WizardError, WriteRefused
from wizard.deployment.kubernetes_names import FOLDER
from wizard.store.folder_store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wizard.apply.after_restore import FilesView
    from wizard.deployment.kubernetes_names import HelmRelease
    from wizard.store.apply_record import ApplyRecord
    from wizard.store.backups import Backup
    from wizard.store.transaction import FileWrite

_BACKUPS: Final = ".librechat-wizard/backups"
_BACK: Final = "put back"
_WOULD: Final = {"": "unchanged since", _BACK: "changed since", "removed": "did not exist"}
"""What a list says about a file, by what putting the backup back does to it."""


def run(folder: Path, backup: str | None, *, listing: bool, dry_run: bool = False) -> int:
    """List the backups of a folder, or put one back (the newest if none is named), or show what that would change."""
    if not is_folder(folder):
        raise InvalidInput(Problem(field="--dir", message=f"{folder} is not a folder, or cannot be opened."))
    store = FolderStore(folder)
    if listing:
        if backup is not None:
            remedy = f"To see what this backup would change, run: {own_command('restore --dry-run', 'BACKUP')}"
            raise InvalidInput(Problem(field="BACKUP", message="cannot be used with --list.", remedy=remedy))
        return _list(store, datetime.now(UTC))
    if dry_run:
        return _show(store, backup)
    # What there is no backup for is refused before anything is written, the lock included.
    _demand_restorable(store, backup)
    from wizard.apply.after_restore import files_view

    with store.lock():
        found = store.clean_up()
        if found is not None and not found.files:
            tell("The record of an interrupted run (transaction.json) was damaged and has been removed.")
        pending = store.pending() if backup is None else None
        _tell_damage(store, pending, backup)
        _refuse_old_keys(store, folder, _wanted(pending, backup))
        release, before = _release(folder), files_view(folder)
        done = [
            (_words(store.writes_of(one)[1]), store.restore(one, when=datetime.now(UTC)))
            for one in _wanted(pending, backup)
        ]
        store.note_apply(None)
    written = {name: words.get(name, _BACK) for words, one in done for name in one.written}
    for name, word in written.items():
        tell(f"{word}: {plain(name)}")
    if written:
        kept = next(one.backup for _, one in done if one.backup)
        tell(f"The replaced files were saved in {kept}.")
        _tell_next(folder, release, before, pending)
    elif pending is not None:
        tell("All files already match their state before the interrupted run. Nothing to restore.")
        _tell_next(folder, release, before, pending)
    else:
        tell("All files already match that backup. Nothing changed.")
    return ExitStatus.DONE


def _demand_restorable(store: FolderStore, backup: str | None) -> None:
    """Raise ``InvalidInput`` if there is no such backup, or none at all, and no run to roll back."""
    # A record or a backup that cannot be read is refused by who holds the lock.
    with contextlib.suppress(WriteRefused):
        if store.pending() is None and store.interrupted() is None:
            store.writes_of(backup)


def _refuse_old_keys(store: FolderStore, folder: Path, wanted: tuple[str | None, ...]) -> None:
    """Raise ``InvalidInput`` for a backup whose CREDS_KEY is from before everything stored was encrypted with another one."""
    from wizard.store.rotation_record import RotationRecords

    last = RotationRecords(folder).last()
    for one in wanted if last is not None else ():
        chosen, writes = store.writes_of(one)
        if last is not None and chosen.when <= last and any(map(_changes_keys, writes)):
            message = f"the CREDS_KEY in {chosen.id} is from before the last 'keys rotate creds' run and cannot decrypt the stored values."
            remedy = f"To restore other settings, edit the files yourself. To see the differences, run: {own_command('restore --dry-run', chosen.id)}"
            raise InvalidInput(Problem(field="BACKUP", message=message, remedy=remedy))


def _changes_keys(write: FileWrite) -> bool:
    from wizard.dotenv.document import Document

    if write.before is None or write.after is None or "env" not in write.name:
        return False
    try:
        before, after = (Document.parse(data).values() for data in (write.before, write.after))
    except InvalidInput:
        return False
    return any(before.get(name) and before.get(name) != after.get(name) for name in ("CREDS_KEY", "CREDS_IV"))


def _release(folder: Path) -> HelmRelease | None:
    """Return the Helm release that the files name; ``None`` if LibreChat does not run on Kubernetes."""
    if not is_folder(folder / FOLDER):
        return None
    from wizard.apply.helm_roll_back import release_in

    return release_in(folder)


def _tell_next(folder: Path, release: HelmRelease | None, before: FilesView, pending: ApplyRecord | None) -> None:
    """Say how LibreChat gets the files that are there now; ``release`` and ``before`` are what the files said until then."""
    release = release or _release(folder)
    if release is None and pending is not None and pending.is_of_release:
        from wizard.apply.first_release import recorded

        # A first installation that could not be removed: its files are gone already.
        release = recorded(pending.running)
    if release is not None:
        from wizard.apply.helm_roll_back import manual_steps

        sentence, line = manual_steps(folder, release, pending)
        tell(plain(sentence, limit=1000))
        tell(plain(in_folder(line), limit=2000) if line else "")
        return
    from wizard.apply import after_restore

    sentence, line = after_restore.manual_steps(folder, before, pending)
    tell(f"{sentence} {line}")


def _wanted(pending: ApplyRecord | None, backup: str | None) -> tuple[str | None, ...]:
    # An apply that was interrupted may have written twice: the roll back leads through all of its backups.
    is_known = pending is not None and not pending.is_damaged
    return tuple(reversed(pending.backups)) if pending is not None and is_known else (backup,)


def _words(writes: Iterable[FileWrite]) -> dict[str, str]:
    """Return what putting a backup back does to each file."""
    return {write.name: "removed" if write.after is None else _BACK for write in writes}


def _show(store: FolderStore, backup: str | None) -> ExitStatus:
    """Show the difference that putting a backup back would make."""
    pending = store.pending() if backup is None else None
    is_empty = True
    for one in _wanted(pending, backup):
        chosen, writes = store.writes_of(one)
        sys.stdout.write(f"Backup {chosen.id}:\n")
        for write in writes:
            is_empty = False
            sys.stdout.write(color.difference(_difference(write), sys.stdout))
    tell("All files already match that backup." if is_empty else "Dry run: nothing was written.")
    return ExitStatus.DONE


def _difference(write: FileWrite) -> str:
    from wizard.deployment.ownership import Ownership
    from wizard.plan.diff import of_edit
    from wizard.plan.file_edit import FileEdit

    name = plain(write.name)
    if write.after is None:
        return f"--- {name}\n+++ (removed: the file did not exist then)\n"
    if write.before is None:
        size = counted(write.after.count(b"\n"), "line")
        return f"--- (does not exist now)\n+++ {name} (mode {write.mode:04o}): put back, {size}\n"
    edit = FileEdit(path=write.name, before=write.before, after=write.after, ownership=Ownership(mode=write.mode))
    try:
        return of_edit(edit)
    except WizardError:
        # One of the two texts is damaged; what is in it could be a secret.
        return f"--- {name}\n+++ {name}: the two versions cannot be compared\n"


def _list(store: FolderStore, now: datetime) -> ExitStatus:
    backups = store.backups()
    widest = max((len(entry.id) for entry in backups), default=0)
    for entry in backups:
        sys.stdout.write(f"{entry.id:<{widest}}  {_age(now - entry.when):>14}  {_effect(store, entry)}\n")
    if damaged := next((entry.id for entry in backups if not entry.complete and not entry.is_newer), None):
        tell(f"To delete the damaged backup, run: {in_folder(f'rm -r {_BACKUPS}/{damaged}')}")
    if backups:
        tell(f"To see what a backup would change, run: {own_command('restore --dry-run', 'BACKUP')}")
    else:
        tell("There are no backups yet.")
    return ExitStatus.DONE


def _effect(store: FolderStore, entry: Backup) -> str:
    """Say what is in a backup, and what putting it back would change now."""
    if not entry.complete:
        return (
            "made by a newer wizard release; restore it with that release"
            if entry.is_newer
            else "damaged, cannot be restored"
        )
    try:
        words = _words(store.writes_of(entry.id)[1])
    except WizardError as error:
        return (
            f"{', '.join(map(plain, entry.files))} (cannot be restored: {plain(error.problems[0].message, limit=200)})"
        )
    effects = [f"{plain(name)} ({_WOULD[words.get(name, '')]})" for name in entry.files]
    return ", ".join(effects)


def _age(span: timedelta) -> str:
    """Return how long ago something was, in one unit."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{counted(seconds // length, unit)} ago"
    return "just now"


def _tell_damage(store: FolderStore, pending: ApplyRecord | None, wanted: str | None) -> None:
    """Tell what the choice of the backup could not make use of."""
    if pending is not None and pending.is_damaged:
        tell(
            "The record of an interrupted --apply (apply.json) is damaged, so the newest backup is restored. If that run wrote files "
            f"twice, an older backup contains the original files. To list the backups, run: {own_command('restore --list')}"
        )
    for entry in store.backups() if wanted is None else ():
        if entry.complete or entry.is_newer:
            return
        tell(
            f"Skipped {entry.id} because it is damaged. To delete it, run: {in_folder(f'rm -r {_BACKUPS}/{entry.id}')}"
        )
