"""The environment that LibreChat's process gets besides the settings of a folder."""

from __future__ import annotations

from collections.abc import Mapping


def image_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with what the image sets unless they say otherwise: NODE_ENV (Dockerfile.multi)."""
    return {"NODE_ENV": "production", **settings}
