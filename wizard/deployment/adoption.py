"""Finds and adopts values that LibreChat generated itself, so that no sessions or encrypted data are lost.

LibreChat v0.8.8-rc1 fills blank CREDS_KEY, CREDS_IV, JWT_SECRET and JWT_REFRESH_SECRET with random values and keeps them in
``LIBRECHAT_TEMP_CREDENTIALS_PATH`` (packages/api/src/credentials.ts:76-139), in its compose files a file of a volume, else in
``/app/.env.temp``. What the folder's files look like says nothing of it: ``:latest`` in an older compose file is a newer LibreChat.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard.basics.filesystem import NotRegularError, TooLargeError, read_present
from wizard.basics.os_errors import cause
from wizard.basics.secret import Secret
from wizard.deployment.docker_view import DockerView, FoundContainer, NoReplyError
from wizard.deployment.effective import generated_secrets

_ON_HOST: Final = (".env.temp", "data/.env.temp")
IN_CONTAINER: Final = ("/app/data/.env.temp", "/app/.env.temp")
"""With rc1's compose files, and without LIBRECHAT_TEMP_CREDENTIALS_PATH (credentials.ts)."""
_PATH: Final = "LIBRECHAT_TEMP_CREDENTIALS_PATH"
_NAMES: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
_LARGEST: Final = 64 * 1024


class Adoption(NamedTuple):
    """What LibreChat generated itself."""

    values: Mapping[str, Secret] = MappingProxyType({})
    source: str = ""
    """Where the values were found, for the operator."""
    unknown_reason: str = ""
    """Why nobody can say whether there are such values; empty if that is known."""
    has_container: bool = False
    """Whether LibreChat has a container that belongs to this folder: it works with a value of its own."""


def look(folder: Path, service: str, settings: Mapping[str, str], *, has_run: bool) -> Adoption:
    """Look for the values in the folder, then in the container of LibreChat's service there (also a stopped one).

    ``settings`` is what ``.env`` holds: it may say where LibreChat keeps them. ``has_run``: LibreChat has run in this folder, which may
    have been moved since. A link, or a second name of a file elsewhere,
    is none of LibreChat's: what it holds would go into this folder's ``.env``. An answer that cannot be read is never taken
    for "none": a new value would lock what the old one protects.
    """
    for name in _ON_HOST:
        try:
            present = read_present(folder / name, largest=_LARGEST)
        except (NotRegularError, TooLargeError):
            continue
        except OSError as error:
            return Adoption(unknown_reason=f"{name} cannot be read ({cause(error)})")
        if present is not None and present.about.st_nlink == 1:
            return Adoption(values=parse(present.data.decode("utf-8", "replace")), source=name)
    try:
        docker = DockerView.of_this_machine()
        container = docker.container_of(folder, service, may_have_moved=has_run)
    except NoReplyError as why:
        return Adoption(unknown_reason=str(why))
    if container is None:
        return Adoption(unknown_reason="no LibreChat container was found")
    try:
        return _asked(docker, container, settings)
    except NoReplyError as why:
        return Adoption(unknown_reason=str(why), has_container=True)


def _asked(docker: DockerView, container: FoundContainer, settings: Mapping[str, str]) -> Adoption:
    """Return what a container works with; ``NoReplyError`` if that cannot be read."""
    environment = docker.environment(container)
    handed = {name: Secret(environment[name]) for name in _NAMES if environment.get(name, "").strip()}
    path = environment.get(_PATH, "") or settings.get(_PATH, "")
    places = (path,) if path.startswith("/") else IN_CONTAINER
    found: Mapping[str, Secret] = {}
    source = f"the environment of the container {container.name}"
    for place in places:
        text = docker.text_of(container, place, largest=_LARGEST)
        if text is not None:
            found, source = parse(text), f"{container.name}:{place}"
            break
    values = {**found, **handed}
    is_complete = len(values) == len(_NAMES)
    if not is_complete and docker.container_of_id(container) is None:
        raise NoReplyError(f"the container {container.name} was replaced in the meantime")
    if container.is_running or (container.has_started and not is_complete):
        _refuse_unknown_values(docker, container, values)
    return Adoption(values=MappingProxyType(values), source=source if values else "", has_container=True)


def _refuse_unknown_values(docker: DockerView, container: FoundContainer, values: Mapping[str, Secret]) -> None:
    """Raise ``NoReplyError`` unless these are the values in use, as far as LibreChat's database records which ones are.

    LibreChat keeps the SHA-256 of the four values there (packages/api/src/app/checks.ts:173-245, v0.8.8-rc1). A value that stood
    in ``.env`` when it started, and was taken out since, leaves no other trace.
    """
    used = docker.fingerprints(container)
    others = [name for name in _NAMES if name in used and _fingerprint(values.get(name)) != used[name].lower()]
    if others:
        raise NoReplyError(
            f"the values found for {', '.join(others)} do not match the fingerprints in LibreChat's database"
        )


def _fingerprint(value: Secret | None) -> str:
    import hashlib

    return "" if value is None else hashlib.sha256(value.reveal().encode()).hexdigest()


def parse(text: str) -> Mapping[str, Secret]:
    """Read ``.env.temp``."""
    return MappingProxyType({name: Secret(value) for name, (value, _) in generated_secrets(text).items()})
