"""The names of the compose files that Docker Compose would use in a folder."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wizard.answers.model import Stack
from wizard.basics.environments import compose_environment
from wizard.basics.paths import shown_path
from wizard.deployment.file_state import FileState
from wizard.dotenv.document import Document

USUAL: Final = "api"
"""What LibreChat's own compose files call its service."""


def inherited_environment(folder: Path) -> dict[str, str]:
    """Return what Docker Compose gets of this program's environment when the wizard starts it in the folder."""
    return {**compose_environment(with_files=True), "PWD": str(folder)}


def listed_files(files: Mapping[str, FileState], folder: Path, inherited: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files that COMPOSE_FILE lists, by the names an operator gives them; nothing if it lists none.

    The shell wins over ``.env`` (docs.docker.com/compose/how-tos/environment-variables/envvars).
    """
    data = files[".env"].data
    values = (
        inherited
        if data is None or b"COMPOSE_FILE" not in data
        else {**Document.parse(data).compose_values(), **inherited}
    )
    written = values.get("COMPOSE_FILE", "").strip()
    parts = written.split(values.get("COMPOSE_PATH_SEPARATOR") or os.pathsep) if written else []
    return tuple(
        shown_path(str(folder), posixpath.normpath(posixpath.join(str(folder), part))) for part in parts if part
    )


def compose_names(
    files: Mapping[str, FileState], folder: Path, stack: Stack, names: tuple[str, str], inherited: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the compose files in the order in which they are laid over one another.

    ``names`` are the base file and the override that count where COMPOSE_FILE says nothing.
    """
    listed = listed_files(files, folder, inherited)
    if listed and (stack is not Stack.DEPLOY or names[0] in listed):
        return listed
    base, override = names
    has_override = (state := files.get(override)) is not None and state.data is not None
    return (base, override) if has_override else (base,)
