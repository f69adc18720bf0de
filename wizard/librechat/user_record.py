"""LibreChat's database record of a person: which values are valid, and which record a sign-in finds.

packages/data-schemas/src/schema/user.ts and packages/api/src/auth/domain.ts, v0.8.8-rc1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from wizard.basics.patterns import late_pattern

Attribute: TypeAlias = str | tuple[str, ...] | None
"""A value as LibreChat has it: one text, several, or none (``undefined``)."""
_MAIL: Final = late_pattern(r"[^\s\ufeff]+@[^\s\ufeff]+\.[^\s\ufeff]+")
"""``/\\S+@\\S+\\.\\S+/``, not anchored: a blank before or behind an address does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecord:
    """One record of the collection ``users``."""

    email: str
    provider: str = "local"
    identity: str | None = None
    """``ldapId`` or ``samlId``, for the provider in question."""
    role: str = "USER"


def is_valid_mail(address: str) -> bool:
    """Whether the record's check takes an address (``match`` of ``email``)."""
    return bool(_MAIL.search(address))


def is_allowed_domain(address: str, allowed: Sequence[str]) -> bool:
    """Whether ``registration.allowedDomains`` lets an address in: the whole domain, without case; an empty list lets all in."""
    if not allowed:
        return True
    parts = address.split("@")
    domain = parts[1].lower() if len(parts) > 1 else ""
    return bool(domain) and any(each.lower() == domain for each in allowed)


def by_identity(records: Iterable[UserRecord], identity: Attribute) -> UserRecord | None:
    """Return the record that MongoDB finds for an identity.

    Without one it is the first record that has none either: people without an identity share an account. Of several values any
    fits (mongoose makes ``$in`` of them).
    """
    wanted = identity if isinstance(identity, tuple) else (identity,)
    return next((record for record in records if record.identity in wanted), None)


def by_mail(records: Iterable[UserRecord], address: str) -> UserRecord | None:
    """Return the record with an address, which LibreChat keeps in small letters."""
    wanted = address.strip().lower()
    return next((record for record in records if record.email == wanted), None)
