"""Applies a plan: writes it, makes LibreChat read it, checks the result, and rolls back if a check fails.

:func:`apply` and :func:`wizard.apply.roll_back.rollback` are streams of events whose last one is an ``ApplyResult``. A caller that stops listening (with
``aclose``) ends the command that runs; what was done is in the record, and the next start offers both ways.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.apply import containers, failures, first_admin, folders, proof, readiness, stack_files
from wizard.apply.address import LibreChatApi, api_address
from wizard.apply.admin_stage import AdminStage
from wizard.apply.command_runs import one_after_another, run_command
from wizard.apply.commands import Compose
from wizard.apply.events import (
    ApplyEvent,
    ApplyOutcome,
    ApplyResult,
    Failed,
    Note,
    Reason,
    Wrote,
)
from wizard.apply.job import Job
from wizard.apply.readiness import Container, ListRefused
from wizard.basics.docker_engine import docker_engine
from wizard.basics.problem import InvalidInput, Problem, WriteRefused
from wizard.store.apply_record import ApplyRecord, ApplyStage, ConcernedServices, Former
from wizard.store.plan_writes import file_writes, without_internal_files

if TYPE_CHECKING:
    from wizard.apply.first_admin import Admin
    from wizard.basics.finding import Finding
    from wizard.librechat.releases import Release
    from wizard.store.folder_store import FolderStore
    from wizard.store.transaction import Applied, FileWrite

_OK: Final = 200


def demand(job: Job) -> None:
    """Raise ``InvalidInput`` for what makes no sense, before anything is shown or written."""
    if job.admin is not None and job.written is not None:
        raise ValueError("with a first administrator, apply() writes the files")
    if job.proposal.snapshot.stack is Stack.LOCAL:
        # A clone has LibreChat's compose files, too: they would start a second LibreChat beside the one that runs.
        message = "LibreChat runs without Docker here, so the wizard does not restart it."
        remedy = f"Write the files without --apply, then: {' && '.join(job.proposal.plan.apply_steps) or 'restart LibreChat'}"
        raise InvalidInput(Problem(field="librechat.stack", message=message, remedy=remedy))
    if job.admin is not None and job.proposal.snapshot.stack is Stack.HELM:
        message = "on Kubernetes, create the first administrator with LibreChat's own script in a pod."
        remedy = "Run the wizard again without --first-admin. After that, run: kubectl exec -it deployment/NAME -- npm run create-user"
        raise InvalidInput(Problem(field=first_admin.FIELD, message=message, remedy=remedy))
    record = job.store.pending()
    if record is not None and record.needs_admin and job.admin is None:
        message = "the interrupted run had not created the first administrator yet."
        raise InvalidInput(
            Problem(field=first_admin.FIELD, message=message, remedy="Rerun with --first-admin EMAIL, or run restore.")
        )
    if _is_to_make(job, record) is not None:
        first_admin.closing(job.proposal)


def _is_to_make(job: Job, record: ApplyRecord | None) -> Admin | None:
    """Return the administrator to make; ``None`` even if the run that was interrupted has made them."""
    if job.admin is None or record is None or record.needs_admin or record.admin != job.admin.email:
        return job.admin
    return None


async def apply(job: Job) -> AsyncGenerator[ApplyEvent, None]:
    """Put a proposal into effect.

    The last event is an ``ApplyResult``: done, failed (then :func:`wizard.apply.roll_back.rollback` or :func:`keep`), or to be
    run by hand.

    ``WriteRefused`` if the files cannot be written, or Docker is not responding before anything was written;
    ``InvalidInput`` as :func:`demand`.
    """
    demand(job)
    if job.proposal.snapshot.stack is Stack.HELM:
        from wizard.apply.helm_run import apply_on_kubernetes

        async with contextlib.aclosing(apply_on_kubernetes(job)) as helm_events:
            async for event in helm_events:
                yield event
        return
    if line := docker_engine().line:
        yield Note(text=line)
    work = _Forward(job)
    begun = time.monotonic()
    async with contextlib.aclosing(work.events()) as events:
        async for event in events:
            yield event
    failed = work.failed
    outcome = ApplyOutcome.FAILED if failed else ApplyOutcome.BY_HAND if work.is_manual else ApplyOutcome.DONE
    if failed is None:
        job.store.note_apply(None)
    yield ApplyResult(
        outcome=outcome,
        failed=failed,
        can_go_back=failed is not None and bool(work.record.backups),
        ending=work.ending if outcome is ApplyOutcome.DONE else "",
        seconds=time.monotonic() - begun,
    )


def keep(store: FolderStore) -> None:
    """Leave everything in place after a failure, and forget that it failed; the lock is held."""
    store.note_apply(None)


class _Forward:
    """One way forward, stage by stage; each stage is recorded before it begins."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.failed: Failed | None = None
        self.is_manual = False
        self.ending = ""
        snapshot, plan = job.proposal.snapshot, job.proposal.plan
        self._old, self._new = stack_files.before(snapshot), stack_files.after(snapshot, plan.edits)
        files = stack_files.compose_files(snapshot, has_override=self._new.override is not None)
        changed = stack_files.changed_files(plan.edits)
        self._carried = job.store.pending()
        # What a run that was interrupted wrote may be in no image yet.
        rebuilds = bool(files.baked) and (files.baked in changed or self._carried is not None)
        self._files = replace(files, without=plan.without, rebuilds=rebuilds)
        forward, back = (
            stack_files.concerned_services(self._old, self._new, changed),
            stack_files.concerned_services(self._new, self._old, changed),
        )
        if rebuilds:
            built = ConcernedServices(services=(files.service,))
            forward, back = forward.joined(built), back.joined(built)
        self._admin = _is_to_make(job, self._carried)
        if self._carried is not None:
            # What a run that was interrupted changed is in the files already: its concerned is part of this one.
            here = tuple(name for name in self._carried.forward.services if name in self._new.services)
            forward = forward.joined(replace(self._carried.forward, services=here))
            back = back.joined(self._carried.back)
        written = job.written.backup.rpartition("/")[2] if job.written is not None and job.written.backup else ""
        backups = (*(self._carried.backups if self._carried else ()), *([written] if written else []))
        newest = next(iter(job.store.backups()), None)
        self.record = ApplyRecord(
            when=datetime.now(UTC),
            stage=ApplyStage.WRITE,
            earlier=newest.id if newest else "",
            backups=backups,
            former=self._carried.former if self._carried else Former.NONE,
            folders=self._carried.folders if self._carried else (),
            running=self._carried.running if self._carried else (),
            forward=forward,
            back=back,
            admin=self._admin.email if self._admin is not None else "",
            needs_admin=self._admin is not None,
        )
        self._compose: Compose | None = None
        self._now: dict[str, Container] = {}
        self._then: FileWrite | None = None
        self._was_open = False
        self._admin_stage: AdminStage | None = None
        self._has_told = False

    @property
    def _release(self) -> Release:
        return self.job.proposal.snapshot.release

    @property
    def _api(self) -> LibreChatApi | None:
        if self._compose is None:
            return None
        address = api_address(self.job.proposal.deployment)
        return LibreChatApi(
            address=address, compose=self._compose, files=self._files, http_get=self.job.probes.http_get
        )

    def _at(self, stage: ApplyStage) -> None:
        self.record = self.record.at(stage)
        self.job.store.note_apply(self.record)

    async def events(self) -> AsyncGenerator[ApplyEvent, None]:
        """Go through the stages until one fails."""
        self._compose = await containers.find(self.job.proposal)
        if self._admin is not None and self._compose is not None:
            self._admin_stage = AdminStage(
                admin=self._admin,
                proposal=self.job.proposal,
                compose=self._compose,
                files=self._files,
                seconds=self.job.timeouts.account,
                sign_in=self.job.probes.sign_in,
                was_cut_off=self._carried is not None and self._carried.needs_admin,
            )
        for stage in (
            self._look,
            self._look_for_accounts,
            self._write,
            self._start,
            self._make_admin,
            self._open,
            self._check,
        ):
            async with contextlib.aclosing(stage()) as events:
                async for event in events:
                    if isinstance(event, Failed):
                        self.failed = event
                    yield event
            if self.failed is not None or self.is_manual:
                return

    async def _look(self) -> AsyncGenerator[ApplyEvent, None]:
        """See the state of the containers; if Docker is not responding, nothing has been written yet."""
        snapshot = self.job.proposal.snapshot
        if self._compose is None:
            return
        files = stack_files.compose_files(snapshot, has_override=self._old.override is not None)
        try:
            if snapshot.state(".env").data is not None:
                self._now = await readiness.containers(self._compose, files)
            else:
                # Docker Compose refuses the whole project without .env, since env_file names it.
                self._now = await containers.containers_of(self._compose)
        except ListRefused as refused:
            fault = failures.of_output((self._compose.redactor.line(str(refused)),))
            if fault.reason is not Reason.DOCKER:
                # It refuses the files as they are, which the plan may mend.
                return
            if self.job.written is not None:
                yield fault
                return
            output = " ".join(fault.evidence).rstrip(".")
            message = f"{fault.summary} Nothing changed. Output: {output}."
            raise WriteRefused(Problem(field="--apply", message=message, remedy=fault.remedy)) from None
        if self.job.written is None and (
            other := await containers.folder_in_the_way(self._compose, self.job.proposal.deployment)
        ):
            raise WriteRefused(failures.other_folder(self._compose.redactor.line(other)))
        states = {container.state for container in self._now.values()}
        is_running = self._is_running
        former = Former.RUNNING if is_running else Former.STOPPED if states else Former.NONE
        running = tuple(name for name, one in self._now.items() if one.state == "running")
        if self._carried is None:
            self.record = replace(self.record, former=former, running=running)
        if is_running and self.job.written is None:
            self._was_open = await proof.is_open(self.job.access)

    async def _look_for_accounts(self) -> AsyncGenerator[ApplyEvent, None]:
        """See whether the first administrator exists, before registration is closed and LibreChat recreated for them."""
        stage = self._admin_stage
        if stage is None or not self._is_running:
            return
        snapshot = self.job.proposal.snapshot
        old = stack_files.compose_files(snapshot, has_override=self._old.override is not None)
        async with contextlib.aclosing(stage.look(old)) as events:
            async for event in events:
                yield event
        if stage.is_there:
            self._admin, self._admin_stage, self._has_told = None, None, True
            self.record = replace(self.record, needs_admin=False)

    async def _write(self) -> AsyncGenerator[ApplyEvent, None]:
        job = self.job
        writes: Sequence[FileWrite] = () if job.written is not None else file_writes(job.proposal)
        if self._admin is not None:
            closing = first_admin.closing(job.proposal)
            writes, self._then = closing.first, closing.then
        self._at(ApplyStage.WRITE)
        if writes:
            try:
                applied = job.store.apply(writes, when=datetime.now(UTC))
            except WriteRefused:
                # It put everything back itself.
                job.store.note_apply(self._carried)
                raise
            self._keep_backup(applied)
            files, is_all_new = (
                without_internal_files(job.proposal, applied).written,
                all(write.before is None for write in writes),
            )
            yield Wrote(files=files, backup=applied.backup, notes=applied.notes, is_all_new=is_all_new)
        if self._compose is None:
            self.is_manual = True
            for event in containers.manual_commands(
                job.proposal, self._files, self.record, self._admin, opens=self._then
            ):
                yield event

    def _keep_backup(self, applied: Applied) -> None:
        if applied.backup:
            backup = applied.backup.rpartition("/")[2]
            self.record = replace(self.record, backups=(*self.record.backups, backup), earlier=backup)

    async def _start(self) -> AsyncGenerator[ApplyEvent, None]:
        # To recreate what is left out would start it, on the roll back, too.
        left_out = tuple(name for name in self._files.without if not self._is_up(name))
        forward, back = self.record.forward.without(left_out), self.record.back.without(left_out)
        self.record = replace(self.record, forward=forward, back=back)
        concerned = forward
        is_running = self._is_running
        nothing_new = not concerned.services and not concerned.orphans
        if is_running and nothing_new and self._compose is not None:
            concerned = await containers.unread(
                self.job.proposal, self._new, self._compose, self._now[self._files.service].id
            )
            concerned = concerned.without(left_out)
            if not concerned.services:
                yield Note(text="The files have not changed since LibreChat started, so no restart is needed.")
        self._at(ApplyStage.START)
        parts = []
        if not is_running and (made := folders.make(self.job.proposal.deployment)):
            self.record = replace(self.record, folders=(*self.record.folders, *made))
            self._at(ApplyStage.START)
            yield Note(text=f"Created folders for LibreChat's containers: {', '.join(made)}.")
        if not is_running:
            parts.append(self._run(self._files.start(concerned), "start all services"))
            running = tuple(name for name in concerned.services if self._is_up(name))
            concerned = ConcernedServices(services=running)
        if concerned.services:
            why = f"recreate {', '.join(concerned.services)} with the new settings; the other services keep running"
            parts.append(self._run(self._files.recreate(concerned), why))
        elif concerned.orphans and is_running:
            parts.append(self._run(self._files.start(concerned), "remove a service that is no longer needed"))
        async with contextlib.aclosing(one_after_another(*parts, self._until_ready(is_first=not is_running))) as events:
            async for event in events:
                yield event

    @property
    def _is_running(self) -> bool:
        return self._now.get(self._files.service, Container(state="")).state in ("running", "restarting")

    def _is_up(self, service: str) -> bool:
        return service in self._now and self._now[service].state == "running"

    async def _run(self, arguments: tuple[str, ...], why: str) -> AsyncGenerator[ApplyEvent, None]:
        if self._compose is None:
            return
        async with contextlib.aclosing(run_command(self._compose, arguments, why, self.job.timeouts.up)) as events:
            async for event in events:
                yield event

    async def _until_ready(self, *, is_first: bool) -> AsyncGenerator[ApplyEvent, None]:
        if (api := self._api) is None:
            return
        self._at(ApplyStage.READY)
        waiting = readiness.wait(api, self._release, self.job.timeouts.start, is_first=is_first)
        async with contextlib.aclosing(waiting) as events:
            async for event in events:
                yield event

    async def _make_admin(self) -> AsyncGenerator[ApplyEvent, None]:
        if self.job.admin is not None and self._admin is None and not self._has_told:
            yield Note(text=f"{self.job.admin.email} already exists. The interrupted run created the account.")
        if (stage := self._admin_stage) is None:
            return
        self._at(ApplyStage.ADMIN)
        async with contextlib.aclosing(stage.make()) as events:
            async for event in events:
                yield event
        if stage.is_there:
            self.record = replace(self.record, needs_admin=False)

    async def _open(self) -> AsyncGenerator[ApplyEvent, None]:
        if self._then is None:
            return
        self._at(ApplyStage.OPEN)
        applied = self.job.store.apply([self._then], when=datetime.now(UTC))
        self._keep_backup(applied)
        self._at(ApplyStage.START)
        yield Wrote(files=applied.written, backup=applied.backup, notes=applied.notes)
        api = ConcernedServices(services=tuple(name for name in (self._files.service,) if name in self._new.services))
        command = self._run(self._files.recreate(api), "open registration, now that the administrator exists")
        async with contextlib.aclosing(one_after_another(command, self._until_ready(is_first=False))) as events:
            async for event in events:
                yield event

    async def _check(self) -> AsyncGenerator[ApplyEvent, None]:
        if (api := self._api) is None:
            return
        self._at(ApplyStage.CHECK)
        answer = await api.get("/api/config")
        shown = answer.object if answer is not None and answer.status == _OK else {}
        in_effect = self.job.probes.compare(shown, self.job.proposal.deployment)
        self.ending = proof.ending(in_effect)
        proven = proof.proven(in_effect, self.job.checks, self._undoes)
        async with contextlib.aclosing(proven) as events:
            async for event in events:
                yield event

    def _undoes(self, finding: Finding) -> bool:
        return finding.id not in self.job.accepted and proof.may_be_caused_by(
            finding, self.job.access, was_open=self._was_open
        )
