"""The domains allowed by ``registration.allowedDomains`` of librechat.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checks.model import Subject


def allowed_domains(subject: Subject) -> tuple[str, ...]:
    """Return the list; empty if LibreChat reads none, and then it lets all domains in."""
    deployment = subject.deployment
    registration = (deployment.config or {}).get("registration") if deployment.config_mounted else None
    named = registration.get("allowedDomains") if isinstance(registration, Mapping) else None
    return tuple(str(name) for name in named) if isinstance(named, list) else ()
