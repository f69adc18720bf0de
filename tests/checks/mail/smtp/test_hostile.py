"""Servers that mean harm or are broken: a finding in time, little memory, nothing that steers a terminal, no password."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from checks.mail.smtp.task import SmtpLimits
from checks.model import Report
from checks.net.node_trust import Trust
from checks.report import finding_json, report_text
from tests.checks.mail.smtp.asking import FROM, ask, task
from tests.patience import assert_linear, within
from tests.servers.certificates import Certificates
from tests.servers.lines import Reader, Writer, answering, silence
from tests.servers.smtp import Handler, Kind, listening, serving
from wizard.basics.finding import Finding, Status

HURRY = SmtpLimits(dns=1, connect=1, tls=1, greeting=1, answer=1, patience=0.2, aside=0.6, total=6)
PASSWORD = "Correct-Horse+7"
SETTINGS = {"EMAIL_FROM": FROM, "EMAIL_HOST": "127.0.0.1"}
LOGIN = SETTINGS | {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": PASSWORD}


async def drip(_: Reader, writer: Writer) -> None:
    for byte in b"250 " + b"x" * 4000:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.1)


async def endless_lines(_: Reader, writer: Writer) -> None:
    while True:
        writer.write(b"250-and on\r\n" * 100)
        await writer.drain()


async def no_end_of_line(_: Reader, writer: Writer) -> None:
    writer.write(b"250 ")
    while True:
        writer.write(b"x" * 1000)
        await writer.drain()


async def flood(_: Reader, writer: Writer) -> None:
    chunk = b"x" * 65536
    for _part in range(1600):
        writer.write(chunk)
        await writer.drain()


async def told(
    handler: Handler, trust: Trust, settings: dict[str, str] | None = None, *, tls: ssl.SSLContext | None = None
) -> list[Finding]:
    """Run the check, message and all, against a handler; it has to end within its own limit.

    ``tls``: from the first byte, as a password is sent only so.
    """
    settings = settings or SETTINGS
    if tls is not None:
        settings = settings | {"EMAIL_ENCRYPTION": "tls"}
    async with listening(handler, context=tls) as port:
        wanted = task(settings, port, trust, limits=HURRY)
        found = await within(ask(replace(wanted, message=b"Subject: test\r\n\r\nHello\r\n")))
    assert found
    assert found[-1].status in (Status.FAIL, Status.UNKNOWN), found[-1]
    text = report_text(Report(findings=tuple(found))) + json.dumps([finding_json(each) for each in found])
    assert not [char for char in text.replace("\n", "") if not char.isprintable()]
    assert all(text not in "".join((each.summary, *each.evidence)) for each in found for text in ("\x1b", "\r", "\x07"))
    return found


EARLIER = {
    "greeting": (),
    "ehlo": (b"220 hi\r\n",),
    "starttls": (b"220 hi\r\n", b"250-hi\r\n250 STARTTLS\r\n"),
    "auth": (b"220 hi\r\n", b"250-hi\r\n250 AUTH CRAM-MD5\r\n"),
    "sender": (b"220 hi\r\n", b"250 hi\r\n"),
    "recipient": (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n"),
    "data": (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n"),
}
"""What the server says, in good manners, up to a stage."""
AT = {"auth": LOGIN}
"""The settings that lead to a stage, where it takes more than the usual ones."""


@pytest.mark.parametrize("stage", EARLIER)
@pytest.mark.parametrize("wrong", [silence, drip, endless_lines, flood])
async def test_a_stage_that_never_ends(
    stage: str, wrong: Callable[[Reader, Writer], Awaitable[None]], trust: Trust, certificates: Certificates
) -> None:
    tls = certificates.context("valid") if stage in AT else None
    found = await told(answering(*EARLIER[stage], then=wrong), trust, AT.get(stage), tls=tls)
    slow = wrong in (silence, drip)
    assert found[-1].id == f"smtp.{stage}.{'silent' if slow else 'garbled'}"
    # Only for the greeting is LibreChat's patience as short as the check's.
    assert found[-1].status is (Status.UNKNOWN if slow and stage != "greeting" else Status.FAIL)


@pytest.mark.parametrize("stage", EARLIER)
async def test_closing_at_every_stage(stage: str, trust: Trust, certificates: Certificates) -> None:
    async def close(_: Reader, __: Writer) -> None:
        return

    tls = certificates.context("valid") if stage in AT else None
    found = await told(answering(*EARLIER[stage], then=close), trust, AT.get(stage), tls=tls)
    assert (found[-1].id, found[-1].status) == (f"smtp.{stage}.closed", Status.FAIL)


STEERING = b"\x1b]0;owned\x07\x1b[2J\xff\xfe\xe2\x80\xae\x9b31m[@click=app.bell]x"


@pytest.mark.parametrize("stage", [stage for stage in EARLIER if stage != "starttls"])
@pytest.mark.parametrize("code", [b"554 ", b"421 ", b"", b"-99 "])
async def test_nothing_that_a_server_says_reaches_the_terminal(
    stage: str, code: bytes, trust: Trust, certificates: Certificates
) -> None:
    tls = certificates.context("valid") if stage in AT else None
    answer = code + STEERING + b"\r\n"
    found = await told(answering(*EARLIER[stage], answer, answer, then=silence), trust, AT.get(stage), tls=tls)
    assert found[-1].status is Status.FAIL
    assert "owned" in "".join(found[-1].evidence), "the operator does see what came"


async def test_tls_that_never_comes_about(trust: Trust) -> None:
    found = await told(answering(*EARLIER["starttls"], b"220 go\r\n", then=silence), trust)
    assert (found[-1].id, found[-1].status) == ("smtp.starttls.tls-silent", Status.UNKNOWN)
    found = await told(answering(then=silence), trust, SETTINGS | {"EMAIL_ENCRYPTION": "tls"})
    assert (found[-1].id, found[-1].status) == ("smtp.connect.tls-silent", Status.UNKNOWN)


async def test_words_put_into_the_mouth_of_a_server_before_tls(certificates: Certificates, trust: Trust) -> None:
    """CVE-2011-0411 from the client's side: what came in clear must not count as said under TLS."""
    context = certificates.context("valid")

    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(b"220 hi\r\n")
        await reader.readline()
        writer.write(b"250 STARTTLS\r\n")
        await reader.readline()
        writer.write(b"220 go\r\n250 AUTH PLAIN\r\n")
        await writer.drain()
        await writer.start_tls(context)

    found = await told(handler, trust, LOGIN)
    assert found[-1].id == "smtp.starttls.injected"


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "data"])
@pytest.mark.parametrize("wrong", [flood, endless_lines, no_end_of_line])
async def test_a_hundred_megabytes_stay_outside(
    stage: str, wrong: Callable[[Reader, Writer], Awaitable[None]], trust: Trust
) -> None:
    trust.context(verifies=True)  # what the roots take is not the server's doing
    tracemalloc.start()
    try:
        found = await told(answering(*EARLIER[stage], then=wrong), trust)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found[-1].id == f"smtp.{stage}.garbled"
    assert peak < 2 * 1024 * 1024


async def test_answers_that_nobody_asked_for(trust: Trust) -> None:
    found = await told(answering(b"220 hi\r\n220 again\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n"), trust)
    assert (found[-1].id, found[-1].status) == ("smtp.data.surplus", Status.FAIL)


def test_a_hostile_offer_is_read_in_linear_time(trust: Trust) -> None:
    """The expression that nodemailer searches with would take hours for this one."""

    def read(size: int) -> None:
        blanks = b"".join(b"250-AUTH" + b" " * size + b"\r\n" for _ in range(3))
        offer = blanks + b"250 AUTH=" + b" PLAI" * (size // 8) + b"\r\n"
        found = asyncio.run(told(answering(b"220 hi\r\n", offer, b"550 no\r\n", then=silence), trust, LOGIN))
        assert found[-1].status is Status.FAIL

    assert_linear(read, 8000)


@pytest.mark.parametrize("form", ["bare", "encoded", "whole", "small"])
async def test_a_password_that_comes_back_is_not_told(form: str, certificates: Certificates, trust: Trust) -> None:
    whole = base64.b64encode(f"\0user\0{PASSWORD}".encode()).decode()
    encoded = base64.b64encode(PASSWORD.encode()).decode()
    back = {"bare": PASSWORD, "encoded": encoded, "whole": whole, "small": PASSWORD.lower()}[form]
    kind = Kind(certificate="valid", auth="AUTH PLAIN", answers={"AUTH": f"535 5.7.8 not with {back}, you".encode()})
    async with serving(kind, certificates) as server:
        found = await ask(task(LOGIN | {"EMAIL_HOST": "localhost"}, server.port, trust, limits=HURRY))
        assert whole.encode() in server.heard, "under TLS it is sent"
    assert found[-1].id == "smtp.auth.rejected"
    assert "[secret]" in found[-1].evidence[0]
    assert not any(back in text for each in found for text in (each.summary, each.remedy, *each.evidence))


async def test_findings_and_tasks_never_show_the_password(trust: Trust) -> None:
    wanted = task(LOGIN, 1, trust, limits=HURRY)
    assert PASSWORD not in repr(wanted)
    assert PASSWORD not in repr(await ask(replace(wanted, message=b"x")))
