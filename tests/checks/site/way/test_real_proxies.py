"""Real Caddy and nginx as operators run them: their own authority, certificates gone wrong, the texts of the wizard."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from checks.options import Login, SiteOptions
from checks.registry import RUNNING, select
from checks.runner import report
from checks.site.proxy.probe import probe as proxy
from checks.site.tls.tls import look, probe
from screens.demo.librechat import Settings, StandIn
from tests.checks.site.proxy.test_proxies import GOOD, librechat
from tests.checks.site.way.asking import bad, subject, task, told
from tests.patience import Patience
from tests.screens.demo.records import ADA, JWT_SECRET, REFRESH_SECRET
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port
from tests.servers.proxies import HOST, caddy, nginx
from tests.wizard.plan import test_proxy_files as own
from tests.wizard.plan.test_proxy_files import pair
from tests.wizard.rules.builder import deployment
from wizard.basics.check_outcomes import Ran
from wizard.basics.finding import Status
from wizard.librechat.releases import NEWEST
from wizard.librechat.site import Site
from wizard.plan.proxy_files import ProxySite

__all__ = ["pair"]
DOMAINS = ("DOMAIN_CLIENT", "DOMAIN_SERVER")


async def test_caddys_internal_authority_is_refused_until_it_is_named(tmp_path: Path) -> None:
    root = tmp_path / ".local" / "share" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    async with librechat() as server, caddy(tmp_path, server.port, tls="tls internal") as port:
        found, patience = await told(look(task(port, None))), Patience()
        # Caddy listens before it has made its authority.
        while "tls.handshake.unnamed" in found and not patience.spent():
            await asyncio.sleep(0.05)
            found = await told(look(task(port, None)))
        assert bad(found) == {"tls.certificate.untrusted": Status.FAIL}
        assert "Caddy Local Authority" in " ".join(found["tls.certificate.untrusted"].evidence)
        trusting = await told(look(task(port, root)))
    assert bad(trusting) == {}
    assert "tls.certificate.own-ca" in trusting


async def test_caddy_without_a_certificate_for_the_name_is_recognized(
    tmp_path: Path, certificates: Certificates
) -> None:
    async with librechat() as server, caddy(tmp_path, server.port, tls="tls internal") as port:
        found = await told(look(task(port, certificates.ca, host="other.test")))
    assert bad(found) == {"tls.handshake.unnamed": Status.FAIL}


@pytest.mark.parametrize(
    ("certificate", "identity"),
    [
        ("expired", "tls.certificate.expired"),
        ("wronghost", "tls.certificate.name"),
        ("selfsigned", "tls.certificate.self-signed"),
    ],
)
async def test_nginx_with_a_certificate_gone_wrong(
    tmp_path: Path, certificates: Certificates, certificate: str, identity: str
) -> None:
    async with librechat() as server:
        async with nginx(tmp_path, server.port, pem=certificates.file(certificate), location=GOOD) as port:
            found = await told(probe(subject(f"https://{HOST}:{port}", cacert=certificates.ca)))
        assert server.requests == []
    assert bad(found) == {identity: Status.FAIL}


async def test_nginx_that_redirects_http_to_https(tmp_path: Path, certificates: Certificates) -> None:
    async with (
        librechat() as server,
        nginx(tmp_path / "tls", server.port, pem=certificates.file("valid"), location=GOOD) as port,
    ):
        target = f"return 301 https://{HOST}:{port}$request_uri;"
        async with nginx(tmp_path / "plain", server.port, pem=None, server=target) as other:
            found = await told(look(task(port, certificates.ca, plain_port=other)))
        open_ = await told(look(task(port, certificates.ca, plain_port=server.port)))
    assert bad(found) == {}
    assert "tls.redirect.ok" in found
    assert bad(open_) == {"tls.redirect.none": Status.WARN}


@pytest.mark.parametrize("serve", [own.caddy, own.nginx], ids=["caddy", "nginx"])
async def test_what_the_wizard_writes_for_a_proxy_has_no_fault(serve: object, pair: Path, tmp_path: Path) -> None:
    async with librechat() as server:
        front = ProxySite(
            site=Site(scheme="https", host=own.HOST, port=free_port()),
            upstream=f"127.0.0.1:{server.port}",
            own_certificate=True,
        )
        with serve(front, pair, tmp_path) as port:  # type: ignore[operator]
            url = f"https://{own.HOST}:{port}"
            made = deployment({"DOMAIN_CLIENT": url, "DOMAIN_SERVER": url, "PORT": str(server.port)})
            reach = SiteOptions(resolve={own.HOST: "127.0.0.1"}, cacert=pair / "ca.crt")
            asked = Subject(memory=RunMemory(), deployment=made, site_options=reach)
            found = {**await told(probe(asked)), **await told(proxy(asked))}
    assert bad(found) == {}
    assert "proxy.address.own" in found


@pytest.mark.parametrize(("location", "expected"), [(GOOD, set()), ("", {"proxy.address.wrong", "proxy.upload.limit"})])
async def test_a_whole_run_signs_in_and_asks_three_limited_requests_at_most(
    tmp_path: Path, certificates: Certificates, location: str, expected: set[str]
) -> None:
    environment = {"NODE_ENV": "production", "JWT_SECRET": JWT_SECRET, "JWT_REFRESH_SECRET": REFRESH_SECRET}
    async with (
        StandIn(Settings(environment=environment, release=NEWEST, accounts=(ADA,))) as server,
        nginx(tmp_path, server.port, pem=certificates.file("valid"), location=location) as port,
    ):
        url = f"https://{HOST}:{port}"
        await server.restart(replace(server.settings, environment={**environment, **dict.fromkeys(DOMAINS, url)}))
        login = Login(email=ADA.email, password=ADA.password)
        asked = subject(url, cacert=certificates.ca, login=login, settings={"PORT": str(server.port)})
        checks = [
            check._replace(needs=()) if check.id == "proxy" else check for check in select(tuple(sorted(RUNNING)))
        ]
        done = await report(checks, asked)
        assert server.limited_requests == asked.memory.allowance.used <= 3
        assert server.sessions == ()
    assert all(isinstance(outcome, Ran) for _, outcome in done.outcomes)
    found = {finding.id: finding for finding in done.findings}
    assert {name for name in bad(found) if name.startswith("proxy.")} == expected
    assert found["session.kept"].status is Status.PASS
