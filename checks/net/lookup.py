"""Resolves a name twice: through public DNS, and as this machine does (including its hosts file)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wizard.basics.os_errors import in_words

_UNTOLD: Final = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM, socket.EAI_MEMORY})
"""Answers of the system that say nothing about the name (RFC 3493 section 6.1)."""


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


async def by_dns(host: str, servers: Servers, kinds: Sequence[str] = ("A", "AAAA")) -> HostAnswer:
    """Ask DNS for the addresses of a name, unchanged: no search list, no hosts file."""
    import dns.asyncresolver
    import dns.exception
    import dns.name

    from checks.net.dns import DnsAnswer, Lookup
    from checks.net.errors import DnsError

    try:
        resolver = dns.asyncresolver.Resolver(configure=not servers.addresses)
        if servers.addresses:
            resolver.nameservers = list(servers.addresses)
            resolver.port = servers.port
        name = dns.name.from_text(host)
    except (dns.exception.DNSException, UnicodeError, OSError) as error:
        return HostAnswer(known=Known.UNTOLD, detail=str(error))
    questions = Lookup(resolver=resolver, seconds=servers.seconds, total=servers.seconds + 1)

    async def ask(kind: str) -> DnsAnswer | DnsError:
        try:
            return await questions.ask(name, kind)
        except DnsError as error:
            return error

    replies = await asyncio.gather(*map(ask, kinds))
    answers = [answer for answer in replies if isinstance(answer, DnsAnswer)]
    missing = next((f"DNS: {error}" for error in replies if isinstance(error, DnsError)), "")
    addresses = tuple(str(address) for answer in answers for address in answer.addresses)
    if addresses:
        aliases = tuple(dict.fromkeys(alias for answer in answers for alias in answer.aliases))
        return HostAnswer(known=Known.FOUND, addresses=addresses, aliases=aliases, detail=missing)
    if missing:
        return HostAnswer(known=Known.UNTOLD, detail=missing)
    exists = any(answer.exists for answer in answers)
    why = "the name has no address" if exists else "there is no such name (NXDOMAIN)"
    return HostAnswer(known=Known.NONE, detail=f"DNS: {why}")


async def by_system(host: str, seconds: float | None) -> HostAnswer:
    """Ask this machine's own resolver, as every program here does (getaddrinfo)."""
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        known = Known.UNTOLD if error.errno in _UNTOLD else Known.NONE
        return HostAnswer(known=known, detail=error.strerror or "")
    except TimeoutError:
        return HostAnswer(known=Known.UNTOLD, detail=f"no response in {seconds:g} s")
    except UnicodeError:
        return HostAnswer(known=Known.NONE, detail="a part of the name is empty, or longer than 63 characters")
    except (OSError, ValueError) as error:
        return HostAnswer(known=Known.NONE, detail=in_words(error))
    return HostAnswer(known=Known.FOUND, addresses=tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
