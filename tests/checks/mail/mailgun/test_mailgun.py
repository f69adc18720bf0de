"""What Mailgun makes of key, domain, region and sender, before and when a mail is sent."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.mail.delivery import DELIVERY
from checks.mail.delivery.delivery import Delivery
from checks.mail.mailgun import MAILGUN, api, api_of
from checks.mail.mailgun.findings import judge
from checks.model import Subject
from checks.runner import report
from tests.checks.mail.delivery.asking import QUICK, TO, all_of, ids, subject, told
from tests.servers.certificates import Certificates
from tests.servers.hostile import Hostile, close, dripping, endless, flood, memory_below, saying
from tests.servers.lines import silence
from tests.servers.mailgun import KEY, SENDING_KEY, Server, domain, mailgun
from tests.servers.smtp import Handler
from wizard.basics.check_outcomes import Skipped
from wizard.basics.finding import Finding, Status
from wizard.librechat.mail_transport import sender

DOMAIN = "mg.librechat.test"


def wanted(host: str, **settings: str) -> Subject:
    return subject({"MAILGUN_HOST": host, "MAILGUN_API_KEY": KEY, "MAILGUN_DOMAIN": DOMAIN, **settings})


async def asked(about: Subject, seconds: float = 2) -> list[Finding]:
    quick = replace(api_of(about), seconds=seconds)
    findings = await all_of(judge(quick, sender(about.deployment.settings, about.deployment.release)))
    assert KEY not in told(findings)
    return findings


def statuses(findings: list[Finding]) -> dict[str, Status]:
    return {finding.id: finding.status for finding in findings}


@pytest.fixture
async def active(certificates: Certificates) -> AsyncIterator[Server]:
    async with mailgun(Server(domains=domain(DOMAIN)), certificates) as server:
        yield server


async def test_everything_right_and_nothing_sent(active: Server) -> None:
    findings = await asked(wanted(active.host))
    assert set(statuses(findings).values()) == {Status.PASS}
    assert ids(findings) == ["mailgun.key", "mailgun.domain.active", "mailgun.sender.ok"]
    assert active.mails == []
    assert active.requests == [f"POST /v3/{DOMAIN}/messages", f"GET /v4/domains/{DOMAIN}"]


async def test_it_does_not_pretend_to_be_a_browser(active: Server) -> None:
    await asked(wanted(active.host))
    assert active.headers.keys() == {"host", "accept-encoding", "authorization", "accept"}


async def test_a_key_that_may_only_send_is_no_wrong_key(active: Server) -> None:
    findings = statuses(await asked(wanted(active.host, MAILGUN_API_KEY=SENDING_KEY)))
    assert findings["mailgun.key"] is Status.PASS
    assert findings["mailgun.domain.state"] is Status.UNKNOWN


@pytest.mark.parametrize(
    ("settings", "identity", "names"),
    [
        ({"MAILGUN_API_KEY": "key-wrong"}, "mailgun.key.refused", ("MAILGUN_API_KEY", "MAILGUN_DOMAIN")),
        ({"MAILGUN_DOMAIN": "other.test"}, "mailgun.domain.unknown", ("MAILGUN_DOMAIN", "MAILGUN_HOST")),
        ({"MAILGUN_DOMAIN": "x\r\nX: y"}, "mailgun.domain.unknown", ("MAILGUN_DOMAIN", "MAILGUN_HOST")),
    ],
)
async def test_what_mailgun_refuses(
    settings: dict[str, str], identity: str, names: tuple[str, ...], active: Server
) -> None:
    (finding,) = await asked(wanted(active.host, **settings))
    assert (finding.id, finding.status, finding.settings) == (identity, Status.FAIL, names)
    assert finding.remedy


@pytest.mark.parametrize(
    ("about", "identity", "status"),
    [
        ({"state": "unverified"}, "mailgun.domain.unverified", Status.FAIL),
        ({"state": "disabled"}, "mailgun.domain.disabled", Status.FAIL),
        ({"is_disabled": True, "disabled": {"reason": "bounces"}}, "mailgun.domain.disabled", Status.FAIL),
        ({"type": "sandbox"}, "mailgun.domain.sandbox", Status.WARN),
    ],
)
async def test_states_of_a_domain(
    about: dict[str, Any], identity: str, status: Status, certificates: Certificates
) -> None:
    async with mailgun(Server(domains=domain(DOMAIN, **about)), certificates) as server:
        assert statuses(await asked(wanted(server.host)))[identity] is status


@pytest.mark.parametrize("key", [KEY, SENDING_KEY])
async def test_the_other_region(key: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        mailgun(Server(), certificates) as american,
        mailgun(Server(domains=domain(DOMAIN)), certificates) as european,
    ):
        monkeypatch.setitem(api.REGIONS, "US", american.host)
        monkeypatch.setitem(api.REGIONS, "EU", european.host)
        (finding,) = await asked(wanted(american.host, MAILGUN_API_KEY=key))
        assert (finding.id, finding.status) == ("mailgun.region", Status.FAIL)
        assert finding.remedy == f"MAILGUN_HOST={european.host}"
        right = await asked(wanted(european.host, MAILGUN_API_KEY=key))
        assert "region EU" in right[0].summary


async def test_the_key_goes_to_no_host_but_the_configured_one(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mailgun(Server(), certificates) as other, mailgun(Server(), certificates) as configured:
        monkeypatch.setitem(api.REGIONS, "US", other.host)
        monkeypatch.setitem(api.REGIONS, "EU", other.host)
        (finding,) = await asked(wanted(configured.host))
        assert finding.id == "mailgun.domain.unknown"
        assert other.requests == []


async def test_no_redirect_is_followed(certificates: Certificates) -> None:
    async with mailgun(Server(always=(302, "")), certificates) as server:
        (finding,) = await asked(wanted(server.host))
        assert (finding.id, finding.status) == ("mailgun.answer", Status.UNKNOWN)
        assert "/elsewhere" in "".join(finding.evidence)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_bad_hour_is_no_failure(status: int, certificates: Certificates) -> None:
    async with mailgun(Server(always=(status, "later")), certificates) as server:
        (finding,) = await asked(wanted(server.host))
        assert (finding.id, finding.status) == ("mailgun.unavailable", Status.UNKNOWN)


@pytest.mark.parametrize(
    ("host", "identity"),
    [
        ("http://localhost:1", "mailgun.clear"),
        ("api.mailgun.net", "mailgun.host"),
        ("https://", "mailgun.host"),
        ("https://[", "mailgun.host"),
        ("https://localhost:99999", "mailgun.host"),
        ("https://user:pw@localhost", "mailgun.host"),
        ("https://localhost/?x=", "mailgun.host"),
        ("https://localhost:1", "mailgun.connect"),
    ],
)
async def test_hosts(host: str, identity: str) -> None:
    (finding,) = await asked(wanted(host))
    assert (finding.id, finding.status) == (identity, Status.FAIL)


@pytest.mark.parametrize(
    ("number", "host", "identity", "status"),
    [
        (socket.EAI_NONAME, "https://nowhere.invalid", "mailgun.name", Status.FAIL),
        (socket.EAI_NONAME, "https://api.eu.mailgun.net", "mailgun.dns", Status.UNKNOWN),
        (socket.EAI_AGAIN, "https://nowhere.invalid", "mailgun.dns", Status.UNKNOWN),
        (socket.EAI_FAIL, "https://api.mailgun.net", "mailgun.dns", Status.UNKNOWN),
    ],
)
async def test_a_machine_without_dns_knows_nothing_about_mailgun(
    number: int, host: str, identity: str, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    about = wanted(host, ALLOW_REGISTRATION="true")
    (finding,) = await asked(about)
    assert (finding.id, finding.status) == (identity, status)
    followed = [each for each in (await report([MAILGUN], about)).findings if "consequence" in each.id]
    assert bool(followed) is (status is Status.FAIL)


@pytest.mark.parametrize("certificate", ["expired", "selfsigned", "wronghost", "untrusted"])
async def test_no_key_for_a_certificate_that_is_not_trusted(certificate: str, certificates: Certificates) -> None:
    async with mailgun(Server(domains=domain(DOMAIN)), certificates, certificate) as server:
        (finding,) = await asked(wanted(server.host))
        assert (finding.id, finding.status) == ("mailgun.certificate", Status.FAIL)
        assert server.requests == []


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        ("chat@mg.librechat.test", "mailgun.sender.ok"),
        ("chat@librechat.test", "mailgun.sender.ok"),
        ("chat@a.mg.librechat.test", "mailgun.sender.ok"),
        ("chat@evil-mg.librechat.test.example", "mailgun.sender.domain"),
        ("chat@gmail.com", "mailgun.sender.domain"),
        ("chat@rechat.test", "mailgun.sender.domain"),
        ("nobody", "mailgun.sender.none"),
    ],
)
async def test_the_senders_domain(address: str, identity: str, active: Server) -> None:
    assert ids(await asked(wanted(active.host, EMAIL_FROM=address)))[-1] == identity


async def test_a_real_mail(active: Server) -> None:
    delivery = Delivery(wanted(active.host, EMAIL_FROM_NAME="Chat"), limits=QUICK)
    findings = await all_of(delivery.send())
    assert ids(findings) == ["delivery.accepted"]
    (form,) = active.mails
    assert form["from"] == '"Chat" <noreply@librechat.test>'
    assert (form["to"], form["o:tracking-clicks"]) == (f'"{TO}" <{TO}>', "no")
    code = form["text"].partition("    ")[2].split()[0]
    assert code in form["html"]
    assert delivery.enter(code).id == "delivery.received"


async def test_a_sandbox_and_a_recipient_that_it_does_not_know(certificates: Certificates) -> None:
    async with mailgun(Server(domains=domain(DOMAIN, type="sandbox")), certificates) as server:
        delivery = Delivery(wanted(server.host), limits=QUICK)
        (finding,) = await all_of(delivery.send())
        assert (finding.id, finding.status, delivery.left) == ("delivery.sandbox", Status.FAIL, 0)
        server.authorized = (TO,)
        assert ids(await all_of(delivery.send())) == ["delivery.accepted"]


@pytest.mark.parametrize(
    ("always", "identity"),
    [
        ((401, "Forbidden"), "delivery.refused"),
        ((400, '{"message": "to parameter is not a valid address"}'), "delivery.form"),
        ((502, "<html>"), "delivery.unavailable"),
        ((200, "welcome to the hotel"), "delivery.unavailable"),
    ],
)
async def test_a_mail_that_is_not_taken(always: tuple[int, str], identity: str, certificates: Certificates) -> None:
    async with mailgun(Server(always=always), certificates) as server:
        (finding,) = await all_of(Delivery(wanted(server.host), limits=QUICK).send())
        assert finding.id == identity


async def test_in_a_run(active: Server) -> None:
    about = wanted(active.host, MAILGUN_API_KEY="wrong", ALLOW_REGISTRATION="true", ALLOW_PASSWORD_RESET="true")
    done = await report([MAILGUN, DELIVERY], about)
    found = statuses(list(done.findings))
    assert found["mailgun.consequence.registration"] is found["mailgun.consequence.reset"] is Status.FAIL
    assert dict(done.outcomes)["delivery"] == Skipped(because="mailgun failed", obstacle="mailgun")
    good = await report([MAILGUN, DELIVERY], wanted(active.host))
    assert statuses(list(good.findings))["delivery.accepted"] is Status.PASS
    assert len(active.mails) == 1


OK = b"HTTP/1.1 200 OK\r\n\r\n"
LIES = b"HTTP/1.1 400 X\r\nContent-Length: -5\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (silence, "silent"),
        (dripping(b"x", after=OK), "silent"),
        (endless(b"x" * 65536, after=b"HTTP/1.1 400 Bad Request\r\n\r\n"), "too-much"),
        (flood, "garbled"),
        (saying(b"\x1b]0;owned\x07 SSH-2.0\r\n\r\n"), "garbled"),
        (saying(LIES), "garbled"),
        (close, "(garbled|connect)"),
    ],
)
async def test_servers_that_are_no_mailgun(wrong: Handler, kind: str, hostile: Hostile) -> None:
    with memory_below(12):
        (finding,) = await hostile(
            wrong,
            lambda port: asked(wanted(f"https://localhost:{port}"), seconds=0.7 if kind == "silent" else 20),
            certificate="valid",
            secret=KEY,
        )
    assert re.fullmatch(f"mailgun.{kind}", finding.id)
    assert finding.status in (Status.FAIL, Status.UNKNOWN)


async def test_a_response_is_shown_inert_and_without_the_key(certificates: Certificates) -> None:
    async with mailgun(Server(always=(404, f'{{"message": "\x1b]0;owned {KEY}"}}')), certificates) as server:
        (finding,) = await asked(wanted(server.host))
        assert "owned" in finding.evidence[0]
        assert "[secret]" in finding.evidence[0]
        assert finding.evidence[0].isprintable()


async def test_deep_json_is_no_crash(certificates: Certificates) -> None:
    async with mailgun(Server(always=(400, "[" * 100_000)), certificates) as server:
        assert "mailgun.domain.state" in ids(await asked(wanted(server.host)))


async def test_the_key_goes_to_no_server_that_a_stranger_s_file_vouches_for(
    active: Server, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS")
    authority = tmp_path / "evil.pem"
    authority.write_bytes(certificates.ca.read_bytes())
    volumes = [{"type": "bind", "source": "./evil.pem", "target": "/app/evil.pem"}]
    about = wanted(active.host)
    there = about.deployment._replace(
        folder=tmp_path,
        files={},
        compose={"services": {"api": {"volumes": volumes}}},
        overridden={"NODE_EXTRA_CA_CERTS": "/app/evil.pem"},
    )
    authority.chmod(0o666)
    [last] = await asked(about._replace(deployment=there))
    assert (last.id, last.status) == ("mailgun.certificate", Status.UNKNOWN)
    assert str(authority) in last.evidence[0]
    assert active.requests == []
    authority.chmod(0o644)
    assert str(authority) in (await asked(about._replace(deployment=there)))[0].summary
