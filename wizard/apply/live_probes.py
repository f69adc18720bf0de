"""The functions that query the running LibreChat during an apply. The caller passes them in, because this package has no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wizard.apply.address import HttpGet
    from wizard.apply.first_admin import SignIn
    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveProbes:
    """What asks the running LibreChat."""

    http_get: HttpGet
    sign_in: SignIn
    compare: Callable[[Mapping[str, Any], Deployment], Finding]
    """Compares what /api/config shows (empty: it gave nothing) with the files."""
