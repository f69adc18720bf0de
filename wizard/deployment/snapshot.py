"""The files of a LibreChat folder, read once before anything is decided."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard.answers.model import Answers, Stack
from wizard.basics.nearest import nearest_of
from wizard.basics.own_command import program
from wizard.basics.owner_rights import real_folder
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.basics.problem import ForeignFiles, InvalidInput, Problem
from wizard.basics.secret import shown_without
from wizard.deployment import kubernetes_names
from wizard.deployment.compose_names import USUAL, compose_names, inherited_environment, listed_files
from wizard.deployment.file_state import FileState
from wizard.deployment.ownership import Operator
from wizard.deployment.read_states import fault_of, read_state
from wizard.deployment.stored_data import holds_something
from wizard.dotenv.document import Document
from wizard.librechat import fingerprints
from wizard.librechat.helm_chart import release_of
from wizard.librechat.releases import NEWEST, Release

COMPOSE_BASES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names that ``docker compose`` looks for, in its order (compose-spec, "The Compose file")."""
OVERRIDES: Final = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
DEPLOY_BASE: Final = "deploy-compose.yml"
CONFIG: Final = "librechat.yaml"
STACK_RECORD: Final = ".librechat-wizard/stack"
"""The stack that a run was told, in a folder that holds the compose files of both, as a clone of LibreChat does."""
SERVICE_RECORD: Final = ".librechat-wizard/service"
"""LibreChat's service, where a run had to be told."""
_NAMES_DEPLOY: Final = late_pattern(rb"(?m)^[ \t]*(?:export[ \t]+)?COMPOSE_FILE[ \t]*=[^\n#]*deploy-compose\.yml")
_ALWAYS: Final = (
    ".env",
    ".env.example",
    CONFIG,
    "librechat.example.yaml",
    "package.json",
    DEPLOY_BASE,
    STACK_RECORD,
    SERVICE_RECORD,
)
_LIKE_OVERRIDE: Final = late_pattern(r"(?i)(?:docker[-_.]?)?compose[-_.]?over+id?e?r?(?:ride)?s?\.ya?ml")
"""``docker-compose-override.yml``, ``docker-compose.overrides.yml``, ``Docker-Compose.Override.yml``, ``compose_override.yaml``."""
_DATA: Final = ("data-node", "logs", "data", ".env.temp")
"""What the services of docker-compose.yml and deploy-compose.yml leave in the folder once they have run."""


class Snapshot(NamedTuple):
    """The folder as it was when it was read; nothing in it changes afterwards."""

    folder: Path
    files: Mapping[str, FileState]
    stack: Stack
    release: Release
    release_source: str
    """What told the release; empty if the newest known one is assumed."""
    has_run: bool
    operator: Operator
    base_name: str
    override_name: str
    seen: dict[str, FileState]
    """Files that compose files name, read when they were first asked for; shared by all copies of a snapshot."""
    asked: dict[str, object]
    """What docker told about the folder's containers, by who asked; shared like ``seen``."""
    almost_overrides: tuple[str, ...] = ()
    """Files of the folder whose name is almost that of an override."""
    service: str = ""
    """LibreChat's service, where the answers or the files tell it; else empty."""
    inherited: Mapping[str, str] = MappingProxyType({})
    """What Docker Compose gets of this program's environment."""

    def __repr__(self) -> str:
        return shown_without(self, "inherited", "seen", "asked")

    def state(self, name: str) -> FileState:
        """Return what is at ``name``; only names that were read."""
        return self.files[name]

    def reading(self, names: Iterable[str]) -> "Snapshot":
        """Return the snapshot with these further files of the folder; ``ForeignFiles`` for a link that is not followed."""
        further = {name: read_state(self.folder, name) for name in names if name not in self.files}
        if faults := [fault for state in further.values() if state.kind == "refused" and (fault := fault_of(state))]:
            raise ForeignFiles(*faults)
        return self._replace(files=MappingProxyType({**self.files, **further})) if further else self


def take(folder: Path, answers: Answers) -> Snapshot:
    """Read the folder.

    ``InvalidInput`` if it is not a folder, holds no LibreChat compose file, or ``.env`` cannot be used (a directory, no
    UTF-8, unreadable): every such fault at once.
    """
    folder = _existing_folder(folder)
    if _is_for_kubernetes(folder, answers):
        return _take_for_kubernetes(folder, answers)
    names = (*_ALWAYS, *COMPOSE_BASES, *OVERRIDES)
    files = {name: read_state(folder, name) for name in names}
    inherited = inherited_environment(folder)
    listed = _listed(files, folder, inherited)
    files |= {name: read_state(folder, name) for name in listed if name not in files}
    stack, base_name = _stack(folder, files, answers, listed)
    overrides = [name for name in OVERRIDES if files[name].kind != "missing"]
    override_name = next((name for name in overrides if name in listed), next(iter(overrides), OVERRIDES[2]))
    read = (".env", base_name, override_name, CONFIG)
    foreign = [fault for state in files.values() if state.kind == "refused" and (fault := fault_of(state)) is not None]
    broken = [fault for name in read if files[name].kind != "refused" and (fault := fault_of(files[name])) is not None]
    if answers.librechat.stack is None and has_both_stacks(files) and (damage := _damage_of_stack(files[STACK_RECORD])):
        broken.append(damage)
    if broken:
        raise InvalidInput(*foreign, *broken)
    if foreign:
        # Nothing else is in the way: a person can be asked about these.
        raise ForeignFiles(*foreign)
    snapshot = Snapshot(
        folder=folder,
        files=MappingProxyType(files),
        stack=stack,
        release=NEWEST,
        release_source="",
        has_run=_has_run(folder),
        almost_overrides=_almost_overrides(folder),
        operator=Operator.current(),
        base_name=base_name,
        override_name=override_name,
        seen={},
        asked={},
        inherited=MappingProxyType(inherited),
    )
    service, image, image_source = _service(snapshot, answers)
    known = {name: state.data for name, state in files.items() if state.data is not None}
    release, source = (
        (answers.librechat.release, "the answers")
        if answers.librechat.release
        else (fingerprints.found(image, known, image_source) or (NEWEST, ""))
    )
    return snapshot._replace(release=release, release_source=source, service=service)


def _is_for_kubernetes(folder: Path, answers: Answers) -> bool:
    """Return whether LibreChat runs on Kubernetes: if nobody says it, a folder with files for it and without a compose file."""
    if answers.librechat.stack is not None:
        return answers.librechat.stack is Stack.HELM
    if (read_state(folder, STACK_RECORD).data or b"").strip() == Stack.HELM.value.encode():
        return True
    if read_state(folder, kubernetes_names.FOLDER).kind != "directory":
        return False
    return all(read_state(folder, name).kind == "missing" for name in (*COMPOSE_BASES, DEPLOY_BASE))


def _take_for_kubernetes(folder: Path, answers: Answers) -> Snapshot:
    """Read what a Helm release has in the folder. Its compose files, if there are some, count for nothing."""
    names = (*_ALWAYS, *COMPOSE_BASES, *OVERRIDES)
    files = {name: FileState(name=name) for name in names}
    own = (*kubernetes_names.FILES, kubernetes_names.ADOPTED_VALUES)
    read = (".env", ".env.example", STACK_RECORD, *COMPOSE_BASES, DEPLOY_BASE, *own)
    files |= {name: read_state(folder, name) for name in read}
    recorded = kubernetes_names.recorded_release(files[kubernetes_names.RECORD].data)
    files |= {name: read_state(folder, name) for name in {answers.kubernetes.values, recorded.values} if name}
    if foreign := [fault for state in files.values() if state.kind == "refused" and (fault := fault_of(state))]:
        raise ForeignFiles(*foreign)
    if broken := [fault for name in kubernetes_names.FILES if (fault := fault_of(files[name])) is not None]:
        raise InvalidInput(*broken)
    chart = kubernetes_names.chart_for(answers, files[kubernetes_names.RECORD].data)
    return Snapshot(
        folder=folder,
        files=MappingProxyType(files),
        stack=Stack.HELM,
        release=answers.librechat.release or release_of(chart),
        release_source="the answers" if answers.librechat.release else f"chart {chart}",
        has_run=files[kubernetes_names.RECORD].data is not None,
        operator=Operator.current(),
        base_name=next((name for name in COMPOSE_BASES if files[name].kind != "missing"), COMPOSE_BASES[2]),
        override_name=OVERRIDES[2],
        seen={},
        asked={},
        service="",
    )


def _listed(files: Mapping[str, FileState], folder: Path, inherited: Mapping[str, str]) -> tuple[str, ...]:
    try:
        return listed_files(files, folder, inherited)
    except InvalidInput:
        # .env is not UTF-8: whoever reads it next says so.
        return ()


def starting_document(snapshot: Snapshot) -> tuple[Document, bool]:
    """Return the document that edits start from and whether it is new: ``.env``, else ``.env.example``, else nothing."""
    if (data := snapshot.state(".env").data) is not None:
        return Document.parse(data), False
    return Document.parse(snapshot.state(".env.example").data or b"", name=".env.example"), True


def _existing_folder(folder: Path) -> Path:
    try:
        resolved = folder.resolve(strict=True)
        if not resolved.is_dir():
            raise NotADirectoryError
        next(resolved.iterdir(), None)
    except (OSError, RuntimeError) as error:
        reason = "is not a folder" if isinstance(error, NotADirectoryError) else "cannot be opened"
        if isinstance(error, FileNotFoundError):
            reason = "does not exist"
        remedy = "Specify the folder that contains LibreChat's docker-compose.yml: --dir DIR"
        raise InvalidInput(Problem(field="--dir", message=f"{folder} {reason}.", remedy=remedy)) from None
    return real_folder(resolved)


def _stack(
    folder: Path, files: Mapping[str, FileState], answers: Answers, listed: tuple[str, ...]
) -> tuple[Stack, str]:
    base = next((name for name in COMPOSE_BASES if files[name].kind != "missing"), "")
    own = [name for name in listed if name != DEPLOY_BASE and name not in OVERRIDES]
    if own and own[0] == listed[0] and files[own[0]].kind != "missing":
        # COMPOSE_FILE begins with it: the usual names are not looked for then.
        base = own[0]
    deploy = files[DEPLOY_BASE].kind != "missing"
    wanted = answers.librechat.stack or (
        Stack.DEPLOY if deploy and (not base or _is_recorded_as_deploy(files)) else Stack.COMPOSE
    )
    name = DEPLOY_BASE if wanted is Stack.DEPLOY else base
    if not name or files[name].kind == "missing":
        missing = DEPLOY_BASE if wanted is Stack.DEPLOY else "docker-compose.yml"
        remedy = f"Specify the folder that contains this file: {program()} --dir DIR. To practice without an installation, run: {program()} demo. To download LibreChat, run: git clone https://github.com/danny-avila/LibreChat. For Kubernetes, create the subfolder {kubernetes_names.FOLDER}."
        raise InvalidInput(Problem(field="--dir", message=f"there is no {missing} in {folder}.", remedy=remedy))
    return wanted, name


def _is_recorded_as_deploy(files: Mapping[str, FileState]) -> bool:
    recorded = files[STACK_RECORD].data
    if recorded is not None:
        return recorded.strip() == Stack.DEPLOY.value.encode()
    return _NAMES_DEPLOY.search(files[".env"].data or b"") is not None


def has_both_stacks(files: Mapping[str, FileState]) -> bool:
    """Return whether the folder holds the compose files of both stacks, so that somebody has to say which is meant."""
    return files[DEPLOY_BASE].kind == "file" and any(files[name].kind == "file" for name in COMPOSE_BASES)


def service_to_record(answers: Answers) -> bytes | None:
    """Return what the next run needs to know about LibreChat's service; ``None`` if it did not have to be named."""
    return f"{answers.librechat.service}\n".encode() if answers.librechat.service else None


def _damage_of_stack(record: FileState) -> Problem | None:
    """Return why the record of the stack cannot be used; ``None`` if it can, is missing or nobody may look there."""
    stacks = [stack.value for stack in Stack]
    if record.kind in ("missing", "unreadable") or (record.data or b"").strip() in [name.encode() for name in stacks]:
        return None
    remedy = f"Write {' or '.join(stacks)} into the file, or delete the file: rm -r {STACK_RECORD}"
    return Problem(
        field="",
        file=STACK_RECORD,
        message="it is damaged: it does not contain the name of a LibreChat stack.",
        remedy=remedy,
    )


def stack_to_record(snapshot: Snapshot) -> bytes | None:
    """Return what the next run needs to know about the stack; ``None`` if the folder shows it."""
    recorded = snapshot.state(STACK_RECORD).data
    is_recorded = recorded is not None
    has_compose = any(snapshot.files[name].kind == "file" for name in (*COMPOSE_BASES, DEPLOY_BASE))
    if (snapshot.stack is Stack.HELM and has_compose) or (recorded or b"").strip() == Stack.HELM.value.encode():
        return f"{snapshot.stack.value}\n".encode()
    return (
        f"{snapshot.stack.value}\n".encode()
        if has_both_stacks(snapshot.files) and (is_recorded or snapshot.stack is Stack.DEPLOY)
        else None
    )


def _service(snapshot: Snapshot, answers: Answers) -> tuple[str, str, str]:
    """Return LibreChat's service, its image and what names that; nothing if it cannot be told."""
    chosen = (
        answers.librechat.service or (snapshot.state(SERVICE_RECORD).data or b"").decode("utf-8", "replace").strip()
    )
    image = _plain_image(snapshot) if chosen in ("", USUAL) else None
    if image is not None:
        return USUAL, image, "the image"
    from wizard.deployment.compose_project import FolderReader, project_of
    from wizard.deployment.service import find_services, image_of

    files, folder = snapshot.files, snapshot.folder
    reader = FolderReader(folder, files, snapshot.seen)
    names = compose_names(
        files, folder, snapshot.stack, (snapshot.base_name, snapshot.override_name), snapshot.inherited
    )
    project = project_of(folder, names, snapshot.inherited, reader)
    if answers.librechat.service and answers.librechat.service not in project.services:
        near = nearest_of(answers.librechat.service, tuple(project.services))
        remedy = f"Did you mean {near}?" if near else f"The services are: {', '.join(map(plain, project.services))}."
        message = f"no compose file has a service called {plain(answers.librechat.service, limit=80)}."
        raise InvalidInput(Problem(field="librechat.service", message=message, remedy=remedy))
    found = (chosen,) if chosen in project.services else find_services(project)
    images = {image_of(project, project.services[name]) for name in found}
    # Several that run one image tell the release all the same.
    return found[0] if len(found) == 1 else "", *(images.pop() if len(images) == 1 else ("", ""))


_IMAGE: Final = late_pattern(
    rb"^services:[ ]*\n(?:[ #].*\n|\n)*?  api:[ ]*\n(?:    .*\n)*?    image:[ ]+([\w./:@-]+)[ ]*\n", re.MULTILINE
)
_INDIRECT: Final = late_pattern(rb"[&*]|<<|extends|^include|\t|\r|^ *build:", re.MULTILINE)


def _plain_image(snapshot: Snapshot) -> str | None:
    """Return the api service's image from a compose file laid out as LibreChat's own; ``None``: ask a YAML reader.

    The first screen would otherwise wait for that reader alone.
    """
    files = snapshot.files
    base, override = files[snapshot.base_name].data, files[snapshot.override_name].data
    if b"COMPOSE_FILE" in (files[".env"].data or b"") or "COMPOSE_FILE" in snapshot.inherited:
        return None
    if base is None or override is not None or _INDIRECT.search(base):
        return None
    found = _IMAGE.findall(base)
    return found[0].decode() if len(found) == 1 else None


def _almost_overrides(folder: Path) -> tuple[str, ...]:
    """Return the files of the folder that are meant as an override and that Docker Compose does not look for."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return ()
    return tuple(name for name in names if name not in OVERRIDES and _LIKE_OVERRIDE.fullmatch(name))


def _has_run(folder: Path) -> bool:
    """Return whether LibreChat has run here: a published default secret may then have encrypted somebody's data."""
    try:
        search_data = sorted(folder.glob("meili_data*"))
    except OSError:
        # Renamed or deleted at this moment: whatever reads or writes next says so.
        search_data = []
    return any(map(holds_something, [*(folder / name for name in _DATA), *search_data]))
