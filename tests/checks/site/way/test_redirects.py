"""What a browser is told at http:// and https://: redirects, HSTS, and servers that mean harm."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from checks.site.tls.tls import look
from tests.checks.site.way.asking import bad, task, told
from tests.patience import LAST_RESORT
from tests.servers import web
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port
from tests.servers.proxies import HOST
from tests.servers.web import Behavior, Hostile, always, answer, redirect
from wizard.basics.finding import Finding, Status

PAGE = always(answer("200 OK", "Content-Type: text/html", body=b"<!doctype html>"))


async def plain(certificates: Certificates, behavior: Behavior) -> dict[str, Finding]:
    """Ask a healthy https site whose http:// behaves like this."""
    async with (
        Hostile(PAGE, ssl_context=certificates.context("valid")) as site,
        Hostile(behavior) as other,
        asyncio.timeout(LAST_RESORT),
    ):
        return await told(look(task(site.port, certificates.ca, plain_port=other.port)))


async def front(certificates: Certificates, behavior: Behavior) -> dict[str, Finding]:
    async with Hostile(behavior, ssl_context=certificates.context("valid")) as site, asyncio.timeout(LAST_RESORT):
        return await told(look(task(site.port, certificates.ca)))


async def test_a_redirect_to_https_is_what_is_wanted(certificates: Certificates) -> None:
    async with Hostile(PAGE, ssl_context=certificates.context("valid")) as site:
        target = f"https://{HOST}:{site.port}/"
        async with Hostile(redirect(lambda _: target)) as other:
            found = await told(look(task(site.port, certificates.ca, plain_port=other.port)))
        assert bad(found) == {}
        assert "tls.redirect.ok" in found


@pytest.mark.parametrize(
    ("behavior", "identity", "status"),
    [
        (PAGE, "tls.redirect.none", Status.WARN),
        (always(answer("404 Not Found")), "tls.redirect.error", Status.WARN),
        (redirect(lambda path: path), "tls.redirect.loop", Status.FAIL),
        (redirect(lambda path: f"{path}x"), "tls.redirect.loop", Status.FAIL),
        (redirect(lambda _: "file:///etc/passwd"), "tls.redirect.elsewhere", Status.WARN),
        (redirect(lambda _: "https://www.other.test/"), "tls.redirect.elsewhere", Status.WARN),
        (redirect(lambda _: "http://[bad"), "tls.redirect.elsewhere", Status.WARN),
        (always(b"\xff\xfe\x00 no HTTP at all\r\n\r\n"), "tls.redirect.garbled", Status.WARN),
    ],
)
async def test_what_http_does_is_told(
    certificates: Certificates, behavior: Behavior, identity: str, status: Status
) -> None:
    assert bad(await plain(certificates, behavior)) == {identity: status}


async def test_a_closed_port_80_is_no_fault(certificates: Certificates) -> None:
    async with Hostile(PAGE, ssl_context=certificates.context("valid")) as site:
        found = await told(look(task(site.port, certificates.ca, plain_port=free_port())))
    assert bad(found) == {}
    assert "tls.redirect.closed" in found


@pytest.mark.parametrize(
    ("behavior", "expected"),
    [
        (redirect(lambda path: path), {"tls.front.loop": Status.FAIL}),
        (redirect(lambda _: f"http://{HOST}/"), {"tls.front.loop": Status.FAIL}),
        (redirect(lambda _: "https://auth.other.test/?rd=x"), {"tls.front.elsewhere": Status.WARN}),
        (redirect(lambda _: "file:///etc/passwd"), {"tls.front.elsewhere": Status.WARN}),
        (web.endless, {}),
        (web.slow, {"tls.front.silent": Status.UNKNOWN}),
        (web.silent, {"tls.front.silent": Status.UNKNOWN}),
        (web.cookies, {"tls.front.garbled": Status.FAIL}),
        (always(b"HTTP/1.1 200 \xff\xfe\r\nX: \xc3\x28\r\nContent-Length: 2\r\n\r\n\xff\xfe"), {}),
        (always(b""), {"tls.front.closed": Status.FAIL}),
    ],
)
async def test_whatever_answers_there_is_a_finding_in_time_and_memory(
    certificates: Certificates, behavior: Behavior, expected: dict[str, Status]
) -> None:
    tracemalloc.start()
    try:
        found = await front(certificates, behavior)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert bad(found) == expected
    assert peak < 30 * 1024 * 1024
    assert all(text.isprintable() for each in found.values() for text in (each.summary, *each.evidence))


async def test_another_host_is_never_asked(certificates: Certificates) -> None:
    async with Hostile(PAGE) as stranger:
        target = f"http://127.0.0.1:{stranger.port}/steal"
        await plain(certificates, redirect(lambda _: target))
        await front(certificates, redirect(lambda _: target))
        assert stranger.heads == []


async def test_another_name_at_the_same_port_is_another_host(certificates: Certificates) -> None:
    ports: list[int] = []
    async with (
        Hostile(PAGE, ssl_context=certificates.context("valid")) as site,
        Hostile(redirect(lambda _: f"http://localhost:{ports[0]}/steal")) as other,
    ):
        ports.append(other.port)
        found = await told(look(task(site.port, certificates.ca, plain_port=other.port)))
        assert len(other.heads) == 1
    assert bad(found) == {"tls.redirect.elsewhere": Status.WARN}


@pytest.mark.parametrize(
    ("header", "identity", "status"),
    [
        ("max-age=31536000; includeSubDomains", "tls.hsts.ok", Status.PASS),
        ("max-age=0", "tls.hsts.off", Status.WARN),
        ("yes", "tls.hsts.off", Status.WARN),
        ("", "tls.hsts.none", Status.PASS),
    ],
)
async def test_hsts_is_read(certificates: Certificates, header: str, identity: str, status: Status) -> None:
    lines = (f"Strict-Transport-Security: {header}",) if header else ()
    found = await front(certificates, always(answer("200 OK", *lines)))
    assert found[identity].status is status
