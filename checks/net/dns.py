"""Bounded DNS queries. Replies are untrusted bytes; a missing reply is reported."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from checks.net.errors import DnsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST_LABEL: Final = 63
_LONGEST_NAME: Final = 253
"""RFC 1035 section 2.3.4: 255 octets on the wire are 253 characters."""
_MOST_QUESTIONS: Final = 300
"""Of one run: records that lead into each other without end must not keep a resolver busy."""


class BadName(ValueError):
    """A text that is not a domain name (RFC 1035 section 2.3.4); it is not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """What DNS says about one name and type."""

    texts: tuple[bytes, ...] = ()
    """TXT: each record with its strings joined without blanks (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2)."""
    addresses: tuple[Address, ...] = ()
    names: tuple[str, ...] = ()
    """MX (best first) and PTR: absolute names without the last dot; the root, as in RFC 7505, is the empty text."""
    aliases: tuple[str, ...] = ()
    """The names that the name is an alias for (CNAME), in small letters and without a final dot."""
    exists: bool = True
    """False where the name itself does not exist (NXDOMAIN)."""

    @property
    def is_void(self) -> bool:
        """Whether it counts as a void look-up (RFC 7208 section 4.6.4)."""
        return not (self.texts or self.addresses or self.names)


def absolute(text: str) -> dns.name.Name:
    """Return a name to ask for. Raises ``BadName`` for empty or too long labels and for what is not ASCII."""
    labels = text.removesuffix(".").split(".")
    if not text.isascii() or len(text) > _LONGEST_NAME + 1:
        raise BadName("not a domain name")
    if any(not label or len(label) > _LONGEST_LABEL for label in labels):
        raise BadName("not a domain name")
    try:
        return dns.name.Name([*(label.encode("ascii") for label in labels), b""])
    except dns.exception.DNSException as error:
        raise BadName("not a domain name") from error


@dataclass(slots=True, kw_only=True)
class Lookup:
    """Asks a resolver; each question is asked once, and all together take ``total`` seconds at most."""

    resolver: dns.asyncresolver.Resolver
    seconds: float = 5
    """For one question."""
    total: float = 40
    begun: float = field(default_factory=time.monotonic)
    _known: dict[tuple[str, str], DnsAnswer | DnsError] = field(default_factory=dict, repr=False)

    async def ask(self, name: str | dns.name.Name, kind: str) -> DnsAnswer:
        """Return what DNS says; an empty reply if there is nothing. Raises ``DnsError`` and ``BadName``."""
        key = (str(name).lower().removesuffix("."), kind)
        if key not in self._known:
            target = absolute(name) if isinstance(name, str) else name
            if len(self._known) >= _MOST_QUESTIONS:
                raise DnsError("too many queries")
            try:
                self._known[key] = await self._ask(target, kind)
            except DnsError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, DnsError):
            raise DnsError(known.detail)
        return known

    async def knows_nothing(self) -> bool:
        """Whether the resolver denies even the root, which always exists (RFC 8020): it denies everything, as where a network is shut."""
        try:
            return not (await self._ask(dns.name.root, "NS")).exists
        except DnsError:
            return False

    async def reverse(self, address: Address) -> DnsAnswer:
        """Return the names of an address (PTR)."""
        return await self.ask(dns.reversename.from_address(str(address)).to_text(), "PTR")

    async def _ask(self, target: dns.name.Name, kind: str) -> DnsAnswer:
        left = self.total - (time.monotonic() - self.begun)
        if left <= 0:
            raise DnsError("no time left for this query")
        seconds = min(self.seconds, left)
        try:
            # The resolver's own limit does not hold while a server keeps sending what is not an answer.
            async with asyncio.timeout(seconds + 0.5):
                answer = await self.resolver.resolve(
                    target, kind, search=False, lifetime=seconds, raise_on_no_answer=False
                )
        except dns.resolver.NXDOMAIN:
            return DnsAnswer(exists=False)
        except (dns.exception.Timeout, TimeoutError):
            raise DnsError(f"no response in {seconds:g} s") from None
        except dns.message.ChainTooLong:
            raise DnsError("a CNAME loop") from None
        except (dns.exception.DNSException, OSError, EOFError, ValueError):
            raise DnsError("the name server reports an error or sends an invalid response") from None
        return _reply(answer, kind)


def _reply(answer: dns.resolver.Answer, kind: str) -> DnsAnswer:
    records = list(answer.rrset or ())
    match kind:
        case "TXT":
            return DnsAnswer(texts=tuple(b"".join(record.strings) for record in records))
        case "A" | "AAAA":
            addresses = tuple(ipaddress.ip_address(record.address) for record in records)
            return DnsAnswer(addresses=addresses, aliases=tuple(_aliases(answer)))
        case "MX":
            ordered = sorted(records, key=lambda record: record.preference)
            return DnsAnswer(names=tuple(_text(record.exchange) for record in ordered))
        case _:
            return DnsAnswer(names=tuple(_text(record.target) for record in records))


def _aliases(answer: dns.resolver.Answer) -> Iterator[str]:
    for part in answer.response.answer:
        if part.rdtype == dns.rdatatype.CNAME:
            yield from (_text(record.target).lower() for record in part)


def _text(name: dns.name.Name) -> str:
    # dnspython writes what is not printable as \DDD, so that it is plain already.
    return name.to_text(omit_final_dot=True).removesuffix(".")
