"""Values that LibreChat generated itself: found and adopted, so that nobody loses sessions or encrypted data.

LibreChat v0.8.8-rc1 fills blank CREDS_KEY, CREDS_IV, JWT_SECRET and JWT_REFRESH_SECRET with random values and keeps them in
``LIBRECHAT_TEMP_CREDENTIALS_PATH`` (packages/api/src/credentials.ts:76-139), in the compose files a file of a volume.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard.basics import docker_engine
from wizard.basics.filesystem import NotRegularError, TooLargeError, read_present
from wizard.basics.os_errors import cause
from wizard.basics.secret import Secret

_LINE: Final = re.compile(r'^(CREDS_KEY|CREDS_IV|JWT_SECRET|JWT_REFRESH_SECRET)=("?)(.*)\2$')
_FORMS: Final = {"CREDS_KEY": r"[0-9A-Fa-f]{64}", "CREDS_IV": r"[0-9A-Fa-f]{32}"}
_ON_HOST: Final = (".env.temp", "data/.env.temp")
_IN_CONTAINER: Final = "/app/data/.env.temp"
_LARGEST: Final = 64 * 1024
_SECONDS: Final = 20.0


class Adoption(NamedTuple):
    """What LibreChat generated itself."""

    values: Mapping[str, Secret] = MappingProxyType({})
    source: str = ""
    """Where the values were found, for the operator."""
    could_not_tell: str = ""
    """Why nobody can say whether there are such values; empty where that is known."""


def look(folder: Path, container: str) -> Adoption:
    """Look for ``.env.temp`` in the folder, then in the api container (also a stopped one) through ``docker cp``.

    A link, or a second name of a file elsewhere, is none of LibreChat's: what it holds would go into this folder's ``.env``.
    """
    for name in _ON_HOST:
        try:
            present = read_present(folder / name, largest=_LARGEST)
        except (NotRegularError, TooLargeError):
            continue
        except OSError as error:
            return Adoption(could_not_tell=f"{name} cannot be read ({cause(error)})")
        if present is not None and present.about.st_nlink == 1:
            return Adoption(values=parse(present.data.decode("utf-8", "replace")), source=name)
    return _from_container(container)


def parse(text: str) -> Mapping[str, Secret]:
    """Read ``.env.temp`` with the grammar and the form rules of packages/api/src/credentials.ts:76-130."""
    values = {}
    for line in text.splitlines():
        if not (match := _LINE.match(line.strip())):
            continue
        name, _, value = match.groups()
        if re.fullmatch(_FORMS.get(name, r".{32,}"), value):
            values[name] = Secret(value)
    return MappingProxyType(values)


def _from_container(container: str) -> Adoption:
    import shutil

    docker = shutil.which("docker")
    if docker is None or (why := docker_engine.refusal()):
        absent = "there is no docker command here to look into LibreChat's container"
        return Adoption(could_not_tell=absent if docker is None else why)
    from wizard.basics import processes

    command = (docker, "cp", f"{container}:{_IN_CONTAINER}", "-")
    done = processes.run(
        processes.Invocation(arguments=command, environment=processes.docker_environment(), seconds=_SECONDS)
    )
    if done.failure is processes.ProcessFailure.ENDLESS:
        return Adoption(
            could_not_tell=f"{_IN_CONTAINER} in the container {container} is larger than LibreChat makes it"
        )
    if done.failure is not None:
        return Adoption(could_not_tell="docker gave no answer")
    if done.status != 0:
        said = done.error_text.lower()
        is_absent = "could not find the file" in said or "no such file" in said
        trouble = f"docker could not look into the container {container}"
        return Adoption(source=f"container {container}") if is_absent else Adoption(could_not_tell=trouble)
    text = _first_file(done.out)
    if text is None:
        return Adoption(could_not_tell=f"docker gave no readable copy out of the container {container}")
    return Adoption(values=parse(text), source=f"{container}:{_IN_CONTAINER}")


def _first_file(archive_data: bytes) -> str | None:
    """Return the text of the one file that ``docker cp`` packs; ``None`` where that cannot be read."""
    import io
    import tarfile

    try:
        with tarfile.open(fileobj=io.BytesIO(archive_data), mode="r:") as archive:
            member = next(iter(archive))
            content = archive.extractfile(member) if member.size <= _LARGEST else None
            return content.read(_LARGEST).decode(errors="replace") if content else ""
    except (tarfile.TarError, StopIteration, KeyError, ValueError, OSError, OverflowError, RecursionError):
        # KeyError: a link that leads out of the archive.
        return None
