"""Tells whether a program is installed, without starting or importing anything."""

from __future__ import annotations

import os


def is_in_path(*names: str) -> bool:
    """Whether one of these programs is found through PATH."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    paths = (os.path.join(folder, name) for folder in folders if folder for name in names)  # noqa: PTH118 - pathlib is slow to load
    return any(os.path.isfile(path) and os.access(path, os.X_OK) for path in paths)  # noqa: PTH113
