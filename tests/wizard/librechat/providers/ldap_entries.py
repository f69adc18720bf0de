"""A directory's entries out of LDIF, and which of them a filter matches, as OpenLDAP and Active Directory compare."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from functools import cache

from wizard.librechat.ldap_filter import (
    LdapComparison,
    LdapExtensible,
    LdapFilter,
    LdapGroup,
    LdapPresence,
    LdapSubstrings,
)
from wizard.librechat.ldap_name import canonical_name

_ALIASES = {"commonname": "cn", "surname": "sn", "userid": "uid", "rfc822mailbox": "mail", "gn": "givenname"}
_ABOVE = {
    "inetorgperson": ("organizationalperson", "person", "top"),
    "user": ("organizationalperson", "person", "top"),
    "organizationalperson": ("person", "top"),
}
_BITS, _CHAIN = "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.1941"

Answer = bool | None
"""``None``: undefined (RFC 4511 section 4.5.1.7), as for an attribute that the schema does not know."""


@dataclass
class DirectoryEntry:
    name: str
    attributes: dict[str, list[bytes]]
    failures: int = field(default=0)
    """Wrong passwords in a row."""

    @property
    def key(self) -> str:
        return folded_name(self.name)

    def values(self, attribute: str) -> list[bytes]:
        wanted = _ALIASES.get(attribute.lower(), attribute.lower())
        return [value for name, values in self.attributes.items() if name.lower() == wanted for value in values]

    def text(self, attribute: str) -> str:
        return b"".join(self.values(attribute)[:1]).decode()


@cache
def folded_name(name: str) -> str:
    """Return a name in the form in which directories compare it; ``\\XX`` are bytes of UTF-8 (RFC 4514 section 2.4)."""
    read = re.sub(
        r"(?:\\[0-9A-Fa-f]{2})+",
        lambda match: re.sub(r"([,+;\\\"=<>#])", r"\\\1", bytes.fromhex(match[0].replace("\\", "")).decode()),
        name,
    )
    return canonical_name(read).casefold()


def entries_of(ldif: str) -> list[DirectoryEntry]:
    """Return the entries of an LDIF text, with no wrong password counted yet."""
    return [replace(entry, failures=0) for entry in _parsed(ldif)]


@cache
def _parsed(ldif: str) -> list[DirectoryEntry]:
    found = []
    for block in ldif.strip().split("\n\n"):
        entry: DirectoryEntry | None = None
        for line in block.splitlines():
            name, _, rest = line.partition(":")
            value = base64.b64decode(rest[1:]) if rest.startswith(":") else rest.strip(" ").encode()
            if name == "dn":
                entry = DirectoryEntry(value.decode(), {})
                found.append(entry)
            elif entry is not None:
                entry.attributes.setdefault(name, []).append(value)
    return found


def is_below(entry: DirectoryEntry, base: str) -> bool:
    return entry.key == base or entry.key.endswith(f",{base}") or not base


def matches(entry: DirectoryEntry, asked: LdapFilter, schema: frozenset[str]) -> Answer:
    if isinstance(asked, LdapGroup):
        return _joined(asked.operator, [matches(entry, part, schema) for part in asked.parts])
    attribute = _ALIASES.get(asked.attribute.lower(), asked.attribute.lower())
    if attribute not in schema:
        return None
    values = [_folded(value.decode(errors="replace")) for value in entry.values(attribute)]
    if isinstance(asked, LdapSubstrings):
        parts = [re.escape(_folded(part)) for part in (asked.initial, *asked.middle, asked.final)]
        return any(re.fullmatch(".*".join(parts), value, re.DOTALL) for value in values)
    if isinstance(asked, LdapExtensible):
        return _extensible(asked, values)
    return bool(values) if isinstance(asked, LdapPresence) else _compares(asked, attribute, values)


def _joined(operator: str, answers: list[Answer]) -> Answer:
    if operator == "!":
        return None if answers[0] is None else not answers[0]
    decisive = operator == "|"
    return decisive if decisive in answers else None if None in answers else not decisive


def _compares(asked: LdapComparison, attribute: str, values: list[str]) -> bool:
    wanted = _folded(asked.value)
    if asked.operator == ">=":
        return any(value >= wanted for value in values)
    if asked.operator == "<=":
        return any(value <= wanted for value in values)
    if attribute == "objectclass":
        values = [each for value in values for each in (value, *_ABOVE.get(value, ("top",)))]
    if attribute == "memberof":
        return wanted in [folded_name(value) for value in values]
    return wanted in values


def _extensible(asked: LdapExtensible, values: list[str]) -> bool:
    if asked.rule == _BITS:
        mask = int(asked.value)
        return any(value.isdigit() and int(value) & mask == mask for value in values)
    wanted = folded_name(asked.value) if asked.rule == _CHAIN and "=" in asked.value else _folded(asked.value)
    return wanted in values


def _folded(value: str) -> str:
    return re.sub(" +", " ", value.strip()).casefold()


def schema_of(entries: list[DirectoryEntry], *further: str) -> frozenset[str]:
    return frozenset(name.lower() for entry in entries for name in entry.attributes) | set(further)
