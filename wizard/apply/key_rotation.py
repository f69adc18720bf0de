"""Rotates LibreChat's own secrets: stored values first, then the files, then LibreChat; everything is put back on failure.

:func:`rotate_secrets` and :func:`roll_back` are streams of events whose last one is an ``ApplyResult``. Each stage is recorded
before it begins, and can be repeated: if a run is killed anywhere, the next one finishes it or puts everything back.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Answers, Given, Source, Stack
from wizard.apply import readiness, stack_files
from wizard.apply.address import HttpGet, LibreChatApi, api_address
from wizard.apply.command_runs import run_command
from wizard.apply.events import (
    ApplyEvent,
    ApplyOutcome,
    ApplyResult,
    CommandShown,
    Failed,
    Note,
    PutBack,
    Reason,
    Wrote,
)
from wizard.apply.node_script import NodeHost, NotReachedError
from wizard.apply.readiness import Container, ListRefused
from wizard.apply.secret_readers import readers_of
from wizard.apply.stored_values import RotationRefused, Rotator, place_lines
from wizard.apply.timeouts import ApplyTimeouts
from wizard.basics.problem import WizardError
from wizard.basics.secret import Secret
from wizard.deployment.assembled import deployment
from wizard.deployment.folder_deployment import folder_deployment
from wizard.deployment.local_install import found_install
from wizard.deployment.snapshot import take
from wizard.librechat.secret_uses import local_readers
from wizard.librechat.startup_refusals import OWN_SECRETS_SINCE
from wizard.plan.proposal import propose
from wizard.store.apply_record import ConcernedServices
from wizard.store.plan_writes import file_writes, without_internal_files
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wizard.apply.commands import Compose
    from wizard.deployment.file_state import FileState
    from wizard.store.folder_store import FolderStore

_CREDS: Final = "CREDS_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationJob:
    """What has to be replaced, and with what."""

    folder: Path
    store: FolderStore
    """Its lock is held by the caller."""
    records: RotationRecords
    compose: Compose | None
    """``None``: there is no Docker Compose; only files are written."""
    host: NodeHost | None
    """What runs scripts beside LibreChat; needed for CREDS_KEY."""
    http_get: HttpGet
    is_adopted: bool = False
    """Whether LibreChat made the old keys up itself, so that they are in no file."""
    timeouts: ApplyTimeouts = field(default_factory=ApplyTimeouts)


def answers_of(values: Mapping[str, str]) -> Answers:
    """Return the answers that write these secrets."""
    return Answers().give({name: Given(Secret(value), Source.GENERATED) for name, value in values.items()})


async def rotate_secrets(job: RotationJob, record: RotationRecord) -> AsyncGenerator[ApplyEvent, None]:
    """Carry a rotation out, from the stage that its record names; if that fails, :func:`roll_back` follows."""
    begun, work = time.monotonic(), _Work(job, record)
    job.records.write(record)
    async with contextlib.aclosing(work.onward()) as events:
        async for event in events:
            yield event
    if work.failed is None:
        if _CREDS in record.names:
            # From here on a restored .env of before would have keys that open nothing.
            job.records.note_last(datetime.now(UTC))
        job.records.remove()
    done = ApplyOutcome.BY_HAND if work.is_manual else ApplyOutcome.DONE
    outcome = done if work.failed is None else ApplyOutcome.FAILED
    yield ApplyResult(outcome=outcome, failed=work.failed, seconds=time.monotonic() - begun)


async def roll_back(job: RotationJob) -> AsyncGenerator[ApplyEvent, None]:
    """Put database, files and LibreChat back; where the database cannot be, the record stays and the files do, too."""
    begun = time.monotonic()
    record = job.records.read()
    if record is None or record.is_damaged:
        yield ApplyResult(outcome=ApplyOutcome.FAILED)
        return
    work = _Work(job, record)
    async with contextlib.aclosing(work.backward()) as events:
        async for event in events:
            yield event
    if work.failed is None or work.is_back:
        job.records.remove()
    outcome = ApplyOutcome.ROLLED_BACK if work.failed is None else ApplyOutcome.STUCK
    yield ApplyResult(outcome=outcome, failed=work.failed, seconds=time.monotonic() - begun)


class _Work:
    """One way forward or back."""

    def __init__(self, job: RotationJob, record: RotationRecord) -> None:
        self._job = job
        self.record = record
        self.failed: Failed | None = None
        self.is_back = False
        """Whether database and files are as before, whatever else failed."""
        self.is_manual = False
        """Whether LibreChat does not read the values before a person has run a command."""

    def _at(self, stage: RotationStage) -> None:
        self.record = self.record.at(stage)
        self._job.records.write(self.record)

    @property
    def _reencrypts(self) -> bool:
        return _CREDS in self.record.names

    @property
    def _rotator(self) -> Rotator | None:
        if self._job.host is None:
            return None
        old, new = self.record.old_values, self.record.new_values
        return Rotator(host=self._job.host, old=old, new=new, demands=not self._job.is_adopted)

    async def onward(self) -> AsyncGenerator[ApplyEvent, None]:
        """Go through the stages until one fails."""
        stages = (
            (RotationStage.DATABASE, self._database),
            (RotationStage.FILES, self._files),
            (RotationStage.PROOF, self._proof),
        )
        begin = [stage for stage, _ in stages].index(self.record.stage)
        for stage, work in stages[begin:]:
            self._at(stage)
            async with contextlib.aclosing(self._watched(work())) as events:
                async for event in events:
                    yield event
            if self.failed is not None:
                return

    async def backward(self) -> AsyncGenerator[ApplyEvent, None]:
        """Put everything back: the database first, while nothing reads it."""
        self._at(RotationStage.BACK)
        for work in (self._database_back, self._files_back, self._started_again):
            async with contextlib.aclosing(self._watched(work())) as events:
                async for event in events:
                    yield event
            if self.failed is not None:
                return

    async def _watched(self, events: AsyncGenerator[ApplyEvent, None]) -> AsyncGenerator[ApplyEvent, None]:
        async with contextlib.aclosing(events):
            try:
                async for event in events:
                    if isinstance(event, Failed):
                        self.failed = event
                    yield event
            except WizardError as error:
                problems = tuple(map(str, error.problems))
                self.failed = Failed(reason=Reason.COMMAND, summary=problems[0], evidence=problems[1:])
                yield self.failed

    def _database(self) -> AsyncGenerator[ApplyEvent, None]:
        """Stop LibreChat, and encrypt what is stored with the new keys."""

        async def moved(rotator: Rotator) -> str:
            found = await rotator.rotate()
            self.record = replace(self.record, is_moved=True)
            values = sum(count.renewed for count in found.counts)
            return f"Stored values encrypted with the new keys: {values}. Each was decrypted as a check."

        return self._while_stopped("re-encrypt the stored values with the new keys", moved)

    async def _while_stopped(
        self, why: str, work: Callable[[Rotator], Awaitable[str]]
    ) -> AsyncGenerator[ApplyEvent, None]:
        """Stop LibreChat and have the script work on what is stored; ``work`` returns the outcome, a sentence."""
        if not self._reencrypts or (rotator := self._rotator) is None:
            return
        async with contextlib.aclosing(self._stopped()) as events:
            async for event in events:
                yield event
        if self.failed is not None:
            return
        yield self._script(why)
        try:
            yield Note(text=await work(rotator))
        except (RotationRefused, NotReachedError) as error:
            yield _failure(error)

    async def _files(self) -> AsyncGenerator[ApplyEvent, None]:
        """Write the new values, and recreate LibreChat and what else needs them."""
        job = self._job
        proposal = propose(job.folder, answers_of(self.record.new_values))
        if proposal.plan.edits:
            writes, when = file_writes(proposal), datetime.now(UTC)
            if not job.store.has_backup(self.record.backup):
                # Noted before it is made: the roll back takes this one and no other. One that a killed run made has the files of before.
                self.record = replace(self.record, backup=job.store.next_backup(when))
                job.records.write(self.record)
            applied = job.store.apply(writes, when=when, is_rotation=True)
            yield Wrote(
                files=without_internal_files(proposal, applied).written, backup=applied.backup, notes=applied.notes
            )
        async with contextlib.aclosing(self._recreated("new values")) as events:
            async for event in events:
                yield event

    async def _proof(self) -> AsyncGenerator[ApplyEvent, None]:
        """Read what is stored once more, with what LibreChat gets now."""
        rotator = self._rotator
        if rotator is None:
            return
        try:
            if self._reencrypts:
                yield self._script(
                    "decrypt all values with the keys that LibreChat now uses, and delete the rotation's temporary record"
                )
                found = await rotator.commit()
                yield Note(
                    text=f"Stored values that can be decrypted with the new keys: {sum(count.renewed for count in found.counts)}."
                )
            elif _may_be_recorded(self._job.folder):
                yield self._script("update the fingerprints in LibreChat's own record of its secrets")
                await rotator.record()
        except RotationRefused as error:
            yield _failure(error)
        except NotReachedError as error:
            if self._reencrypts:
                yield _failure(error)
            else:
                yield Note(text=f"LibreChat's own record of its secrets was not updated: {error.sentence}")

    def _database_back(self) -> AsyncGenerator[ApplyEvent, None]:
        async def put_back(rotator: Rotator) -> str:
            found = await rotator.back(moved=self.record.is_moved)
            return f"Stored values put back: {found.written}." if found.written else "No stored value had changed."

        return self._while_stopped("put back the stored values", put_back)

    async def _files_back(self) -> AsyncGenerator[ApplyEvent, None]:
        job, store = self._job, self._job.store
        if store.has_backup(self.record.backup):
            done = store.restore(self.record.backup, when=datetime.now(UTC), is_rotation=True)
            yield PutBack(files=done.written)
        if any(_holds(state.data, value) for state in self._states().values() for value in self.record.new):
            # The backup was deleted, or the files were written anew since: the record has the values themselves.
            proposal = propose(job.folder, answers_of(self.record.old_values))
            applied = store.apply(file_writes(proposal), when=datetime.now(UTC), is_rotation=True)
            yield PutBack(files=without_internal_files(proposal, applied).written)
        self.is_back = True

    def _states(self) -> Mapping[str, FileState]:
        folder = self._job.folder
        current = folder_deployment(folder)
        return current.files if current.stack is Stack.LOCAL else take(folder, Answers()).files

    async def _started_again(self) -> AsyncGenerator[ApplyEvent, None]:
        async with contextlib.aclosing(self._recreated("old values")) as events:
            async for event in events:
                yield event

    def _script(self, why: str) -> CommandShown:
        host = self._job.host
        typed = () if host is None else tuple(host.typed("-").split(" "))
        return CommandShown(command=typed, why=f"{why}; the script and the keys are piped to standard input")

    async def _stopped(self) -> AsyncGenerator[ApplyEvent, None]:
        """Stop LibreChat: one that runs reads with the old keys, and writes with them."""
        job, now = self._job, await self._containers()
        if job.compose is None or now is None:
            yield Failed(reason=Reason.DOCKER, summary="Docker is not responding, so LibreChat could not be stopped.")
            return
        files = stack_files.compose_files_of(deployment(take(job.folder, Answers()), {}))
        if not _is_up(now.get(files.service)):
            return
        words = files.arguments("stop", files.service)
        async with contextlib.aclosing(
            run_command(
                job.compose,
                words,
                "stop LibreChat, which must not access stored values during the rotation",
                job.timeouts.stop,
            )
        ) as events:
            async for event in events:
                yield event
        now = await self._containers()
        if self.failed is None and (now is None or _is_up(now.get(files.service))):
            yield Failed(reason=Reason.COMMAND, summary=f"The service {files.service} is still running.")

    async def _containers(self) -> Mapping[str, Container] | None:
        job = self._job
        if job.compose is None:
            return None
        files = stack_files.compose_files_of(deployment(take(job.folder, Answers()), {}))
        with contextlib.suppress(ListRefused):
            return await readiness.containers(job.compose, files)
        return None

    async def _recreated(self, purpose: str) -> AsyncGenerator[ApplyEvent, None]:
        """Recreate every running service that reads one of the values, and wait for LibreChat."""
        job = self._job
        current = folder_deployment(job.folder)
        if current.stack is Stack.LOCAL:
            self.is_manual = True
            yield Note(text=f"Restart LibreChat to use the {purpose}: {found_install(job.folder).restart}")
            for text in local_readers(self.record.names):
                yield Note(text=text)
            return
        snapshot = take(job.folder, Answers())
        files = stack_files.compose_files_of(current)
        record = self.record
        values = {name: (record.old_values[name], record.new_values[name]) for name in record.names}
        concerned = readers_of(values, snapshot)
        if job.compose is None:
            self.is_manual = True
            yield Note(
                text="Docker Compose is not installed on this machine. The files were written. Run these commands yourself:"
            )
            for words in (files.start(concerned), files.recreate(concerned)):
                yield CommandShown(command=("docker", "compose", *words), why=f"use the {purpose}", is_manual=True)
            return
        if not self.record.was_running:
            yield Note(
                text=f"LibreChat was not running. To start it: {job.compose.typed(files.arguments('up', '-d', '--force-recreate'))}"
            )
            return
        now = await self._containers() or {}
        here = tuple(name for name in concerned.services if name == files.service or _is_up(now.get(name)))
        words = files.recreate(ConcernedServices(services=here))
        why = f"recreate {', '.join(here)} with the {purpose}"
        async with contextlib.aclosing(run_command(job.compose, words, why, job.timeouts.up)) as events:
            async for event in events:
                yield event
        if self.failed is not None:
            return
        api = LibreChatApi(address=api_address(current), compose=job.compose, files=files, http_get=job.http_get)
        waiting = readiness.wait(api, snapshot.release, job.timeouts.start, is_first=False)
        async with contextlib.aclosing(waiting) as events:
            async for event in events:
                yield event


def _may_be_recorded(folder: Path) -> bool:
    """Whether LibreChat's database may hold a record of its secrets: an older release has none."""
    current = folder_deployment(folder)
    return current.release >= OWN_SECRETS_SINCE or not current.release_pinned


def _holds(data: bytes | None, value: str) -> bool:
    return data is not None and value.encode() in data


def _is_up(container: Container | None) -> bool:
    return container is not None and container.state in ("running", "restarting")


def _failure(error: RotationRefused | NotReachedError) -> Failed:
    if isinstance(error, NotReachedError):
        return Failed(reason=Reason.COMMAND, summary=error.sentence, evidence=error.details)
    return Failed(
        reason=Reason.CHECKS,
        summary=f"The stored values could not be re-encrypted: {error.why}.",
        evidence=place_lines(error.found),
    )
