"""Writes all files or none. The wizard changes files in a LibreChat folder only through this module."""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.basics.filesystem import (
    FileAccess,
    NotRegularError,
    Present,
    create,
    keep_aside,
    look,
    make_folder,
    read_present,
    remove,
    rename,
    sync_folder,
)
from wizard.basics.os_errors import cause, refused
from wizard.basics.own_command import own_command
from wizard.basics.owner_rights import effective_uid, real_path
from wizard.basics.problem import Problem, WriteRefused
from wizard.store.deferred_signals import DeferredSignalError
from wizard.store.journal import Fingerprint, Journal, JournalEntry, JournalRecord, digest, leftover_names, remove_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from wizard.store.backups import Backups


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWrite:
    """One file of a transaction."""

    name: str
    """Relative to the LibreChat folder; used in messages and in the backup."""
    target: Path
    """The path that is written: the file itself, or the target of a symbolic link."""
    before: bytes | None = field(repr=False)
    """The content when it was read; ``None``: there was no file. If it has changed since, the write is refused."""
    after: bytes | None = field(repr=False)
    """The new content; ``None`` removes the file."""
    mode: int
    """The new permission bits; never wider than those of the file that is replaced."""
    uid: int | None = None
    """The new owner; ``None`` keeps the owner, and a new file belongs to the writer."""
    gid: int | None = None
    identity: tuple[int, ...] | None = None
    """Device, inode and owner of the file that was read; ``None`` if any file with that content will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The result of a transaction."""

    written: tuple[str, ...]
    """The names of the files that changed; empty if all had the requested content already."""
    backup: str
    """The backup of the previous files, relative to the LibreChat folder; empty if nothing was written."""
    notes: tuple[str, ...] = ()
    """Notes for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep:
    """A write whose file was inspected: its current state, and the temporary names next to it."""

    write: FileWrite
    present: Present | None
    entry: JournalEntry
    access: FileAccess
    staged: Path
    """The next content, beside the target until it takes its place."""
    kept: Path
    """The present file under a second name, until all is done."""


@dataclass(slots=True)
class _Progress:
    """How far a step is; what going back needs to know."""

    step: FileStep
    inode: int = 0
    """Of the staged file."""
    present: Present | None = None
    """The present file once it has a second name."""
    is_replaced: bool = False


def steps_of(folder: Path, writes: Sequence[FileWrite]) -> tuple[FileStep, ...]:
    """Compare every file with what the plan was made from, and return what there is to do.

    A write that changes neither content nor access is left out. ``WriteRefused`` names every file that is not as it
    was read: changed, vanished, appeared, or no regular file; and a mode wider than the file's own.
    """
    problems: list[Problem] = []
    steps: list[FileStep] = []
    targets: dict[str, str] = {}
    for write in writes:
        try:
            step = _step(folder, write)
            end = str(real_path(write.target))
        except _RefusalError as refusal:
            problems.append(refusal.problem(write.name))
        except OSError as error:
            problems.extend(refused(write.name, error).problems)
        else:
            other = targets.setdefault(end, write.name)
            if other != write.name:
                problems.append(_RefusalError(f"it is the same file as {other}.").problem(write.name))
            if step is not None:
                steps.append(step)
    if problems:
        raise WriteRefused(*problems)
    return tuple(steps)


class _RefusalError(Exception):
    """Why a file is not written; the arguments are the reason and the way out."""

    def __init__(self, reason: str, way_out: str = "Run the wizard again so that it rereads the folder.") -> None:
        super().__init__(reason)
        self.reason = reason
        self.way_out = way_out

    def problem(self, name: str, ending: str = "Nothing changed.") -> Problem:
        return Problem(field="", file=name, message=f"{self.reason} {ending}", remedy=self.way_out)


def _step(folder: Path, write: FileWrite) -> FileStep | None:
    if real_path(folder / write.name) != real_path(write.target):
        raise _RefusalError("it now points to a different file than when it was read.")
    # From here on no link is followed any more, neither on the way nor at its end.
    write = replace(write, target=real_path(write.target.parent) / write.target.name)
    try:
        present = read_present(write.target, is_foreign=True)
    except NotRegularError as error:
        rmdir = f"rmdir {shlex.quote(write.name)}"
        way = {
            "a directory": f"Docker creates a directory if a mounted file is missing. Stop LibreChat and run: {rmdir}. Then "
            "try again.",
            "a symbolic link": "Run the wizard again so that it follows the link.",
        }.get(str(error), "Move it elsewhere, then try again.")
        raise _RefusalError(f"it is {error}.", way) from None
    if (None if present is None else present.data) != write.before:
        what = "created" if write.before is None else "removed" if present is None else "changed"
        raise _RefusalError(f"it has been {what} since it was read.")
    if present is not None and write.identity not in (None, present.identity):
        raise _RefusalError("it has been replaced with another file since it was read.")
    access = _access(write, present)
    before = None if present is None else Fingerprint.of(present)
    after = None
    if write.after is not None:
        after = Fingerprint(sha256=digest(write.after), mode=access.mode, uid=access.uid, gid=access.gid)
    is_same = before is after if before is None or after is None else after.fits(before)
    if is_same:
        return None
    names = leftover_names(write.target.name)
    target = os.path.relpath(write.target, folder) if write.target.is_relative_to(folder) else str(write.target)
    return FileStep(
        write=write,
        present=present,
        entry=JournalEntry(name=write.name, target=target, before=before, after=after, leftovers=names),
        access=access,
        staged=write.target.with_name(names[0]),
        kept=write.target.with_name(names[1]),
    )


def _access(write: FileWrite, present: Present | None) -> FileAccess:
    """Decide owner and mode: an owner is kept, a mode only ever tightened; a new file is nobody else's to write."""
    forbidden = 0o022 if present is None else 0o777 & ~present.mode
    if write.after is not None and write.mode & forbidden:
        if present is None:
            raise _RefusalError("its permissions would let other users write to it.")
        raise _RefusalError("its permissions have been tightened since it was read.")
    if present is None:
        return FileAccess(mode=write.mode, uid=write.uid, gid=write.gid)
    uid = present.about.st_uid if write.uid is None else write.uid
    gid = present.about.st_gid if write.gid is None else write.gid
    return FileAccess(mode=write.mode, uid=uid, gid=gid)


class Transaction:
    """Carries out the steps, or puts everything back."""

    def __init__(self, folder: Path, journal: Journal, backups: Backups, steps: Sequence[FileStep]) -> None:
        self._folder = folder
        self._journal = journal
        self._backups = backups
        self._progress = [_Progress(step) for step in steps]
        self._folders = _missing_folders(folder, steps)
        self._backup_id = ""
        self._at = ""
        """The file that is being worked on, for a message; empty: the wizard's own records."""

    def run(self, when: datetime, check: Callable[[], None]) -> Applied:
        """Carry out every step.

        ``check`` is called where the work can still be given up, and raises to give it up. ``WriteRefused`` says why
        it failed and the state of the files: nothing changed, everything was put back, or which file could not be.
        """
        try:
            self._prepare(when, check)
            for progress in self._progress:
                check()
                self._replace(progress)
        except BaseException as error:
            self._go_back(error)
            raise
        notes = tuple(
            f"{progress.step.write.name} has other hard links; they keep the old content."
            for progress in self._progress
            if progress.step.present is not None and progress.step.present.about.st_nlink > 1
        )
        # From here on the new state holds: what is left over now does no harm, and the next run removes it.
        with contextlib.suppress(OSError):
            self._clear()
            self._journal.remove()
        with contextlib.suppress(OSError):
            self._backups.prune()
        names = tuple(progress.step.write.name for progress in self._progress)
        return Applied(written=names, backup=self._backups.relative(self._backup_id), notes=notes)

    def _prepare(self, when: datetime, check: Callable[[], None]) -> None:
        self._backup_id = self._backups.new_id(when)
        entries = tuple(progress.step.entry for progress in self._progress)
        files = [(progress.step.entry, progress.step.present) for progress in self._progress]
        self._backups.make(self._backup_id, when, files, self._folders)
        check()
        # The undo is on the disk before the deed: whatever comes after this line can be found and removed.
        self._journal.write(JournalRecord(when=when, backup=self._backup_id, entries=entries, folders=self._folders))
        for folder in self._folders:
            self._at = folder
            make_folder(self._folder / folder, 0o755)
            sync_folder((self._folder / folder).parent)
        for progress in self._progress:
            check()
            self._stage(progress)

    def _stage(self, progress: _Progress) -> None:
        step = progress.step
        self._at = step.write.name
        if step.write.after is None:
            return
        try:
            create(step.staged, step.write.after, step.access, like=step.present)
        except PermissionError as error:
            if error.errno != errno.EPERM or not _is_foreign(step.access):
                raise
            # Better no file than one that LibreChat's container, or its owner, can no longer read.
            reason = f"its owner (UID {step.access.uid}) or group (GID {step.access.gid}) could not be preserved."
            raise _RefusalError(reason, "Run the wizard as that user or with sudo.") from error
        about = look(step.staged)
        progress.inode = about.st_ino if about is not None else 0
        if step.present is not None:
            progress.present = keep_aside(step.write.target, step.kept, step.present)

    def _replace(self, progress: _Progress) -> None:
        step = progress.step
        target = step.write.target
        self._at = step.write.name
        now, present = look(target), progress.present or step.present
        if (now is None) != (step.present is None) or (now and present and not present.is_unchanged(now)):
            raise _RefusalError("it was changed while the wizard was preparing the files.")
        if step.write.after is None:
            rename(target, step.kept)
        else:
            rename(step.staged, target)
        progress.is_replaced = True
        sync_folder(target.parent)

    def _go_back(self, error: BaseException) -> None:
        """Put everything back, newest change first, and turn a refusal of the system into words.

        Returns where the error is not ours to word; ``WriteRefused`` otherwise.
        """
        where = self._at
        undone = [progress for progress in reversed(self._progress) if self._is_replaced(progress)]
        stuck = [(progress, fault) for progress in undone if (fault := self._put_back(progress))]
        leftover = ""
        try:
            self._clear()
            remove_empty(self._folder, self._folders)
            if not stuck:
                self._journal.remove()
                self._backups.discard(self._backup_id)
        except Exception as fault:  # noqa: BLE001 - whatever stops it, the operator learns the state of the files
            leftover = f" Temporary files may be left over ({_words(fault)}); the next run removes them."
        if stuck:
            raise WriteRefused(*self._stuck_problems(error, stuck)) from error
        ending = ("Everything was put back." if undone else "Nothing changed.") + leftover
        if isinstance(error, _RefusalError):
            raise WriteRefused(error.problem(where, ending)) from error
        if isinstance(error, OSError):
            raise refused(where or self._backups.relative(self._backup_id), error, ending) from error

    def _stuck_problems(self, error: BaseException, stuck: Sequence[tuple[_Progress, str]]) -> list[Problem]:
        names = {progress.step.write.name: fault for progress, fault in stuck}
        backup = self._backups.relative(self._backup_id)
        reason = "it was stopped" if isinstance(error, DeferredSignalError | KeyboardInterrupt) else _words(error)
        first = Problem(
            field="",
            file=self._at,
            message=f"The operation failed here ({reason}), and not everything could be put back.",
            remedy=f"Fix the cause, then run '{own_command('restore')}': the old files are in {backup}.",
        )
        states = []
        for progress in self._progress:
            name = progress.step.write.name
            stands = "already has the new content" if progress.is_replaced else "still has the old content"
            fault = f"; it could not be put back: {names[name]}" if name in names else ""
            states.append(Problem(field="", file=name, message=f"The file is intact and {stands}{fault}."))
        return [first, *states]

    def _is_replaced(self, progress: _Progress) -> bool:
        """Return whether the target was replaced, even if the system failed after it had done it."""
        step = progress.step
        if not progress.is_replaced:
            with contextlib.suppress(OSError):
                now = look(step.write.target)
                if step.write.after is None:
                    progress.is_replaced = now is None and look(step.kept) is not None
                else:
                    progress.is_replaced = now is not None and progress.inode != 0 and now.st_ino == progress.inode
        return progress.is_replaced

    def _put_back(self, progress: _Progress) -> str:
        """Put one file back; return why it could not be, or nothing."""
        step = progress.step
        try:
            if step.present is None:
                remove(step.write.target)
            else:
                rename(step.kept, step.write.target)
            progress.is_replaced = False
            sync_folder(step.write.target.parent)
        except Exception as fault:  # noqa: BLE001 - whatever stops it, the other files still go back
            return _words(fault) if progress.is_replaced else ""
        return ""

    def _clear(self) -> None:
        for progress in self._progress:
            step = progress.step
            touched = [remove(path) for path in (step.staged, step.kept) if look(path) is not None]
            if any(touched):
                sync_folder(step.write.target.parent)


def _is_foreign(access: FileAccess) -> bool:
    """Return whether we may not give a file this owner or group (chown(2): only root may, but for one's own groups)."""
    groups = (None, os.getegid(), *os.getgroups())
    return effective_uid() != 0 and (access.uid not in (None, effective_uid()) or access.gid not in groups)


def _words(error: BaseException) -> str:
    return cause(error) if isinstance(error, OSError) else type(error).__name__


def _missing_folders(folder: Path, steps: Sequence[FileStep]) -> tuple[str, ...]:
    """Return the folders that have to be made, outermost first, spelled as the targets in the journal are."""
    missing: dict[Path, None] = {}
    for step in steps:
        if step.write.after is None:
            continue
        chain = []
        for parent in step.write.target.parents:
            if look(parent) is not None:
                break
            chain.append(parent)
        missing.update(dict.fromkeys(reversed(chain)))
    return tuple(os.path.relpath(path, folder) if path.is_relative_to(folder) else str(path) for path in missing)
