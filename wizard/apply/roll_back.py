"""Rolls back: puts the old files in place, and runs LibreChat as before."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.answers.model import Answers, Stack
from wizard.apply import after_restore, containers, folders, readiness, stack_files
from wizard.apply.address import HttpGet, LibreChatApi, api_address
from wizard.apply.command_runs import run_command
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult, Failed, Note, Ready
from wizard.apply.timeouts import ApplyTimeouts
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import Snapshot, take
from wizard.store.apply_record import ApplyRecord, ApplyStage, ConcernedServices, Former

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.apply.commands import Compose
    from wizard.store.folder_store import FolderStore


async def rollback(
    folder: Path, store: FolderStore, http_get: HttpGet, timeouts: ApplyTimeouts | None = None
) -> AsyncGenerator[ApplyEvent, None]:
    """Put the files of an apply that failed or was cut off back, and let LibreChat run with them as it ran before.

    What did not run before is stopped again, without touching its data. The lock of ``store`` is held by the
    caller. ``WriteRefused`` if the files cannot be put back; the record then stays. ``http_get`` asks the LibreChat that runs with the old files. The last event is an ``ApplyResult``.
    """
    begun, timeouts = time.monotonic(), timeouts or ApplyTimeouts()
    record = store.pending()
    if record is None or record.is_damaged:
        yield Note(text="There is no recorded --apply run to undo.")
        yield ApplyResult(outcome=ApplyOutcome.FAILED)
        return
    # Once the files of a first installation are gone, the record alone knows that it was one on Kubernetes.
    snapshot = None if record.is_of_release else take(folder, Answers())
    if snapshot is None or snapshot.stack is Stack.HELM:
        from wizard.apply.helm_roll_back import roll_back_on_kubernetes

        async with contextlib.aclosing(roll_back_on_kubernetes(folder, store, record, timeouts)) as events:
            async for event in events:
                yield event
        return
    after, view = deployment(snapshot, {}), after_restore.files_view(folder)
    compose = await containers.found_in(folder, containers.redactor(snapshot, dict(after.settings)))
    failed: Failed | None = None
    if compose is not None and record.former is not Former.RUNNING and record.stage is not ApplyStage.WRITE:
        async with contextlib.aclosing(_stopped(compose, snapshot, record, store, timeouts)) as events:
            async for event in events:
                yield event
    store.note_apply(record.at(ApplyStage.BACK))
    done = [store.restore(backup, when=datetime.now(UTC)) for backup in reversed(record.backups)]
    folders.remove_empty(folder, record.folders)
    back = after_restore.put_back(folder, done)
    yield back
    if compose is not None and record.former is Former.RUNNING and record.stage is not ApplyStage.WRITE:
        store.note_apply(record.at(ApplyStage.START_OLD))
        async with contextlib.aclosing(_started(compose, folder, record, http_get, timeouts)) as events:
            async for event in events:
                # A command that failed is told; whether LibreChat answers all the same is asked afterwards.
                failed = event if isinstance(event, Failed) else None if isinstance(event, Ready) else failed
                yield event
    elif compose is None:
        yield Note(text=" ".join(after_restore.manual_steps(folder, view, record)))
    store.note_apply(None)
    outcome = ApplyOutcome.STUCK if failed else ApplyOutcome.ROLLED_BACK
    ending = ""
    if compose is None or record.former is not Former.RUNNING:
        # Nobody has started or seen it.
        ending = (
            "The new files were removed" if back.files and back.files == back.removed else "The old files were put back"
        )
        ending += "." if compose is None else ", and LibreChat is not running, as before."
    yield ApplyResult(outcome=outcome, failed=failed, ending=ending, seconds=time.monotonic() - begun)


async def _stopped(
    compose: Compose, snapshot: Snapshot, record: ApplyRecord, store: FolderStore, timeouts: ApplyTimeouts
) -> AsyncGenerator[ApplyEvent, None]:
    """Stop what did not run before: with the new files, which alone know all of it."""
    store.note_apply(record.at(ApplyStage.STOP))
    side = stack_files.before(snapshot)
    files = stack_files.compose_files(snapshot, has_override=side.override is not None)
    words, why = files.arguments("down"), "remove the new containers; their data is kept"
    if record.former is Former.STOPPED:
        others = [name for name in side.services if name not in record.running]
        words, why = files.arguments("stop", *others), "stop the services that were not running before --apply"
    async for event in run_command(compose, words, why, timeouts.stop):
        # That something could not be stopped does not keep the old files away.
        yield Note(text=event.summary) if isinstance(event, Failed) else event


async def _started(
    compose: Compose, folder: Path, record: ApplyRecord, http_get: HttpGet, timeouts: ApplyTimeouts
) -> AsyncGenerator[ApplyEvent, None]:
    snapshot = take(folder, Answers())
    old = deployment(snapshot, {})
    side = stack_files.before(snapshot)
    files = replace(stack_files.compose_files(snapshot, has_override=side.override is not None), rebuilds=True)
    here = tuple(name for name in record.back.services if name in side.services)
    concerned = (
        replace(record.back, services=here)
        if here
        else ConcernedServices(services=(files.service,), orphans=record.back.orphans)
    )
    # The old secrets are known only now.
    compose = replace(compose, redactor=containers.redactor(snapshot, dict(old.settings)))
    is_broken = False
    async for event in run_command(
        compose, files.recreate(concerned), "recreate LibreChat with the old settings", timeouts.up
    ):
        is_broken = is_broken or isinstance(event, Failed)
        yield event
    api = LibreChatApi(address=api_address(old), compose=compose, files=files, http_get=http_get)
    waiting = readiness.wait(api, snapshot.release, timeouts.start, is_first=False)
    async with contextlib.aclosing(waiting) as events:
        async for event in events:
            yield event
            if is_broken and isinstance(event, Ready):
                yield Note(
                    text="Docker did not recreate the container, but LibreChat is running. If LibreChat still uses the new settings, run: "
                    f"{compose.typed(files.recreate(concerned))}"
                )
