"""What runs: Docker Compose, what a running container has not read, what is left to do by hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.apply import stack_files
from wizard.apply.commands import Compose
from wizard.apply.events import ApplyEvent, CommandShown, Note
from wizard.apply.readiness import Container, ListRefused
from wizard.apply.redaction import Redactor
from wizard.basics.filesystem import file_time
from wizard.basics.problem import InvalidInput
from wizard.composefile.judge import ComposeVerdict
from wizard.composefile.judge import find as find_compose
from wizard.dotenv.document import Document
from wizard.store.apply_record import ConcernedServices

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.apply.first_admin import Admin
    from wizard.deployment.snapshot import Snapshot
    from wizard.plan.proposal import Proposal
    from wizard.store.apply_record import ApplyRecord
    from wizard.store.transaction import FileWrite


def redactor(snapshot: Snapshot, *further: dict[str, str]) -> Redactor:
    """Return what takes the folder's secrets out of a text."""
    try:
        document = Document.parse(snapshot.state(".env").data or b"")
        found = [document.values(), document.compose_values()]
    except InvalidInput:
        found = []
    return Redactor([*found, *further])


async def find(proposal: Proposal) -> Compose | None:
    """Return Docker Compose for this folder; ``None`` where there is none."""
    after = proposal.deployment
    settings = (dict(after.settings), after.dotenv.values(), after.dotenv.compose_values())
    return await found_in(proposal.snapshot.folder, redactor(proposal.snapshot, *settings))


async def found_in(folder: Path, redact: Redactor) -> Compose | None:
    """Return Docker Compose for a folder; ``None`` where there is none."""
    found = await asyncio.to_thread(find_compose)
    if isinstance(found, ComposeVerdict):
        return None
    return Compose(program=tuple(found[0]), folder=folder, redactor=redact)


async def containers_of(compose: Compose) -> dict[str, Container]:
    """Return the containers that Docker Compose made for this folder, without reading its files.

    ``ListRefused`` where Docker does not answer.
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


async def unread(
    proposal: Proposal, side: stack_files.StackFiles, compose: Compose, container: str
) -> ConcernedServices:
    """Return who has to be recreated because a file is newer than the start of LibreChat's container.

    So that files which were written without ``--apply`` are read too. Where that cannot be told, api is recreated.
    """
    started = None
    if len(compose.program) > 1 and container:
        docker = replace(compose, program=compose.program[:1])
        _, out, _ = await docker.ask(("inspect", "--format", "{{.State.StartedAt}}", container))
        started = _instant(out.strip())
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


def by_hand(
    proposal: Proposal,
    files: stack_files.ComposeFiles,
    record: ApplyRecord,
    admin: Admin | None,
    *,
    opens: FileWrite | None,
) -> Iterator[ApplyEvent]:
    """Give the commands for a person, in order: there is no Docker Compose here."""

    def shown(why: str, *words: str) -> CommandShown:
        return CommandShown(command=("docker", "compose", *words), why=why, by_hand=True)

    snapshot, concerned = proposal.snapshot, record.forward
    yield Note(text="There is no Docker Compose on this machine: the files are written, the commands are yours to run.")
    yield shown("start what does not run yet", *files.start(concerned))
    if snapshot.has_run and concerned.services:
        yield shown("let these services read the new settings", *files.recreate(concerned))
    if admin is not None:
        words = files.create_user(snapshot.stack, snapshot.release, admin.email, admin.name, admin.username)
        typed = tuple(word for word in words if word != "-T")
        yield shown("make the first administrator; it asks for the password", *typed)
        if opens is not None:
            yield Note(
                text="Registration is closed until then. Afterwards run the wizard again without --first-admin: it "
                "writes what you asked for."
            )
