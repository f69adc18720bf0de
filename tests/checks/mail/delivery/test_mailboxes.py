"""Mailbox servers that mean harm or are broken: a finding in time, and the mail goes out all the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from checks.mail.delivery.delivery import Delivery, DeliveryLimits
from tests.checks.mail.delivery.asking import QUICK, all_of, ids, subject
from tests.patience import hurried
from tests.servers.certificates import Certificates
from tests.servers.hostile import Hostile, close, dripping, endless, flood, memory_below
from tests.servers.lines import Reader, Writer, answering, silence
from tests.servers.smtp import Handler, Kind, serving
from wizard.answers.model import Imap
from wizard.basics.finding import Finding, Status
from wizard.basics.secret import Secret

PASSWORD = "Box-Canary+5"


drip = dripping(b"x")
endless_lines = endless(b"* 1 EXISTS and on\r\n" * 100)
huge_literal = endless(b"x" * 65536, after=b"* 1 FETCH (BODY[] {999999999}\r\n")


# The client's user and password have no line of their own: "LOGIN {4}", "user {n}", "password".
SIGNED_IN = (b"* OK hi\r\n", b"+ go\r\n", b"+ go\r\n", b"w1 OK in\r\n")
OPENED = (*SIGNED_IN, b"* OK [UIDNEXT 5] next\r\nw2 OK open\r\n")
EARLIER = {
    "greeting": (),
    "login": (b"* OK hi\r\n",),
    "examine": SIGNED_IN,
    "noop": OPENED,
    "search": (*OPENED, b"w3 OK\r\n"),
    "fetch": (*OPENED, b"w3 OK\r\n", b"* SEARCH 4 5 nonsense 99999999999999\r\nw4 OK\r\n"),
}


async def sent(certificates: Certificates, port: int, limits: DeliveryLimits, *, starttls: bool) -> list[Finding]:
    """Send a mail and look for it at a mailbox server; whatever that does, the mail goes out once."""
    async with serving(Kind(), certificates) as relay:
        imap = Imap(host="localhost", port=port, user="user", password=Secret(PASSWORD), starttls=starttls)
        settings = {"EMAIL_HOST": "localhost", "EMAIL_PORT": str(relay.port)}
        findings = await all_of(Delivery(subject(settings, imap=imap), limits=limits).unattended())
        assert len([message for session in relay.sessions for message in session.messages]) == 1
    return findings


async def found(
    hostile: Hostile, handler: Handler, certificates: Certificates, *, starttls: bool = False
) -> list[Finding]:
    limits = replace(QUICK, imap=hurried(0.7), arrival=hurried(2))
    check = partial(sent, certificates, limits=limits, starttls=starttls)
    return await hostile(handler, check, certificate="" if starttls else "valid", secret=PASSWORD)


@pytest.mark.parametrize("stage", EARLIER)
@pytest.mark.parametrize("wrong", [silence, drip, endless_lines, flood, huge_literal, close])
async def test_a_stage_that_never_ends(
    stage: str, wrong: Handler, hostile: Hostile, certificates: Certificates
) -> None:
    findings = await found(hostile, answering(*EARLIER[stage], then=wrong), certificates)
    (trouble,) = [each for each in findings if each.id.startswith("delivery.imap.")]
    assert trouble.status is Status.UNKNOWN, "of LibreChat's mail this says nothing"
    assert "delivery.accepted" in ids(findings)


async def test_a_hundred_megabytes_stay_outside(hostile: Hostile, certificates: Certificates) -> None:
    with memory_below(12):
        findings = await found(hostile, answering(*EARLIER["fetch"], then=huge_literal), certificates)
    assert [each.status for each in findings if each.id.startswith("delivery.imap.")] == [Status.UNKNOWN]


@pytest.mark.parametrize("stage", ["greeting", "login", "examine"])
async def test_what_a_server_says_is_shown_inert_and_without_the_password(
    stage: str, hostile: Hostile, certificates: Certificates
) -> None:
    response = f"NO \x1b]0;owned\x07\u202e {PASSWORD}\r\n".encode()
    tags = {"greeting": b"* ", "login": b"w1 ", "examine": b"w2 "}
    findings = await found(hostile, answering(*EARLIER[stage], tags[stage] + response, then=silence), certificates)
    (trouble,) = [each for each in findings if each.id.startswith("delivery.imap.")]
    assert "owned" in "".join(trouble.evidence)
    assert "[secret]" in "".join(trouble.evidence)


@pytest.mark.parametrize("certificate", ["expired", "selfsigned", "wronghost", "untrusted"])
@pytest.mark.parametrize("starttls", [False, True])
async def test_no_password_for_a_certificate_that_is_not_trusted(
    certificate: str, starttls: bool, hostile: Hostile, certificates: Certificates
) -> None:
    heard = bytearray()

    async def handler(reader: Reader, writer: Writer) -> None:
        if starttls:
            writer.write(b"* OK hi\r\n")
            await reader.readline()
            writer.write(b"w1 OK go\r\n")
            await writer.drain()
            await writer.start_tls(certificates.context(certificate))
        else:
            writer.write(b"* OK hi\r\n")
        heard.extend(await reader.read(1000))

    check = partial(sent, certificates, limits=QUICK, starttls=starttls)
    findings = await hostile(handler, check, certificate="" if starttls else certificate)
    assert ids(findings)[0] == "delivery.imap.certificate"
    assert b"LOGIN" not in heard


async def test_what_came_in_clear_does_not_count_under_tls(hostile: Hostile, certificates: Certificates) -> None:
    """CVE-2011-0411 from the client's side."""
    seen: list[bytes] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(b"* OK hi\r\n")
        await reader.readline()
        writer.write(b"w1 OK go\r\n+ go\r\n+ go\r\nw2 OK in\r\n* OK [UIDNEXT 1] x\r\nw3 OK open\r\n")
        await writer.drain()
        await writer.start_tls(certificates.context("valid"))
        seen.append(await reader.readline())
        await asyncio.sleep(3600)

    findings = await found(hostile, handler, certificates, starttls=True)
    assert ids(findings)[0] == "delivery.imap.silent"
    assert seen == [b"w2 LOGIN {4}\r\n"], "the words in plain text did not make it go on"


async def test_it_only_reads(hostile: Hostile, certificates: Certificates) -> None:
    """No command that changes a mailbox or marks a mail as read is ever given."""
    heard: list[bytes] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        for answer in (*EARLIER["fetch"], b"* 2 FETCH (UID 5 BODY[]<0> {2}\r\nhi)\r\nw5 OK\r\n"):
            writer.write(answer)
            heard.append(await reader.readline())
        await asyncio.sleep(3600)

    await found(hostile, handler, certificates)
    assert heard[3:7] == [
        b'w2 EXAMINE "INBOX"\r\n',
        b"w3 NOOP\r\n",
        b"w4 UID SEARCH UID 5:*\r\n",
        b"w5 UID FETCH 5 (BODY.PEEK[]<0.262144>)\r\n",
    ]


async def test_no_way_in_clear(hostile: Hostile, certificates: Certificates) -> None:
    heard = bytearray()

    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(b"* OK hi\r\n")
        heard.extend(await reader.readline())
        writer.write(b"w1 BAD what\r\n")
        heard.extend(await reader.read(1000))

    findings = await found(hostile, handler, certificates, starttls=True)
    assert ids(findings)[0] == "delivery.imap.starttls"
    assert bytes(heard) == b"w1 STARTTLS\r\n"
