"""Real nginx and real Caddy before the stand-in, set up well and badly: what an operator is told, and at what cost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from checks.model import Report, RunMemory, Subject
from checks.net.http import BROWSER
from checks.net.machine import outgoing_addresses
from checks.options import Allowance, Login
from checks.site.proxy.probe import probe
from screens.demo.librechat import Settings, StandIn
from tests.checks.site.way.asking import bad, subject, told
from tests.screens.demo.records import JWT_SECRET, OPENID, REFRESH_SECRET
from tests.servers.certificates import Certificates
from tests.servers.proxies import HOST, caddy, nginx
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import Finding, Status
from wizard.basics.secret import Secret
from wizard.librechat.releases import NEWEST

FOR = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
PROTO = "proxy_set_header X-Forwarded-Proto $scheme;"
LARGE = "client_max_body_size 520m;"
GOOD = f"{FOR} {PROTO} {LARGE}"
NOTHING: Mapping[str, str] = {}
LOGIN = Login(email="probe@example.com", password=Secret("not to be used here"))


@asynccontextmanager
async def librechat(**settings: str) -> AsyncIterator[StandIn]:
    environment = {
        "NODE_ENV": "production",
        "DOMAIN_CLIENT": f"https://{HOST}",
        "DOMAIN_SERVER": f"https://{HOST}",
        "JWT_SECRET": JWT_SECRET,
        "JWT_REFRESH_SECRET": REFRESH_SECRET,
        **settings,
    }
    provider = "https://id.example.com/authorize" if "OPENID_CLIENT_ID" in settings else ""
    async with StandIn(Settings(environment=environment, release=NEWEST, identity_provider=provider)) as server:
        yield server


def about(
    port: int,
    server: StandIn,
    certificates: Certificates,
    more: Mapping[str, str] = NOTHING,
    login: Login | None = None,
) -> Subject:
    settings = {"PORT": str(server.port), **more}
    return subject(f"https://{HOST}:{port}", cacert=certificates.ca, login=login, settings=settings)


async def through_nginx(
    folder: Path,
    certificates: Certificates,
    location: str,
    settings: Mapping[str, str] = NOTHING,
    login: Login | None = None,
) -> dict[str, Finding]:
    async with librechat(**settings) as server:
        async with nginx(folder, server.port, pem=certificates.file("valid"), location=location) as port:
            asked = about(port, server, certificates, settings, login)
            found = await told(probe(asked))
        assert server.limited_requests == asked.memory.allowance.used <= (3 if login is None else 2)
        assert {request.header("user-agent") for request in server.requests} == {BROWSER}
    return found


async def through_caddy(
    folder: Path,
    certificates: Certificates,
    inside: str,
    settings: Mapping[str, str] = NOTHING,
    login: Login | None = None,
) -> dict[str, Finding]:
    pem = certificates.file("valid")
    async with librechat(**settings) as server:
        async with caddy(folder, server.port, tls=f"tls {pem} {pem}", inside=inside) as port:
            found = await told(probe(about(port, server, certificates, settings, login)))
        assert server.limited_requests <= (3 if login is None else 2)
    return found


async def test_nginx_set_up_well_has_nothing_to_complain_about(tmp_path: Path, certificates: Certificates) -> None:
    found = await through_nginx(tmp_path, certificates, GOOD, OPENID)
    assert bad(found) == {}
    for identity in ("passage.ok", "upload.ok", "proto.ok", "address.own", "around.closed", "streaming.expected"):
        assert found[f"proxy.{identity}"].status is Status.PASS


async def test_caddy_as_it_comes_has_nothing_to_complain_about(tmp_path: Path, certificates: Certificates) -> None:
    found = await through_caddy(tmp_path, certificates, "", OPENID)
    assert bad(found) == {}
    assert "proxy.address.own" in found


async def test_nginx_as_it_comes_tells_librechat_nothing(tmp_path: Path, certificates: Certificates) -> None:
    found = await through_nginx(tmp_path, certificates, "", OPENID)
    assert bad(found) == {
        "proxy.proto.missing": Status.FAIL,
        "proxy.address.claimed": Status.FAIL,
        "proxy.address.shared": Status.FAIL,
        "proxy.upload.limit": Status.FAIL,
    }
    assert "X-Forwarded-Proto $scheme" in found["proxy.proto.missing"].remedy
    assert "client_max_body_size" in found["proxy.upload.limit"].remedy
    assert "$proxy_add_x_forwarded_for" in found["proxy.address.shared"].remedy


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (f"{FOR} {LARGE}", {"proxy.proto.missing": Status.FAIL}),
        (f"{FOR} {LARGE} proxy_set_header X-Forwarded-Proto http;", {"proxy.proto.missing": Status.FAIL}),
        (f"{FOR} {PROTO}", {"proxy.upload.limit": Status.FAIL}),
        (f'{PROTO} {LARGE} proxy_set_header X-Forwarded-For "";', {"proxy.address.shared": Status.WARN}),
    ],
)
async def test_each_line_that_nginx_lacks_is_told_by_itself(
    tmp_path: Path, certificates: Certificates, location: str, expected: dict[str, Status]
) -> None:
    assert bad(await through_nginx(tmp_path, certificates, location, OPENID)) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("header_up X-Forwarded-Proto http", {"proxy.proto.missing": Status.FAIL}),
        ("header_up -X-Forwarded-For", {"proxy.address.shared": Status.WARN}),
    ],
)
async def test_what_was_taken_away_from_caddy_is_told(
    tmp_path: Path, certificates: Certificates, inside: str, expected: dict[str, Status]
) -> None:
    assert bad(await through_caddy(tmp_path, certificates, inside, OPENID)) == expected


async def test_a_proxy_in_a_container_of_this_folder_cannot_be_judged_over_loopback(
    tmp_path: Path, certificates: Certificates
) -> None:
    """Docker hands on all of its own machine's requests from one address: what looks shared is so by nature."""
    pem = certificates.file("valid")
    location = f'{PROTO} {LARGE} proxy_set_header X-Forwarded-For "";'
    async with (
        librechat(**OPENID) as server,
        nginx(tmp_path, server.port, pem=pem, location=location) as port,
    ):
        given = about(port, server, certificates, OPENID)
        for service, expected in (("client", Status.UNKNOWN), (given.deployment.service, Status.WARN)):
            services = {"services": {"api": {}, service: {"ports": [f"{port}:443"]}}}
            there = given._replace(deployment=given.deployment._replace(compose=services), memory=RunMemory())
            shared = (await told(probe(there)))["proxy.address.shared"]
            assert shared.status is expected
            assert Report.of([shared]).exit_status is ExitStatus.DONE
            assert ("nobody can sign in" in shared.summary) is (expected is Status.WARN)
            assert ("proxy_set_header" in shared.remedy) is (expected is Status.WARN)


async def test_too_many_trusted_proxies_let_people_choose_their_address(
    tmp_path: Path, certificates: Certificates
) -> None:
    found = await through_nginx(tmp_path, certificates, GOOD, {"TRUST_PROXY": "2"})
    assert bad(found) == {"proxy.address.claimed": Status.FAIL}
    assert found["proxy.address.claimed"].settings == ("TRUST_PROXY",)


async def test_one_trusted_proxy_of_two_makes_all_people_one(tmp_path: Path, certificates: Certificates) -> None:
    pem = certificates.file("valid")
    found = {}
    for trusted in ("1", "2"):
        room = tmp_path / trusted
        room.mkdir()
        async with (
            librechat(TRUST_PROXY=trusted) as server,
            nginx(room / "inner", server.port, pem=None, location=f"{FOR} {LARGE}") as inner,
            caddy(room / "outer", inner, tls=f"tls {pem} {pem}") as port,
        ):
            found[trusted] = bad(await told(probe(about(port, server, certificates, {"TRUST_PROXY": trusted}))))
    assert found["1"] == {"proxy.hops.too-few": Status.WARN, "proxy.address.shared": Status.WARN}
    assert found["2"] == {}


async def test_with_an_account_to_sign_in_with_one_request_is_left_for_that(
    tmp_path: Path, certificates: Certificates
) -> None:
    found = await through_nginx(tmp_path, certificates, LARGE + PROTO, OPENID, LOGIN)
    assert bad(found) == {"proxy.address.wrong": Status.FAIL}


async def test_a_port_that_is_open_towards_others_is_found_from_the_machine_itself(
    tmp_path: Path, certificates: Certificates
) -> None:
    if not outgoing_addresses():
        pytest.skip("this machine has no address but loopback")
    environment = {"DOMAIN_CLIENT": f"https://{HOST}", "DOMAIN_SERVER": f"https://{HOST}", "JWT_SECRET": JWT_SECRET}
    environment["JWT_REFRESH_SECRET"] = REFRESH_SECRET
    async with (
        StandIn(Settings(environment=environment, release=NEWEST), host="0.0.0.0") as server,  # noqa: S104
        nginx(tmp_path, server.port, pem=certificates.file("valid"), location=GOOD) as port,
    ):
        found = await told(probe(about(port, server, certificates)))
    assert bad(found) == {"proxy.around.open": Status.WARN}


async def test_without_openid_nothing_depends_on_the_scheme(tmp_path: Path, certificates: Certificates) -> None:
    found = await through_nginx(tmp_path, certificates, f"{FOR} {LARGE}")
    assert bad(found) == {}
    assert "proxy.proto.unused" in found


async def test_after_the_first_refusal_nothing_more_is_asked(tmp_path: Path, certificates: Certificates) -> None:
    found = await through_nginx(tmp_path, certificates, GOOD, {"LOGIN_MAX": "0"})
    assert bad(found) == {"proxy.limited": Status.UNKNOWN}
    async with librechat(LOGIN_MAX="0") as server:
        async with nginx(tmp_path / "again", server.port, pem=certificates.file("valid"), location=GOOD) as port:
            asked = about(port, server, certificates)
            await told(probe(asked))
            await told(probe(asked))
        assert server.limited_requests == 1


@pytest.mark.parametrize("used", [2, 3])
async def test_a_run_that_has_used_its_requests_up_asks_no_more(
    tmp_path: Path, certificates: Certificates, used: int
) -> None:
    """One alone would tell nothing: it takes two."""
    async with librechat() as server:
        async with nginx(tmp_path, server.port, pem=certificates.file("valid"), location=GOOD) as port:
            asked = about(port, server, certificates)._replace(memory=RunMemory(Allowance(used=used)))
            found = await told(probe(asked))
        assert server.limited_requests == 0
    assert bad(found) == {"proxy.limited": Status.UNKNOWN}


@pytest.mark.parametrize(
    ("location", "server", "identity"),
    [
        ("return 503;", "", "proxy.passage.gateway"),
        ("return 404;", "", "proxy.passage.other"),
        ("return 302 https://auth.other.test/;", "", "proxy.passage.redirect"),
        (
            'if ($http_authorization = "") { return 401; }',
            "add_header WWW-Authenticate 'Basic realm=x' always;",
            "proxy.passage.login",
        ),
    ],
)
async def test_a_way_that_ends_before_librechat_is_told_and_nothing_is_counted(
    tmp_path: Path, certificates: Certificates, location: str, server: str, identity: str
) -> None:
    async with librechat() as behind:
        pem = certificates.file("valid")
        async with nginx(tmp_path, behind.port, pem=pem, location=location, server=server) as port:
            found = await told(probe(about(port, behind, certificates)))
        assert behind.limited_requests == 0
    assert bad(found) == {identity: Status.FAIL}


async def test_librechat_without_a_proxy_must_not_believe_anybody() -> None:
    for trusted, expected in (("1", {"proxy.address.claimed": Status.FAIL}), ("-1", {})):
        settings = {"TRUST_PROXY": trusted, "DOMAIN_SERVER": "http://chat.lan", "DOMAIN_CLIENT": "http://chat.lan"}
        async with librechat(**settings) as server:
            asked = subject(f"http://{HOST}:{server.port}", settings={"PORT": str(server.port), "TRUST_PROXY": trusted})
            assert bad(await told(probe(asked))) == expected
