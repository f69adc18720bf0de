"""Puts a plan for Kubernetes into effect: files, objects, release, rollout, checks; rolls back with helm and the old Secret.

The commands are those that the plan shows, run one by one. Secrets go to kubectl in the private file alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.apply import first_release, proof
from wizard.apply.commands import Compose
from wizard.apply.events import (
    ApplyEvent,
    ApplyOutcome,
    ApplyResult,
    CommandEnded,
    CommandShown,
    Failed,
    Note,
    Reason,
    Wrote,
)
from wizard.apply.pod_readiness import PodReadiness
from wizard.apply.redaction import Redactor
from wizard.basics.filesystem import is_file
from wizard.basics.problem import Problem, WriteRefused
from wizard.basics.programs import is_in_path
from wizard.deployment.cluster import NotReadable, cluster_environment, running_release
from wizard.deployment.kubernetes_folder import parsed
from wizard.deployment.kubernetes_names import CONFIG_FILE, CONFIG_KEY
from wizard.librechat import helm_values
from wizard.plan.credentials import ENCRYPTING
from wizard.plan.kubernetes import commands
from wizard.store.apply_record import ApplyRecord, ApplyStage, Former
from wizard.store.plan_writes import file_writes, without_internal_files
from wizard.yamlfile.manifest import config_texts

if TYPE_CHECKING:
    from wizard.apply.job import Job
    from wizard.basics.finding import Finding
    from wizard.deployment.cluster import RunningRelease
    from wizard.deployment.kubernetes_view import KubernetesView

_OBJECTS_SECONDS: Final = 120.0
_HELM_SECONDS: Final = 600.0
_NOT_ASKED: Final = (
    "The new settings are in the cluster. The wizard could not verify in the pod that LibreChat uses them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterProgram(Compose):
    """kubectl or helm in the folder; the operator's environment, which names the cluster, without LibreChat's secrets."""

    def environment(self) -> Mapping[str, str]:
        """Return what helm and kubectl get of our environment."""
        return cluster_environment()

    def named(self, name: str) -> ClusterProgram:
        """Return the same for the program of this name."""
        return replace(self, program=(shutil.which(name, path=os.environ.get("PATH")) or name,))


async def apply_on_kubernetes(job: Job) -> AsyncGenerator[ApplyEvent, None]:
    """Put a proposal into effect; the events and their end as in :func:`wizard.apply.run.apply`."""
    begun, work = time.monotonic(), _Forward(job)
    async with contextlib.aclosing(work.events()) as events:
        async for event in events:
            if isinstance(event, Failed):
                work.failed = event
            yield event
    outcome = ApplyOutcome.FAILED if work.failed else ApplyOutcome.BY_HAND if work.is_manual else ApplyOutcome.DONE
    if work.failed is None:
        job.store.note_apply(None)
    yield ApplyResult(
        outcome=outcome,
        failed=work.failed,
        can_go_back=work.failed is not None and (bool(work.record.backups) or work.has_begun),
        ending=work.ending if outcome is ApplyOutcome.DONE else "",
        seconds=time.monotonic() - begun,
    )


class _Forward:
    """The stages of one way forward."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.failed: Failed | None = None
        self.is_manual = False
        self.ending = ""
        self.has_begun = False
        """Whether a command has run that changes the cluster."""
        view = job.proposal.deployment.kubernetes
        if view is None:
            raise TypeError("expected a proposal for Kubernetes")
        self._view = view
        self._carried = job.store.pending()
        newest = next(iter(job.store.backups()), None)
        written = job.written.backup.rpartition("/")[2] if job.written is not None and job.written.backup else ""
        backups = (*(self._carried.backups if self._carried else ()), *([written] if written else []))
        self.record = ApplyRecord(
            when=datetime.now(UTC),
            stage=ApplyStage.WRITE,
            earlier=newest.id if newest else "",
            backups=backups,
            running=self._carried.running if self._carried else (),
        )

    async def events(self) -> AsyncGenerator[ApplyEvent, None]:
        """Go through the stages until one fails."""
        job = self.job
        self.is_manual = not (is_in_path("kubectl") and is_in_path("helm"))
        if not self.is_manual and (note := await self._look()) is not None:
            yield note
        for event in self._write():
            yield event
        is_new = bool(job.proposal.plan.edits) or self._carried is not None or self._is_elsewhere
        if self.is_manual:
            for command, why in steps(self._view, job.proposal.snapshot.folder):
                yield CommandShown(command=command, why=why, is_manual=True)
            return
        if is_new:
            self._at(ApplyStage.START)
            self.has_begun = True
            program = cluster_program(job.proposal.snapshot.folder, self._view)
            for command, why in steps(self._view, job.proposal.snapshot.folder):
                async with contextlib.aclosing(run_step(program, command, why)) as events:
                    async for event in events:
                        yield event
                        if isinstance(event, Failed):
                            return
        else:
            yield Note(text="The release already has these values, so nothing is restarted.")
        async with contextlib.aclosing(self._proven()) as events:
            async for event in events:
                yield event

    async def _proven(self) -> AsyncGenerator[ApplyEvent, None]:
        """Wait until LibreChat answers, then check it."""
        job = self.job
        self._at(ApplyStage.READY)
        program = cluster_program(job.proposal.snapshot.folder, self._view).named("kubectl")
        readiness = PodReadiness(release=self._view.release, kubectl=program)
        waiting = readiness.wait(job.timeouts.start, is_first=first_release.is_first(self.record.running))
        async with contextlib.aclosing(waiting) as looks:
            async for look in looks:
                yield look
                if isinstance(look, Failed):
                    return
        self._at(ApplyStage.CHECK)
        in_effect = job.probes.compare(readiness.shown, job.proposal.deployment) if readiness.shown else None
        self.ending = proof.ending(in_effect) if readiness.shown else _NOT_ASKED
        proven = proof.proven(in_effect, job.checks, self._undoes)
        async with contextlib.aclosing(proven) as events:
            async for event in events:
                yield event

    def _undoes(self, finding: Finding) -> bool:
        return finding.id not in self.job.accepted and proof.may_be_caused_by(finding, self.job.access, was_open=False)

    def _at(self, stage: ApplyStage) -> None:
        self.record = self.record.at(stage)
        self.job.store.note_apply(self.record)

    async def _look(self) -> Note | None:
        """Compare with what runs, before anything is written: other keys in the cluster may have encrypted somebody's data."""
        try:
            running = await asyncio.to_thread(running_release, self._view.release)
        except NotReadable as error:
            message = f"the release cannot be read ({error}). Nothing changed."
            remedy = "Make sure that kubectl and helm can reach the cluster. Or leave out --apply and run the commands on a machine that can reach the cluster."
            raise WriteRefused(Problem(field="--apply", message=message, remedy=remedy)) from None
        held = running.secret or {}
        held = {name: value for name in ENCRYPTING if (value := held.get(name) or running.environment.get(name))}
        accepted = self.job.proposal.answers.accept_loss
        lost = [name for name, value in held.items() if self._view.secret.get(name) != value and name not in accepted]
        if lost and not self._view.release.is_external:
            message = f"LibreChat in the cluster uses a different {' and '.join(lost)}. Applying these files would make its encrypted data unreadable."
            remedy = "To keep the cluster's keys, move the kubernetes folder away and set kubernetes.adopt: true in the answers. Nothing changed."
            raise WriteRefused(Problem(field="--apply", message=message, remedy=remedy))
        self._is_elsewhere = not self._runs_as_planned(running)
        return await self._note_release_to_restore(running)

    async def _note_release_to_restore(self, running: RunningRelease) -> Note | None:
        """Note where a failure leads back to: where an apply that was interrupted came from, if that is still true, else what runs."""
        release, carried = self._view.release, self._carried
        if carried is not None and first_release.may_remove(release, carried.running, is_deployed=running.deployed > 0):
            return None
        backups = self.record.backups[len(carried.backups) :] if carried is not None else self.record.backups
        if running.is_installed:
            back_to = running.deployed or running.revision
            running_before = (f"{first_release.REVISION}{back_to}", first_release.named(release))
            self.record = replace(self.record, backups=backups, former=Former.RUNNING, running=running_before)
        else:
            made = await asyncio.to_thread(first_release.marks, release)
            self.record = replace(self.record, backups=backups, former=Former.NONE, running=made)
        if carried is None or carried.is_damaged:
            return None
        return Note(
            text="If this run fails, the files and the release are rolled back to their current state, not to the state before the "
            "interrupted --apply."
        )

    def _runs_as_planned(self, running: RunningRelease) -> bool:
        """Return whether Secret, values and librechat.yaml of the release are those that are planned."""
        # What helm shows is of the newest revision, and that one may have failed.
        if not running.is_installed or running.deployed != running.revision:
            return False
        planned = config_texts(parsed(self.job.proposal.deployment.files.get(CONFIG_FILE))).get(CONFIG_KEY)
        values, given = self._view.values, running.values
        return (
            running.secret == dict(self._view.secret)
            and planned in (None, running.config)
            and not any((*helm_values.different(values, given), *helm_values.different(given, values)))
        )

    _is_elsewhere = True

    def _write(self) -> list[ApplyEvent]:
        job = self.job
        writes = () if job.written is not None else file_writes(job.proposal)
        self._at(ApplyStage.WRITE)
        if not writes:
            return []
        try:
            applied = job.store.apply(writes, when=datetime.now(UTC))
        except WriteRefused:
            job.store.note_apply(self._carried)
            raise
        if applied.backup:
            backup = applied.backup.rpartition("/")[2]
            self.record = replace(self.record, backups=(*self.record.backups, backup), earlier=backup)
        is_all_new = all(write.before is None for write in writes)
        shown = without_internal_files(job.proposal, applied).written
        return [Wrote(files=shown, backup=applied.backup, notes=applied.notes, is_all_new=is_all_new)]


def steps(view: KubernetesView, folder: Path) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the commands that put the files of a folder into effect, each with its reason."""
    release = view.release
    present = [name for name in commands.FILES if is_file(folder / name)]
    return (
        (commands.apply_command(release, commands.objects(release, present)), "create the Secrets and the ConfigMap"),
        (commands.upgrade_command(release, folder), "install or upgrade the release with its values"),
        (commands.restart_command(release), "restart the pods with the new values"),
        (commands.wait_command(release), "wait for the new pods"),
    )


def cluster_program(folder: Path, *views: KubernetesView) -> ClusterProgram:
    """Return kubectl in a folder; what it says is shown without the secrets of these views."""
    held = [mapping for view in views for mapping in (view.secret, view.meili)]
    values = [value for mapping in held for value in mapping.values()]
    return ClusterProgram(program=("kubectl",), folder=folder, redactor=Redactor(held, *values))


async def run_step(program: ClusterProgram, command: tuple[str, ...], why: str) -> AsyncGenerator[ApplyEvent, None]:
    """Run one of the commands; a ``Failed`` comes last if it fails."""
    one = program.named(command[0])
    yield CommandShown(command=command, why=why)
    seconds = _HELM_SECONDS if "rollout" in command or command[0] == "helm" else _OBJECTS_SECONDS
    async with contextlib.aclosing(one.run(command[1:], seconds=seconds + 10)) as events:
        async for event in events:
            yield event
            if isinstance(event, CommandEnded) and event.status != 0:
                yield Failed(
                    reason=Reason.NOT_READY if "status" in command else Reason.COMMAND,
                    summary="The new pods did not become ready." if "status" in command else f"{command[0]} failed.",
                    evidence=event.output,
                    remedy=_remedy(event.output),
                )


def _remedy(output: tuple[str, ...]) -> str:
    text = " ".join(output)
    if "conflict" in text:
        return "Another program manages these fields. To overwrite them, run the same command with --force-conflicts."
    if "namespaces" in text and "not found" in text:
        return "Create the namespace first: kubectl create namespace NAME"
    return ""
