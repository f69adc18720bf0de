"""Parses LDAP_URL as LibreChat does: ``url.parse`` of ldapjs 2.3.3 over Node's ``new URL``, at every sign-in, never at start."""

import ipaddress
import re
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import unquote

from wizard.basics.patterns import late_pattern

_BLANK: Final = "".join(map(chr, range(0x21)))
_SCHEME: Final = late_pattern(r"([A-Za-z][A-Za-z0-9+.-]*):")
_FORBIDDEN: Final = late_pattern(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")
"""Code points that no host may hold (WHATWG URL, forbidden host code points); others are percent-encoded."""
_LARGEST_PORT: Final = 65535
_SCOPES: Final = ("", "base", "one", "sub")
_PLAIN_PORT: Final = 389
_TLS_PORT: Final = 636


class LdapUrlFault(StrEnum):
    """Why every sign-in ends with a 500 before anything is sent."""

    NO_URL = "no-url"
    """``new URL`` throws: no scheme, a blank or comma in the host, a port that is none, quotes around it."""
    SCHEME = "scheme"
    """A URL of another scheme than ldap and ldaps."""
    SCOPE = "scope"
    """The part after the second question mark is not a scope."""
    FILTER = "filter"
    """The filter after the third question mark cannot be parsed; ldapjs parses it and LibreChat never uses it."""


class LdapUrlError(ValueError):
    """LibreChat cannot read the address. ``args[0]`` is an :class:`LdapUrlFault`."""

    def __init__(self, fault: LdapUrlFault) -> None:
        super().__init__(fault)
        self.fault = fault


class LdapAddress(NamedTuple):
    """Where LibreChat connects."""

    host: str
    """As it is given to the look-up: an IPv6 address keeps its brackets there, and is not found."""
    port: int
    secure: bool

    @property
    def crashes(self) -> bool:
        """Whether connecting throws an uncaught error: port 0 (ldapjs lib/client/client.js, ``connectSocket``)."""
        return self.port == 0

    @property
    def is_bracketed(self) -> bool:
        """Whether the host is an IPv6 address in brackets, which Node looks up as a name and does not find."""
        return self.host.startswith("[")


def parse_ldap_url(text: str) -> LdapAddress:
    """Return an address as ldapjs parses it (lib/url.js, 2.3.3).

    Path, user and password in it are ignored; the query has to be one of an LDAP URL. ``LdapUrlError`` if it throws.
    """
    rest = text.strip(_BLANK).replace("\t", "").replace("\n", "").replace("\r", "")
    match = _SCHEME.match(rest)
    if match is None:
        raise LdapUrlError(LdapUrlFault.NO_URL)
    scheme = match[1].lower()
    if scheme not in ("ldap", "ldaps"):
        raise LdapUrlError(LdapUrlFault.SCHEME)
    rest = rest[match.end() :].partition("#")[0]
    authority = ""
    if rest.startswith("//"):
        authority, rest = re.match(r"([^/?]*)(.*)", rest[2:], re.DOTALL).groups()  # type: ignore[union-attr]
    host, port = _host_and_port(authority)
    _check_query(rest.partition("?")[2])
    secure = scheme == "ldaps"
    if not port:
        return LdapAddress(host or "localhost", _TLS_PORT if secure else _PLAIN_PORT, secure)
    return LdapAddress(host, int(port), secure)


def _host_and_port(authority: str) -> tuple[str, str]:
    """Return host and port of a URL whose scheme is none of the web's (WHATWG URL, opaque hosts)."""
    _, at, place = authority.rpartition("@")
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[]*)(?::(.*))?", place, re.DOTALL)
    if match is None or (not match[1] and (at or match[2] is not None)):
        raise LdapUrlError(LdapUrlFault.NO_URL)
    host, port = match[1], match[2] or ""
    if port and not (port.isascii() and port.isdigit() and int(port) <= _LARGEST_PORT):
        raise LdapUrlError(LdapUrlFault.NO_URL)
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]", port
        except ValueError:
            raise LdapUrlError(LdapUrlFault.NO_URL) from None
    if _FORBIDDEN.search(host):
        raise LdapUrlError(LdapUrlFault.NO_URL)
    encoded = "".join(
        char if " " <= char <= "~" else "".join(f"%{byte:02X}" for byte in char.encode(errors="replace"))
        for char in host
    )
    return encoded, port


def _check_query(query: str) -> None:
    """Look at attributes, scope and filter of an LDAP URL (RFC 4516 section 2) as ldapjs does."""
    if not query:
        return
    parts = query.split("?")
    if len(parts) > 1 and parts[1] not in _SCOPES:
        raise LdapUrlError(LdapUrlFault.SCOPE)
    pattern = unquote(parts[2]) if len(parts) > 2 else ""  # noqa: PLR2004
    if pattern:
        from wizard.librechat.ldap_filter import LdapFilterError, parse_ldap_filter

        try:
            parse_ldap_filter(pattern)
        except LdapFilterError:
            raise LdapUrlError(LdapUrlFault.FILTER) from None
