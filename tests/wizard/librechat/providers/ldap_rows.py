"""Turns a recorded row of LDAP into what the pure verdict wants to know, and gives the verdict of its last sign-in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.wizard.librechat.providers.ldap_servers import (
    ActiveDirectory,
    NotModelledError,
    Scripted,
    Slapd,
    as_librechat_sees,
    samba,
    server,
)
from wizard.librechat.ldap_filter import LdapFilterError, parse_ldap_filter, with_user_name
from wizard.librechat.ldap_name import LdapNameError, canonical_name
from wizard.librechat.ldap_settings import LdapSettings, ldap_settings
from wizard.librechat.ldap_url import LdapAddress, LdapUrlError, parse_ldap_url
from wizard.librechat.ldap_verdict import (
    OK,
    LdapDirectory,
    LdapReply,
    LdapVerdict,
    NoLdapResult,
    TypedCredentials,
    ldap_verdict,
)
from wizard.librechat.releases import RECORDED
from wizard.librechat.user_record import UserRecord

_PLACEHOLDER = re.compile(r"\{([a-z0-9-]+(?:\.(?:plain|tls))?)\}")
_FIRST_PORT = 20000


class LdapRow:
    """A recorded row. Its servers keep wrong passwords in mind from one sign-in to the next."""

    def __init__(self, row: Mapping[str, Any], contents: dict[str, str]) -> None:
        self.row = row
        self.servers: dict[int, tuple[str, Slapd | ActiveDirectory | Scripted]] = {}
        self._contents = contents
        self._ports: dict[str, int] = {}
        self._samba = samba()
        self.variables = {
            key: _PLACEHOLDER.sub(self._port, value) if key == "LDAP_URL" else value
            for key, value in row["settings"].items()
        }
        domains = self.variables.pop("ALLOWED_DOMAINS", "")
        self.domains = [name for name in domains.split(",") if name]
        self.settings = ldap_settings(self.variables, RECORDED)

    def _port(self, match: re.Match[str]) -> str:
        port = self._ports.setdefault(match[1], _FIRST_PORT + len(self._ports))
        self.servers[port] = (match[1], server(match[1], self._contents))
        return str(port)

    def verdict(self) -> LdapVerdict:
        """Return how the last of the row's sign-ins ends."""
        records = [
            UserRecord(
                email=each["email"],
                provider=each["provider"],
                identity=each.get("ldapId"),
                role=each.get("role", "USER"),
            )
            for each in self.row.get("accounts_before", ())
        ]
        verdict: LdapVerdict | None = None
        for user_name, password in self.row["credentials"]:
            directory = self.directory(user_name, password)
            typed = TypedCredentials(user_name, password)
            verdict = ldap_verdict(self.variables, RECORDED, typed, directory, records, self.domains)
            made = verdict.account
            if made is not None and made.fault is None and made.account.email:
                if made.existing is not None:
                    records.remove(made.existing)
                identity = made.account.identity if isinstance(made.account.identity, str) else None
                records.append(UserRecord(email=made.account.email, provider="ldap", identity=identity, role=made.role))
        assert verdict is not None
        return verdict

    def directory(self, user_name: object, password: object) -> LdapDirectory:
        """Return what the row's directory answers to this person, up to the point where LibreChat stops."""
        path = self.settings.ca_path
        readable = path.startswith("{certs}/") or path == "package.json"
        if re.fullmatch(r"[\w.-][\w./-]*", path) and not readable:
            raise NotModelledError("the recording does not tell what stands in LibreChat's own folder")
        try:
            address = parse_ldap_url(self.settings.url)
        except LdapUrlError:
            return LdapDirectory(ca_readable=readable)
        found = self._server(address)
        if found is None:
            return LdapDirectory(ca_readable=readable, connection=NoLdapResult.CLOSED)
        ca_file = path.removeprefix("{certs}/")
        if isinstance(found, Scripted):
            directory = _asked(found.behind, self.settings, address, user_name, password)
            if found.connection is not OK:
                return LdapDirectory(ca_readable=readable, connection=found.connection)
            return LdapDirectory(
                ca_readable=readable,
                service_bind=_first(found.service_bind, directory.service_bind),
                search=_first(found.search_reply, directory.search),
                entries=directory.entries,
                user_bind=_first(found.user_bind, directory.user_bind),
            )
        directory = _asked(found, self.settings, address, user_name, password)
        return LdapDirectory(
            ca_readable=readable,
            certificate_fault=found.certificate_fault(ca_file, address.host),
            service_bind=directory.service_bind,
            search=directory.search,
            entries=directory.entries,
            user_bind=directory.user_bind,
        )

    def _server(self, address: LdapAddress) -> Slapd | ActiveDirectory | Scripted | None:
        if address.host == "127.0.0.9":
            # The real domain controller; 3268 and 3269 are the global catalogue.
            return self._samba if address.port in ((636, 3269) if address.secure else (389, 3268)) else None
        if address.host not in ("localhost", "127.0.0.1") or address.port not in self.servers:
            return None
        token, found = self.servers[address.port]
        if isinstance(found, Scripted):
            return found
        return found if speaks_tls(token) == address.secure else None


def speaks_tls(token: str) -> bool:
    """Whether the port of a placeholder expects TLS from the first byte."""
    is_tap = token.startswith("tap-") and token[-5:] not in ("notls", "valid")
    return token.endswith((".tls", "-tls")) or is_tap


def _first(decided: LdapReply, else_: LdapReply) -> LdapReply:
    return else_ if decided is OK else decided


def _asked(
    found: Slapd | ActiveDirectory, settings: LdapSettings, address: LdapAddress, user_name: object, password: object
) -> LdapDirectory:
    """Ask as LibreChat does: bind, search, bind again."""
    service: LdapReply = OK
    if settings.bind_name is not None:
        service = found.bind(settings.bind_name, settings.bind_password, secure=address.secure)
    if service is not OK or not isinstance(user_name, str) or not isinstance(password, str):
        return LdapDirectory(service_bind=service)
    try:
        asked = parse_ldap_filter(with_user_name(settings.pattern, user_name))
        base = canonical_name(settings.base)
    except (LdapFilterError, LdapNameError):
        return LdapDirectory(service_bind=service)
    hits = found.find(base, asked)
    entries = tuple(as_librechat_sees(entry, settings.attributes, hits.hidden) for entry in hits.entries)
    user: LdapReply = OK
    if hits.reply is OK and len(entries) == 1:
        user = found.bind(str(entries[0]["dn"]), password, secure=address.secure)
    return LdapDirectory(service_bind=service, search=hits.reply, entries=entries, user_bind=user)
