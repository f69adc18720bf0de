"""Finds and reads the compose files of a folder as Docker Compose would."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wizard.basics.paths import shown_path
from wizard.composefile.loading import load_project
from wizard.composefile.project import ComposeProject, ProjectFiles, UnreadFile
from wizard.deployment.file_state import FileState
from wizard.deployment.read_states import read_state

_MOST: Final = 200
"""Files that one project may name; our own limit."""


class FolderReader:
    """Gives the loader the files of a folder: as they would be, else as they were read, else as they are."""

    def __init__(self, folder: Path, files: Mapping[str, FileState], seen: dict[str, FileState]) -> None:
        self._folder = folder
        self._files = files
        self._seen = seen
        self.used: dict[str, FileState] = {}
        """The files that were asked for, by the name that an operator gives them."""

    def __call__(self, path: str) -> bytes | None:
        """Return the content of an absolute path; ``None`` if there is no such file."""
        state = self.state(shown_path(str(self._folder), path))
        if state.kind == "file":
            return state.data
        if state.kind in ("missing", "directory"):
            return None
        reasons = {
            "unreadable": "permission denied",
            "refused": f"it {state.fault.rstrip('.') or 'is a link'}",
        }
        raise UnreadFile(reasons.get(state.kind, "it is not a regular file, or is too large for a configuration file"))

    def state(self, name: str) -> FileState:
        """Return what is at a name of the folder, or at an absolute path."""
        found = self._files.get(name) or self._seen.get(name)
        if found is None:
            if len(self._seen) >= _MOST:
                raise UnreadFile(f"there are more than {_MOST} files")
            found = self._seen[name] = read_state(self._folder, name)
        self.used[name] = found
        return found


def project_of(
    folder: Path, names: tuple[str, ...], inherited: Mapping[str, str], reader: FolderReader
) -> ComposeProject:
    """Return the project that Docker Compose builds from these files; ``InvalidInput`` if one is not YAML or has the wrong form."""
    root = str(folder)
    further = [part.strip() for part in inherited.get("COMPOSE_ENV_FILES", "").split(",") if part.strip()]
    # Portainer hands a stack the variables that are set on its screen, and writes them to stack.env.
    usual = next(([name] for name in (".env", "stack.env") if reader.state(name).kind == "file"), [])
    environment = further or usual
    files = ProjectFiles(
        folder=root,
        compose=tuple(posixpath.join(root, name) for name in names),
        environment=tuple(posixpath.normpath(posixpath.join(root, name)) for name in environment),
        inherited=inherited,
        home=inherited.get("HOME", "/root"),
    )
    return load_project(files, reader)
