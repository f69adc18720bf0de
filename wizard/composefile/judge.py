"""Has a real Docker Compose validate files before they replace anything.

Nothing is written for it: Docker Compose reads copies that are in memory alone (memfd_create(2)), and those go with the
process, however it ends. No value is in them (:mod:`wizard.composefile.masking`), so that its words quote none. It is run
with a small environment: what else the operator's shell holds may be secret, and the files have to be right without it. It
fetches nothing: git and OCI resources are turned off.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from wizard.basics import docker_engine, processes
from wizard.basics.environments import judging_environment
from wizard.basics.filesystem import NotRegularError, TooLargeError, read_present
from wizard.basics.memory_files import MemoryFiles
from wizard.basics.named_values import without_named_values
from wizard.basics.path_walk import is_inside
from wizard.basics.problem import InvalidInput
from wizard.basics.processes import ProcessResult
from wizard.basics.redaction import SecretFilter
from wizard.basics.secret import REDACTED
from wizard.composefile.agreement import disagreements
from wizard.composefile.loading import load_project
from wizard.composefile.masking import is_environment_file, masked_compose, masked_environment
from wizard.composefile.model import interpolated_names
from wizard.composefile.project import ProjectFiles, Reader, UnreadFile
from wizard.composefile.resources import further_files
from wizard.composefile.scalars import Scalar, scalars, secret_texts
from wizard.composefile.shape import demand_shape
from wizard.yamlfile.parsed import ParsedYaml

SECONDS: Final = 20.0
_LARGEST: Final = 4_000_000
_MOST_ENVIRONMENT: Final = 6_000_000
"""Bytes of all environment files together: a full ``.env``, and half as much again."""
_MOST_FILES: Final = 100
_NO_PROGRAM: Final = "docker is not in the PATH"
_NO_FOLDER: Final = Path("/nonexistent/librechat")
"""Docker Compose names a project by its folder, and asks for no more here."""


_OF_COMPOSE: Final = frozenset({"COMPOSE_PROFILES", "COMPOSE_PROJECT_NAME", "COMPOSE_CONVERT_WINDOWS_PATHS"})
"""Variables that decide what becomes of the files; no secrets."""


class ComposeVerdictKind(StrEnum):
    """How the judgement ended."""

    OK = "ok"
    REFUSED = "refused"
    ABSENT = "absent"
    """No Docker Compose that could judge; nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeVerdict:
    """What Docker Compose said."""

    kind: ComposeVerdictKind
    message: str = ""
    """Its words, or why there was nobody to ask; untrusted, without secrets, one line."""
    version: str = ""
    disagreements: tuple[str, ...] = ()
    """Where it makes something else of the files than :mod:`wizard.composefile.project`, as ``services.api.ports``."""


def judge(
    files: Mapping[str, bytes],
    *,
    base_name: str,
    override_name: str | None,
    folder: Path | None = None,
    program: Sequence[str] | None = None,
    seconds: float = SECONDS,
    names: Sequence[str] = (),
) -> ComposeVerdict:
    """Have ``docker compose config`` judge base, override and ``.env`` as they would be.

    ``files`` holds their content by name; ``names`` are the compose files in their order, where there are others than base and
    override. Further files that the compose files name are looked up in ``folder``. ``program`` is the command of Docker
    Compose; it is searched for if it is not given. Raises ``InvalidInput`` only if a compose file is not YAML at all.
    """
    names = [name for name in names or (base_name, override_name or "") if name and name in files]
    for name in names:
        demand_shape(ParsedYaml.parse(files[name], name).data, name)
    read = _Read(files, names, folder)
    if read.further.remote:
        return ComposeVerdict(
            kind=ComposeVerdictKind.ABSENT,
            message=f"{read.further.named_by} includes remote git or OCI resources, which the wizard does not download",
        )
    if program is not None:
        return _verdict(program, read, seconds)
    if why := docker_engine.refusal():
        return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message=why)
    reasons = []
    for candidate in _candidates():
        verdict = _verdict(candidate, read, seconds)
        # What accepts the files need not be asked for its version: an old one does not know the options.
        known = "" if verdict.kind is not ComposeVerdictKind.REFUSED else _version(candidate)
        if isinstance(known, str):
            return replace(verdict, version=known)
        reasons.append(known.message)
    return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message="; ".join(reasons) or _NO_PROGRAM)


def _verdict(program: Sequence[str], read: _Read, seconds: float) -> ComposeVerdict:
    memory = MemoryFiles()
    try:
        with memory:
            status, message, differences = _asked(program, read, memory, seconds)
    except _TooMuchError:
        status, message, differences = (
            None,
            "there are too many environment files (env_file), or they are too large",
            (),
        )
    except OSError as error:
        status, message, differences = None, f"the system does not support in-memory files ({error.strerror})", ()
    if status and re.search(r"/proc/self/fd/\d+: (?:no such file|permission denied|bad file)", message):
        status, message = None, "it cannot read in-memory files, perhaps because it is a snap package"
    if status is None:
        return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message=message)
    if status == 0:
        return ComposeVerdict(kind=ComposeVerdictKind.OK, disagreements=differences)
    message = _clean(memory.with_names(message), read)
    return ComposeVerdict(kind=ComposeVerdictKind.REFUSED, message=message)


def find() -> tuple[list[str], str] | ComposeVerdict:
    """Return the command of a Docker Compose 2 and its version, or a verdict that says why there is none."""
    if why := docker_engine.refusal():
        return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message=why)
    reasons = []
    for candidate in _candidates():
        known = _version(candidate)
        if isinstance(known, str):
            return candidate, known
        reasons.append(known.message)
    return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message="; ".join(reasons) or _NO_PROGRAM)


def _candidates() -> list[list[str]]:
    commands = (["docker", "compose"], ["docker-compose"])
    return [[path, *command[1:]] for command in commands if (path := shutil.which(command[0])) is not None]


def _version(command: list[str]) -> str | ComposeVerdict:
    """Return the version of a Docker Compose 2, or a verdict that says why it cannot judge."""
    done = _ran([*command, "version", "--short"], SECONDS)
    output = done if isinstance(done, str) else done.text.strip()
    match = re.match(r"v?(\d+)\.\d+\.\d+\S*", output)
    if not isinstance(done, str) and done.status == 0 and match and int(match[1]) > 1:
        return match[0].removeprefix("v")
    shown = " ".join([PurePosixPath(command[0]).name, *command[1:]])
    why = f"{shown} reported no version; the compose plugin is missing or cannot run here"
    if match:
        why = f"{shown} is version {match[0]}, which is too old"
    return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message=why)


class _TooMuchError(Exception):
    """More is named than a judgement looks at."""


class _Read:
    """The files as they were read, and what they name."""

    def __init__(self, files: Mapping[str, bytes], names: Sequence[str], folder: Path | None) -> None:
        self.folder = folder.resolve() if folder is not None else _NO_FOLDER
        self.documents = {name: ParsedYaml.parse(files[name], name) for name in names}
        self.scalars: dict[str, tuple[Scalar, ...]] = {
            name: scalars(document) for name, document in self.documents.items()
        }
        self.further = further_files(self.scalars, folder)
        texts = [*(files[name] for name in names), *(text.text.encode() for text in self.further.texts)]
        self.interpolated = _OF_COMPOSE.union(*map(interpolated_names, texts))
        self.has_environment = ".env" in files
        self._files = files

    def environments(self) -> Iterator[tuple[str, bytes]]:
        """Yield every environment file within the folder that there is, ``.env`` first and in every case."""
        named = (
            scalar.value
            for found in self.scalars.values()
            for scalar in found
            if is_environment_file(scalar) and _is_inside(scalar.value)
        )
        names, size = dict.fromkeys((".env", *named)), 0
        if len(names) > _MOST_FILES:
            raise _TooMuchError
        for name in names:
            content = self._files.get(str(PurePosixPath(name)))
            if content is None and self.folder is not _NO_FOLDER:
                # What this user cannot read, Docker Compose cannot either: let it say so.
                with contextlib.suppress(OSError, NotRegularError):
                    try:
                        present = read_present(self.folder / name, largest=_LARGEST)
                    except TooLargeError:
                        raise _TooMuchError from None
                    content = None if present is None else present.data
            size += len(content or b"")
            if size > _MOST_ENVIRONMENT:
                # A copy of each is made without its values; Docker Compose is not left alone with the rest.
                raise _TooMuchError
            if content is not None or name == ".env":
                yield name, content or b""

    def reader(self, copies: Mapping[str, bytes]) -> Reader:
        """Give what Docker Compose was given: the copies, and what it finds on the disk."""

        def read(path: str) -> bytes | None:
            if path in copies:
                return copies[path]
            try:
                present = read_present(Path(path), largest=_LARGEST)
            except (OSError, NotRegularError, TooLargeError):
                raise UnreadFile("it is not a readable file") from None
            return None if present is None else present.data

        return read

    def is_complete(self) -> bool:
        """Return whether Docker Compose reads nothing else than what was handed to it."""
        return not self.further.texts and not any(
            is_environment_file(scalar) and not _is_inside(scalar.value)
            for found in self.scalars.values()
            for scalar in found
        )

    @property
    def secrets(self) -> SecretFilter:
        return SecretFilter(
            text
            for found in (*self.scalars.values(), *map(scalars, self.further.texts))
            for text in secret_texts(found)
        )


def _is_inside(path: str) -> bool:
    return "$" not in path and is_inside(path)


def _asked(
    program: Sequence[str], read: _Read, memory: MemoryFiles, seconds: float
) -> tuple[int | None, str, tuple[str, ...]]:
    """Hand the masked files to Docker Compose; return its status, its words, and where it reads them differently than we do."""
    known: set[str] = set()
    copies: dict[str, bytes] = {}
    for number, (name, content) in enumerate(read.environments()):
        copy = masked_environment(content, read.interpolated, number)
        copies[memory.put(name, copy)] = copy
        known |= {line.partition("=")[0].strip() for line in copy.decode().split("\n")}
    options = ["--project-directory", str(read.folder), "--env-file", memory.paths[".env"]]
    environments = {name: path for name, path in memory.paths.items() if name != ".env"}
    if read.has_environment:
        environments |= dict.fromkeys((".env", "./.env"), memory.paths[".env"])
    compose = []
    for number, (name, document) in enumerate(read.documents.items()):
        copy = masked_compose(document, read.scalars[name], frozenset(known), environments, number)
        compose.append(memory.put(name, copy))
        copies[compose[-1]] = copy
        options += ["-f", compose[-1]]
    done = _ran([*program, *options, "config", "--format", "json"], seconds, memory.descriptors)
    if isinstance(done, str):
        return None, done, ()
    if done.status or not done.out.strip():
        return done.status, done.error_text, ()
    files = ProjectFiles(
        folder=str(read.folder),
        compose=tuple(compose),
        environment=(memory.paths[".env"],),
        inherited={**judging_environment(), "PWD": os.getcwd()},  # noqa: PTH109 - as Docker Compose gets it
        home=os.environ.get("HOME", "/root"),
    )
    try:
        config = json.loads(done.out)
        return done.status, "", disagreements(load_project(files, read.reader(copies)), config)
    except (ValueError, InvalidInput):
        return None, "its output could not be read", ()


def _ran(command: Sequence[str], seconds: float, descriptors: tuple[int, ...] = ()) -> ProcessResult | str:
    """Run a program; the reason where it could not run or gave no answer in time."""
    done = processes.run(
        processes.Invocation(
            arguments=tuple(command),
            environment=judging_environment(),
            seconds=seconds,
            descriptors=descriptors,
            largest=processes.MOST,
            stops_when_full=False,
        )
    )
    if done.failure is processes.ProcessFailure.ABSENT:
        return f"{command[0]} could not be started ({done.reason})"
    return done if done.failure is None else f"Docker Compose did not finish within {seconds:g} s"


def _clean(text: str, read: _Read) -> str:
    """Return what was said as one line, without the folder, control characters and what it quotes of unmasked files."""
    text = text.replace(f"{read.folder}/", "").replace(str(read.folder), "the folder")
    lines = [line.strip() for line in text.splitlines() if line.strip() and "level=warning" not in line]
    text = read.secrets.clean("\n".join(lines))
    if not read.is_complete():
        text = _without_quotes(text)
    line = " ".join(without_named_values(part) for part in text.splitlines())
    line = line or "Docker Compose rejected the files without an error message"
    return "".join(letter if letter.isprintable() else " " for letter in line)[:500]


def _without_quotes(text: str) -> str:
    """Return Docker Compose's words without what they quote; ``"services.api"`` and the like stay."""
    text = re.sub(
        r"(is missing a value: |unterminated quoted value |another \$\.).*", rf"\1{REDACTED}", text, flags=re.DOTALL
    )
    return re.sub(r"(\"|'|`)(?![\w.\-/]{1,40}\1 (?:depends|refers|has|is|must|not|and))[^\"'`]*\1", REDACTED, text)
