"""Which Docker engine the docker command talks to, and whether a person confirmed one that is not on this machine.

The folder, its ports and its mounts are looked at here. On another machine the same commands would stop, start and read
other containers: no docker command is run there before a person said so.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from wizard.basics.confirmation import Confirmation
from wizard.basics.filesystem import regular_bytes
from wizard.basics.option_names import REMOTE_DOCKER

_LARGEST: Final = 1024 * 1024
_ON_THIS_MACHINE: Final = ("unix", "npipe", "fd")

_Fields = tuple[tuple[str, object], ...]
"""A JSON object with every field, in order."""

REMOTE_ENGINE: Final = Confirmation()
"""Docker commands run also on another machine."""


class DockerEngine(NamedTuple):
    """Where docker commands go."""

    address: str = ""
    """``ssh://root@prod.example``, without a password; empty: the default, a socket of this machine."""
    chosen_by: str = ""
    """``DOCKER_HOST``, ``DOCKER_CONTEXT``, or what else chose it; empty for the default."""
    is_local: bool = True
    is_known: bool = True
    """False where docker's configuration cannot be read, so that it may name an engine on another machine."""

    @property
    def named(self) -> str:
        """The engine for a person: ``ssh://root@prod.example (DOCKER_HOST)``."""
        return f"{self.address} ({self.chosen_by})" if self.chosen_by else "this machine's default engine"

    @property
    def facts(self) -> dict[str, str | bool | None]:
        """The engine for JSON."""
        return {"address": self.address or None, "chosen_by": self.chosen_by or None, "local": self.is_local}

    @property
    def place(self) -> str:
        """``, not on this machine`` after its name; empty if it is on this machine."""
        if self.is_local:
            return ""
        return ", not on this machine" if self.is_known else ", perhaps not on this machine"

    @property
    def line(self) -> str:
        """The line that is shown before the first docker command; empty if nothing chose another engine."""
        return f"Docker engine: {self.named}{self.place}" if self.chosen_by else ""


def docker_engine(environment: Mapping[str, str] | None = None) -> DockerEngine:
    """Return which engine docker commands talk to, as docker itself decides.

    DOCKER_HOST comes first, then DOCKER_CONTEXT, then the context that ``docker context use`` chose (docker/cli,
    cli/command/cli.go, ``resolveContextName``).
    """
    import re

    from wizard.basics.plain_text import plain

    given = os.environ if environment is None else environment
    if given_host := given.get("DOCKER_HOST", ""):
        return _engine(given_host, "DOCKER_HOST")
    place = _configuration(given)
    context, chosen_by = given.get("DOCKER_CONTEXT", ""), "DOCKER_CONTEXT"
    if not context:
        file = place / "config.json"
        known = _json(file)
        chosen = None if known is None else _last(_values(known, "currentContext"))
        if known is None or not isinstance(chosen, str | None):
            # Docker may read more of it than we do, and find another engine.
            named = plain(str(file), limit=200)
            return DockerEngine(
                address="not known", chosen_by=f"{named} cannot be read", is_local=False, is_known=False
            )
        context = re.sub("[\ud800-\udfff]", "\ufffd", chosen) if chosen else ""  # as Go reads half of a pair
        chosen_by = f"docker context {plain(context, limit=100)}"
    if context in ("", "default"):
        return DockerEngine()
    import hashlib  # only a chosen context needs it, and the first frame waits for this function

    folder = hashlib.sha256(context.encode(errors="surrogateescape")).hexdigest()
    host = _host(_json(place / "contexts" / "meta" / folder / "meta.json") or ())
    if not isinstance(host, str) or not host:
        # Docker knows more of it than we do, or refuses it: nothing says that it is here.
        return DockerEngine(address=f"context {plain(context, limit=100)}", chosen_by=chosen_by, is_local=False)
    return _engine(host, chosen_by)


def refusal() -> str:
    """Return why no docker command is run, as a clause; empty if docker may be used."""
    engine = docker_engine()
    if engine.is_local or REMOTE_ENGINE:
        return ""
    return f"the Docker engine is {engine.named}{engine.place}, and using it requires {REMOTE_DOCKER}"


def demand_confirmation() -> None:
    """Raise ``InvalidInput`` if a docker command is requested and nobody confirmed the engine on another machine."""
    from wizard.basics.problem import InvalidInput, Problem

    engine = docker_engine()
    if not refusal():
        return
    message = f"docker commands would go to {engine.address}, not to this machine."
    remedy = f"Confirm the engine with {REMOTE_DOCKER}, or unset {engine.chosen_by} to use this machine's engine."
    if engine.chosen_by.startswith("docker context"):
        remedy = f"Confirm the engine with {REMOTE_DOCKER}, or use this machine's engine: docker context use default"
    if not engine.is_known:
        message = f"docker commands could go to another machine: {engine.chosen_by}."
        remedy = f"Correct that file (a JSON object of at most 1 MB), or confirm the engine with {REMOTE_DOCKER}."
    raise InvalidInput(Problem(field="" if not engine.is_known else engine.chosen_by, message=message, remedy=remedy))


def is_elsewhere() -> bool:
    """Return whether containers run on another machine: its ports and mounts are not those of this one."""
    return not docker_engine().is_local


def _engine(host: str, chosen_by: str) -> DockerEngine:
    import re

    from wizard.basics.plain_text import plain
    from wizard.basics.redaction import without_credentials

    # Of ssh the user's name belongs to the address, and only the password goes.
    by_ssh = re.match(r"ssh://[^/@:\s]+(?=[:@])", host)
    shown = f"{by_ssh[0]}@{host.rpartition('@')[2]}" if by_ssh and "@" in host else without_credentials(host)
    shown = plain(shown, limit=200)
    return DockerEngine(address=shown, chosen_by=chosen_by, is_local=_is_local(host))


def _is_local(host: str) -> bool:
    import ipaddress
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(host)
        name = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme in _ON_THIS_MACHINE:
        return True
    if parts.scheme not in ("tcp", "http", "https"):
        return False
    try:
        return name in ("", "localhost") or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _configuration(environment: Mapping[str, str]) -> Path:
    """Return docker's own folder (docker/cli, cli/config/config.go, ``Dir``)."""
    named = environment.get("DOCKER_CONFIG", "")
    return Path(named) if named else Path(environment.get("HOME", "") or _home()) / ".docker"


def _home() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return "/nonexistent"


def _json(path: Path) -> _Fields | None:
    """Return the fields of a JSON object, none if there is no file; ``None`` if it cannot be read, or is something else."""
    try:
        data = regular_bytes(path, _LARGEST)
        if data is None:
            return None
        import json  # most people have no such file

        # As Go does it: bytes that are no UTF-8 are replaced, an empty file is none, what follows the first value is not read.
        text = data.decode("utf-8", "replace").lstrip(" \t\r\n")
        found = json.JSONDecoder(object_pairs_hook=tuple).raw_decode(text)[0] if text else ()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, tuple) else None


def _host(context: _Fields) -> object:
    """Return the address that a context has for docker (docker/cli, cli/context/store/metadatastore.go)."""
    # Endpoints are a map in Go: its keys keep their case, and a second map adds to the first.
    maps = (fields for fields in _values(context, "Endpoints") if isinstance(fields, tuple))
    endpoint = _last([value for fields in maps for key, value in fields if key == "docker"])
    return _last(_values(endpoint, "Host")) if isinstance(endpoint, tuple) else None


def _values(fields: _Fields, name: str) -> list[object]:
    """Return what Go's encoding/json reads into a field, in order: names are compared without case, null changes nothing."""
    return [value for key, value in fields if _folded(key) == _folded(name) and value is not None]


def _last(values: list[object]) -> object:
    return values[-1] if values else None


def _folded(name: str) -> str:
    # Go also takes the long s and the Kelvin sign for letters of ASCII (encoding/json, fold.go).
    return name.replace("\u017f", "s").replace("\u212a", "k").lower()
