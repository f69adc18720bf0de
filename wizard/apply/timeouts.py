"""How long an apply waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimeouts:
    """How long a start may take, in seconds."""

    ready: float = 180.0
    """LibreChat listens only when the database, its configuration and every sign-in provider are done (index.js:362)."""
    first: float = 420.0
    """The same for a first start: database and indexes are made."""
    restarting: float = 20.0
    """How long a container may go on restarting; three times as long at a first start."""
    between: float = 1.0
    """Between two looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyTimeouts:
    """How long commands may take, in seconds."""

    up: float = 1800.0
    """Images are pulled, which may be gigabytes over a slow line."""
    stop: float = 120.0
    account: float = 120.0
    start: StartTimeouts = StartTimeouts()
