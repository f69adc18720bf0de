"""The directories of the recording: what each answers to a bind and to a search."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from tests.wizard.librechat.providers.ldap_entries import (
    DirectoryEntry,
    entries_of,
    folded_name,
    is_below,
    matches,
    schema_of,
)
from wizard.librechat.ldap_account import Entry
from wizard.librechat.ldap_filter import LdapFilter
from wizard.librechat.ldap_name import LdapNameError
from wizard.librechat.ldap_verdict import OK, LdapReply, LdapResult, NoLdapResult
from wizard.librechat.user_record import Attribute

SERVICES = "ou=services,dc=example,dc=org"
TRIES = 3
"""Wrong passwords after which an account is locked, where a policy counts them."""
_WRONG = LdapResult(49, "invalid credentials")
_AD_REASONS = {"lockedout": "775", "accexpired": "701", "hours": "530", "disabled": "533", "expired": "701"} | {
    "mustchange": "773",
    "pwexpired": "532",
    "workstation": "531",
}
_CODES = {"busy": 51, "unavailable": 52, "unwilling": 53, "sizelimit": 4, "timelimit": 3, "referral": 10, "denied": 50}
_TRUSTED_BY_CA = ("valid", "expired", "wrongname", "dnsonly", "iponly", "notyet", "chain")
_NAMES = {"wrongname": ("elsewhere.test",), "dnsonly": ("localhost", "ldap.test"), "iponly": ("127.0.0.1",)}


class NotModelledError(Exception):
    """The recording does not tell what the row is about; the text says what is missing."""


@dataclass
class Identity:
    """Who is bound to a connection."""

    entry: DirectoryEntry | None = None
    anonymous: bool = True


@dataclass
class Hits:
    """What a search gives: the entries, and the attributes that this account may not see."""

    reply: LdapReply
    entries: list[DirectoryEntry] = field(default_factory=list)
    hidden: tuple[str, ...] = ()


@dataclass
class Slapd:
    """OpenLDAP with one of the contents, and what is particular about it."""

    entries: list[DirectoryEntry]
    certificate: str = "valid"
    has_tls: bool = True
    anonymous_reads: bool = False
    allows_unauthenticated: bool = False
    needs_tls: bool = False
    size_limit: int = 500
    delays: bool = False
    identity: Identity = field(default_factory=Identity)

    def certificate_fault(self, ca_file: str, host: str) -> str:
        """Say what Node finds in the certificate when it trusts the file."""
        trusted = ca_file in ("ca.pem", "bundle.pem", "ca-crlf.pem") and self.certificate in _TRUSTED_BY_CA
        if not (trusted or (ca_file == "selfsigned.pem" and self.certificate == "selfsigned")):
            return "untrusted"
        if self.certificate in ("expired", "notyet"):
            return self.certificate
        names = _NAMES.get(self.certificate, ("localhost", "ldap.test", "127.0.0.1"))
        return "" if host in names else "name"

    def bind(self, name: str, password: str, *, secure: bool) -> LdapReply:
        if self.needs_tls and not secure:
            return LdapResult(13, "confidentiality required")
        if name and not password and not self.allows_unauthenticated:
            return LdapResult(53, "unauthenticated bind (DN with no password) disallowed")
        if not name or not password:
            self.identity = Identity()
            return _WRONG if password else OK
        try:
            key = folded_name(name)
        except LdapNameError:
            return LdapResult(34, "invalid DN")
        entry = next((entry for entry in self.entries if entry.key == key), None)
        if entry is None or not self._accepts(entry, password):
            return _WRONG
        self.identity = Identity(entry, anonymous=False)
        return OK

    def _accepts(self, entry: DirectoryEntry, password: str) -> bool:
        counted = not entry.values("pwdPolicySubentry")
        if entry.text("uid") in ("locked", "expired") or (counted and entry.failures >= TRIES):
            return False
        if password.encode() not in entry.values("userPassword"):
            entry.failures += 1
            return False
        entry.failures = 0
        return True

    def find(self, base: str, asked: LdapFilter, *, whole: bool = True) -> Hits:
        who = self.identity.entry.text("cn") if self.identity.entry else ""
        if who == "noread" or (self.identity.anonymous and not self.anonymous_reads):
            return Hits(LdapResult(50, "Insufficient Access Rights"))
        try:
            root = folded_name(base)
        except LdapNameError:
            return Hits(LdapResult(34, "invalid DN"))
        start = next((entry for entry in self.entries if entry.key == root), None)
        if start is None:
            return Hits(LdapResult(32, "No Such Object"))
        if start.values("ref"):
            return Hits(LdapResult(10, "Referral"))
        schema = schema_of(self.entries, "initials", "name", "displayname", "description", "title")
        below = [entry for entry in self.entries if is_below(entry, root)] if whole else [start]
        found = [entry for entry in below if matches(entry, asked, schema) is True]
        found = [entry for entry in found if not entry.values("ref") and "hidden" not in entry.text("description")]
        if len(found) > self.size_limit:
            return Hits(LdapResult(4, "Size Limit Exceeded"))
        return Hits(OK, found, ("userpassword", "pwdpolicysubentry", *(("mail",) if who == "nosuchmail" else ())))


@dataclass
class ActiveDirectory:
    """A domain controller: binds by DN, UPN and DOMAIN\\user, reasons behind a 49."""

    entries: list[DirectoryEntry]
    scripted: bool = False
    """The scripted server of the recording, which takes an empty password for an anonymous bind; the real one refuses it."""
    has_tls: bool = True
    delays: bool = False
    identity: Identity = field(default_factory=Identity)

    def certificate_fault(self, ca_file: str, host: str) -> str:
        return "" if ca_file == "adca.pem" and host == "127.0.0.9" else "untrusted"

    def bind(self, name: str, password: str, *, secure: bool) -> LdapReply:
        if not secure and not self.scripted:
            return LdapResult(8, "BindSimple: Transport encryption required.")
        if not password:
            self.identity = Identity()
            return OK if self.scripted or not name else _WRONG
        entry = next((entry for entry in self.entries if name.casefold() in self._names(entry)), None)
        if entry is None or password.encode() not in entry.values("userPassword"):
            if entry is not None:
                entry.failures += 1
            return LdapResult(
                49, "80090308: LdapErr: DSID-0C090400, comment: AcceptSecurityContext error, data 52e, v1db1"
            )
        reason = "775" if entry.failures >= TRIES else _AD_REASONS.get(entry.text("sAMAccountName"))
        if reason:
            return LdapResult(
                49, f"80090308: LdapErr: DSID-0C090400, comment: AcceptSecurityContext error, data {reason}, v1db1"
            )
        self.identity = Identity(entry, anonymous=False)
        return OK

    @staticmethod
    def _names(entry: DirectoryEntry) -> tuple[str, ...]:
        account = entry.text("sAMAccountName").casefold()
        return (entry.key, entry.name.casefold(), f"{account}@corp.example", f"corp\\{account}")

    def find(self, base: str, asked: LdapFilter, *, whole: bool = True) -> Hits:
        if self.identity.anonymous:
            return Hits(LdapResult(1, "In order to perform this operation a successful bind must be completed"))
        root = folded_name(base)
        if not any(is_below(entry, root) for entry in self.entries):
            return Hits(LdapResult(32, "No Such Object"))
        if not whole:
            return Hits(OK, [DirectoryEntry(base, {})])
        schema = schema_of(self.entries, "memberof", "proxyaddresses", "useraccountcontrol")
        found = [entry for entry in self.entries if is_below(entry, root) and matches(entry, asked, schema) is True]
        return Hits(OK, found, ("userpassword",))


@dataclass
class Scripted:
    """A server that fails at one point, with another behind it for the rest."""

    behind: Slapd
    connection: LdapReply = OK
    service_bind: LdapReply = OK
    search_reply: LdapReply = OK
    user_bind: LdapReply = OK


def shown(entry: DirectoryEntry, attributes: tuple[str, ...], hidden: tuple[str, ...]) -> dict[str, list[bytes]]:
    """Return what a directory sends of an entry: the attributes asked for, in its own spelling."""
    wanted = {name.lower() for name in attributes} | ({"cn"} if "commonname" in map(str.lower, attributes) else set())
    seen = {
        name: values
        for name, values in entry.attributes.items()
        if name.lower() in wanted and name.lower() not in hidden
    }
    if "entryuuid" in wanted:
        seen["entryUUID"] = [b"140879b4-7fbd-1041-9a35-8b7d4265c697"]
    return seen


def as_librechat_sees(entry: DirectoryEntry, attributes: tuple[str, ...], hidden: tuple[str, ...]) -> Entry:
    """Return an entry as ldapjs gives it."""
    seen: dict[str, Attribute] = {"dn": entry.name}
    for name, values in shown(entry, attributes, hidden).items():
        texts = tuple(value.decode(errors="replace") for value in values)
        seen[name] = texts if len(texts) > 1 else texts[0]
    return seen


_SAMBA = """dn: CN=svc,CN=Users,DC=corp,DC=example
sAMAccountName: svc
userPassword: Svc-Passw0rd

dn: CN=Grace Hopper,CN=Users,DC=corp,DC=example
cn: Grace Hopper
displayName: Grace Hopper
givenName: Grace
sn: Hopper
mail: grace@corp.example
memberOf: CN=chat,CN=Users,DC=corp,DC=example

dn: CN=Alan Turing,CN=Users,DC=corp,DC=example
cn: Alan Turing
displayName: Alan Turing
givenName: Alan
sn: Turing

dn: CN=disabled,CN=Users,DC=corp,DC=example
cn: disabled
userAccountControl: 514

dn: CN=expired,CN=Users,DC=corp,DC=example
cn: expired

dn: CN=mustchange,CN=Users,DC=corp,DC=example
cn: mustchange

dn: CN=lockme,CN=Users,DC=corp,DC=example
cn: lockme
"""
_SAMBA_ACCOUNTS = {"Grace Hopper": "ghopper", "Alan Turing": "aturing"}


def samba() -> ActiveDirectory:
    """Return the real domain controller; its people are those whom the rows name, with passwords of one form."""
    entries = entries_of(_SAMBA)
    for entry in entries:
        entry.attributes = dict(entry.attributes)
        account = entry.text("sAMAccountName") or _SAMBA_ACCOUNTS.get(entry.text("cn"), entry.text("cn"))
        given = {"sAMAccountName": account, "userPrincipalName": f"{account}@corp.example"}
        given |= {"objectClass": "user", "objectSid": f"\ufffd-{account}", "objectGUID": f"\ufffd-{account}"}
        given |= {"userPassword": f"{account.capitalize()}-Passw0rd", "userAccountControl": "512"}
        for name, value in given.items():
            entry.attributes.setdefault(name, [value.encode()])
    return ActiveDirectory(entries)


def scripted_ad(ldif: str) -> ActiveDirectory:
    """Return the scripted one: the people of the directory with AD's names, and one for each reason."""
    entries = [entry for entry in entries_of(ldif) if entry.values("userPassword")]
    for entry in entries:
        entry.attributes = {"sAMAccountName": [entry.text("cn").encode()], **entry.attributes}
    for account in _AD_REASONS:
        attributes = {"cn": account, "sAMAccountName": account, "userPassword": f"pw-{account}", "objectClass": "user"}
        named = {name: [value.encode()] for name, value in attributes.items()}
        entries.append(DirectoryEntry(f"CN={account},OU=Users,DC=corp,DC=example", named))
    return ActiveDirectory(entries, scripted=True)


def server(token: str, contents: dict[str, str]) -> Slapd | ActiveDirectory | Scripted:
    """Return the server that a placeholder of the recording stands for, without braces and port."""
    name = re.sub(r"^(tap|slow\d+)-", "", token.partition(".")[0])
    if token.startswith("tap-") and name != "notls":
        name = name.removesuffix("tls")
    if name in ("ad", "ad-tls"):
        return scripted_ad(contents["corp.example (adlike)"])
    if name == "adlike":
        return Slapd(entries_of(contents["corp.example (adlike)"]))
    behind = Slapd(entries_of(contents["example.org"]))
    return _scripted(name, behind) or _particular(name, behind)


def _scripted(name: str, behind: Slapd) -> Scripted | None:
    if name in ("hang", "close", "reset", "close-after-first", "http", "garbage"):
        reply = NoLdapResult.SILENT if name == "hang" else NoLdapResult.CLOSED
        return Scripted(behind, connection=reply)
    hangs = {
        "bind-hang": Scripted(behind, service_bind=NoLdapResult.SILENT),
        "bind-then-hang": Scripted(behind, search_reply=NoLdapResult.SILENT),
        "user-bind-hang": Scripted(behind, user_bind=NoLdapResult.SILENT),
    }
    if name in hangs:
        return hangs[name]
    if name.startswith("search-"):
        return Scripted(behind, search_reply=LdapResult(_CODES.get(name[7:], 80)))
    if name.startswith("bind-"):
        return Scripted(behind, service_bind=LdapResult(8 if name == "bind-unwilling" else _CODES.get(name[5:], 80)))
    return None


def _particular(name: str, behind: Slapd) -> Slapd:
    particular: dict[str, dict[str, Any]] = {
        "notls": {"has_tls": False},
        "anon": {"anonymous_reads": True},
        "unauth": {"anonymous_reads": True, "allows_unauthenticated": True},
        "needtls": {"needs_tls": True},
        "limit": {"size_limit": 5},
    }
    for certificate in ("selfsigned", "otherissuer", "nochain", *_TRUSTED_BY_CA):
        particular[certificate] = {"certificate": certificate}
    known = {**particular, "lockout": {}, "readerlocked": {}}
    if name not in known:
        raise NotModelledError(f"the recording does not describe the server {name}")
    return replace(behind, **known[name])
