"""The stand-in as its users see it: who stays signed in in which release, who is refused and how, what is counted."""

from __future__ import annotations

import datetime as dt
import gzip
import ssl
import time
from pathlib import Path

import jwt
import pytest

from screens.demo.librechat import Account, Settings, StandIn, StartRefused
from tests.screens.demo.client import ask, bearer, login, refresh
from tests.screens.demo.records import ADA, JWT_SECRET, OPENID, PASSWORD, REFRESH_SECRET, Clock
from wizard.basics.secret import Secret
from wizard.librechat.releases import NEWEST, Release
from wizard.plan.certificates import local_authority

LAN = "http://192.168.1.10:3080"
LOCAL = "http://localhost:3080"
PROVIDER = "https://id.example.com/authorize"


def settings(release: str = str(NEWEST), *accounts: Account, **environment: str | None) -> Settings:
    merged: dict[str, str | None] = {
        "NODE_ENV": "production",
        "DOMAIN_SERVER": LOCAL,
        "DOMAIN_CLIENT": LOCAL,
        "JWT_SECRET": JWT_SECRET,
        "JWT_REFRESH_SECRET": REFRESH_SECRET,
        "BAN_VIOLATIONS": "true",
        **environment,
    }
    given = {name: value for name, value in merged.items() if value is not None}
    provider = PROVIDER if "OPENID_CLIENT_ID" in given else ""
    return Settings(
        environment=given,
        release=Release.parse(release),
        accounts=accounts or (ADA,),
        identity_provider=provider,
    )


@pytest.mark.parametrize(
    ("release", "domain", "switch", "secure"),
    [
        ("v0.7.0", LOCAL, None, True),
        ("v0.8.2", LOCAL, None, True),
        ("v0.8.3-rc1", LOCAL, None, False),
        ("v0.8.5", LOCAL, "true", False),
        ("v0.8.6-rc1", LAN, "false", True),
        ("v0.8.6", LAN, "false", False),
        ("v0.8.6", LOCAL, "true", True),
        ("v0.8.7", LAN, None, True),
        ("v0.8.7", "https://chat.example.com", None, True),
    ],
)
async def test_sign_in_cookies_are_secure_by_the_rule_of_the_release(
    release: str, domain: str, switch: str | None, secure: bool
) -> None:
    async with StandIn(settings(release, DOMAIN_SERVER=domain, SESSION_COOKIE_SECURE=switch)) as server:
        entry = await login(server, ADA.email, PASSWORD)
    assert {cookie.secure for cookie in entry.cookies} == {secure}


@pytest.mark.parametrize("release", ["v0.7.0", "v0.8.2", "v0.8.7"])
async def test_without_production_mode_no_cookie_is_secure(release: str) -> None:
    async with StandIn(settings(release, DOMAIN_SERVER=LAN, NODE_ENV=None)) as server:
        entry = await login(server, ADA.email, PASSWORD)
    assert [cookie.secure for cookie in entry.cookies] == [False] * len(entry.cookies)
    names = ["refreshToken"] if release == "v0.7.0" else ["refreshToken", "token_provider"]
    assert [cookie.name for cookie in entry.cookies] == names


@pytest.mark.parametrize(
    ("release", "proto", "trust", "sent", "secure"),
    [
        ("v0.8.1", None, "1", True, False),
        ("v0.8.7", None, "1", False, False),
        ("v0.8.7", "http", "1", False, False),
        ("v0.8.7", "https", "1", True, True),
        ("v0.8.7", "https,http", "0", True, True),
        ("v0.8.7", "https", "-1", False, False),
    ],
)
async def test_openid_session_cookie_needs_https_as_the_proxy_tells_it(
    release: str, proto: str | None, trust: str, sent: bool, secure: bool
) -> None:
    environment = {**OPENID, "DOMAIN_SERVER": "https://chat.example.com", "TRUST_PROXY": trust}
    async with StandIn(settings(release, **environment)) as server:
        answer = await ask(server, "GET", "/oauth/openid", headers={"X-Forwarded-Proto": proto})
    location = answer.header("location") or ""
    assert answer.status == 302
    assert location.startswith(f"{PROVIDER}?redirect_uri=https%3A%2F%2Fchat.example.com%2Foauth%2Fopenid%2Fcallback")
    assert [(each.name, each.secure) for each in answer.cookies] == ([("connect.sid", secure)] if sent else [])
    if sent:
        assert answer.cookies[0].attributes.get("HttpOnly") is True
        assert "SameSite" not in answer.cookies[0].attributes
        assert ("Expires" in answer.cookies[0].attributes) == (release != "v0.8.1")


async def test_openid_that_was_not_discovered_says_so_where_it_is_asked() -> None:
    broken = settings(**OPENID)
    lost = Settings(environment=broken.environment, accounts=(ADA,))
    async with StandIn(lost) as server:
        assert (await ask(server, "GET", "/api/admin/oauth/openid/check")).json["error_code"] == "OPENID_NOT_CONFIGURED"
        assert (await ask(server, "GET", "/oauth/openid")).status == 500
    async with StandIn(broken) as server:
        assert (await ask(server, "GET", "/api/admin/oauth/openid/check")).status == 200


async def test_tokens_are_good_in_the_eyes_of_pyjwt() -> None:
    lines = {"SESSION_EXPIRY": "1000 * 60 * 60", "REFRESH_TOKEN_EXPIRY": "1000 * 60 * 60 * 24"}
    # LibreChat reads the clock for a session's end and again for its token: a second can pass between the two.
    async with StandIn(settings(**lines), clock=Clock(time.time())) as server:
        entry = await login(server, ADA.email, PASSWORD)
    access = jwt.decode(entry.json["token"], JWT_SECRET, algorithms=["HS256"])
    assert access["exp"] - access["iat"] == 3600
    assert access["email"] == ADA.email
    renewal = jwt.decode(entry.cookie("refreshToken"), REFRESH_SECRET, algorithms=["HS256"])
    assert renewal["exp"] - renewal["iat"] == 24 * 3600
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(entry.json["token"], REFRESH_SECRET, algorithms=["HS256"])


@pytest.mark.parametrize(
    ("account", "environment", "status", "words"),
    [
        (Account(email="two@example.com", password=Secret(PASSWORD), two_factor=True), {}, 200, "twoFAPending"),
        (Account(email="new@example.com", password=Secret(PASSWORD), verified=False), {}, 422, "Email not verified."),
        (Account(email="bad@example.com", password=Secret(PASSWORD), banned=True), {}, 403, "temporarily banned"),
        (Account(email="b@example.com", password=Secret(PASSWORD), banned=True), {"BAN_VIOLATIONS": ""}, 200, "token"),
        (ADA, {"ALLOW_EMAIL_LOGIN": "false"}, 403, "Email login is not allowed."),
        (ADA, {"LDAP_URL": "ldap://d", "LDAP_USER_SEARCH_BASE": "dc=x"}, 404, "Invalid username/password"),
        (
            Account(email="l@example.com", password=Secret(PASSWORD), in_directory=True),
            {"LDAP_URL": "ldap://d", "LDAP_USER_SEARCH_BASE": "dc=x"},
            200,
            "token",
        ),
        (
            Account(email="l@example.com", password=Secret(PASSWORD), in_directory=True),
            {},
            404,
            "Email does not exist.",
        ),
    ],
)
async def test_each_refusal_is_told_apart(
    account: Account, environment: dict[str, str], status: int, words: str
) -> None:
    async with StandIn(settings(str(NEWEST), account, **environment)) as server:
        answer = await login(server, account.email, PASSWORD)
        assert (answer.status, words in answer.text) == (status, True)
        assert bool(answer.cookies) == (status == 200 and words == "token")
        assert len(server.sessions) == len(answer.cookies) // 2


async def test_directory_that_does_not_answer_is_an_unforeseen_error() -> None:
    base = settings(LDAP_URL="ldap://d", LDAP_USER_SEARCH_BASE="dc=x")
    down = Settings(environment=base.environment, accounts=(ADA,), directory_reachable=False)
    async with StandIn(down) as server:
        answer = await login(server, ADA.email, PASSWORD)
    assert (answer.status, answer.text) == (500, "An unknown error occurred.")


async def test_mail_login_switch_binds_the_server_since_v0_8_8() -> None:
    async with StandIn(settings("v0.8.7", ALLOW_EMAIL_LOGIN="false")) as server:
        assert (await login(server, ADA.email, PASSWORD)).status == 200
        assert (await ask(server, "GET", "/api/config")).json["emailLoginEnabled"] is False


async def test_limited_requests_and_sessions_are_counted() -> None:
    async with StandIn(settings()) as server:
        entry = await login(server, ADA.email, PASSWORD)
        await ask(server, "GET", "/health")
        await ask(server, "GET", "/oauth/error")
        renewed = await refresh(server, entry.cookie("refreshToken"))
        assert server.limited_requests == 2
        assert [request.path for request in server.requests][:2] == ["/api/auth/login", "/health"]
        assert server.requests[0].header("user-agent") is not None
        (session,) = server.sessions
        assert session.user == entry.json["user"]["id"]
        cookie = {"Cookie": f"refreshToken={renewed.cookie('refreshToken')}"}
        await ask(server, "POST", "/api/auth/logout", headers=bearer(entry.json["token"]) | cookie)
        assert len(server.sessions) == 0
        assert ADA.email not in repr(server.requests), "bodies and headers stay out of what is printed"
        assert PASSWORD not in repr(server.requests) + repr(server.settings)
        assert JWT_SECRET not in repr(server.settings)


async def test_session_ends_by_the_clock() -> None:
    clock = Clock()
    async with StandIn(settings(REFRESH_TOKEN_EXPIRY="60000"), clock=clock) as server:
        await login(server, ADA.email, PASSWORD)
        clock.now += 59
        assert len(server.sessions) == 1
        clock.now += 2
        assert len(server.sessions) == 0


async def test_failed_sign_in_over_a_broken_lifetime_leaves_a_session_as_librechat_does() -> None:
    async with StandIn(settings(SESSION_EXPIRY="1500")) as server:
        answer = await login(server, ADA.email, PASSWORD)
        assert (answer.status, answer.cookies, len(server.sessions)) == (500, [], 1)


async def test_restart_keeps_people_and_sessions_and_forgets_limits() -> None:
    async with StandIn(settings(LOGIN_MAX="1")) as server:
        port = server.port
        entry = await login(server, ADA.email, PASSWORD)
        assert (await login(server, ADA.email, PASSWORD)).status == 429
        await server.restart(settings(DOMAIN_SERVER=LAN))
        assert server.port == port
        assert (await refresh(server, entry.cookie("refreshToken"))).status == 200
        assert (await login(server, ADA.email, PASSWORD)).cookies[0].secure
        with pytest.raises(StartRefused):
            await server.restart(settings(DOMAIN_CLIENT="192.168.1.10:3080"))
        with pytest.raises(ConnectionRefusedError):
            await ask(server, "GET", "/health")


@pytest.mark.parametrize(
    ("release", "environment"),
    [
        ("v0.8.7", {"JWT_SECRET": ""}),
        ("v0.8.8-rc1", {"DOMAIN_CLIENT": "chat.example.com"}),
        ("v0.8.8-rc1", {"MONGO_URI": "127.0.0.1:27017/LibreChat"}),
        ("v0.8.8-rc1", {"MONGO_URI": ""}),
    ],
)
async def test_settings_that_librechat_dies_of(release: str, environment: dict[str, str]) -> None:
    with pytest.raises(StartRefused):
        await StandIn(settings(release, **environment)).start()


async def test_readiness_probe_came_with_v0_8_6() -> None:
    clock = Clock()
    base = settings("v0.8.6")
    slow = Settings(environment=base.environment, release=base.release, ready_after=20)
    async with StandIn(slow, clock=clock) as server:
        answer = await ask(server, "GET", "/readyz")
        assert (answer.status, answer.text) == (503, "NOT_READY")
        assert (await ask(server, "GET", "/livez")).text == "OK"
        clock.now += 20
        assert (await ask(server, "GET", "/readyz")).text == "OK"
    async with StandIn(settings("v0.8.5")) as server:
        answer = await ask(server, "GET", "/readyz")
        assert (answer.status, answer.header("content-type")) == (200, "text/html; charset=utf-8")
    async with StandIn(settings("v0.7.2")) as server:
        assert (await ask(server, "GET", "/readyz")).status == 404
        assert (await ask(server, "GET", "/")).status == 200


async def test_config_tells_strangers_less_since_v0_8_6() -> None:
    build = {"commit": "abc", "commitShort": "a", "branch": "main", "buildDate": "2026-01-01"}
    for release, shared in (("v0.8.5", True), ("v0.8.6", False)):
        base = settings(release)
        async with StandIn(Settings(environment=base.environment, release=base.release, build=build)) as server:
            config = (await ask(server, "GET", "/api/config")).json
        assert ("sharedLinksEnabled" in config, "buildInfo" in config) == (shared, not shared)
        assert config["serverDomain"] == LOCAL


async def test_large_answers_are_packed_for_who_takes_it() -> None:
    async with StandIn(settings()) as server:
        plain = await ask(server, "GET", "/")
        packed = await ask(server, "GET", "/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.header("content-encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.header("etag") == plain.header("etag")


async def test_page_is_under_the_path_of_domain_client_and_harmless() -> None:
    async with StandIn(settings(DOMAIN_CLIENT="https://chat.example.com/lc")) as server:
        answer = await ask(server, "GET", "/lc/login", headers={"Accept-Language": 'de"><script>alert(1)</script>'})
    assert '<base href="/lc/" />' in answer.text
    assert "<title>LibreChat</title>" in answer.text
    assert "<script>alert" not in answer.text
    assert answer.header("cache-control") == "no-cache, no-store, must-revalidate"


async def test_preflight_and_unknown_paths() -> None:
    async with StandIn(settings()) as server:
        asked = {"Access-Control-Request-Headers": "authorization", "Origin": "https://x.example"}
        answer = await ask(server, "OPTIONS", "/api/auth/refresh", headers=asked)
        assert (answer.status, answer.header("access-control-allow-headers")) == (204, "authorization")
        assert (await ask(server, "GET", "/api/nothing")).json == {"message": "Endpoint not found"}
        assert (await ask(server, "GET", "/API/Config/")).status == 200
        head = await ask(server, "HEAD", "/health")
        assert (head.body, head.header("content-length")) == (b"", "2")
    async with StandIn(settings("v0.8.2")) as server:
        assert (await ask(server, "GET", "/api/nothing")).text.startswith("<!DOCTYPE html>")


async def test_speaks_tls_and_ipv6(tmp_path: Path) -> None:
    made = local_authority(dt.datetime.now(dt.UTC), ["localhost", "::1"])
    for name, data in (("cert.pem", made.cert_pem), ("key.pem", made.key_pem), ("ca.pem", made.ca_pem)):
        (tmp_path / name).write_bytes(data)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    environment = {**OPENID, "DOMAIN_SERVER": "https://chat.example.com"}
    async with StandIn(settings(**environment), host="::1", ssl_context=context) as server:
        assert server.url == f"https://[::1]:{server.port}"
        trusting = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        claiming = {"Host": "localhost", "X-Forwarded-Proto": "http"}
        answer = await ask(server, "GET", "/oauth/openid", headers=claiming, tls=trusting)
        assert [cookie.name for cookie in answer.cookies] == ["connect.sid"], "its own TLS is https enough"
        with pytest.raises(ssl.SSLCertVerificationError):
            await ask(server, "GET", "/health", tls=ssl.create_default_context())
        assert (await ask(server, "GET", "/health", tls=trusting)).text == "OK"
