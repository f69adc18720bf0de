"""Rolls back on Kubernetes: the old files, then the old Secret and revision; a failed first installation is removed."""

from __future__ import annotations

import shlex
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.apply import after_restore, first_release
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult, Failed, Note, Reason
from wizard.apply.helm_run import cluster_program, run_step, steps
from wizard.basics.filesystem import is_file
from wizard.basics.problem import WizardError
from wizard.deployment.kubernetes_folder import view_of
from wizard.deployment.kubernetes_names import SECRET_FILE, HelmRelease
from wizard.deployment.snapshot import take
from wizard.plan.kubernetes import commands
from wizard.store.apply_record import ApplyRecord, ApplyStage

if TYPE_CHECKING:
    from wizard.apply.timeouts import ApplyTimeouts
    from wizard.deployment.kubernetes_view import KubernetesView
    from wizard.store.folder_store import FolderStore

_FOREIGN: Final = (
    "The record of the interrupted --apply names a different release than the files do. Nothing in the cluster was "
    "rolled back or removed."
)


async def roll_back_on_kubernetes(
    folder: Path, store: FolderStore, record: ApplyRecord, timeouts: ApplyTimeouts
) -> AsyncGenerator[ApplyEvent, None]:
    """Put the old files back, then the old Secret and the release's old revision; the last event is an ``ApplyResult``."""
    del timeouts
    begun, failed = time.monotonic(), None
    now = _view_in(folder)
    if not first_release.belongs(now.release, record.running):
        yield Note(text=_FOREIGN)
        yield ApplyResult(outcome=ApplyOutcome.FAILED)
        return
    store.note_apply(record.at(ApplyStage.BACK))
    done = [store.restore(backup, when=datetime.now(UTC)) for backup in reversed(record.backups)]
    yield after_restore.put_back(folder, done)
    way = list(_roll_back_commands(folder, now.release, record)) if record.stage is not ApplyStage.WRITE else []
    is_first = bool(way) and first_release.is_first(record.running)
    if way:
        store.note_apply(record.at(ApplyStage.START_OLD))
    program = cluster_program(folder, now, _view_in(folder))
    while way and failed is None:
        async for event in run_step(program, *way[0]):
            failed = event if isinstance(event, Failed) else failed
            yield event
        if failed is None or failed.reason is Reason.NOT_READY:
            del way[0]
    if is_first:
        # Where the files have no backup, an earlier run wrote them, and they stay.
        keys = next((f"the backup {one.backup}" for one in done if one.backup), SECRET_FILE)
        yield first_release.leftovers_note(record.running, keys, is_gone=failed is None)
    if way:
        # What comes next would remove what the failed command may still need: the record stays, and says so.
        yield Note(text=f"To finish rolling back: {' && '.join(shlex.join(command) for command, _ in way)}")
    else:
        store.note_apply(None)
    outcome = ApplyOutcome.STUCK if failed else ApplyOutcome.ROLLED_BACK
    ending = _ending(has_files=bool(done), is_first=is_first, is_unfinished=bool(way), failed=failed)
    yield ApplyResult(outcome=outcome, failed=failed, ending=ending, seconds=time.monotonic() - begun)


def _ending(*, has_files: bool, is_first: bool, is_unfinished: bool, failed: Failed | None) -> str:
    """Return how the roll back ended, in a sentence."""
    files = "The old files were put back" if has_files else "The files are unchanged, because an earlier run wrote them"
    if is_unfinished:
        return f"{files}. The release was not rolled back, because a command failed."
    if failed is not None:
        return f"{files}. The release has its old values, but its pods are not ready."
    return f"{files}. The release was {'uninstalled' if is_first else 'rolled back'}."


def manual_steps(folder: Path, before: HelmRelease, record: ApplyRecord | None) -> tuple[str, str]:
    """Return what to do in the cluster once the old files are back, in words, and the commands as one line; none for nothing.

    ``before`` is the release that the files named until then, ``record`` that of an apply that was interrupted.
    """
    is_known = record is not None and not record.is_damaged and first_release.belongs(before, record.running)
    way = _roll_back_commands(folder, before, record) if record is not None and is_known else ()
    sentence = "To roll back the release, run:"
    if record is not None and is_known and record.stage is ApplyStage.WRITE:
        return "The interrupted run changed nothing in the cluster.", ""
    if way and record is not None and first_release.is_first(record.running):
        sentence = f"The interrupted run installed the release {before.name} for the first time. If nobody is using it yet, remove it:"
    if not way and (view := _view_in(folder)).has_files:
        sentence, way = "To apply the files to LibreChat, run:", steps(view, folder)
    if not way:
        sentence = (
            "This folder contains no Kubernetes files, as before the first run. If the release is installed, remove it:"
        )
        way = ((commands.uninstall_command(before), ""),)
    return sentence, " && ".join(shlex.join(command) for command, _ in way)


def release_in(folder: Path) -> HelmRelease | None:
    """Return the release that the files of a folder for Kubernetes name; ``None`` for any other folder."""
    view = _view_in(folder)
    return view.release if view.has_files else None


def _view_in(folder: Path) -> KubernetesView:
    """Return what the files say; an empty view if there are none, or no longer."""
    from wizard.answers.model import Answers
    from wizard.deployment.kubernetes_view import KubernetesView

    try:
        return view_of(take(folder, Answers()).files)
    except (OSError, KeyError, WizardError):
        return KubernetesView(release=HelmRelease())


def _roll_back_commands(
    folder: Path, release: HelmRelease, record: ApplyRecord
) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the commands that roll back, each with its reason; none if the release before is not known."""
    if first_release.is_first(record.running):
        return first_release.removal_commands(release, record.running)
    prefix = first_release.REVISION
    revision = next((name.removeprefix(prefix) for name in record.running if name.startswith(prefix)), "")
    if not revision:
        return ()
    present = [name for name in commands.FILES if is_file(folder / name)]
    # Without a backup the files are still those that were applied.
    objects = commands.objects(release, present) if record.backups else ()
    old = ((commands.apply_command(release, objects), "put the old Secret back"),) if objects else ()
    return (
        *old,
        (commands.roll_back_command(release, revision), "roll the release back to its old values"),
        (commands.restart_command(release), "restart the pods with the old values"),
        (commands.wait_command(release), "wait for the pods"),
    )
