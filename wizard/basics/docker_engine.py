"""Which Docker engine the docker command talks to, and whether a person confirmed one that is not on this machine.

The folder, its ports and its mounts are looked at here. On another machine the same commands would stop, start and read
other containers: no docker command is run there before a person said so.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wizard.basics.option_names import REMOTE_DOCKER

_LARGEST: Final = 1024 * 1024
_ON_THIS_MACHINE: Final = ("unix", "npipe", "fd")

_confirmed: list[bool] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerEngine:
    """Where docker commands go."""

    address: str = ""
    """``ssh://root@prod.example``, without a password; empty: the default, a socket of this machine."""
    chosen_by: str = ""
    """``DOCKER_HOST``, ``DOCKER_CONTEXT``, or what else chose it; empty for the default."""
    is_local: bool = True

    @property
    def named(self) -> str:
        """The engine for a person: ``ssh://root@prod.example (DOCKER_HOST)``."""
        return f"{self.address} ({self.chosen_by})" if self.chosen_by else "the default one of this machine"

    @property
    def facts(self) -> dict[str, str | bool | None]:
        """The engine for JSON."""
        return {"address": self.address or None, "chosen_by": self.chosen_by or None, "local": self.is_local}

    @property
    def line(self) -> str:
        """The line that is shown before the first docker command; empty where nothing chose another engine."""
        where = "" if self.is_local else ", not on this machine"
        return f"Docker engine: {self.named}{where}" if self.chosen_by else ""


@contextlib.contextmanager
def remote_engine_accepted(*, accepted: bool = True) -> Iterator[None]:
    """Run docker commands also on another machine for the time of the block: a person has confirmed it."""
    _confirmed.append(accepted)
    try:
        yield
    finally:
        _confirmed.pop()


def docker_engine(environment: Mapping[str, str] | None = None) -> DockerEngine:
    """Return which engine docker commands talk to, as docker itself decides.

    DOCKER_HOST comes first, then DOCKER_CONTEXT, then the context that ``docker context use`` chose (docker/cli,
    cli/command/cli.go, ``resolveContextName``).
    """
    import hashlib

    from wizard.basics.plain_text import plain

    given = os.environ if environment is None else environment
    if host := given.get("DOCKER_HOST", ""):
        return _engine(host, "DOCKER_HOST")
    place = _configuration(given)
    context, chosen_by = given.get("DOCKER_CONTEXT", ""), "DOCKER_CONTEXT"
    if not context:
        context = str(_json(place / "config.json").get("currentContext") or "")
        chosen_by = f"docker context {plain(context, limit=100)}"
    if context in ("", "default"):
        return DockerEngine()
    folder = hashlib.sha256(context.encode(errors="surrogateescape")).hexdigest()
    endpoints = _json(place / "contexts" / "meta" / folder / "meta.json").get("Endpoints")
    endpoint = endpoints.get("docker") if isinstance(endpoints, dict) else None
    named = endpoint.get("Host") if isinstance(endpoint, dict) else None
    if not isinstance(named, str) or not named:
        # Docker knows more of it than we do, or refuses it: nothing says that it is here.
        return DockerEngine(address=f"context {plain(context, limit=100)}", chosen_by=chosen_by, is_local=False)
    return _engine(named, chosen_by)


def refusal() -> str:
    """Say why no docker command is run, a clause without its end; empty where docker may be asked."""
    engine = docker_engine()
    if engine.is_local or (_confirmed and _confirmed[-1]):
        return ""
    return f"the Docker engine is {engine.named}, not on this machine, and nobody confirmed it ({REMOTE_DOCKER})"


def demand_confirmation() -> None:
    """Raise ``InvalidInput`` where a docker command is asked for and nobody confirmed the engine on another machine."""
    from wizard.basics.problem import InvalidInput, Problem

    engine = docker_engine()
    if not refusal():
        return
    message = f"docker commands would go to {engine.address}, which is not this machine."
    remedy = f"Confirm it with {REMOTE_DOCKER}, or unset {engine.chosen_by} to use the engine of this machine."
    if engine.chosen_by.startswith("docker context"):
        remedy = f"Confirm it with {REMOTE_DOCKER}, or use the engine of this machine: docker context use default"
    raise InvalidInput(Problem(field=engine.chosen_by, message=message, remedy=remedy))


def is_elsewhere() -> bool:
    """Tell whether containers run on another machine: its ports and mounts are not those of this one."""
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
    named = environment.get("DOCKER_CONFIG", "")
    return Path(named) if named else Path(environment.get("HOME", "") or "/nonexistent") / ".docker"


def _json(path: Path) -> Mapping[str, object]:
    import json

    try:
        with path.open("rb") as stream:
            found = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
