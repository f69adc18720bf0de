"""The public test suite of RFC 7208 (it comes with pyspf), every case through a name server on loopback.

No case is left out, and none is counted as optional: ``test_the_alternatives`` names the six for which the suite itself
allows two results, because RFC 7208 leaves them open, and which of the two it is here.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from ruamel.yaml import YAML

from checks.mail.sender.spf import SpfVerdict, check_host
from checks.net.dns import Lookup
from tests.judge import JUDGES, need_path
from tests.patience import SECONDS
from tests.servers.dns import answering, quoted, resolver_at

SUITE = JUDGES / "rfc7208-tests.yml"

TAKEN = {
    "invalid-domain-empty-label": "fail",
    "invalid-domain-long": "fail",
    "invalid-domain-long-via-macro": "fail",
    "p-macro-multiple": "pass",
}
"""Which of several allowed results it is here."""
BY_CHANCE = ["multispf1", "ptr-limit"]
"""Identical records that name servers may send once, and more PTR records than are looked at, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: str
    about: dict[str, Any]
    zone: dict[str, list[Any]]


def suite() -> list[Case]:
    with need_path("the SPF suite", SUITE).open(encoding="utf-8") as file:
        scenarios = list(YAML(typ="safe", pure=True).load_all(file))
    return [
        Case(id=name, about=about, zone={key.lower(): value for key, value in scenario["zonedata"].items()})
        for scenario in scenarios
        for name, about in scenario["tests"].items()
    ]


def records(entries: list[Any]) -> list[tuple[str, Any]]:
    """Return type and value; an SPF entry stands for TXT unless a TXT entry is there too (the suite's own rule)."""
    pairs = [(str(kind), value) for entry in entries if isinstance(entry, dict) for kind, value in entry.items()]
    has_text = any(kind == "TXT" for kind, _ in pairs)
    kept = [("TXT" if kind == "SPF" else kind, value) for kind, value in pairs if kind != "SPF" or not has_text]
    return [(kind, value) for kind, value in kept if value != "NONE"]


def rdata(kind: str, value: Any) -> str:
    if value == "TIMEOUT":
        return "TIMEOUT"
    match kind:
        case "TXT":
            parts = [value] if isinstance(value, str) else value
            return " ".join(quoted(part.encode()) for part in parts or [""])
        case "MX":
            return f"{value[0]} {value[1].rstrip('.')}."
        case "CNAME" | "PTR":
            return f"{value.rstrip('.')}."
        case _:
            return str(value)


def answer(zone: dict[str, list[Any]], question: dns.message.Message) -> dns.message.Message | None:
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.RA
    asked = question.question[0]
    # Not to_text(), which would escape the blanks that macros may put into a name.
    name = b".".join(asked.name.labels[:-1]).decode("ascii").lower()
    return reply if fill(reply, zone, name, asked.rdtype) else None


def fill(reply: dns.message.Message, zone: dict[str, list[Any]], name: str, rdtype: dns.rdatatype.RdataType) -> bool:
    """Put the answer into ``reply``; False where the server is to be silent."""
    kind = dns.rdatatype.to_text(rdtype)
    while name in zone:
        found = records(zone[name])
        owner = dns.name.Name([*(label.encode() for label in name.split(".")), b""])
        wanted = [rdata(each, value) for each, value in found if each == kind]
        if "TIMEOUT" in wanted or (not wanted and "TIMEOUT" in zone[name]):
            return False
        if wanted:
            reply.answer.append(dns.rrset.from_text_list(owner, 60, dns.rdataclass.IN, rdtype, wanted))
        alias = next((value for each, value in found if each == "CNAME"), None)
        if wanted or alias is None or len(reply.answer) > len(zone):
            return True
        reply.answer.append(dns.rrset.from_text(owner, 60, dns.rdataclass.IN, "CNAME", rdata("CNAME", alias)))
        name = alias.rstrip(".").lower()
    reply.set_rcode(dns.rcode.NXDOMAIN)
    return not name.startswith("error.")


async def verdict_of(case: Case) -> SpfVerdict:
    about = case.about
    mail_from, helo = str(about["mailfrom"]), str(about["helo"])
    domain = mail_from.rpartition("@")[2] or helo
    is_silent = "TIMEOUT" in repr(case.zone) or "error." in repr(case)
    async with answering(lambda question: answer(case.zone, question)) as port:
        return await check_host(
            Lookup(resolver=resolver_at(port), seconds=0.8 if is_silent else SECONDS),
            ipaddress.ip_address(about["host"]),
            domain,
            mail_from,
            helo=helo,
            receiver="receiver.example",
        )


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in suite()])
async def test_every_case_of_the_public_suite(case: Case) -> None:
    about = case.about
    verdict = await verdict_of(case)
    allowed = about["result"] if isinstance(about["result"], list) else [about["result"]]
    assert verdict.result in allowed, verdict
    if "explanation" in about and verdict.result == "fail":
        wanted = "" if about["explanation"] == "DEFAULT" else about["explanation"]
        assert verdict.explanation == wanted


async def test_the_alternatives() -> None:
    several = {case.id: case for case in suite() if isinstance(case.about["result"], list)}
    assert sorted(several) == sorted([*TAKEN, *BY_CHANCE])
    assert {name: (await verdict_of(several[name])).result for name in TAKEN} == TAKEN
