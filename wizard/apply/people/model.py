"""A person in LibreChat's database, the changes that can be made to one, and their outcomes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from wizard.apply.people import reply_fields
from wizard.basics.exit_status import ExitStatus
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release

MAY_BE_IN_FORCE: Final = "The password below may already be in effect. Try it."
"""Of a password that was generated, if nobody knows whether the script has set it."""


class PeopleError(Exception):
    """Nothing was done: a sentence for the operator, the way out, and the exit status of the command line.

    ``field``: what was given and is wrong, ``email``, ``name`` or ``password``; empty for anything else.
    """

    def __init__(
        self, sentence: str, remedy: str = "", *, status: ExitStatus = ExitStatus.FAILED, field: str = ""
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.remedy, self.status, self.field = sentence, remedy, status, field


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAccount:
    """One account. Everything in it is foreign text until drawn plain."""

    id: str
    email: str
    name: str = ""
    username: str = ""
    provider: str = "local"
    role: str = ""
    is_verified: bool = False
    has_second_factor: bool = False
    has_password: bool = False
    created: datetime | None = None
    expires: datetime | None = None
    """When LibreChat deletes an account whose address was never verified."""
    tenant: str = ""
    sessions: int = 0
    """Sessions that have not ended."""
    banned_until: datetime | None = None

    @property
    def is_admin(self) -> bool:
        """Whether they are an administrator."""
        return self.role == "ADMIN"

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> UserAccount:
        """Return the person of an object that people.js made; ``NotReachedError`` if it is none."""
        return cls(
            id=reply_fields.text(reply, "id"),
            email=reply_fields.text(reply, "email"),
            name=reply_fields.text(reply, "name"),
            username=reply_fields.text(reply, "username"),
            provider=reply_fields.text(reply, "provider"),
            role=reply_fields.text(reply, "role"),
            is_verified=reply_fields.flag(reply, "verified"),
            has_second_factor=reply_fields.flag(reply, "two_factor"),
            has_password=reply_fields.flag(reply, "has_password"),
            created=_time(reply_fields.milliseconds(reply, "created")),
            expires=_time(reply_fields.milliseconds(reply, "expires")),
            tenant=reply_fields.text(reply, "tenant"),
            sessions=reply_fields.count(reply, "sessions"),
            banned_until=_time(reply_fields.milliseconds(reply, "banned_until")),
        )

    def facts(self) -> dict[str, object]:
        """Return the person for ``--json``."""
        return {
            "id": self.id,
            "email": self.email,
            "name": self.name,
            "username": self.username,
            "provider": self.provider,
            "role": self.role,
            "verified": self.is_verified,
            "two_factor": self.has_second_factor,
            "password": self.has_password,
            "created": _iso(self.created),
            "sessions": self.sessions,
            "banned_until": _iso(self.banned_until),
            **({"tenant": self.tenant} if self.tenant else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLookup:
    """Who has an address, and who else there is."""

    people: tuple[UserAccount, ...]
    """All whose address is the same but for its case; more than one in an installation with tenants."""
    is_probe: bool
    admins: int
    acting_admins: int
    """Administrators without a ban."""
    everybody: int
    """Accounts of people, without the wizard's own probe account."""
    first: str
    """The id of the oldest account of a person."""
    roles: tuple[str, ...]
    invitations: int
    """Invitations to this address that LibreChat still knows."""
    is_username_taken: bool
    release: Release | None
    """Of the LibreChat whose scripts run."""

    def has_another_admin(self, person: UserAccount) -> bool:
        """Whether somebody else can act as an administrator."""
        is_one_of_them = person.is_admin and person.banned_until is None
        return self.acting_admins > int(is_one_of_them)


class Consent(StrEnum):
    """What a person said yes to."""

    CHANGE = "change"
    FURTHER = "further"
    """And to the further question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOutcome:
    """The outcome of a change."""

    sentence: str
    status: ExitStatus = ExitStatus.DONE
    details: tuple[str, ...] = ()
    """What LibreChat's script said, where it did not do it."""
    password: Secret | None = None
    """A generated password, to be shown once."""
    email: str = ""
    """Whose password it is."""
    offer: AccountChange | None = None
    """What is worth doing next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """A change to an account, shown before it is made."""

    name: str
    """``remove``: the subcommand."""
    title: str
    """``Remove ann@example.com``"""
    question: str
    lines: tuple[str, ...] = ()
    """What happens, what goes and what stays."""
    commands: tuple[str, ...] = ()
    """What runs, as a person would type it, and whose script it is."""
    manual_commands: tuple[str, ...] = ()
    further: str = ""
    """A second question, which the script asks, too; its yes is :attr:`Consent.FURTHER`."""
    generated: Secret | None = None
    """A password that the work sets and nobody else knows: who interrupts the work has to be shown it."""
    left_open: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)
    """What has to be done by hand where the work was interrupted: asked for afterwards."""
    is_harmless: bool = False
    """Whether nobody needs to be asked: it takes nothing from anybody."""
    work: Callable[[Consent], Coroutine[Any, Any, AccountOutcome]] = field(repr=False)
    """Does it."""


def _time(value: float | None) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds").replace("+00:00", "Z")


def moment(value: datetime) -> str:
    """Return a time for a person: ``2026-01-31 10:00 UTC``."""
    return value.strftime("%Y-%m-%d %H:%M UTC")
