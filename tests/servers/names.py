"""The addresses of a few names, as a name server tells them: what ``answering`` says in the tests of the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """``async with answering(Names(zone={"chat.test": {"A": ("192.168.1.10",)}})) as port``."""

    zone: Mapping[str, Mapping[str, tuple[str, ...]]]
    fault: str = ""
    """``silent`` answers nothing, ``refused`` refuses every question."""
    questions: list[str] = field(default_factory=list)

    def __call__(self, query: dns.message.Message) -> dns.message.Message | None:
        """Answer a question."""
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.questions.append(f"{name} {kind}")
        if self.fault == "silent":
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if self.fault == "refused":
            response.set_rcode(dns.rcode.REFUSED)
        elif name not in self.zone:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            self._fill(response, name, kind)
        return response

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        records = self.zone.get(name, {})
        for alias in records.get("CNAME", ()):
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{alias}."))
            self._fill(response, alias, kind)
        if kind in records:
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *records[kind]))
