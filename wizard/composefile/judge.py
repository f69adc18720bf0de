"""What a real Docker Compose says to the files before they replace anything.

Docker Compose is run on copies in a private folder that is removed in every case. No secret goes there: in the copy of
each environment file every letter and digit of a value becomes ``x`` or ``0``, while quotes, ``$``, ``#`` and
backslashes stay, so that the copy is accepted or refused for the same reason as the original. It is run with a small
environment: what else the operator's shell holds may be secret, and the files have to be right without it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final

from wizard.basics import docker_engine, processes
from wizard.basics.redaction import SecretFilter, is_secret_name, without_credentials
from wizard.composefile.model import interpolated_names, merged_model, secret_values

SECONDS: Final = 20.0
_LARGEST: Final = 4_000_000


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


def judge(
    files: Mapping[str, bytes],
    *,
    base_name: str,
    override_name: str | None,
    folder: Path | None = None,
    program: Sequence[str] | None = None,
    seconds: float = SECONDS,
) -> ComposeVerdict:
    """Have ``docker compose config -q`` judge base, override and ``.env`` as they would be.

    ``files`` holds their content by name. Further environment files that the compose files name are looked up in
    ``folder``. ``program`` is the command of Docker Compose; it is searched for where it is not given. Raises
    ``InvalidInput`` only where a compose file is no YAML at all.
    """
    if program is None:
        found = find()
        if isinstance(found, ComposeVerdict):
            return found
        program, version = found
    else:
        version = ""
    names = [name for name in (base_name, override_name) if name and name in files]
    override = files.get(override_name) if override_name else None
    model = merged_model(files[base_name], override, base_name=base_name, override_name=override_name or "")
    import tempfile

    with tempfile.TemporaryDirectory(prefix="librechat-wizard-") as place:
        copies = Path(place)
        for name, content in _copies(files, names, model, folder):
            target = copies / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        options = [option for name in names for option in ("-f", str(copies / name))]
        command = [*program, "--project-directory", place, *options, "config", "-q"]
        status, said = _run(command, seconds, copies)
    if status is None:
        return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message=said, version=version)
    if status == 0:
        return ComposeVerdict(kind=ComposeVerdictKind.OK, version=version)
    return ComposeVerdict(kind=ComposeVerdictKind.REFUSED, message=_clean(said, place, model), version=version)


def find() -> tuple[list[str], str] | ComposeVerdict:
    """Return the command of a Docker Compose 2 and its version, or a verdict that says why there is none."""
    if why := docker_engine.refusal():
        return ComposeVerdict(kind=ComposeVerdictKind.ABSENT, message=why)
    reasons = []
    for command in (["docker", "compose"], ["docker-compose"]):
        path = shutil.which(command[0])
        if path is None:
            continue
        status, said = _run([path, *command[1:], "version", "--short"], SECONDS, None, stdout=True)
        match = re.match(r"v?(\d+)\.\d+\.\d+\S*", said.strip())
        if status == 0 and match and int(match[1]) > 1:
            return [path, *command[1:]], match[0].removeprefix("v")
        if match:
            reasons.append(f"{' '.join(command)} is version {match[0]}, which is too old")
        else:
            reasons.append(
                f"{' '.join(command)} gave no version (the compose plugin is missing, or it cannot run here)"
            )
    return ComposeVerdict(
        kind=ComposeVerdictKind.ABSENT, message="; ".join(reasons) or "there is no docker command on this machine"
    )


def masked(data: bytes, keep: frozenset[str]) -> bytes:
    """Return an environment file of the same shape without its values.

    Those of the names in ``keep`` stay, unless they look secret.
    """
    from wizard.basics.problem import InvalidInput
    from wizard.dotenv.document import Document

    try:
        entries = Document.parse(data).entries
    except InvalidInput:
        return data if not data.strip() else _mask(data.decode("utf-8", "replace"), frozenset()).encode()
    # Document counts a lone CR as a line end too.
    lines = re.sub("\r(?!\n)", "\n", data.decode("utf-8", "replace")).split("\n")
    names = frozenset(entry.name for entry in entries)
    result: list[str] = []
    position = 0
    for entry in entries:
        result += [_mask(line, names) for line in lines[position : entry.line - 1]]
        text = "\n".join(lines[entry.line - 1 : entry.end_line])
        position = max(position, entry.end_line)
        is_plain = (
            entry.name in keep and not is_secret_name(entry.name) and without_credentials(entry.value) == entry.value
        )
        head, separator, value = _split(text)
        result.append(text if is_plain else head + separator + _mask(value, names))
    result += [_mask(line, names) for line in lines[position:]]
    return "\n".join(result).encode()


def _split(text: str) -> tuple[str, str, str]:
    """Split an entry at the sign behind its name."""
    match = re.match(r"(\s*(?:export\s+)?[\w.-]+\s*)([=:])", text)
    return (match[1], match[2], text[match.end() :]) if match else ("", "", text)


def _mask(text: str, names: frozenset[str]) -> str:
    def one(match: re.Match[str]) -> str:
        if match["name"] is not None:
            return match[0] if match["name"] in names else match["sign"] + _letters(match["name"])
        return match[0] if match["escape"] is not None else _letters(match[0])

    return re.sub(r"(?P<escape>\\[A-Za-z])|(?P<sign>\$\{?)(?P<name>[A-Za-z_][A-Za-z0-9_]*)|[^\W_]+", one, text)


def _letters(text: str) -> str:
    return "".join("0" if letter.isdigit() else letter if letter == "_" else "x" for letter in text)


def _copies(
    files: Mapping[str, bytes], compose_names: Sequence[str], model: Mapping[str, Any], folder: Path | None
) -> Iterator[tuple[str, bytes]]:
    """Give every file that Docker Compose will open, by its name relative to the folder."""
    keep = frozenset[str]()
    for name in compose_names:
        keep |= interpolated_names(files[name])
        yield name, files[name]
    for name in dict.fromkeys((".env", *_environment_files(model))):
        content = files.get(name)
        if content is None and folder is not None and (folder / name).is_file():
            try:
                content = (folder / name).read_bytes()[:_LARGEST]
            except OSError:
                # Docker Compose of this user could not read it either: let it say so.
                continue
        if content is not None:
            yield name, masked(content, keep)


def _environment_files(model: Mapping[str, Any]) -> Iterator[str]:
    """Give the environment files within the folder that services name."""
    services = model.get("services")
    for service in services.values() if isinstance(services, Mapping) else ():
        files = service.get("env_file") if isinstance(service, Mapping) else None
        for file in files if isinstance(files, list) else [files]:
            path = file.get("path") if isinstance(file, Mapping) else file
            if isinstance(path, str) and "$" not in path:
                pure = PurePosixPath(path)
                if not pure.is_absolute() and ".." not in pure.parts:
                    yield str(pure)


def _run(
    command: Sequence[str], seconds: float, folder: Path | None, *, stdout: bool = False
) -> tuple[int | None, str]:
    """Run a program; ``None`` as its status, with the reason, where it could not run or gave no answer in time."""
    done = processes.run(
        processes.Invocation(
            arguments=tuple(command),
            environment=processes.docker_environment(),
            seconds=seconds,
            folder=folder,
            stops_when_full=False,
        )
    )
    if done.failure is processes.ProcessFailure.ABSENT:
        return None, f"{command[0]} cannot be started ({done.reason})"
    if done.failure is not None:
        return None, f"Docker Compose gave no answer within {seconds:g} s"
    return done.status, done.text if stdout else done.error_text


def _clean(text: str, place: str, model: Mapping[str, Any]) -> str:
    """Return what was said as one line, without the temporary folder, control characters and secrets."""
    text = text.replace(place + "/", "").replace(place, "the folder")
    text = SecretFilter(secret_values(model, is_secret_name)).clean(text)
    said = [line.strip() for line in text.splitlines() if line.strip() and "level=warning" not in line]
    line = " ".join(said) or "Docker Compose refused the files without a word"
    return "".join(letter if letter.isprintable() else " " for letter in line)[:500]
