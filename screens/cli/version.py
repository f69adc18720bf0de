"""The text of ``--version``: the release, and how this copy was installed."""

from __future__ import annotations

from wizard import __version__
from wizard.basics.installed import installed


def version_text() -> str:
    """Return one line: ``librechat-wizard 0.9.0 (pipx: /home/ada/...)``."""
    copy = installed()
    return f"librechat-wizard {__version__} ({copy.description}: {copy.package})"
