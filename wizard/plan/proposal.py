"""From a folder and answers to a plan and to what LibreChat would then see; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wizard.answers.model import Answers
from wizard.basics.secret import reveal
from wizard.composefile.override import merged_model
from wizard.deployment.foreign_files import refuse_strangers_files
from wizard.deployment.model import Deployment, FileState
from wizard.deployment.snapshot import Snapshot, deployment, starting_document, take
from wizard.librechat.published_secrets import published_name
from wizard.plan import access, credentials
from wizard.plan.credentials import RECORD
from wizard.plan.plan import FileEdit, Materials, Plan, compose_command, plan

if TYPE_CHECKING:
    from wizard.basics.finding import Finding


class Proposal(NamedTuple):
    """A plan together with what it starts from and what it leads to."""

    snapshot: Snapshot
    answers: Answers
    """The operator's answers with every needed secret and every value that follows from the access."""
    plan: Plan
    deployment: Deployment
    """The folder as the plan would leave it."""
    findings: tuple[Finding, ...] = ()
    """What was found while deciding, before any check."""
    rules: tuple[Finding, ...] | None = None
    """What the rules say of the deployment, where somebody has asked them already."""


def propose(folder: Path, answers: Answers) -> Proposal:
    """Return what these answers lead to in this folder; ``InvalidInput`` carries all problems at once."""
    snapshot = take(folder, answers).reading([RECORD])
    refuse_strangers_files(snapshot, [".env"])
    document, is_new = starting_document(snapshot)
    existing = document.values()
    if is_new:
        # A sample's published secrets were never in use: they count as no value, whatever ran here before.
        existing = {name: value for name, value in existing.items() if not published_name(value)}
    base = snapshot.state(snapshot.base_name).data or b""
    base_services = merged_model(base, None, base_name=snapshot.base_name).get("services") or {}
    inputs = _access_inputs(snapshot, answers, existing, base_services)
    inputs = replace(inputs, compose_values=document.compose_values())
    needs = access.needs(inputs)
    resolution = credentials.resolve(snapshot, answers, existing, has_admin_panel=inputs.has_admin_panel)
    snapshot = snapshot.reading(file.path for file in needs.files)
    made = plan(snapshot, resolution.answers, Materials(access=needs, record=resolution.record))
    made = Plan(
        edits=made.edits, notes=(_setting_out(snapshot), *resolution.notes, *made.notes), apply_steps=made.apply_steps
    )
    refuse_strangers_files(snapshot, [edit.path for edit in made.edits if not edit.mode & 0o044])
    after = {edit.path: _state_after(snapshot, edit) for edit in made.edits}
    return Proposal(
        snapshot=snapshot,
        answers=resolution.answers,
        plan=made,
        deployment=deployment(snapshot, after, answers.access),
        findings=resolution.findings,
    )


def _state_after(snapshot: Snapshot, edit: FileEdit) -> FileState:
    state, ownership = snapshot.state(edit.path), edit.ownership
    uid = state.uid if state.kind == "file" else snapshot.operator.uid
    gid = state.gid if state.kind == "file" else snapshot.operator.gid
    return replace(
        state,
        data=edit.after,
        kind="file",
        mode=edit.mode,
        uid=uid if ownership.uid is None else ownership.uid,
        gid=gid if ownership.gid is None else ownership.gid,
    )


def _setting_out(snapshot: Snapshot) -> str:
    if snapshot.release_source:
        return f"LibreChat {snapshot.release} ({snapshot.release_source}), stack {snapshot.stack.value}."
    return (
        f"Nothing here tells LibreChat's release; {snapshot.release}, the newest known, is assumed "
        f"(librechat.release in the answers says otherwise). Stack {snapshot.stack.value}."
    )


def _access_inputs(
    snapshot: Snapshot, answers: Answers, existing: Mapping[str, str], base_services: Mapping[str, Any]
) -> access.AccessInputs:
    values = {**existing, **{name: reveal(given.value or "") for name, given in answers.items()}}
    return access.AccessInputs(
        access=answers.access,
        stack=snapshot.stack,
        release=snapshot.release,
        proxy=answers.proxy,
        values=values,
        given=frozenset(answers),
        base_services=base_services,
        base=snapshot.state(snapshot.base_name).data or b"",
        base_name=snapshot.base_name,
        folder=snapshot.folder,
        override=snapshot.state(snapshot.override_name).data,
        override_name=snapshot.override_name,
        compose_command=compose_command(snapshot),
    )
