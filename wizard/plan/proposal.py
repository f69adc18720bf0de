"""Plans from a folder and answers, with what LibreChat would then get; writes nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wizard.answers.model import Access, Answers, Stack
from wizard.basics.environments import names_of_this_shell
from wizard.basics.filesystem import is_folder
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import reveal
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.override import Override
from wizard.deployment.assembled import deployment, services_without
from wizard.deployment.file_faults import described_fault, faults_of
from wizard.deployment.file_state import FileState
from wizard.deployment.foreign_files import refuse_foreign_files
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import Snapshot, starting_document, take
from wizard.librechat.published_secrets import published_name
from wizard.plan import access, credentials
from wizard.plan.access.names import PART
from wizard.plan.compose_commands import compose_command
from wizard.plan.consequences import consequences
from wizard.plan.credentials import RECORD
from wizard.plan.file_edit import FileEdit
from wizard.plan.placement import current_values, place_of_new, without_effect
from wizard.plan.plan import Plan, PlanInputs, plan

if TYPE_CHECKING:
    from wizard.basics.finding import Finding


_MOST_OPENINGS: Final = 30
_IN_FILES: Final = (OriginMechanism.DOTENV, OriginMechanism.ENV_FILE, OriginMechanism.INTERPOLATION)


class Proposal(NamedTuple):
    """A plan together with what it starts from and what it leads to."""

    snapshot: Snapshot
    answers: Answers
    """The operator's answers with every needed secret and every value that follows from the access."""
    plan: Plan
    deployment: Deployment
    """The folder as the plan would leave it."""
    findings: "tuple[Finding, ...]" = ()
    """What was found while deciding, before any check."""
    rules: "tuple[Finding, ...] | None" = None
    """What the rules say about the deployment, where somebody has asked them already."""
    chosen: tuple[str, ...] = ()
    """Sign-in providers that a person chose in the wizard, whether or not anything was filled in for them."""

    @property
    def about(self) -> str:
        """The note that says which LibreChat this is for."""
        return _setting_out(self.snapshot)


def propose(folder: Path, answers: Answers) -> Proposal:
    """Return what these answers lead to in this folder; ``InvalidInput`` carries all problems at once."""
    if (local := _without_docker(folder, answers)) is not None:
        return local
    snapshot = take(folder, answers).reading([RECORD])
    return _on_kubernetes(snapshot, answers) if snapshot.stack is Stack.HELM else _by_compose(snapshot, answers)


def _by_compose(snapshot: Snapshot, answers: Answers) -> Proposal:
    refuse_foreign_files(snapshot, [".env"])
    current = deployment(snapshot, {})
    snapshot = snapshot._replace(has_run=current.has_run)
    if faults := [described_fault(fault) for fault in faults_of(snapshot.state(".env")) if fault.is_whole]:
        raise InvalidInput(*faults)
    if not snapshot.service:
        raise InvalidInput(_which_service(current))
    document, is_new = starting_document(snapshot)
    existing = document.values()
    if is_new:
        # A sample's published secrets were never in use: they count as no value, whatever ran here before.
        existing = {name: value for name, value in existing.items() if not published_name(value)}
    existing = current_values(current, existing)
    inputs = _access_inputs(snapshot, answers, existing, current)
    inputs = inputs._replace(compose_values={**document.compose_values(), **_set_in_files(current)})
    circumstances = credentials.SecretContext(
        has_admin_panel=inputs.has_admin_panel,
        has_search=_has_search(current),
        has_hidden_database=current.has_hidden_database,
        from_shell=_from_shell(current),
    )
    resolution = credentials.resolve(snapshot, answers, existing, circumstances)
    start = _Start(snapshot, current, resolution)
    snapshot, needs, made, planned = _planned_as_reached(start, inputs, answers.access)
    wanted = {name: None if given.value is None else reveal(given.value) for name, given in resolution.answers.items()}
    if idle := tuple(without_effect({**needs.settings, **wanted}, planned)):
        raise InvalidInput(*idle)
    if answers.access is Access.LOCALHOST and planned.effective is not None:
        from wizard.plan.access.effective_openings import effective_openings

        if found := list(dict.fromkeys(effective_openings(planned.effective.project))):
            raise InvalidInput(*found[:_MOST_OPENINGS])
    if left := [name for name in current.replicas if name not in planned.replicas]:
        made = made._replace(notes=(*made.notes, _no_longer_the_same(planned.service, left)))
    if made.shown_edits:
        made = made._replace(notes=(*made.notes, *consequences(planned, resolution.answers)))
    return Proposal(
        snapshot=snapshot,
        answers=resolution.answers,
        plan=made,
        deployment=planned,
        findings=resolution.findings,
    )


class _Start(NamedTuple):
    """What a plan for Docker Compose starts from."""

    snapshot: Snapshot
    current: Deployment
    resolution: credentials.Resolution


class _Planned(NamedTuple):
    """A plan for Docker Compose and what it leads to."""

    snapshot: Snapshot
    """The folder with the files that the plan had to read."""
    needs: access.AccessPlan
    made: Plan
    deployment: Deployment


def _planned(start: _Start, inputs: access.AccessInputs, wanted: Access | None) -> _Planned:
    needs = access.needs(inputs)
    resolution, current = start.resolution, start.current
    snapshot = start.snapshot.reading((*(file.path for file in needs.files), *_environment_files(current)))
    made = plan(snapshot, resolution.answers, PlanInputs(access=needs, current=current, record=resolution.record))
    notes = (_setting_out(snapshot), *resolution.notes, *made.notes)
    made = made._replace(notes=notes)
    refuse_foreign_files(snapshot, [edit.path for edit in made.edits if not edit.mode & 0o044])
    after = {edit.path: _state_after(snapshot, edit) for edit in made.edits}
    return _Planned(snapshot, needs, made, deployment(snapshot, after, wanted))


def _planned_as_reached(start: _Start, inputs: access.AccessInputs, wanted: Access | None) -> _Planned:
    """Return the plan whose texts tell how LibreChat is reached once the plan is written.

    What the compose files publish may be filled in by what is only planned: PORT of an ``.env`` that is to be made.
    """
    first = _planned(start, inputs, wanted)
    if inputs.services is None:
        return first
    from wizard.plan.access.reach import reach

    then = inputs._replace(services=_services(first.snapshot, first.deployment.files, first.deployment))
    return first if reach(then) == reach(inputs) else _planned(start, then, wanted)


def _on_kubernetes(snapshot: Snapshot, answers: Answers) -> Proposal:
    from wizard.plan.kubernetes.proposal import planned_on_kubernetes

    made, planned, resolution = planned_on_kubernetes(snapshot, answers)
    refuse_foreign_files(snapshot, [edit.path for edit in made.edits if not edit.mode & 0o044])
    if made.shown_edits:
        notes = (_setting_out(snapshot), *made.notes, *consequences(planned, resolution.answers))
        made = made._replace(notes=notes)
    return Proposal(
        snapshot=snapshot,
        answers=resolution.answers,
        plan=made,
        deployment=planned,
        findings=resolution.findings,
    )


def _without_docker(folder: Path, answers: Answers) -> Proposal | None:
    """Return the proposal for a clone of LibreChat that runs without Docker; ``None``: most folders hold compose files alone."""
    if answers.librechat.stack is not Stack.LOCAL and not is_folder(folder / "api" / "server"):
        return None
    from wizard.plan.local_proposal import is_local, propose_local

    if not is_local(folder, answers):
        return None
    made = propose_local(folder, answers)
    return Proposal(made.snapshot, made.answers, made.plan, made.deployment, made.findings)


def _which_service(current: Deployment) -> Problem:
    """Return the question which service is LibreChat."""
    names = ", ".join(plain(name, limit=60) for name in current.compose.get("services") or {})
    message = f"could not determine which service in the compose files ({names}) is LibreChat."
    if not names:
        message = "the compose files contain no services."
        return Problem(field="librechat.service", message=message, remedy="Restore LibreChat's own docker-compose.yml.")
    remedy = "Enter the name of the service here (in an answers file: librechat: {service: NAME})."
    return Problem(field="librechat.service", message=message, remedy=remedy)


def _no_longer_the_same(service: str, left: list[str]) -> str:
    """Return the note about services that were LibreChat's equals and do not get what the plan writes for one of them."""
    names, service = " and ".join(plain(name, limit=60) for name in left), plain(service, limit=60)
    verb = "has" if len(left) == 1 else "have"
    return f"{names} now {verb} the same settings as {service}, but this plan changes only {service}. Make the same changes for {names} yourself."


def _environment_files(current: Deployment) -> list[str]:
    """Return the files of the folder that settings and registration may have to be written into."""
    effective = current.effective
    if effective is None:
        return []
    found = {value.origin.file for value in effective.values.values() if value.origin.mechanism in _IN_FILES}
    names = {*found, place_of_new(effective), effective.config.name if effective.config.kind == "file" else ""}
    return sorted(name for name in names if name and not name.startswith(("/", "..")))


def _set_in_files(current: Deployment) -> dict[str, str]:
    """Return the variables of Docker Compose that are in files, not in its own environment."""
    variables = current.effective.project.variables if current.effective is not None else {}
    return {name: leaf.text for name, leaf in variables.items() if leaf.line}


def _from_shell(current: Deployment) -> frozenset[str]:
    """Return the variables that compose files take from this shell, which wins over ``.env``."""
    if current.effective is None:
        return frozenset()
    project = current.effective.project
    handed = (project.passed_through(service) for service in project.services)
    return names_of_this_shell(project.filled_in().union(*handed))


def _has_search(current: Deployment) -> bool:
    """Return whether Meilisearch is part of the stack, or a compose file hands its key on; assumed if no compose file is read."""
    if current.effective is None or not current.compose.get("services"):
        return True
    services = current.compose["services"].values()
    images = (str((service or {}).get("image") or "") for service in services)
    is_handed = "MEILI_MASTER_KEY" in current.effective.project.filled_in()
    has_host = bool(current.settings.get("MEILI_HOST", "").strip())
    return is_handed or has_host or any("meilisearch" in image for image in images)


def _services(snapshot: Snapshot, files: Mapping[str, FileState], of: Deployment) -> Mapping[str, Any]:
    """Return all services of a deployment with these files, less what an answer about access put into the override."""
    state = files.get(snapshot.override_name) or snapshot.state(snapshot.override_name)
    if state.data is not None:
        override = Override.parse(state.data, snapshot.override_name)
        cleared = override.without_former(PART).to_bytes()
        if cleared != state.data:
            of = deployment(snapshot, {**files, snapshot.override_name: state._replace(data=cleared)})
    services: Mapping[str, Any] = of.compose.get("services") or {}
    return services


def _networks(current: Deployment) -> tuple[str, ...]:
    """Return the networks of LibreChat that another container can join, if it is not in the default one."""
    networks = current.librechat.get("networks")
    names = tuple(networks) if isinstance(networks, Mapping) else ()
    if not names or "default" in names:
        return ()
    declared = current.compose.get("networks") or {}
    is_open = [name for name in names if not (declared.get(name) or {}).get("internal")]
    # From a network that is internal alone, nobody outside is reached.
    return tuple(is_open) or ("default", *names)


def _state_after(snapshot: Snapshot, edit: FileEdit) -> FileState:
    state, ownership = snapshot.state(edit.path), edit.ownership
    uid = state.uid if state.kind == "file" else snapshot.operator.uid
    gid = state.gid if state.kind == "file" else snapshot.operator.gid
    return state._replace(
        data=edit.after,
        kind="file",
        mode=edit.mode,
        uid=uid if ownership.uid is None else ownership.uid,
        gid=gid if ownership.gid is None else ownership.gid,
    )


def _setting_out(snapshot: Snapshot) -> str:
    if snapshot.release_source:
        return f"LibreChat {snapshot.release} ({snapshot.release_source}), {snapshot.stack.value} stack."
    return (
        f"LibreChat {snapshot.release} (assumed): the release could not be determined, so the wizard assumes "
        f"the newest supported release. To specify the release, set librechat.release in the answers. Stack: {snapshot.stack.value}."
    )


def _access_inputs(
    snapshot: Snapshot, answers: Answers, existing: Mapping[str, str], current: Deployment
) -> access.AccessInputs:
    values = {**existing, **{name: reveal(given.value or "") for name, given in answers.items()}}
    return access.AccessInputs(
        access=answers.access,
        stack=snapshot.stack,
        release=snapshot.release,
        service=snapshot.service,
        networks=_networks(current),
        network_mode=str(current.librechat.get("network_mode") or ""),
        proxy=answers.proxy,
        values=values,
        given=frozenset(answers),
        former_address=existing.get("DOMAIN_CLIENT", ""),
        base_services=services_without(snapshot, snapshot.override_name),
        services=_services(snapshot, snapshot.files, current) if answers.access is Access.HTTPS_EXISTING else None,
        base=snapshot.state(snapshot.base_name).data or b"",
        base_name=snapshot.base_name,
        folder=snapshot.folder,
        override=snapshot.state(snapshot.override_name).data,
        override_name=snapshot.override_name,
        is_followed=answers.access is Access.LOCALHOST,
        compose_command=compose_command(snapshot),
    )
