"""A practice LibreChat: a folder, a mail server and a stand-in for LibreChat, all on this machine and removed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checks.model import Check
from checks.options import SiteOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What the fronts need to know of a practice run."""

    banner: str
    """Stands over everything, so that nobody takes it for real."""
    hints: tuple[str, ...] = ()
    """Told on the first step."""
    suggestions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What "use the recommended" gives, by step and question id, before anything else."""
    checks: tuple[Check, ...] = ()
    """The checks, the practice mail server within their reach."""
    written: Callable[[Mapping[str, str]], tuple[str, ...]]
    """Called with the settings once they are written; returns what happened then. It may wait for the network."""
    site_options: SiteOptions = field(default_factory=SiteOptions)
    """How the stand-in is reached, and the account to sign in with."""
    inbox: Callable[[], str]
    """The practice mailbox as text."""
