"""The email addresses that LibreChat accepts for its own accounts."""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_ZOD: Final = late_pattern(
    r"(?!\.)(?!.*\.\.)([A-Z0-9_'+\-.]*)[A-Z0-9_+-]@([A-Z0-9][A-Z0-9\-]*\.)+[A-Z]{2,}", re.IGNORECASE | re.ASCII
)
"""The pattern of zod 3's ``email()``, which registration, sign-in and create-user go by (api/strategies/validators.js:33-77, v0.8.8-rc1)."""

_LONGEST: Final = 254
"""RFC 5321, section 4.5.3.1.3."""


def is_taken(email: str) -> bool:
    """Return whether LibreChat takes an address."""
    return _ZOD.fullmatch(email) is not None


def email_fault(email: str) -> str:
    """Return what is wrong with an address, as a sentence without its subject; empty if LibreChat takes it."""
    if is_taken(email) and len(email) <= _LONGEST:
        return ""
    return "is not an email address."
