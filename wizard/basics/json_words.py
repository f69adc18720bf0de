"""Parses JSON printed by Docker, Docker Compose and scripts in containers: untrusted, one value in all or one per line."""

from __future__ import annotations

import json
from typing import Any


def objects(text: str) -> list[dict[str, Any]]:
    """Return the objects in a text, alone or in lists; what is not JSON is passed over.

    ``docker compose ps --format json`` prints one list up to Compose 2.20, one object a line from 2.21 on.
    """
    found = _values(text)
    for line in text.splitlines() if not found else ():
        found += _values(line)
    return [
        each for value in found for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)
    ]


def marked_object(text: str, mark: str) -> dict[str, Any]:
    """Return the last line that is an object with this ``mark``; empty if there is none, whatever else is in the text."""
    lines = (line for line in reversed(text.splitlines()) if mark in line)
    return next((found for line in lines for found in objects(line) if found.get("mark") == mark), {})


def _values(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return []
