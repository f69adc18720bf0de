"""What stands in a LibreChat folder, read once, before anything is decided."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from wizard.answers.model import Access, Answers, Stack
from wizard.basics.acting import real_folder
from wizard.basics.filesystem import NotRegularError, TooLargeError, look, read_present
from wizard.basics.links import path_end
from wizard.basics.option_names import CONFIRM
from wizard.basics.problem import ForeignFiles, InvalidInput, Problem
from wizard.deployment.model import Deployment, FileState
from wizard.deployment.ownership import Operator
from wizard.dotenv.document import Document
from wizard.librechat import fingerprints
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
_NAMES_DEPLOY: Final = re.compile(rb"(?m)^[ \t]*(?:export[ \t]+)?COMPOSE_FILE[ \t]*=[^\n#]*deploy-compose\.yml")
_ALWAYS: Final = (".env", ".env.example", CONFIG, "librechat.example.yaml", "package.json", DEPLOY_BASE, STACK_RECORD)
_SAMPLES: Final = (".env.example", "librechat.example.yaml", "package.json")
_DOTENVS: Final = (".env", ".env.example")
_LARGEST: Final = 1_000_000
"""Bytes; a configuration file above this is something else, and is not read. Reading it with every reader takes seconds already."""
_LARGEST_DOTENV: Final = 4_000_000
"""Bytes of ``.env``, a hundred times LibreChat's ``.env.example``."""
_MOST_LINES: Final = 120_000
"""Lines of ``.env``, as many lines each of which is a fault are reported: every reader reads them in seconds."""
_MOST_ESCAPES: Final = 400_000
"""Backslashes in ``.env``: reading one costs two hundred bytes of memory."""
_DATA: Final = ("data-node", "logs", "data", ".env.temp")
"""What the services of docker-compose.yml and deploy-compose.yml leave in the folder once they have run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The folder as it was when it was read; nothing in it changes afterwards."""

    folder: Path
    files: Mapping[str, FileState]
    stack: Stack
    release: Release
    release_source: str
    """What told the release; empty where the newest known one is assumed."""
    has_run: bool
    operator: Operator
    base_name: str
    override_name: str

    def state(self, name: str) -> FileState:
        """Return what stands at ``name``; only names that were read."""
        return self.files[name]

    def reading(self, names: Iterable[str]) -> Snapshot:
        """Return the snapshot with these further files of the folder; ``ForeignFiles`` for a link that is not followed."""
        further = {name: read_state(self.folder, name) for name in names if name not in self.files}
        if faults := [fault for state in further.values() if state.kind == "refused" and (fault := _fault(state))]:
            raise ForeignFiles(*faults)
        return replace(self, files=MappingProxyType({**self.files, **further})) if further else self


def read_state(folder: Path, name: str) -> FileState:
    """Read one path of the folder; a symbolic link is followed on purpose, its end is what gets written."""
    try:
        end = path_end(folder, name)
        if end.fault:
            return FileState(name=name, kind="refused", target=end.path, is_link=True, fault=end.fault)
        about = look(end.path)
    except (OSError, RuntimeError):
        return FileState(name=name, kind="unreadable", target=folder / name)
    if about is None or stat.S_ISLNK(about.st_mode):
        kind = "special" if end.is_link else "missing"
        return FileState(name=name, kind=kind, target=folder / name if end.is_link else end.path, is_link=end.is_link)
    state = FileState(
        name=name,
        kind="special",
        mode=stat.S_IMODE(about.st_mode),
        uid=about.st_uid,
        gid=about.st_gid,
        target=end.path,
        is_link=end.is_link,
    )
    return replace(state, kind="directory") if stat.S_ISDIR(about.st_mode) else _with_content(state, end.path)


def _largest(name: str) -> int:
    return _LARGEST_DOTENV if name in _DOTENVS else _LARGEST


def _with_content(state: FileState, path: Path) -> FileState:
    try:
        # What a sample says goes into a new file: root reads of it what the folder's owner could read.
        present = read_present(path, largest=_largest(state.name), is_foreign=state.name not in _SAMPLES)
    except (NotRegularError, TooLargeError):
        return state
    except OSError:
        return replace(state, kind="unreadable")
    if present is None:
        return FileState(name=state.name, target=path)
    lines, escapes = sum(map(present.data.count, (b"\n", b"\r"))), present.data.count(b"\\")
    if state.name in _DOTENVS and (lines > _MOST_LINES or escapes > _MOST_ESCAPES):
        return state
    if state.name in _SAMPLES and present.about.st_nlink != 1 and not present.mode & 0o004:
        # A second name of a file that not everybody may read: it is no sample of LibreChat's.
        return replace(state, kind="unreadable")
    return replace(state, kind="file", data=present.data, identity=present.identity)


def take(folder: Path, answers: Answers) -> Snapshot:
    """Read the folder.

    ``InvalidInput`` where it is no folder, holds no LibreChat compose file, or ``.env`` cannot be used (a directory, no
    UTF-8, unreadable): every such fault at once.
    """
    folder = _existing_folder(folder)
    names = (*_ALWAYS, *COMPOSE_BASES, *OVERRIDES)
    files = {name: read_state(folder, name) for name in names}
    stack, base_name = _stack(files, answers)
    override_name = next((name for name in OVERRIDES if files[name].kind != "missing"), "docker-compose.override.yml")
    read = (".env", base_name, override_name, CONFIG)
    foreign = [fault for state in files.values() if state.kind == "refused" and (fault := _fault(state)) is not None]
    broken = [fault for name in read if files[name].kind != "refused" and (fault := _fault(files[name])) is not None]
    if answers.librechat.stack is None and has_both_stacks(files) and (damage := _damage_of_stack(files[STACK_RECORD])):
        broken.append(damage)
    if broken:
        raise InvalidInput(*foreign, *broken)
    if foreign:
        # Nothing else is in the way: a person can be asked about these.
        raise ForeignFiles(*foreign)
    release, source = _release(files, base_name, override_name, answers)
    return Snapshot(
        folder=folder,
        files=MappingProxyType(files),
        stack=stack,
        release=release,
        release_source=source,
        has_run=_has_run(folder),
        operator=Operator.current(),
        base_name=base_name,
        override_name=override_name,
    )


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
        reason = "is no folder" if isinstance(error, NotADirectoryError) else "cannot be opened"
        if isinstance(error, FileNotFoundError):
            reason = "does not exist"
        remedy = "Give the folder that holds LibreChat's docker-compose.yml: --dir DIR"
        raise InvalidInput(Problem(field="--dir", message=f"{folder} {reason}.", remedy=remedy)) from None
    return real_folder(resolved)


def _stack(files: Mapping[str, FileState], answers: Answers) -> tuple[Stack, str]:
    base = next((name for name in COMPOSE_BASES if files[name].kind != "missing"), "")
    deploy = files[DEPLOY_BASE].kind != "missing"
    wanted = answers.librechat.stack or (
        Stack.DEPLOY if deploy and (not base or _told_deploy(files)) else Stack.COMPOSE
    )
    name = DEPLOY_BASE if wanted is Stack.DEPLOY else base
    if not name or files[name].kind == "missing":
        missing = DEPLOY_BASE if wanted is Stack.DEPLOY else "docker-compose.yml"
        remedy = (
            "Fetch LibreChat first (git clone, or its compose file and .env.example), then name its folder with --dir."
        )
        raise InvalidInput(Problem(field="--dir", message=f"no {missing} stands in the folder.", remedy=remedy))
    return wanted, name


def _told_deploy(files: Mapping[str, FileState]) -> bool:
    told = files[STACK_RECORD].data
    if told is not None:
        return told.strip() == Stack.DEPLOY.value.encode()
    return _NAMES_DEPLOY.search(files[".env"].data or b"") is not None


def has_both_stacks(files: Mapping[str, FileState]) -> bool:
    """Tell whether the folder holds the compose files of both stacks, so that somebody has to say which is meant."""
    return files[DEPLOY_BASE].kind == "file" and any(files[name].kind == "file" for name in COMPOSE_BASES)


def _damage_of_stack(record: FileState) -> Problem | None:
    """Return why the record of the stack cannot be used; ``None`` where it can, is missing or nobody may look there."""
    stacks = [stack.value for stack in Stack]
    if record.kind in ("missing", "unreadable") or (record.data or b"").strip() in [name.encode() for name in stacks]:
        return None
    remedy = f"Write one word into it ({' or '.join(stacks)}), or delete it: rm -r {STACK_RECORD}"
    return Problem(field="", file=STACK_RECORD, message="it is damaged: it names no stack of LibreChat.", remedy=remedy)


def stack_to_record(snapshot: Snapshot) -> bytes | None:
    """Return what the next run has to be told about the stack; ``None`` where the folder leaves no doubt."""
    is_told = snapshot.state(STACK_RECORD).data is not None
    return (
        f"{snapshot.stack.value}\n".encode()
        if has_both_stacks(snapshot.files) and (is_told or snapshot.stack is Stack.DEPLOY)
        else None
    )


def _fault(state: FileState) -> Problem | None:
    many = f", {_MOST_LINES} lines or {_MOST_ESCAPES} backslashes" if state.name in _DOTENVS else ""
    words = {
        "directory": (
            "it is a directory.",
            f"Docker makes one where a mounted file is missing: stop LibreChat, 'rmdir {state.name}' and run this again.",
        ),
        "unreadable": (
            "it cannot be read (permission denied).",
            "Run the wizard as the user that owns the file, or with sudo.",
        ),
        "special": (
            f"it is no regular file (or a link to nothing, or above {_largest(state.name) // 1000} kB{many}).",
            "Move it away, or let the link point to a file.",
        ),
    }
    if state.kind == "refused":
        remedy = f"Put the file itself there, or confirm that it is meant: {CONFIRM}."
        return Problem(field="", file=state.name, message=state.fault, remedy=remedy)
    if state.kind not in words:
        return None
    message, remedy = words[state.kind]
    return Problem(field="", file=state.name, message=message, remedy=remedy)


def _release(
    files: Mapping[str, FileState], base_name: str, override_name: str, answers: Answers
) -> tuple[Release, str]:
    if answers.librechat.release:
        return answers.librechat.release, "the answers"
    image = _plain_image(files, base_name, override_name)
    if image is None:
        model = merged(files, base_name, override_name)
        image = str((model.get("services") or {}).get("api", {}).get("image", ""))
    known = {name: state.data for name, state in files.items() if state.data is not None}
    return fingerprints.found(image, known) or (NEWEST, "")


_IMAGE: Final = re.compile(
    rb"^services:[ ]*\n(?:[ #].*\n|\n)*?  api:[ ]*\n(?:    .*\n)*?    image:[ ]+([\w./:@-]+)[ ]*\n", re.MULTILINE
)
_INDIRECT: Final = re.compile(rb"[&*]|<<|extends|\t|\r")


def _plain_image(files: Mapping[str, FileState], base_name: str, override_name: str) -> str | None:
    """Return the api service's image from a compose file laid out as LibreChat's own; ``None``: ask a YAML reader.

    The first screen would otherwise wait for that reader alone.
    """
    base, override = files[base_name].data, files[override_name].data
    if base is None or override is not None or _INDIRECT.search(base):
        return None
    found = _IMAGE.findall(base)
    return found[0].decode() if len(found) == 1 else None


def _has_run(folder: Path) -> bool:
    """Tell whether LibreChat has run here: a published default secret may then have encrypted somebody's data."""
    candidates = [folder / name for name in _DATA] + sorted(folder.glob("meili_data*"))
    for path in candidates:
        try:
            if path.is_file() or (path.is_dir() and any(path.iterdir())):
                return True
        except PermissionError:
            # A database folder that only its container may enter: it has run.
            return True
        except OSError:
            # It vanished while it was looked at.
            continue
    return False


def merged(files: Mapping[str, FileState], base_name: str, override_name: str) -> dict[str, Any]:
    """Return the compose model of base file and override in plain dicts and lists."""
    from wizard.composefile.override import merged_model

    base, override = files[base_name].data, files[override_name].data
    return merged_model(base or b"", override, base_name=base_name, override_name=override_name)


def deployment(snapshot: Snapshot, after: Mapping[str, FileState], access: Access | None = None) -> Deployment:
    """Return what LibreChat will see when the files named in ``after`` stand so."""
    files = {**snapshot.files, **after}
    document = Document.parse(files[".env"].data or b"")
    model = merged(files, snapshot.base_name, snapshot.override_name)
    overridden = _container_environment(model, document)
    from wizard.deployment.librechat_yaml import read_config

    return Deployment(
        folder=snapshot.folder,
        stack=snapshot.stack,
        release=snapshot.release,
        release_known=bool(snapshot.release_source),
        settings=MappingProxyType({**_lines_that_count(snapshot.stack, model, document), **overridden}),
        overridden=MappingProxyType(overridden),
        dotenv=document,
        files=MappingProxyType(files),
        compose=model,
        config=read_config(files[CONFIG].data),
        config_mounted=_is_mounted(model, "/app/librechat.yaml"),
        has_run=snapshot.has_run,
        access=access,
        operator_uid=snapshot.operator.uid,
    )


def _lines_that_count(stack: Stack, model: Mapping[str, Any], document: Document) -> dict[str, str]:
    """Return ``.env`` as LibreChat sees it; what ``env_file`` hands over wins, because dotenv replaces nothing."""
    from wizard.composefile.override import env_file_services

    is_handed_over = "api" in env_file_services(model)
    if stack is Stack.DEPLOY or (is_handed_over and not _is_mounted(model, "/app/.env")):
        return document.compose_values()
    return {**document.values(), **(document.compose_values() if is_handed_over else {})}


def _container_environment(model: Mapping[str, Any], document: Document) -> dict[str, str]:
    """Return ``environment:`` of the api service with ``${...}`` filled in from ``.env``, as Docker Compose does."""
    from wizard.dotenv.compose import interpolate

    environment = (model.get("services") or {}).get("api", {}).get("environment") or {}
    values = document.compose_values()
    return {
        name: interpolate(_scalar_text(value), values) if value is not None else values[name]
        for name, value in environment.items()
        if value is not None or name in values
    }


def _scalar_text(value: object) -> str:
    """Return what Docker Compose hands on for a scalar of YAML: ``true`` for True, ``7`` for 7.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e6:  # noqa: PLR2004 - above, Go writes 1e+06
        return str(int(value))
    return str(value)


def _is_mounted(model: Mapping[str, Any], target: str) -> bool:
    volumes = (model.get("services") or {}).get("api", {}).get("volumes") or []
    return any(isinstance(volume, Mapping) and volume.get("target") == target for volume in volumes)
