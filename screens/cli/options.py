"""What the command line said to ``--answers``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from checks.options import SiteOptions


class AnswersOptions(NamedTuple):
    """The options of ``--answers``."""

    folder: Path
    answers: Path
    dry_run: bool = False
    offline: bool = False
    force: bool = False
    as_json: bool = False
    apply: bool = False
    """Have LibreChat read what was written, and prove it."""
    first_admin: str = ""
    """The address of the first administrator; empty: none is made."""
    password_file: str = ""
    """Holds their password; ``-`` is standard input; empty: one is generated and shown once."""
    reach: SiteOptions = SiteOptions()
