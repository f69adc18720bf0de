"""Folders as people have them (``tests/records/folders.json``), made on the disk."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.records import FOLDER


@cache
def rows() -> dict[str, dict[str, Any]]:
    """Return the folders by their id."""
    return {row["id"]: row for row in json.loads((FOLDER / "folders.json").read_text(encoding="utf-8"))}


def _content(written: str | dict[str, str], samples: Path) -> bytes:
    """Return what stands in a file: text, ``@release/file``, or bytes that are no UTF-8."""
    if isinstance(written, dict):
        return base64.b64decode(written["base64"])
    return (samples / written[1:]).read_bytes() if written.startswith("@") else written.encode()


def make(identity: str, root: Path, samples: Path) -> Path:
    """Make a folder; what it has of a release comes from ``samples``."""
    folder = root / identity
    for name, text in rows()[identity]["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(text, samples))
        path.chmod(0o644 if path.suffix in (".yml", ".yaml") else 0o600)
    return folder
