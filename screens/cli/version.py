"""What ``--version`` says: the release, and how this copy was installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from wizard import __version__
from wizard.basics.own_command import STARTED_AS

_TOOLS: Final = {"pipx": {"pipx"}, "uv tool": {"uv", "tools"}}
"""What is in the path of an environment that these make."""


def version_text() -> str:
    """Return one line: ``librechat-wizard 0.9.0 (pipx: /home/ada/...)``."""
    package = Path(__file__).parents[2]
    return f"librechat-wizard {__version__} ({how_installed(package)}: {package})"


def how_installed(package: Path) -> str:
    """Return how the folder came there that holds the program."""
    if (package / "pyproject.toml").is_file():
        return "checkout, started by ./run" if os.environ.get(STARTED_AS) else "checkout"
    return next((how for how, parts in _TOOLS.items() if parts <= set(package.parts)), "pip")
