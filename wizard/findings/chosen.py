"""Findings: sign-in providers that a person chose in the wizard and then left empty."""

from __future__ import annotations

from functools import partial
from typing import Final

from wizard.findings.model import FindingEntry

_of = partial(
    FindingEntry,
    "settings.empty",
    "This sign-in provider was chosen, but its settings are empty:",
    "Fill in the provider's fields, or deselect the provider in the Providers step.",
    consequence="nobody can sign in with it.",
)
EMPTY: Final = {check: _of(check=check) for check in ("openid", "oauth", "saml", "ldap")}
"""By the check of the provider."""
