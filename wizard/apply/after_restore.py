"""What became of old files that were put back, and what to run by hand then. The files as they were until then know containers that the old ones do not."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from wizard.answers.model import Answers
from wizard.apply.containers import default_project, project_name
from wizard.apply.events import PutBack
from wizard.basics.own_command import in_folder
from wizard.basics.problem import WizardError
from wizard.deployment.assembled import deployment
from wizard.deployment.local_install import install_without_docker
from wizard.deployment.model import Deployment
from wizard.deployment.service import needs_dotenv
from wizard.deployment.snapshot import take
from wizard.store.apply_record import ApplyRecord
from wizard.store.transaction import Applied

COMPOSE: Final = "docker compose"


class FilesView(NamedTuple):
    """What the files of a folder say about its containers; nothing of services if they cannot be read."""

    project: str
    """The name of Docker Compose's project."""
    command: str = COMPOSE
    """How Docker Compose is called for the folder."""
    services: frozenset[str] = frozenset()
    is_startable: bool = True
    """Whether LibreChat starts with them, as far as ``.env`` is concerned."""
    restart: str = ""
    """What to do if LibreChat runs without Docker, in words that follow a colon."""

    def stop_command(self) -> str:
        """Return what stops and removes every container of the project, with whatever files they were made.

        Where the project is named and no file is, Docker Compose reads none: it finds the containers by their labels
        (projectOrName, cmd/compose/compose.go, v2.40).
        """
        return f"{COMPOSE} -p {shlex.quote(self.project)} down"

    def start_command(self, *, leaves_containers: bool = False) -> str:
        """Return what starts LibreChat with these files; ``leaves_containers``: there may be some that they have no service for."""
        return f"{self.command} up -d --force-recreate{' --remove-orphans' if leaves_containers else ''}"


def files_view(folder: Path) -> FilesView:
    """Return what the present files of a folder say."""
    try:
        if (install := install_without_docker(folder)) is not None:
            has_dotenv = os.path.exists(folder / ".env")  # noqa: PTH110 - no error in a folder that may not be entered
            return FilesView(project=default_project(folder), restart=install.restart, is_startable=has_dotenv)
        found = deployment(take(folder, Answers()), {})
        return FilesView(
            project=project_name(found) or default_project(folder),
            command=found.compose_command,
            services=frozenset(found.compose.get("services") or {}),
            is_startable=_has_its_dotenv(found),
        )
    except WizardError:
        # The files that were put back may be as faulty as they were before.
        return FilesView(project=default_project(folder))


def put_back(folder: Path, done: Iterable[Applied]) -> PutBack:
    """Return the event for restored backups: which files are as they were, and which of them were not there before."""
    files = tuple(dict.fromkeys(name for one in done for name in one.written))
    return PutBack(files=files, removed=tuple(name for name in files if not os.path.lexists(folder / name)))


def manual_steps(folder: Path, before: FilesView, record: ApplyRecord | None) -> tuple[str, str]:
    """Return what to do once the old files are back, in words, and the command, if it is one.

    ``before`` is what the files said until then, ``record`` that of an apply that was interrupted or failed.
    """
    now = files_view(folder)
    if not now.is_startable:
        sentence = "This folder now has no .env, as before the first run. If LibreChat is running, stop it"
        return (f"{sentence}.", "") if now.restart else (f"{sentence}:", before.stop_command())
    if now.restart:
        return f"To apply the restored files: {now.restart}", ""
    leaves = (record is not None and record.back.orphans) or not before.services <= now.services
    return "To apply the restored files, run:", in_folder(now.start_command(leaves_containers=leaves))


def _has_its_dotenv(found: Deployment) -> bool:
    is_there = found.files[".env"].kind != "missing"
    return is_there or not any(map(needs_dotenv, (found.compose.get("services") or {}).values()))
