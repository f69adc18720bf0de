"""Name servers that mean harm, are broken or say nothing: a finding within the limit, nothing raw, no endless work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from dns.rdtypes.ANY.TXT import TXT

from checks.model import RunMemory, Subject
from checks.runner import report
from tests.checks.mail.sender.asking import ask, task
from tests.patience import assert_linear, stretched, within
from tests.servers.dns import Answering, answering, resolver_at
from tests.servers.hostile import STEERING, assert_inert, memory_below
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status

MAIL = {"EMAIL_FROM": "chat@victim.org", "EMAIL_HOST": "smtp.gmail.com"}


async def told(say: Answering, *, seconds: float = 0.5, total: float = 4) -> list[Finding]:
    async with answering(say) as port:
        found = await within(ask(task(port, MAIL, seconds=seconds, total=total)))
    assert_inert(found)
    return found


def reply(question: dns.message.Message, *records: tuple[str, str]) -> dns.message.Message:
    """Answer with these records at the name that was asked for."""
    made = dns.message.make_response(question)
    made.flags |= dns.flags.RA
    asked = question.question[0]
    for kind, text in records:
        made.answer.append(dns.rrset.from_text(asked.name, 60, dns.rdataclass.IN, kind, text))
    return made


def kind_of(question: dns.message.Message) -> str:
    return dns.rdatatype.to_text(question.question[0].rdtype)


def serving(texts: Callable[[str], list[bytes]]) -> Answering:
    """Say that every name has a mail server, and these TXT records."""

    def say(question: dns.message.Message) -> dns.message.Message:
        match kind_of(question):
            case "MX":
                return reply(question, ("MX", "10 mx.victim.org."))
            case "A":
                return reply(question, ("A", "1.1.1.1"))
            case "TXT":
                name = question.question[0].name.to_text(omit_final_dot=True)
                made = reply(question)
                for text in texts(name):
                    # Not from its text form, which would take longer than the check.
                    parts = [text[start : start + 255] for start in range(0, len(text), 255)] or [b""]
                    record = TXT(dns.rdataclass.IN, dns.rdatatype.TXT, parts)
                    made.answer.append(dns.rrset.from_rdata(question.question[0].name, 60, record))
                return made
            case _:
                return reply(question)

    return say


def says_nothing(_: dns.message.Message) -> None:
    return None


def garbage(_: dns.message.Message) -> bytes:
    return b"\xff" * 300


def other_question(question: dns.message.Message) -> dns.message.Message:
    return reply(dns.message.make_query("elsewhere.org.", "A", id=question.id), ("A", "1.1.1.1"))


def broken_off(question: dns.message.Message) -> bytes:
    return reply(question, ("CNAME", "x.victim.org.")).to_wire()[:-5]


def refused(question: dns.message.Message) -> dns.message.Message:
    made = reply(question)
    made.set_rcode(dns.rcode.REFUSED)
    return made


def endless_aliases(question: dns.message.Message) -> dns.message.Message:
    made = reply(question)
    name = question.question[0].name
    for number in range(200):
        following = dns.name.from_text(f"a{number}.victim.org.")
        made.answer.append(dns.rrset.from_text(name, 60, dns.rdataclass.IN, "CNAME", following.to_text()))
        name = following
    return made


def alias_to_itself(question: dns.message.Message) -> dns.message.Message:
    return reply(question, ("CNAME", question.question[0].name.to_text()))


@pytest.mark.parametrize(
    "say", [says_nothing, garbage, other_question, broken_off, refused, endless_aliases, alias_to_itself]
)
async def test_no_answer_that_is_one(say: Answering) -> None:
    found = await told(say)
    if say is alias_to_itself:
        # dnspython takes it for a name without such a record; either way nothing goes round in circles.
        assert found[-1].status is not Status.PASS
    else:
        assert [(each.id, each.status) for each in found] == [("sender.dns.silent", Status.UNKNOWN)]


async def test_a_server_that_denies_even_the_root_knows_nothing() -> None:
    """So answer the resolvers of networks that are shut: the domain may well exist."""

    def denies(question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    (finding,) = await told(denies)
    assert (finding.id, finding.status) == ("sender.dns.silent", Status.UNKNOWN)


async def test_a_server_that_falls_silent_after_the_first_answer() -> None:
    def say(question: dns.message.Message) -> dns.message.Message | None:
        return reply(question, ("MX", "10 mx.victim.org.")) if kind_of(question) == "MX" else None

    found = await told(say)
    assert {each.id for each in found} == {
        "sender.mx.unknown",
        "sender.spf.unknown",
        "sender.dkim.unknown",
        "sender.dmarc.unknown",
        "sender.aligned.unknown",
    }
    assert {each.status for each in found} == {Status.UNKNOWN}


@pytest.mark.parametrize("head", [b"", b"v=spf1 ", b"v=DMARC1; p=", b"v=DKIM1; p="])
async def test_bytes_that_steer_a_terminal(head: bytes) -> None:
    found = await told(serving(lambda _: [head + STEERING + b"\r\n"]))
    assert any(each.status is not Status.PASS for each in found)


HUGE = (
    (b"v=spf1 ", b"x", 60000, b""),
    (b"v=spf1 a:", b"a", 60000, b"!"),
    (b"v=spf1 a:", b".a", 30000, b""),
    (b"v=spf1 exists:", b"%{i}", 15000, b""),
    (b"v=spf1 ", b"ip4:1.2.3.4 ", 5000, b"-all"),
    (b"v=spf1 ", b"a:x.org ", 7000, b"-all"),
    (b"v=spf1 ", b"include:x.org ", 4000, b"-all"),
    (b"v=DMARC1; ", b"rua=mailto:a@b.c;", 3000, b""),
    (b"v=DMARC1; p=none; rua=", b"mailto:a@b.c,", 700, b""),
    (b"v=DKIM1; p=", b"A", 60000, b""),
    (b"v=DKIM1;", b" ", 60000, b""),
    (b"", b'"', 60000, b""),
)


@pytest.mark.parametrize(("before", "again", "count", "after"), HUGE)
async def test_a_huge_record_is_judged_in_little_memory(before: bytes, again: bytes, count: int, after: bytes) -> None:
    text = before + again * count + after
    with memory_below(64):
        found = await told(serving(lambda _: [text]), seconds=stretched(5), total=stretched(10))
    assert max(len(part) for each in found for part in (each.summary, each.remedy, *each.evidence)) < 1500


@pytest.mark.parametrize(("before", "again", "count", "after"), HUGE)
def test_a_huge_record_is_judged_in_linear_time(before: bytes, again: bytes, count: int, after: bytes) -> None:
    def judge(size: int) -> None:
        text = before + again * size + after
        asyncio.run(told(serving(lambda _: [text]), seconds=stretched(5), total=stretched(10)))

    assert_linear(judge, count)


async def test_hundreds_of_records() -> None:
    found = await told(
        serving(lambda _: [b"v=spf1 %d" % number for number in range(500)]), seconds=stretched(5), total=stretched(10)
    )
    assert "sender.spf.several" in [each.id for each in found]


async def test_records_that_lead_on_for_ever() -> None:
    asked: list[str] = []

    def texts(name: str) -> list[bytes]:
        asked.append(name)
        following = " ".join(f"include:n{len(asked)}x{number}.victim.org" for number in range(20))
        return [f"v=spf1 {following} redirect=r{len(asked)}.victim.org".encode()]

    found = await told(serving(texts), seconds=stretched(5), total=stretched(10))
    assert "sender.spf.lookups" in [each.id for each in found]
    assert len(asked) < 150


async def test_the_whole_check_keeps_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the runner, with the resolver that the check would choose by itself pointed at a silent server."""
    import checks.mail.sender

    async with answering(says_nothing) as port:
        monkeypatch.setattr(checks.mail.sender, "resolver_of", lambda _: resolver_at(port))
        done = await report([checks.mail.sender.SENDER], Subject(memory=RunMemory(), deployment=deployment(MAIL)))
    assert [(each.id, each.status) for each in done.findings] == [("sender.dns.silent", Status.UNKNOWN)]
    assert done.exit_status == 4
    assert "no response in 5 s" in done.findings[0].summary
