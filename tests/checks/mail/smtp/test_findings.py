"""Each situation has its own finding, with the setting to change."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from checks.mail.smtp.task import SmtpTask
from checks.net.node_trust import Trust
from tests.checks.mail.smtp.asking import FROM, QUICK, ask, task, verdict
from tests.servers.certificates import Certificates
from tests.servers.smtp import CLEAR, Kind, kind_of, serving
from wizard.basics.finding import Finding, Status
from wizard.librechat.releases import Release

BASE = {"EMAIL_FROM": FROM, "EMAIL_HOST": "localhost"}
TLS = {"EMAIL_ENCRYPTION": "tls"}
LOGIN = {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": "secret"}
WRONG = {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": "wrong"}
ANY = {"EMAIL_ALLOW_SELFSIGNED": "true"}
SECURE = Kind(certificate="valid", auth="AUTH PLAIN LOGIN")


def refusing(**answers: bytes) -> Kind:
    """A server that encrypts, takes a sign-in and gives these answers."""
    return replace(SECURE, answers=answers)


async def found(kind: Kind, settings: Mapping[str, str], certificates: Certificates, trust: Trust) -> list[Finding]:
    async with serving(kind, certificates) as server:
        return await ask(task({**BASE, **settings}, server.port, trust))


def by_id(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.id: finding for finding in findings}


@pytest.mark.parametrize(
    ("kind", "settings", "identity"),
    [
        (kind_of("implicit-noauth-valid"), {}, "smtp.greeting.tls-first"),
        (kind_of("implicit-tls11"), {}, "smtp.greeting.tls-first"),
        (kind_of("plain-noauth"), TLS, "smtp.connect.not-tls"),
        (kind_of("greet-http"), TLS, "smtp.connect.not-tls"),
        (kind_of("greet-http"), {}, "smtp.greeting.garbled"),
        (kind_of("greet-421"), {}, "smtp.greeting.busy"),
        (kind_of("greet-554"), {}, "smtp.greeting.refused"),
        (kind_of("rst"), {}, "smtp.greeting.closed"),
        (kind_of("ehlo-421"), {}, "smtp.ehlo.busy"),
        (kind_of("ehlo-550"), {}, "smtp.ehlo.refused"),
        (kind_of("starttls-454"), LOGIN, "smtp.starttls.refused"),
        (kind_of("starttls-drop"), {}, "smtp.starttls.closed"),
        (kind_of("starttls-garbage"), {}, "smtp.starttls.injected"),
        (kind_of("starttls-tls11"), {}, "smtp.starttls.tls-version"),
        (kind_of("implicit-tls11"), TLS, "smtp.connect.tls-version"),
        (kind_of("implicit-mtls"), TLS, "smtp.connect.client-certificate"),
        (kind_of("starttls-expired"), {}, "smtp.certificate.expired"),
        (kind_of("implicit-expired_selfsigned"), TLS, "smtp.certificate.expired"),
        (kind_of("implicit-notyet"), TLS, "smtp.certificate.not-yet"),
        (kind_of("starttls-selfsigned"), {}, "smtp.certificate.self-signed"),
        (kind_of("implicit-untrusted"), TLS, "smtp.certificate.untrusted"),
        (kind_of("starttls-untrusted_chain"), {}, "smtp.certificate.untrusted"),
        (kind_of("implicit-wronghost"), TLS, "smtp.certificate.name"),
        (kind_of("implicit-rsa1024"), TLS, "smtp.certificate.weak"),
        (kind_of("starttls-auth-valid"), WRONG, "smtp.auth.rejected"),
        (kind_of("starttls-auth-valid"), {}, "smtp.sender.auth-required"),
        (refusing(AUTH=b"534 5.7.9 Application-specific password required"), LOGIN, "smtp.auth.app-password"),
        (refusing(AUTH=b"535 5.7.139 SmtpClientAuthentication is disabled"), LOGIN, "smtp.auth.disabled"),
        (refusing(AUTH=b"454 4.7.0 later"), LOGIN, "smtp.auth.temporary"),
        (refusing(AUTH=b"504 5.5.4 what"), LOGIN, "smtp.auth.mechanism"),
        (replace(SECURE, auth="AUTH XOAUTH2"), LOGIN, "smtp.auth.oauth"),
        (kind_of("plain-auth"), LOGIN, "smtp.cleartext-credentials"),
        (kind_of("starttls-hidden"), LOGIN, "smtp.cleartext-credentials"),
        (kind_of("helo-auth"), LOGIN, "smtp.cleartext-credentials"),
        (kind_of("mail-530"), {}, "smtp.sender.auth-required"),
        (kind_of("mail-starttls-530"), {}, "smtp.sender.tls-required"),
        (kind_of("mail-550"), {}, "smtp.sender.refused"),
        (Kind(answers={"MAIL": b"451 4.3.0 try later"}), {}, "smtp.sender.temporary"),
        (kind_of("rcpt-550"), {}, "smtp.recipient.refused"),
        (kind_of("rcpt-450"), {}, "smtp.recipient.greylisted"),
        (Kind(answers={"RCPT": b"452 4.2.2 quota, sending limit"}), {}, "smtp.recipient.limited"),
        (kind_of("rcpt-554-relay"), {}, "smtp.recipient.relay"),
    ],
)
async def test_what_stops_a_mail(
    kind: Kind, settings: Mapping[str, str], identity: str, certificates: Certificates, trust: Trust
) -> None:
    findings = await found(kind, settings, certificates, trust)
    assert (findings[-1].id, findings[-1].status) == (identity, Status.FAIL)
    assert findings[-1].remedy
    assert not verdict(findings).accepted


async def test_a_finding_for_each_stage(certificates: Certificates, trust: Trust) -> None:
    findings = await found(kind_of("starttls-auth-valid"), LOGIN, certificates, trust)
    assert [(finding.id, finding.status) for finding in findings] == [
        (f"smtp.{stage}", Status.PASS)
        for stage in (
            *("resolve.ok", "connect.ok", "greeting.ok", "ehlo.ok", "starttls.ok", "certificate.ok"),
            *("auth.ok", "sender.ok", "recipient.ok", "accepted"),
        )
    ]


async def test_nothing_is_sent_and_the_server_is_left_in_good_manners(certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of("plain-noauth"), certificates) as server:
        assert verdict(await ask(task(BASE, server.port, trust))).accepted
        assert server.heard.split(b"\r\n")[-2:-1] == [b"QUIT"]
        assert b"DATA" not in server.heard
        assert server.sessions[0].messages == []


async def test_a_message_arrives_as_it_was(certificates: Certificates, trust: Trust) -> None:
    text = b"Subject: x\r\n\r\n.one dot\r\n..two\r\nbare\nend"
    async with serving(kind_of("starttls-noauth-valid"), certificates) as server:
        findings = await ask(replace(task(BASE, server.port, trust), message=text))
        assert findings[-1].id == "smtp.accepted"
        (session,) = server.sessions
        assert session.messages == [b"Subject: x\r\n\r\n..one dot\r\n...two\r\nbare\r\nend\r\n"]


async def test_the_tls_modes_are_named_in_plain_words(certificates: Certificates, trust: Trust) -> None:
    first = (await found(kind_of("implicit-noauth-valid"), {}, certificates, trust))[-1]
    assert "expects TLS from the first byte" in first.summary
    assert first.remedy.startswith("Set EMAIL_ENCRYPTION=tls")
    assert first.settings == ("EMAIL_ENCRYPTION", "EMAIL_PORT")
    second = (await found(kind_of("starttls-noauth-valid"), TLS, certificates, trust))[-1]
    assert "start unencrypted" in second.summary
    assert second.remedy.startswith("Set EMAIL_ENCRYPTION=starttls")


@pytest.mark.parametrize("server", ["starttls-noauth-valid", "implicit-noauth-valid"])
async def test_a_bypass_that_is_not_needed(server: str, certificates: Certificates, trust: Trust) -> None:
    mode = TLS if server.startswith("implicit") else {}
    findings = await found(kind_of(server), ANY | mode, certificates, trust)
    assert by_id(findings)["smtp.certificate.unneeded"].settings == ("EMAIL_ALLOW_SELFSIGNED",)
    assert findings[-1].id == "smtp.accepted"


@pytest.mark.parametrize(
    ("certificate", "word"),
    [
        ("expired", "expired"),
        ("selfsigned", "self-signed"),
        ("wronghost", "not issued for"),
        ("untrusted", "not signed by a CA"),
        ("rsa1024", "too weak"),
    ],
)
async def test_what_the_bypass_hides(certificate: str, word: str, certificates: Certificates, trust: Trust) -> None:
    for server, mode in ((f"starttls-noauth-{certificate}", {}), (f"implicit-noauth-{certificate}", TLS)):
        findings = await found(kind_of(server), ANY | mode, certificates, trust)
        hidden = by_id(findings)["smtp.certificate.hidden"]
        assert word in hidden.summary
        assert hidden.status is Status.WARN
        assert findings[-1].id == "smtp.accepted", "LibreChat's mail would go out"


async def test_a_certificate_that_ends_soon(certificates: Certificates, trust: Trust) -> None:
    findings = await found(Kind(certificate="ends_soon"), {}, certificates, trust)
    assert by_id(findings)["smtp.certificate.ends-soon"].status is Status.WARN


async def test_names_of_the_certificate_are_offered(certificates: Certificates, trust: Trust) -> None:
    last = (await found(kind_of("starttls-noauth-wronghost"), {}, certificates, trust))[-1]
    assert "EMAIL_ENCRYPTION_HOSTNAME=wronghost.test" in last.remedy
    assert any("wronghost.test" in line for line in last.evidence)


async def test_without_the_authority_the_extra_file_is_named(certificates: Certificates) -> None:
    trust = Trust(problem="NODE_EXTRA_CA_CERTS names /app/ca.pem in the container, but nothing is mounted there.")
    last = (await found(kind_of("starttls-noauth-valid"), {}, certificates, trust))[-1]
    assert last.id == "smtp.certificate.untrusted"
    assert last.settings == ("NODE_EXTRA_CA_CERTS",)
    assert trust.problem in last.evidence


async def test_in_clear_without_a_sign_in_is_warned_about(certificates: Certificates, trust: Trust) -> None:
    findings = await found(kind_of("plain-noauth"), LOGIN, certificates, trust)
    assert by_id(findings)["smtp.starttls.none"].status is Status.WARN
    assert by_id(findings)["smtp.auth.not-offered"].status is Status.WARN
    assert findings[-1].id == "smtp.accepted"


@pytest.mark.parametrize(
    "server",
    ["plain-auth", "starttls-hidden", "helo-only", "plain-auth-optional", "auth-equals", "plain-auth-CRAM-MD5"],
)
async def test_no_password_travels_in_clear(server: str, certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of(server), certificates) as running:
        # Not even with consent to an unverified server: whoever hides STARTTLS gets nothing.
        findings = await ask(task(BASE | LOGIN, running.port, trust, allows_insecure_login=True))
        heard = running.heard
    assert (findings[-1].id, findings[-1].status) == ("smtp.cleartext-credentials", Status.FAIL)
    assert b"EHLO" in heard, "the server was talked with"
    assert b"AUTH" not in heard
    for text in (b"secret", b"\0user\0secret", b"user"):
        assert base64.b64encode(text) not in heard
        assert text not in heard


async def test_cram_md5_is_answered_over_verified_tls(certificates: Certificates, trust: Trust) -> None:
    async with serving(replace(SECURE, auth="AUTH CRAM-MD5", auth_required=True), certificates) as running:
        findings = await ask(task(BASE | LOGIN, running.port, trust))
        assert b"AUTH CRAM-MD5\r\n" in running.heard
    assert verdict(findings).signed_in


async def test_login_is_used_where_plain_is_not_offered(certificates: Certificates, trust: Trust) -> None:
    async with serving(replace(SECURE, auth="AUTH LOGIN", auth_required=True), certificates) as running:
        findings = await ask(task(BASE | LOGIN, running.port, trust))
        assert b"AUTH LOGIN\r\n" in running.heard
    assert verdict(findings).signed_in


async def test_slow_greetings_and_small_messages_are_told(certificates: Certificates, trust: Trust) -> None:
    slow, small = await asyncio.gather(
        found(Kind(delay=5.2), {}, certificates, trust), found(kind_of("size-10"), {}, certificates, trust)
    )
    assert by_id(slow)["smtp.greeting.slow"].status is Status.WARN
    assert slow[-1].id == small[-1].id == "smtp.accepted"
    assert by_id(small)["smtp.ehlo.size"].status is Status.WARN


async def test_nobody_listens_and_the_other_port_does(
    certificates: Certificates, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(kind_of("plain-noauth"), certificates) as running:
        monkeypatch.setattr("checks.mail.smtp.opening._MAIL_PORTS", (running.port,))
        last = (await ask(task(BASE, 1, trust)))[-1]
    assert last.id == "smtp.connect.refused"
    assert f"Open ports: {running.port}" in last.summary
    assert f"EMAIL_PORT={running.port}" in last.remedy
    alone = (await ask(task(BASE, 1, trust)))[-1]
    assert "answers" not in alone.summary


async def test_an_older_librechat_draws_among_addresses(
    certificates: Certificates, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def two(*_: object) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    monkeypatch.setattr("checks.mail.smtp.resolving._by_dns", two)
    settings = BASE | {"EMAIL_HOST": "two.test"}
    async with serving(kind_of("plain-noauth"), certificates) as running:
        now = await ask(task(settings, running.port, trust))
        before = await ask(task(settings, running.port, trust, release=Release(0, 8, 4)))
    assert now[-1].id == before[-1].id == "smtp.accepted"
    assert "smtp.connect.some" not in by_id(now)
    assert by_id(before)["smtp.connect.some"].status is Status.WARN


@pytest.mark.parametrize(
    ("host", "identity"),
    [
        ("http://mail.example.net", "smtp.resolve.form"),
        ("mail.example.net:587", "smtp.resolve.form"),
        (" localhost", "smtp.resolve.form"),
        ("[::1]", "smtp.resolve.form"),
        ("mailserver", "smtp.resolve.inside"),
        ("x" * 300, "smtp.resolve.unknown"),
    ],
)
async def test_names_that_lead_nowhere(host: str, identity: str, trust: Trust) -> None:
    wanted = replace(task(BASE | {"EMAIL_HOST": host}, 1, trust), neighbours=frozenset({"mailserver"}))
    assert (await ask(wanted))[-1].id == identity


async def test_loopback_means_the_container(certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of("plain-noauth"), certificates) as running:
        wanted: SmtpTask = task(BASE, running.port, trust)
        inside = await ask(replace(wanted, in_container=True))
        outside = await ask(wanted)
    assert by_id(inside)["smtp.resolve.loopback"].status is Status.WARN
    assert "smtp.resolve.loopback" not in by_id(outside)


async def test_without_somebody_to_write_to_it_is_not_known(certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of("rcpt-550"), certificates) as running:
        wanted = task(BASE, running.port, trust)
        own = (await ask(replace(wanted, recipient_given=False)))[-1]
        none = (await ask(replace(wanted, recipient="")))[-1]
    assert (own.id, own.status) == ("smtp.recipient.unknown", Status.UNKNOWN)
    assert (none.id, none.status) == ("smtp.recipient.none", Status.UNKNOWN)


async def test_librechat_that_sends_nothing(certificates: Certificates, trust: Trust) -> None:
    async with serving(kind_of("plain-noauth"), certificates) as running:
        findings = await ask(replace(task(BASE, running.port, trust), configured=False))
    assert by_id(findings)["smtp.sender.not-set-up"].status is Status.WARN


async def test_librechat_that_sends_nothing_is_told_before_the_server_is_asked(trust: Trust) -> None:
    findings = await ask(replace(task(BASE, 1, trust), configured=False))
    assert [each.id for each in findings if each.status is not Status.PASS] == [
        "smtp.sender.not-set-up",
        "smtp.connect.refused",
    ]


async def test_a_bad_port_is_told_without_a_connection(trust: Trust) -> None:
    wanted = task(BASE, 1, trust)
    last = (await ask(replace(wanted, smtp=replace(wanted.smtp, port=None))))[-1]
    assert (last.id, last.settings) == ("smtp.connect.port", ("EMAIL_PORT",))


async def test_an_extra_authority_that_is_taken_back_does_not_count(certificates: Certificates, tmp_path: Path) -> None:
    extra = tmp_path / "extra.pem"
    extra.write_bytes(certificates.ca.read_bytes())
    async with serving(kind_of("starttls-noauth-valid"), certificates) as running:
        wanted = task(BASE, running.port, Trust(extra=extra), limits=QUICK)
        assert (await ask(wanted))[-1].id == "smtp.accepted"
        extra.write_text("nothing")
        assert (await ask(wanted))[-1].id == "smtp.certificate.untrusted"


async def test_a_sign_in_offered_in_clear_is_not_needed_without_credentials(
    certificates: Certificates, trust: Trust
) -> None:
    findings = await found(CLEAR, {}, certificates, trust)
    assert findings[-1].id == "smtp.accepted"
