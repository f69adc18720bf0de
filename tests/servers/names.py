"""A name server on a free UDP port of the loopback address, with the records that a test gives it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[str, Mapping[str, tuple[str, ...]]]


class NameServer(asyncio.DatagramProtocol):
    """``async with NameServer({"chat.test": {"A": ("192.168.1.10",)}}) as server: server.port``.

    ``fault``: ``silent`` answers nothing, ``refused`` refuses every question.
    """

    def __init__(self, zone: Zone, *, fault: str = "") -> None:
        self.port = 0
        self.questions: list[str] = []
        self._zone = zone
        self._fault = fault
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = int(self._transport.get_extra_info("sockname")[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.questions.append(f"{name} {kind}")
        if self._fault == "silent" or self._transport is None:
            return
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if self._fault == "refused":
            response.set_rcode(dns.rcode.REFUSED)
        elif name not in self._zone:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            self._fill(response, name, kind)
        self._transport.sendto(response.to_wire(), addr)

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        records = self._zone.get(name, {})
        for alias in records.get("CNAME", ()):
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{alias}."))
            self._fill(response, alias, kind)
        if kind in records:
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *records[kind]))
