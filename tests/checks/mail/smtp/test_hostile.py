"""Servers that mean harm or are broken: a finding in time, little memory, nothing that steers a terminal, no password."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace

import pytest

from checks.mail.smtp.task import NODEMAILER, SmtpLimits
from checks.net.node_trust import Trust
from tests.checks.mail.smtp.asking import FROM, ask, task
from tests.patience import assert_linear, hurried
from tests.servers.certificates import Certificates
from tests.servers.hostile import STEERING, Hostile, close, dripping, endless, flood, memory_below
from tests.servers.lines import Reader, Writer, answering, silence
from tests.servers.smtp import Handler, Kind, serving
from wizard.basics.finding import Finding, Status

PASSWORD = "Correct-Horse+7"
SETTINGS = {"EMAIL_FROM": FROM, "EMAIL_HOST": "127.0.0.1"}
LOGIN = SETTINGS | {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": PASSWORD}

drip = dripping(b"250 x")
endless_lines = endless(b"250-and on\r\n" * 100)
no_end_of_line = endless(b"x" * 1000, after=b"250 ")


def quick() -> SmtpLimits:
    """Loopback answers at once: the same check with less patience."""
    long, short = hurried(6), hurried(1)
    return SmtpLimits(
        dns=long,
        connect=long,
        tls=short,
        greeting=short,
        answer=short,
        before_tls_probe=0.2,
        diagnostics=0.6,
        total=long,
    )


async def told(
    hostile: Hostile,
    handler: Handler,
    trust: Trust,
    settings: dict[str, str] | None = None,
    *,
    certificate: str = "",
    limits: SmtpLimits | None = None,
) -> list[Finding]:
    """Run the check, message and all, against a handler; it has to end within its own limit.

    ``certificate``: TLS from the first byte, as a password is sent only so.
    """
    settings = (settings or SETTINGS) | ({"EMAIL_ENCRYPTION": "tls"} if certificate else {})

    async def check(port: int) -> list[Finding]:
        return await ask(
            replace(task(settings, port, trust, limits=limits or quick()), message=b"Subject: test\r\n\r\nHello\r\n")
        )

    found = await hostile(handler, check, certificate=certificate, secret=PASSWORD)
    assert found[-1].status in (Status.FAIL, Status.UNKNOWN), found[-1]
    return found


def certificate_at(stage: str) -> str:
    return "valid" if stage in AT else ""


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
@pytest.mark.parametrize(
    ("wrong", "failure"),
    [(silence, "silent"), (drip, "silent"), (endless_lines, "garbled"), (flood, "garbled"), (close, "closed")],
)
async def test_a_stage_that_never_comes_to_its_end(
    stage: str, wrong: Handler, failure: str, hostile: Hostile, trust: Trust
) -> None:
    limits = quick() if failure == "silent" else NODEMAILER
    handler, settings = answering(*EARLIER[stage], then=wrong), AT.get(stage)
    found = await told(hostile, handler, trust, settings, certificate=certificate_at(stage), limits=limits)
    assert found[-1].id == f"smtp.{stage}.{failure}", found[-1]
    # Only for the greeting is LibreChat's patience as short as the check's.
    assert found[-1].status is (Status.UNKNOWN if failure == "silent" and stage != "greeting" else Status.FAIL)


@pytest.mark.parametrize("stage", [stage for stage in EARLIER if stage != "starttls"])
@pytest.mark.parametrize("code", [b"554 ", b"421 ", b"", b"-99 "])
async def test_nothing_that_a_server_says_reaches_the_terminal(
    stage: str, code: bytes, hostile: Hostile, trust: Trust
) -> None:
    answer = code + STEERING + b"\r\n"
    handler = answering(*EARLIER[stage], answer, answer, then=silence)
    found = await told(hostile, handler, trust, AT.get(stage), certificate=certificate_at(stage))
    assert found[-1].status is Status.FAIL
    assert "owned" in "".join(found[-1].evidence), "the operator does see what came"


async def test_tls_that_never_comes_about(hostile: Hostile, trust: Trust) -> None:
    found = await told(hostile, answering(*EARLIER["starttls"], b"220 go\r\n", then=silence), trust)
    assert (found[-1].id, found[-1].status) == ("smtp.starttls.tls-silent", Status.UNKNOWN)
    found = await told(hostile, answering(then=silence), trust, SETTINGS | {"EMAIL_ENCRYPTION": "tls"})
    assert (found[-1].id, found[-1].status) == ("smtp.connect.tls-silent", Status.UNKNOWN)


async def test_words_put_into_the_mouth_of_a_server_before_tls(
    certificates: Certificates, hostile: Hostile, trust: Trust
) -> None:
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

    found = await told(hostile, handler, trust, LOGIN)
    assert found[-1].id == "smtp.starttls.injected"


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "data"])
@pytest.mark.parametrize("wrong", [flood, endless_lines, no_end_of_line])
async def test_a_hundred_megabytes_stay_outside(stage: str, wrong: Handler, hostile: Hostile, trust: Trust) -> None:
    trust.context(verifies=True)  # what the roots take is not the server's doing
    with memory_below(2):
        found = await told(hostile, answering(*EARLIER[stage], then=wrong), trust, limits=NODEMAILER)
    assert found[-1].id == f"smtp.{stage}.garbled"


async def test_answers_that_nobody_asked_for(hostile: Hostile, trust: Trust) -> None:
    handler = answering(b"220 hi\r\n220 again\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n")
    found = await told(hostile, handler, trust)
    assert (found[-1].id, found[-1].status) == ("smtp.data.surplus", Status.FAIL)


def test_a_hostile_offer_is_read_in_linear_time(hostile: Hostile, trust: Trust) -> None:
    """The expression that nodemailer searches with would take hours for this one."""

    def read(size: int) -> None:
        blanks = b"".join(b"250-AUTH" + b" " * size + b"\r\n" for _ in range(3))
        offer = blanks + b"250 AUTH=" + b" PLAI" * (size // 8) + b"\r\n"
        handler = answering(b"220 hi\r\n", offer, b"550 no\r\n", then=silence)
        assert asyncio.run(told(hostile, handler, trust, LOGIN))[-1].status is Status.FAIL

    assert_linear(read, 8000)


@pytest.mark.parametrize("form", ["bare", "encoded", "whole", "small"])
async def test_a_password_that_comes_back_is_not_told(form: str, certificates: Certificates, trust: Trust) -> None:
    whole = base64.b64encode(f"\0user\0{PASSWORD}".encode()).decode()
    encoded = base64.b64encode(PASSWORD.encode()).decode()
    back = {"bare": PASSWORD, "encoded": encoded, "whole": whole, "small": PASSWORD.lower()}[form]
    kind = Kind(certificate="valid", auth="AUTH PLAIN", answers={"AUTH": f"535 5.7.8 not with {back}, you".encode()})
    async with serving(kind, certificates) as server:
        found = await ask(task(LOGIN | {"EMAIL_HOST": "localhost"}, server.port, trust, limits=quick()))
        assert whole.encode() in server.heard, "under TLS it is sent"
    assert found[-1].id == "smtp.auth.rejected"
    assert "[secret]" in found[-1].evidence[0]
    assert not any(back in text for each in found for text in (each.summary, each.remedy, *each.evidence))


async def test_findings_and_tasks_never_show_the_password(trust: Trust) -> None:
    wanted = task(LOGIN, 1, trust, limits=quick())
    assert PASSWORD not in repr(wanted)
    assert PASSWORD not in repr(await ask(replace(wanted, message=b"x")))
