"""The mail password goes to no server that nobody verified, in no form: the server's own transcript is the proof."""

from __future__ import annotations

import asyncio
import base64
import hmac
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.mail.delivery.delivery import Delivery
from checks.mail.smtp.check import SMTP
from checks.mail.smtp.from_container import announcement
from checks.mail.smtp.task import task_of
from checks.model import RunMemory, Subject
from checks.net.node_trust import Trust
from checks.options import SiteOptions
from checks.runner import report
from tests.checks.mail.smtp.asking import QUICK, ask, task
from tests.checks.mail.smtp.test_findings import ANY, BASE, LOGIN, TLS, by_id
from tests.servers.certificates import Certificates
from tests.servers.smtp import Kind, kind_of, listening, serving
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Answers, CheckInputs
from wizard.basics.finding import Status

USER, PASSWORD = LOGIN["EMAIL_USERNAME"], LOGIN["EMAIL_PASSWORD"]
METHODS = ("AUTH PLAIN LOGIN", "AUTH LOGIN", "AUTH CRAM-MD5", "AUTH CRAM-MD5 PLAIN", "AUTH=LOGIN", "AUTH")
UNVERIFIED = ("selfsigned", "expired", "notyet", "wronghost", "wrong_selfsigned", "untrusted", "rsa1024")


def forms(challenge: bytes = b"<1.2@mail.test>") -> Iterator[bytes]:
    """Give what a password can be read or guessed from."""
    clear = PASSWORD.encode()
    digest = hmac.new(clear, challenge, "md5").hexdigest().encode()
    for text in (clear, clear[::-1], f"\0{USER}\0{PASSWORD}".encode(), digest, USER.encode() + b" " + digest):
        yield text
        yield base64.b64encode(text)


def sent_nothing(heard: bytes) -> None:
    assert b"EHLO" in heard, "the server was talked with"
    assert b"AUTH" not in heard
    assert [text for text in forms() if text in heard] == []


@pytest.mark.parametrize("certificate", UNVERIFIED)
@pytest.mark.parametrize("auth", METHODS)
async def test_no_password_to_a_server_that_nobody_verified(
    certificate: str, auth: str, certificates: Certificates, trust: Trust
) -> None:
    for implicit in (False, True):
        kind = Kind(certificate=certificate, implicit=implicit, auth=auth, auth_required=True)
        async with serving(kind, certificates) as server:
            settings = BASE | LOGIN | ANY | (TLS if implicit else {})
            last = (await ask(task(settings, server.port, trust)))[-1]
            sent_nothing(server.heard)
        assert (last.id, last.status) == ("smtp.unverified-credentials", Status.FAIL)
        assert "certificate was not verified" in last.summary
        assert "EMAIL_ALLOW_SELFSIGNED" in last.settings
        assert "--allow-insecure-login" in last.remedy
        assert last.evidence[0].startswith("The certificate is ")


async def test_with_consent_the_check_goes_on_as_librechat_does(certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of("starttls-auth-selfsigned"), certificates) as server:
        found = await ask(task(BASE | LOGIN | ANY, server.port, trust, allows_insecure_login=True))
        assert server.sessions[0].signed_in
    assert by_id(found)["smtp.certificate.hidden"].status is Status.WARN
    assert found[-1].id == "smtp.accepted"


async def test_without_a_sign_in_nothing_is_held_back(certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of("starttls-noauth-selfsigned"), certificates) as server:
        assert (await ask(task(BASE | ANY, server.port, trust)))[-1].id == "smtp.accepted"


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_server_in_order_gets_the_password_though_librechat_would_not_look(
    implicit: bool, certificates: Certificates, trust: Trust
) -> None:
    kind = Kind(certificate="valid", implicit=implicit, auth="AUTH PLAIN", auth_required=True)
    async with serving(kind, certificates) as server:
        found = await ask(task(BASE | LOGIN | ANY | (TLS if implicit else {}), server.port, trust))
    assert "smtp.certificate.unneeded" in by_id(found)
    assert found[-1].id == "smtp.accepted"


async def test_a_stranger_on_the_first_connection_alone_gets_nothing(certificates: Certificates, trust: Trust) -> None:
    """The right server at the second connection proves nothing about the first."""
    heard = bytearray()
    contexts = [certificates.context("selfsigned"), certificates.context("valid")]

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        context: ssl.SSLContext = contexts.pop(0)
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            heard.extend(line)
            if line.startswith(b"STARTTLS"):
                writer.write(b"220 go\r\n")
                await writer.drain()
                await writer.start_tls(context)
                continue
            offer = b"250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"
            writer.write(offer if line.startswith(b"EHLO") else b"250 ok\r\n")

    async with listening(server) as port:
        last = (await ask(task(BASE | LOGIN | ANY, port, trust)))[-1]
    assert contexts == [], "both connections were made"
    assert last.id == "smtp.unverified-credentials"
    assert "different on each connection" in last.evidence[0]
    sent_nothing(bytes(heard))


@pytest.mark.parametrize("consent", ["", "option", "answers"])
async def test_the_program_s_own_way_to_the_check(consent: str, certificates: Certificates) -> None:
    async with serving(kind_of("starttls-auth-selfsigned"), certificates) as server:
        settings = BASE | LOGIN | ANY | {"EMAIL_PORT": str(server.port), "ALLOW_REGISTRATION": "true"}
        checks = CheckInputs(mail_to="to@librechat.test", allow_insecure_login=consent == "answers")
        subject = Subject(
            memory=RunMemory(),
            deployment=deployment(settings),
            answers=Answers(checks=checks),
            site_options=SiteOptions(allow_insecure_login=consent == "option"),
        )
        told = {finding.id for finding in (await report([SMTP], subject)).findings}
        mails = [finding async for finding in Delivery(subject).send()]
        if not consent:
            sent_nothing(server.heard)
    assert ("smtp.unverified-credentials" in told) is not bool(consent)
    assert not any("consequence" in identity for identity in told), "LibreChat's own mail goes out"
    assert mails[-1].id == ("delivery.accepted" if consent else "delivery.unverified-credentials")


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("mode", [0o644, 0o666])
async def test_an_authority_that_strangers_could_have_written_gets_no_password(
    mode: int, implicit: bool, certificates: Certificates, tmp_path: Path
) -> None:
    """It is in the folder, and the folder's compose file names it: the program's own way to the check."""
    authority = tmp_path / "evil.pem"
    authority.write_bytes(certificates.ca.read_bytes())
    authority.chmod(mode)
    api = {"volumes": [{"type": "bind", "source": "./evil.pem", "target": "/app/evil.pem"}]}
    kind = Kind(certificate="valid", implicit=implicit, auth="AUTH PLAIN", auth_required=True)
    async with serving(kind, certificates) as server:
        settings = BASE | LOGIN | (TLS if implicit else {}) | {"EMAIL_PORT": str(server.port)}
        named = {"NODE_EXTRA_CA_CERTS": "/app/evil.pem"}
        there = deployment(settings, compose={"services": {"api": api}}, overridden=named)._replace(
            folder=tmp_path, files={}
        )
        found = await ask(replace(task_of(Subject(memory=RunMemory(), deployment=there)), limits=QUICK))
    if mode == 0o644:
        assert str(authority) in by_id(found)["smtp.certificate.ok"].summary
        assert server.sessions[0].signed_in
        return
    assert b"AUTH" not in server.heard
    assert (found[-1].id, found[-1].status) == ("smtp.certificate.doubtful", Status.UNKNOWN)
    assert str(authority) in found[-1].evidence[0]


async def test_the_mail_from_the_container_is_announced_with_its_risk() -> None:
    def announced(**changes: str) -> str:
        checks = CheckInputs(mail_to="to@librechat.test", from_container=True)
        settings = BASE | LOGIN | changes
        return announcement(
            Subject(memory=RunMemory(), deployment=deployment(settings), answers=Answers(checks=checks))
        )

    assert "certificate is not verified" in announced(EMAIL_ALLOW_SELFSIGNED="true")
    assert "in plain text, if the server offers no encryption" in announced()
    assert "LibreChat itself may send" not in announced(EMAIL_ENCRYPTION="tls")


def test_consent_is_never_a_default() -> None:
    subject = Subject(memory=RunMemory(), deployment=deployment(BASE | LOGIN))
    assert not task_of(subject).allows_insecure_login
    assert not replace(task_of(subject), limits=QUICK).allows_insecure_login
