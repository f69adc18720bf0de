"""Paths as they are shown to an operator."""

from __future__ import annotations

import posixpath


def shown_path(folder: str, path: str) -> str:
    """Return a path relative to the folder where it is inside of it."""
    inside = path.startswith(f"{folder.rstrip('/')}/")
    return posixpath.relpath(path, folder) if inside else path
