"""``doctor --bundle FILE``: writes the support bundle."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from screens.cli.streams import tell
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem

if TYPE_CHECKING:
    from checks.model import Report
    from wizard.deployment.model import Deployment


def refuse_existing(name: str) -> None:
    """Refuse a file that is there already, before anything is asked: ``InvalidInput``."""
    if name != "-" and os.path.lexists(name):
        raise InvalidInput(Problem(field="--bundle", message="already exists.", remedy="Use another file name."))


def write_bundle(name: str, report: Report, deployment: Deployment, release_source: str) -> None:
    """Write the bundle to a new file that only its owner can read, or to standard output (``-``); ``InvalidInput`` if that fails."""
    from checks.bundle import bundle

    text = bundle(report, deployment, release_source=release_source, programs=_programs(), log=_log(deployment))
    if name == "-":
        sys.stdout.write(text)
        return
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"could not be written: {error.strerror}."
        raise InvalidInput(Problem(field="--bundle", message=message, remedy="Use another file name.")) from None
    tell(f"Support bundle written to {plain(str(Path(name)), limit=300)}. Review it before you post it.")


def _programs() -> dict[str, str]:
    """Return what is to be said of Docker's programs: a version, why there is none, or nothing for one that is not there."""
    from checks.bundle import NO_ENGINE, NOT_ASKED
    from wizard.basics.docker_engine import refusal
    from wizard.basics.programs import is_in_path

    names = ("Docker client", "Docker engine", "Docker Compose")
    if refusal():
        return dict.fromkeys(names, NOT_ASKED)
    # The client says its own version, and fails where the engine does not respond.
    both = _asked("version", "--format", "{{.Client.Version}} {{if .Server}}{{.Server.Version}}{{end}}", may_fail=True)
    client, _, engine = both.strip().partition(" ")
    compose = _asked("compose", "version", "--short")
    engine = engine or (NO_ENGINE if is_in_path("docker") else "")
    return dict(zip(names, (client, engine, compose), strict=True))


def _asked(*words: str, may_fail: bool = False) -> str:
    from wizard.basics.environments import docker_environment
    from wizard.basics.processes import Invocation, run

    done = run(Invocation(arguments=("docker", *words), environment=docker_environment(), seconds=5))
    return done.text if done.status == 0 or may_fail else ""


def _log(deployment: Deployment) -> bytes | None:
    from checks.log.check import log_of

    return log_of(deployment)
