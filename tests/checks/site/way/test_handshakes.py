"""TLS as a browser meets it: real servers on loopback with every fault a certificate can have."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from checks.site.tls.tls import look, probe
from tests.checks.site.way.asking import bad, subject, task, told
from tests.patience import LAST_RESORT
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port
from tests.servers.proxies import HOST
from tests.servers.web import Hostile, always, answer, silent
from wizard.basics.finding import Finding, Status

PAGE = always(answer("200 OK", "Content-Type: text/html", body=b"<!doctype html><title>LibreChat</title>"))


async def asked(
    certificates: Certificates, name: str, *, old: bool = False, trusted: bool = True
) -> dict[str, Finding]:
    async with Hostile(PAGE, ssl_context=certificates.context(name, old=old)) as server:
        return await told(look(task(server.port, certificates.ca if trusted else None)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("expired", {"tls.certificate.expired"}),
        ("notyet", {"tls.certificate.not-yet"}),
        ("wronghost", {"tls.certificate.name"}),
        ("selfsigned", {"tls.certificate.self-signed"}),
        ("untrusted", {"tls.certificate.chain"}),
        ("untrusted_chain", {"tls.certificate.untrusted"}),
        ("intermediate_missing", {"tls.certificate.chain"}),
        ("intermediate_expired", {"tls.certificate.chain-expired"}),
        ("for_clients", {"tls.certificate.refused"}),
        ("permits_other", {"tls.certificate.refused"}),
        ("wild_deep", {"tls.certificate.name"}),
        ("expired_selfsigned", {"tls.certificate.expired", "tls.certificate.self-signed"}),
        ("wrong_selfsigned", {"tls.certificate.name", "tls.certificate.self-signed"}),
        ("cnonly", {"tls.certificate.name"}),
        ("rsa1024", {"tls.certificate.weak"}),
    ],
)
async def test_each_fault_of_a_certificate_is_named(certificates: Certificates, name: str, expected: set[str]) -> None:
    found = await asked(certificates, name)
    assert bad(found) == dict.fromkeys(expected, Status.FAIL)
    assert all(each.remedy for each in found.values())
    assert any("certificate for:" in line for line in next(iter(found.values())).evidence)


async def test_a_site_without_a_name_needs_its_address_in_the_certificate(certificates: Certificates) -> None:
    for name, expected in (("valid", {}), ("dnsonly", {"tls.certificate.name": Status.FAIL})):
        async with Hostile(PAGE, ssl_context=certificates.context(name)) as server:
            assert bad(await told(look(task(server.port, certificates.ca, host="127.0.0.1")))) == expected


async def test_a_common_name_alone_counts_for_nothing_as_in_browsers(certificates: Certificates) -> None:
    async with Hostile(PAGE, ssl_context=certificates.context("cnonly")) as server:
        found = await told(look(task(server.port, certificates.ca, host="localhost")))
    assert bad(found) == {"tls.certificate.name": Status.FAIL}


@pytest.mark.parametrize("name", ["valid", "intermediate", "noaki", "hours"])
async def test_a_certificate_of_an_own_authority_is_in_order_with_cacert(certificates: Certificates, name: str) -> None:
    found = await asked(certificates, name)
    assert bad(found) == {}
    assert "own" in found["tls.certificate.own-ca"].summary


async def test_without_cacert_the_same_certificate_is_refused(certificates: Certificates) -> None:
    found = await asked(certificates, "valid", trusted=False)
    assert bad(found) == {"tls.certificate.chain": Status.FAIL}
    assert "--cacert" in found["tls.certificate.chain"].remedy


async def test_a_certificate_that_ends_soon_is_told_with_its_days(certificates: Certificates) -> None:
    found = await asked(certificates, "ends_soon")
    assert bad(found) == {"tls.certificate.ends-soon": Status.WARN}
    assert "expires in 4 days" in found["tls.certificate.ends-soon"].summary


async def test_a_server_of_old_versions_only_fails(certificates: Certificates) -> None:
    assert bad(await asked(certificates, "valid", old=True)) == {"tls.handshake.old": Status.FAIL}


async def test_a_server_that_also_takes_old_versions_is_warned_about(certificates: Certificates) -> None:
    import ssl
    import warnings

    context = certificates.context("valid")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    async with Hostile(PAGE, ssl_context=context) as server:
        found = await told(look(task(server.port, certificates.ca)))
    assert bad(found) == {"tls.version.obsolete": Status.WARN}


async def test_a_port_that_speaks_plain_http_is_recognized(certificates: Certificates) -> None:
    listener = await asyncio.start_server(_speak_http, "127.0.0.1", 0)
    async with listener:
        found = await told(look(task(listener.sockets[0].getsockname()[1], certificates.ca)))
    assert bad(found) == {"tls.handshake.plain": Status.FAIL}


async def _speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


async def test_a_port_that_hangs_up_is_no_tls_either(certificates: Certificates) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listener:
        found = await told(look(task(listener.sockets[0].getsockname()[1], certificates.ca)))
    assert bad(found) == {"tls.handshake.closed": Status.FAIL}


async def test_a_server_that_never_says_a_word_is_no_failure_but_ends_in_time(certificates: Certificates) -> None:
    async with Hostile(silent) as server, asyncio.timeout(LAST_RESORT):
        found = await told(look(task(server.port, certificates.ca)))
    assert bad(found) == {"tls.handshake.silent": Status.UNKNOWN}


async def test_a_closed_port_says_who_may_have_closed_it() -> None:
    found = await told(look(task(free_port(), None)))
    assert bad(found) == {"tls.connect.refused": Status.FAIL}
    assert "docker compose ps" in found["tls.connect.refused"].remedy


async def test_one_family_that_does_not_answer_is_told_beside_the_other(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")

    async def both(*_: object) -> list[str]:
        return ["127.0.0.1", "::1"]

    monkeypatch.setattr("checks.net.http_backend.addresses", both)
    async with Hostile(PAGE, ssl_context=certificates.context("valid")) as server:
        found = await told(look(task(server.port, certificates.ca)))
    assert bad(found) == {"tls.connect.refused": Status.WARN}
    assert "IPv6" in found["tls.connect.refused"].summary


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


async def test_plain_http_is_explained_to_those_for_whom_it_matters() -> None:
    found = await told(probe(subject("http://192.168.1.10:3080", resolve={})))
    assert bad(found) == {"tls.plain": Status.WARN}
    assert "passwords" in found["tls.plain"].summary
    assert bad(await told(probe(subject("http://localhost:3080", resolve={})))) == {}


async def test_an_unreadable_cacert_is_the_operators_fault(tmp_path: Path) -> None:
    from wizard.basics.problem import InvalidInput

    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(InvalidInput):
        await told(look(task(free_port(), tmp_path / "ca.pem")))


async def test_the_name_is_asked_for_in_the_handshake(certificates: Certificates) -> None:
    names: list[str | None] = []
    context = certificates.context("valid")
    context.sni_callback = lambda _talk, name, _context: names.append(name)
    async with Hostile(PAGE, ssl_context=context) as server:
        await told(look(task(server.port, certificates.ca)))
    assert set(names) == {HOST}
