"""The running containers: found through Docker, compared with the files, and what has to be done by hand."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.apply import readiness, stack_files
from wizard.apply.commands import Compose
from wizard.apply.events import ApplyEvent, CommandShown, Note
from wizard.apply.readiness import Container, ListRefused
from wizard.apply.redaction import Redactor
from wizard.apply.stack_files import compose_files_of
from wizard.basics import docker_engine
from wizard.basics.filesystem import file_time
from wizard.basics.problem import InvalidInput
from wizard.composefile.judge import ComposeVerdict
from wizard.composefile.judge import find as find_compose
from wizard.deployment.snapshot import CONFIG, OVERRIDES
from wizard.dotenv.document import Document
from wizard.store.apply_record import ConcernedServices

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.apply.first_admin import Admin
    from wizard.deployment.model import Deployment
    from wizard.deployment.snapshot import Snapshot
    from wizard.plan.proposal import Proposal
    from wizard.store.apply_record import ApplyRecord
    from wizard.store.transaction import FileWrite

_READ_AT_START: Final = (".env", CONFIG, *OVERRIDES)
"""Files that the wizard writes and a container reads when it starts, or is made from."""


def redactor(snapshot: Snapshot, *further: dict[str, str]) -> Redactor:
    """Return what takes the folder's secrets out of a text."""
    try:
        document = Document.parse(snapshot.state(".env").data or b"")
        found = [document.values(), document.compose_values()]
    except InvalidInput:
        found = []
    return Redactor([*found, *further])


async def find(proposal: Proposal) -> Compose | None:
    """Return Docker Compose for this folder; ``None`` if there is none."""
    after = proposal.deployment
    settings = (dict(after.settings), after.dotenv.values(), after.dotenv.compose_values())
    return await found_in(proposal.snapshot.folder, redactor(proposal.snapshot, *settings))


async def found_in(folder: Path, redact: Redactor) -> Compose | None:
    """Return Docker Compose for a folder; ``None`` if there is none."""
    found = await asyncio.to_thread(find_compose)
    if isinstance(found, ComposeVerdict):
        return None
    return Compose(program=tuple(found[0]), folder=folder, redactor=redact)


async def containers_of(compose: Compose) -> dict[str, Container]:
    """Return the containers that Docker Compose made for this folder, without reading its files.

    ``ListRefused`` if Docker is not responding.
    """
    if len(compose.program) == 1:
        return {}
    label = "com.docker.compose"
    what = f'{{{{.Label "{label}.service"}}}} {{{{.State}}}}'
    words = ("ps", "-a", "--filter", f"label={label}.project.working_dir={compose.folder}", "--format", what)
    status, out, err = await replace(compose, program=compose.program[:1]).ask(words)
    if status != 0:
        raise ListRefused(err.strip() or "no answer")
    pairs = [line.split(" ") for line in out.splitlines() if line.count(" ") == 1]
    return {service: Container(state=state.lower()) for service, state in pairs}


def project_name(deployment: Deployment) -> str:
    """Return the name of Docker Compose's project, as it chooses it (compose-go, loader.NormalizeProjectName)."""
    chosen = os.environ.get("COMPOSE_PROJECT_NAME") or deployment.variables.get("COMPOSE_PROJECT_NAME")
    return _normalized(str(chosen or deployment.compose.get("name") or deployment.folder.name))


def default_project(folder: Path) -> str:
    """Return the name of the project where no file can be asked for it."""
    return _normalized(os.environ.get("COMPOSE_PROJECT_NAME") or folder.name)


def _normalized(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")


async def folder_in_the_way(compose: Compose, deployment: Deployment) -> str:
    """Return another folder whose containers Docker Compose would take for this one's; empty if there is none.

    Both have one project's name: two clones of LibreChat in folders of that name. One that is gone is this one, moved.
    """
    if len(compose.program) == 1:
        return ""
    label = "com.docker.compose.project"
    words = ("ps", "-a", "--filter", f"label={label}={project_name(deployment)}")
    shown = f'{{{{.Label "{label}.working_dir"}}}}'
    status, out, _ = await replace(compose, program=compose.program[:1]).ask((*words, "--format", shown))
    return _other_folder(deployment.folder, out.splitlines()) if status == 0 else ""


def _other_folder(here: Path, folders: Iterable[str]) -> str:
    own = os.path.realpath(here)
    others = (folder for folder in folders if folder.startswith("/") and os.path.realpath(folder) != own)
    return next((folder for folder in others if os.path.lexists(folder)), "")


async def unread(
    proposal: Proposal, side: stack_files.StackFiles, compose: Compose, container: str
) -> ConcernedServices:
    """Return who has to be recreated because a file is newer than the start of LibreChat's container.

    So that files which were written without ``--apply`` are read too. Where that cannot be told, api is recreated.
    """
    started = await started_at(compose, container)
    newer = frozenset(
        name
        for name, state in proposal.deployment.files.items()
        if state.kind == "file" and (started is None or _changed_at(proposal.snapshot.folder / name) > started)
    )
    read = frozenset({".env", proposal.snapshot.base_name, proposal.snapshot.override_name})
    found = stack_files.concerned_services(side, side, newer)
    if newer & read and side.service not in found.services:
        found = found.joined(ConcernedServices(services=(side.service,)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningContainer:
    """How LibreChat's container of a folder stands, for a check that looks at the folder."""

    container: Container
    up_seconds: float | None = None
    """Seconds since its start; ``None``: it does not run, or Docker did not say."""
    unread: tuple[str, ...] = ()
    """The files whose content changed after it started, so that it has not read it."""


async def container_of(deployment: Deployment) -> RunningContainer | None:
    """Return the state of LibreChat's container; ``None`` if no engine of this machine tells."""
    if docker_engine.is_elsewhere() or deployment.stack is Stack.HELM or not deployment.librechat:
        return None
    compose = await found_in(deployment.folder, Redactor([deployment.settings]))
    if compose is None:
        return None
    try:
        found = (await readiness.containers(compose, compose_files_of(deployment))).get(deployment.service)
    except ListRefused:
        return None
    if found is None:
        return None
    started = await started_at(compose, found.id) if found.state == "running" else None
    if started is None:
        return RunningContainer(container=found)
    # A mode or an owner that changed is not a setting: the content alone counts.
    names = [name for name, state in deployment.files.items() if state.kind == "file" and name in _READ_AT_START]
    unread_ = tuple(name for name in names if _written_at(deployment.folder / name) > started)
    seconds = (datetime.now(UTC) - started).total_seconds()
    return RunningContainer(container=found, up_seconds=seconds, unread=unread_)


async def started_at(compose: Compose, container: str) -> datetime | None:
    """Return when a container was started; ``None`` if unknown."""
    if len(compose.program) == 1 or not container:
        return None
    docker = replace(compose, program=compose.program[:1])
    _, out, _ = await docker.ask(("inspect", "--format", "{{.State.StartedAt}}", container))
    return _instant(out.strip())


def _instant(text: str) -> datetime | None:
    match = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*Z", text)
    return datetime.fromisoformat(f"{match[1]}{match[2] or ''}").replace(tzinfo=UTC) if match else None


def _changed_at(path: Path) -> datetime:
    try:
        about = path.stat()
    except OSError:
        return file_time(0)
    # The time of a rename into place counts too.
    return file_time(max(about.st_mtime, about.st_ctime))


def _written_at(path: Path) -> datetime:
    try:
        return file_time(path.stat().st_mtime)
    except OSError:
        return file_time(0)


def manual_commands(
    proposal: Proposal,
    files: stack_files.ComposeFiles,
    record: ApplyRecord,
    admin: Admin | None,
    *,
    opens: FileWrite | None,
) -> Iterator[ApplyEvent]:
    """Yield the commands for a person, in order: there is no Docker Compose here."""

    def shown(why: str, *words: str) -> CommandShown:
        return CommandShown(command=("docker", "compose", *words), why=why, is_manual=True)

    snapshot, concerned = proposal.snapshot, record.forward
    concerned = concerned.without(files.without)
    yield Note(
        text="Docker Compose is not installed on this machine. The files were written. Run these commands yourself:"
    )
    yield shown("start the services that are not running yet", *files.start(concerned))
    if snapshot.has_run and concerned.services:
        yield shown("recreate these services with the new settings", *files.recreate(concerned))
    if admin is not None:
        words = files.create_user(snapshot.stack, snapshot.release, admin.email, admin.name, admin.username)
        typed = tuple(word for word in words if word != "-T")
        yield shown("create the first administrator; the command asks for the password", *typed)
        if opens is not None:
            yield Note(
                text="Registration is closed until then. Afterwards, run the wizard again without --first-admin to "
                "write the registration settings that you chose."
            )
