"""What the findings say, at two in the morning: limits, ports, names and errors in plain words."""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import replace

import pytest

from checks.net.node_trust import Trust
from tests.checks.mail.smtp.asking import FROM, ask, task
from tests.checks.mail.smtp.test_findings import BASE, LOGIN, TLS, by_id, found, refusing
from tests.servers.certificates import Certificates
from tests.servers.smtp import Kind, kind_of, listening, serving
from wizard.basics.finding import Status


@pytest.mark.parametrize(
    ("text", "is_told"), [("", True), ("abc", True), ("PORT", False), (" PORT ", False), (None, False)]
)
async def test_the_port_that_librechat_reads_is_told(
    text: str | None, is_told: bool, certificates: Certificates, trust: Trust
) -> None:
    async with serving(kind_of("plain-noauth"), certificates) as running:
        given = text.replace("PORT", str(running.port)) if text else text
        findings = by_id(await ask(replace(task(BASE, running.port, trust), port_text=given)))
    assert ("smtp.connect.port-read" in findings) is is_told
    if is_told:
        assert f"LibreChat uses port {running.port}" in findings["smtp.connect.port-read"].summary


@pytest.mark.parametrize(
    ("number", "identity"),
    [
        (socket.EAI_NONAME, "smtp.resolve.unknown"),
        (socket.EAI_AGAIN, "smtp.resolve.unavailable"),
        (socket.EAI_FAIL, "smtp.resolve.unavailable"),
    ],
)
async def test_a_machine_without_dns_knows_nothing_about_names(
    number: int, identity: str, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: object) -> list[str]:
        return []

    def nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no answer")

    monkeypatch.setattr("checks.mail.smtp.resolving._by_dns", none)
    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    last = (await ask(task(BASE | {"EMAIL_HOST": "mail.example.net"}, 1, trust)))[-1]
    assert last.id == identity
    service = (await ask(task({"EMAIL_FROM": FROM, "EMAIL_SERVICE": "gmail"}, 1, trust)))[-1]
    assert service.id == identity
    assert "EMAIL_HOST" not in service.settings
    assert "Check the spelling" not in service.remedy, "nobody typed that name"


async def test_a_limit_on_the_size_is_none_that_passes(certificates: Certificates, trust: Trust) -> None:
    async with serving(refusing(END=b"552 5.3.4 Message size exceeds fixed limit"), certificates) as running:
        last = (await ask(replace(task(BASE, running.port, trust), message=b"Subject: x\r\n\r\nx\r\n")))[-1]
    assert last.id == "smtp.data.refused"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "END"])
@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b"450 4.7.1 Error: too many mails from 192.0.2.1", "limited"),
        (b"451 4.7.0 Rate limit exceeded", "limited"),
        (b"550-5.4.5 Daily user sending limit exceeded.\r\n550 5.4.5 learn more", "limited"),
        (b"450 4.2.0 <to@x>: Recipient address rejected: Greylisted", "greylisted"),
        (b"451 4.3.0 the corporate server is busy", "temporary"),
        (b"452 4.2.2 The mailbox is over its quota", "temporary"),
    ],
)
async def test_limits_and_greylisting_are_told_as_such(
    stage: str, answer: bytes, wanted: str, certificates: Certificates, trust: Trust
) -> None:
    async with serving(refusing(**{stage: answer}), certificates) as running:
        asked = task(BASE, running.port, trust)
        last = (await ask(replace(asked, message=b"Subject: x\r\n\r\nx\r\n" if stage == "END" else None)))[-1]
    at = {"MAIL": "sender", "RCPT": "recipient", "END": "data"}[stage]
    if (stage, wanted) == ("MAIL", "greylisted"):
        wanted = "temporary"
    assert (last.id, last.status) == (f"smtp.{at}.{wanted}", Status.FAIL)
    assert "does not retry" in last.summary
    assert last.evidence


@pytest.mark.parametrize(
    ("kind", "settings", "wanted"),
    [
        (kind_of("plain-noauth"), TLS, "TLS: wrong version number"),
        (kind_of("implicit-tls11"), TLS, "TLS: .*"),
        (kind_of("implicit-mtls"), TLS, "TLS: tlsv13 alert certificate required"),
        (Kind(implicit=True), TLS, "TLS: .*"),
    ],
)
async def test_errors_of_tls_are_told_in_plain_words(
    kind: Kind, settings: dict[str, str], wanted: str, certificates: Certificates, trust: Trust
) -> None:
    (evidence, *_) = (await found(kind, settings, certificates, trust))[-1].evidence
    assert re.fullmatch(wanted, evidence)


async def test_a_proof_of_the_password_that_comes_back_is_not_told(certificates: Certificates, trust: Trust) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            usual = {b"EHLO": b"250-hi\r\n250 AUTH CRAM-MD5", b"AUTH": b"334 PDEuMkBtYWlsLnRlc3Q+"}
            writer.write(usual.get(line[:4], b"535 not " + line.strip()) + b"\r\n")

    async with listening(echo, context=certificates.context("valid")) as port:
        last = (await ask(task(BASE | LOGIN | TLS, port, trust)))[-1]
    assert (last.id, last.evidence) == ("smtp.auth.rejected", ("535 not [secret]",))


async def test_errors_are_told_in_plain_words(trust: Trust) -> None:
    for host in ("127.0.0.1", "::1"):
        last = (await ask(task(BASE | {"EMAIL_HOST": host}, 1, trust)))[-1]
        assert last.evidence in ((f"{host}: Connection refused",), (f"{host}: Cannot assign requested address",))
        assert "127.0.0.1:1" in last.summary or "[::1]:1" in last.summary
    dots = (await ask(task(BASE | {"EMAIL_HOST": "mail..example.net"}, 1, trust)))[-1]
    assert "empty" in dots.evidence[0]
