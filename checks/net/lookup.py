"""A name's addresses twice: as DNS tells everybody, and as this machine takes the name (its hosts file included)."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dns.resolver


class Known(StrEnum):
    """How a question for a name ended."""

    FOUND = "found"
    NONE = "none"
    """There is no such name, or it has no address: a certain answer."""
    UNTOLD = "untold"
    """Nobody answered the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAnswer:
    """What one of the two said."""

    known: Known
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """The names that the name is an alias for (CNAME), in small letters and without a final dot."""
    detail: str = ""
    """Words of the system: hostile until drawn as plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Which name servers are asked; by default those of this machine."""

    addresses: tuple[str, ...] = ()
    port: int = 53
    seconds: float = 6.0
    """For a whole question, further tries included."""


async def by_dns(host: str, servers: Servers) -> HostAnswer:
    """Ask DNS for the IPv4 and the IPv6 addresses of a name, as it stands: no search list, no hosts file."""
    import dns.asyncresolver
    import dns.exception
    import dns.name

    try:
        resolver = dns.asyncresolver.Resolver(configure=not servers.addresses)
        if servers.addresses:
            resolver.nameservers = list(servers.addresses)
            resolver.port = servers.port
        name = dns.name.from_text(host)
    except (dns.exception.DNSException, UnicodeError, OSError) as error:
        return HostAnswer(known=Known.UNTOLD, detail=str(error))

    async def ask(kind: str) -> HostAnswer:
        try:
            found = await resolver.resolve(name, kind, search=False, lifetime=servers.seconds, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return HostAnswer(known=Known.NONE, detail="DNS: there is no such name (NXDOMAIN)")
        except (dns.exception.DNSException, OSError) as error:
            return HostAnswer(known=Known.UNTOLD, detail=f"DNS: {error}")
        return _read(found)

    four, six = await asyncio.gather(ask("A"), ask("AAAA"))
    addresses = (*four.addresses, *six.addresses)
    if addresses:
        aliases = tuple(dict.fromkeys((*four.aliases, *six.aliases)))
        missing = next((part.detail for part in (four, six) if part.known is Known.UNTOLD), "")
        return HostAnswer(known=Known.FOUND, addresses=addresses, aliases=aliases, detail=missing)
    return four if four.known is Known.UNTOLD else six


def _read(found: dns.resolver.Answer) -> HostAnswer:
    import dns.rdatatype

    sections = found.response.answer
    aliases = [
        record.target.to_text(omit_final_dot=True).lower()
        for part in sections
        if part.rdtype == dns.rdatatype.CNAME
        for record in part
    ]
    addresses = tuple(str(record.address) for record in found.rrset) if found.rrset is not None else ()
    known = Known.FOUND if addresses else Known.NONE
    detail = "" if addresses else "DNS: the name has no address"
    return HostAnswer(known=known, addresses=addresses, aliases=tuple(aliases), detail=detail)


async def by_system(host: str, seconds: float) -> HostAnswer:
    """Ask this machine's own resolver, as every program here does (getaddrinfo)."""
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        is_certain = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
        return HostAnswer(known=Known.NONE if is_certain else Known.UNTOLD, detail=f"this machine: {error.strerror}")
    except TimeoutError:
        return HostAnswer(known=Known.UNTOLD, detail=f"this machine: no answer in {seconds:g} s")
    except (OSError, UnicodeError) as error:
        return HostAnswer(known=Known.NONE, detail=f"this machine: {type(error).__name__}")
    return HostAnswer(known=Known.FOUND, addresses=tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
