"""The files of this checkout, as the guards look at them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

_MADE_FOLDERS = frozenset(
    {".git", ".venv", ".cache", "__pycache__", "node_modules", "build", "dist"}
    | {".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".benchmarks"}
)


def own_files() -> Iterator[Path]:
    """Yield every file that is written by hand or committed. Works where there is no git, too."""
    for folder, folders, names in os.walk(CHECKOUT):
        folders[:] = sorted(set(folders) - _MADE_FOLDERS)
        # In a worktree .git is a file.
        yield from (Path(folder, name) for name in sorted(set(names) - {".git"}))


def python_files(*packages: str) -> list[Path]:
    """Return the modules of these top folders."""
    return [path for package in packages for path in sorted((CHECKOUT / package).rglob("*.py"))]


def shown(path: Path) -> str:
    """Return the path as a person would write it."""
    return path.relative_to(CHECKOUT).as_posix()
