"""Folders as people have them (``tests/records/folders.json``), made on the disk."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.records import FOLDER


@cache
def rows() -> dict[str, dict[str, Any]]:
    """Return the folders by their id."""
    return {row["id"]: row for row in json.loads((FOLDER / "folders.json").read_text(encoding="utf-8"))}


def make(identity: str, root: Path, samples: Path) -> Path:
    """Make a folder; what it has of a release comes from ``samples``."""
    folder = root / identity
    for name, text in rows()[identity]["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            (samples / text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text, encoding="utf-8"
        )
        path.chmod(0o600)
    return folder
