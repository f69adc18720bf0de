"""The account that LibreChat creates from a directory entry: attribute mapping, and what its database refuses.

api/strategies/ldapStrategy.js:92-178, v0.8.8-rc1; identical since v0.8.5. Attribute names are compared with their case, in the
spelling of the directory's answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from wizard.librechat.ldap_settings import (
    ATTRIBUTES_SINCE,
    FALLBACK_MAIL_SINCE,
    FIRST_ADMIN_SINCE,
    PROVIDER_CHECKED_SINCE,
    LdapSettings,
)
from wizard.librechat.user_record import (
    Attribute,
    UserRecord,
    by_identity,
    by_mail,
    is_allowed_domain,
    is_valid_mail,
)

Entry = Mapping[str, Attribute]
"""An entry as LibreChat sees it: ``dn`` and the attributes, in the directory's spelling."""
LOCAL_DOMAIN: Final = "ldap.local"
"""The domain of the addresses that LibreChat makes up."""
_JOINED: Final = "undefined"


class LdapAccountFault(StrEnum):
    """Why an entry does not become a signed-in account."""

    OTHER_PROVIDER = "other-provider"
    """An account of another provider has the identity: 404 ``auth_failed``."""
    DOMAIN = "domain"
    """``registration.allowedDomains`` does not hold the address's domain: 404."""
    MANY_VALUES = "many-values"
    """Identity, user name or name has several values, and the database refuses the record: 400."""
    NO_MAIL = "no-mail"
    """No address at all (before v0.7.5): 400."""
    INVALID_MAIL = "invalid-mail"
    """The address is none to the database: 400."""
    MAIL_TAKEN = "mail-taken"
    """Another account has the address: 409."""

    @property
    def refuses(self) -> bool:
        """Whether people see a reason (404); otherwise the reply is an error (400, 409)."""
        return self in (LdapAccountFault.OTHER_PROVIDER, LdapAccountFault.DOMAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapAccount:
    """What LibreChat would store."""

    identity: Attribute
    user_name: Attribute
    email: str | None
    name: Attribute
    is_made_up: bool = False
    """Whether LibreChat made the address up, because the entry has none."""
    many_values: tuple[str, ...] = field(default=())
    """Which of ``ldapId``, ``username`` and ``name`` have several values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapAccountVerdict:
    """The account, and LibreChat's decision about it."""

    account: LdapAccount
    role: str = ""
    existing: UserRecord | None = None
    fault: LdapAccountFault | None = None


def account_of(entry: Entry, settings: LdapSettings) -> LdapAccount:
    """Return the account that an entry makes; absent attributes give the same texts as in JavaScript."""
    get = entry.get
    if settings.release < ATTRIBUTES_SINCE:
        identity = _first(get("uid"), get("mail"))
        user_name = _first(get("givenName"), get("mail"))
        name = _first(get("cn"), get("name"))
    else:
        identity = _first(_own(entry, settings.id_attribute), get("uid"), get("sAMAccountName"), get("mail"))
        user_name = _first(_own(entry, settings.user_name_attribute), get("givenName"), get("mail"))
        if settings.name_attributes:
            name = " ".join(_text(get(attribute), "") for attribute in settings.name_attributes)
        else:
            name = _first(get("cn"), get("name"), get("commonname"), get("displayName"))
    mail = _first(_own(entry, settings.mail_attribute), get("mail"))
    is_made_up = not mail and settings.release >= FALLBACK_MAIL_SINCE
    if is_made_up:
        mail = f"{_text(user_name, _JOINED)}@{LOCAL_DOMAIN}"
    address = (mail[0] if mail else None) if isinstance(mail, tuple) else mail
    several = {"ldapId": identity, "username": user_name, "name": name}
    return LdapAccount(
        identity=identity,
        user_name=user_name.lower() if isinstance(user_name, str) else user_name,
        email=address.lower() if address is not None else None,
        name=name,
        is_made_up=is_made_up,
        many_values=tuple(key for key, value in several.items() if isinstance(value, tuple)),
    )


def account_verdict(
    entry: Entry, settings: LdapSettings, records: Sequence[UserRecord] = (), allowed_domains: Sequence[str] = ()
) -> LdapAccountVerdict:
    """Return LibreChat's decision about an entry whose password was right, given the existing accounts."""
    account = account_of(entry, settings)
    if settings.release < ATTRIBUTES_SINCE:
        existing = by_mail(records, account.email or "")
    else:
        existing = by_identity(records, account.identity)
    fault = _refusal(account, existing, settings, allowed_domains) or _invalid(account, existing, records)
    role = "" if fault else _role(settings, records, existing)
    return LdapAccountVerdict(account=account, role=role, existing=existing, fault=fault)


def _refusal(
    account: LdapAccount, existing: UserRecord | None, settings: LdapSettings, allowed_domains: Sequence[str]
) -> LdapAccountFault | None:
    if settings.release < PROVIDER_CHECKED_SINCE:
        return None
    if existing is not None and existing.provider != "ldap":
        return LdapAccountFault.OTHER_PROVIDER
    is_allowed = is_allowed_domain(account.email or "", allowed_domains)
    return None if is_allowed else LdapAccountFault.DOMAIN


def _invalid(
    account: LdapAccount, existing: UserRecord | None, records: Sequence[UserRecord]
) -> LdapAccountFault | None:
    """Return what the database refuses."""
    if account.many_values:
        return LdapAccountFault.MANY_VALUES
    if not account.email:
        return LdapAccountFault.NO_MAIL
    if not is_valid_mail(account.email):
        return LdapAccountFault.INVALID_MAIL
    holder = next((record for record in records if record.email == account.email), None)
    return None if holder is existing or holder is None else LdapAccountFault.MAIL_TAKEN


def _role(settings: LdapSettings, records: Sequence[UserRecord], existing: UserRecord | None) -> str:
    if existing is not None:
        return existing.role
    return "ADMIN" if not records and settings.release >= FIRST_ADMIN_SINCE else "USER"


def _own(entry: Entry, attribute: str) -> Attribute:
    return entry.get(attribute) if attribute else None


def _first(*values: Attribute) -> Attribute:
    """Return the first value that counts in JavaScript's ``||``: an empty list counts, an empty text does not."""
    return next((value for value in values if value or value == ()), None)


def _text(value: Attribute, absent: str) -> str:
    return absent if value is None else ",".join(value) if isinstance(value, tuple) else value
