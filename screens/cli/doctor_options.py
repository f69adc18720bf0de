"""What the command line said to ``doctor``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from checks.options import SiteOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """The options of ``doctor``."""

    folder: Path
    only: tuple[str, ...] = ()
    """Ids of checks; empty: all."""
    offline: bool = False
    as_json: bool = False
    reach: SiteOptions = field(default_factory=SiteOptions)
    mail_to: str = ""
    """Where the test mail goes; empty: none is sent, as there are no answers that would say where to."""
