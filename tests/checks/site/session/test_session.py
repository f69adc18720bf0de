"""Whether people stay signed in: told as a browser would find it, with nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Self

import pytest

from checks.options import Login
from checks.runner import report
from checks.site.session.registered import SESSION
from screens.demo.librechat import Account, StandIn
from tests.checks.site.instance.asking import ADA, PASSWORD, ask, everything, ids, settings, subject
from tests.servers.answering import Answering, Asked, answer
from wizard.basics.check_outcomes import TimedOut
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release

LAN = {"DOMAIN_SERVER": "http://192.168.1.10:3080", "DOMAIN_CLIENT": "http://192.168.1.10:3080"}


async def at(server: StandIn, host: str = "localhost", values: Mapping[str, str] | None = None) -> dict[str, str]:
    given = subject(f"http://{host}:{server.port}", values, resolve={host: "127.0.0.1"})
    made = await ask(given)
    assert PASSWORD not in everything(made)
    return ids(made)


async def test_people_stay_signed_in_when_the_access_token_has_run_out() -> None:
    expiry = {"SESSION_EXPIRY": "1000", "DOMAIN_SERVER": "http://localhost:3080"}
    async with StandIn(settings(expiry)) as server:
        given = subject(f"http://localhost:{server.port}", expiry)
        made = await ask(given._replace(site_options=given.site_options._replace(stays=60)))
        times = [request.path for request in server.requests]
    assert ids(made)["session.kept"] == "PASS"
    assert times.count("/api/auth/login") == 1


async def test_healthy_instance_keeps_people_signed_in() -> None:
    async with StandIn(settings({"DOMAIN_SERVER": "http://localhost:3080"})) as server:
        assert await at(server) == {
            "session.login": "PASS",
            "session.cookie": "PASS",
            "session.refresh": "PASS",
            "session.rotation": "PASS",
            "session.kept": "PASS",
        }
        assert server.limited_requests == 1
        assert server.sessions == ()
        assert all("Chrome/" in (request.header("user-agent") or "") for request in server.requests)


async def test_secure_cookie_over_http_is_the_login_loop() -> None:
    async with StandIn(settings(LAN)) as server:
        given = subject(f"http://chat.lan:{server.port}", LAN, resolve={"chat.lan": "127.0.0.1"})
        made = await ask(given)
        lost = next(finding for finding in made.findings if finding.id == "session.lost")
        assert f"At http://chat.lan:{server.port}, the browser drops the sign-in cookie" in lost.summary
        assert "SESSION_COOKIE_SECURE=false" in lost.remedy
        assert server.sessions == (), "the session whose cookie a browser drops is ended all the same"


async def test_way_out_depends_on_the_release() -> None:
    async with StandIn(settings(LAN, release=Release(0, 8, 5))) as server:
        given = subject(f"http://chat.lan:{server.port}", LAN, release="v0.8.5", resolve={"chat.lan": "127.0.0.1"})
        remedy = next(finding for finding in (await ask(given)).findings if finding.id == "session.lost").remedy
        assert "SESSION_COOKIE_SECURE=false" not in remedy
        assert "access: http-lan" in remedy


async def test_switch_makes_the_loop_go_away() -> None:
    async with StandIn(settings({**LAN, "SESSION_COOKIE_SECURE": "false"})) as server:
        assert (await at(server, "chat.lan"))["session.kept"] == "PASS"


@pytest.mark.parametrize(
    ("values", "account", "wanted"),
    [
        ({}, replace(ADA, password=Secret("wrong horse battery")), {"session.login.wrong-password": "UNKNOWN"}),
        ({}, replace(ADA, email="eve@example.com"), {"session.login.unknown-email": "UNKNOWN"}),
        ({}, replace(ADA, email="ada at home"), {"session.login.invalid-email": "UNKNOWN"}),
        ({"MIN_PASSWORD_LENGTH": "40"}, ADA, {"session.login.invalid-password": "UNKNOWN"}),
        ({"ALLOW_EMAIL_LOGIN": "false"}, ADA, {"session.login.email-login-off": "UNKNOWN"}),
        ({"LDAP_URL": "ldap://x", "LDAP_USER_SEARCH_BASE": "dc=x"}, ADA, {"session.login.directory-refused": "UNKNOWN"}),
        ({"JWT_REFRESH_SECRET": "other" * 8}, ADA, {"session.secret.jwt_refresh_secret": "WARN"}),
        ({"JWT_SECRET": "other" * 8}, ADA, {"session.secret.jwt_secret": "WARN"}),
        ({"SESSION_EXPIRY": "60000"}, ADA, {"session.lifetime.session_expiry": "WARN"}),
        ({"REFRESH_TOKEN_EXPIRY": "60000"}, ADA, {"session.lifetime.refresh_token_expiry": "WARN", "session.short": "WARN"}),
        ({"SESSION_EXPIRY": "1500"}, ADA, {"session.login.tokens": "FAIL"}),
    ],
)  # fmt: skip
async def test_what_the_server_has_otherwise_is_told(
    values: dict[str, str], account: Account, wanted: dict[str, str]
) -> None:
    async with StandIn(settings({"DOMAIN_SERVER": "http://localhost:3080", **values})) as server:
        made = await ask(subject(server.url, account=account))
        assert wanted.items() <= ids(made).items()
        assert server.limited_requests == 1
        assert account.password.reveal() not in everything(made)


@pytest.mark.parametrize(
    ("account", "values", "wanted"),
    [
        (replace(ADA, two_factor=True), {}, "two-factor"),
        (replace(ADA, verified=False), {"EMAIL_HOST": "mail.example.com", "EMAIL_FROM": "a@example.com"}, "unverified"),
        (replace(ADA, banned=True), {"BAN_VIOLATIONS": "true"}, "banned"),
    ],
)
async def test_accounts_that_are_not_let_in(account: Account, values: dict[str, str], wanted: str) -> None:
    async with StandIn(settings(values, accounts=(account,))) as server:
        assert ids(await ask(subject(server.url, account=account))) == {f"session.login.{wanted}": "UNKNOWN"}
        assert server.sessions == ()


async def test_too_many_sign_ins_end_the_run() -> None:
    async with StandIn(settings({"LOGIN_MAX": "1"})) as server:
        assert "session.kept" in await at(server)
        given = subject(server.url)
        assert ids(await ask(given)) == {"session.login.limited": "UNKNOWN"}
        assert ids(await ask(given)) == {"session.login.limited": "UNKNOWN"}
        assert server.limited_requests == 2, "after a 429 nothing more is asked"


async def test_settings_that_fail_every_sign_in_are_not_tried() -> None:
    async with StandIn(settings({"SESSION_EXPIRY": "1500"})) as server:
        assert await at(server, values={"SESSION_EXPIRY": "1500"}) == {"session.login.tokens": "FAIL"}
        assert server.requests == [], "a sign-in would leave a session that nobody can end"


@pytest.mark.parametrize("moment", [0.02, 0.1, 0.18, 0.26, 0.34, 0.42, 0.5, 0.6, 0.7])
async def test_cancelled_run_leaves_no_session(moment: float) -> None:
    async with StandIn(settings({"DOMAIN_SERVER": "http://localhost:3080"})) as server, Slow(server.port) as slow:
        given = subject(f"http://localhost:{slow.port}")
        task = asyncio.create_task(report((SESSION,), given))
        await asyncio.sleep(moment)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert server.sessions == ()


async def test_run_that_takes_too_long_leaves_no_session() -> None:
    async with StandIn(settings()) as server, Slow(server.port) as slow:
        seconds = 0.15
        while server.limited_requests == 0:  # on a slow machine, the time may be over before it signs in
            made = await report((SESSION._replace(seconds=seconds),), subject(f"http://localhost:{slow.port}"))
            assert isinstance(made.outcomes[0][1], TimedOut)
            seconds *= 1.5
        assert server.sessions == ()
        assert server.limited_requests == 1


class Slow:
    """Hands bytes on, each way 40 ms late."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._to = port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._hand_on(reader, back), self._hand_on(there, writer))

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await asyncio.sleep(0.04)
            writer.write(data)
        writer.close()


TOKEN = '{"token": "x.y.z", "user": {}}'
GOOD = "Set-Cookie: refreshToken=r; Path=/; HttpOnly; SameSite=Strict; Expires=Fri, 01 Jan 2100 00:00:00 GMT"


def librechat(login: bytes, refresh: bytes) -> Answering:
    def handler(asked: Asked) -> bytes:
        if asked.path == "/api/auth/login":
            return login
        if asked.path == "/api/auth/logout":
            return answer(200, "{}")
        has_cookie = "refreshToken=" in asked.headers.get("cookie", "")
        return refresh if has_cookie else answer(200, "Refresh token not provided", kind="text/html")

    return Answering(handler)


@pytest.mark.parametrize(
    ("login", "refresh", "words"),
    [
        (answer(200, TOKEN), answer(200, "Refresh token not provided", kind="text/html"), "removes Set-Cookie"),
        (answer(200, TOKEN, GOOD), answer(200, "Refresh token not provided", kind="text/html"), "between the browser and LibreChat removes it"),
        (answer(200, TOKEN, GOOD.replace("Path=/", "Path=/chat")), answer(200, TOKEN), "another path"),
        (answer(200, TOKEN, GOOD + "; Domain=other.example"), answer(200, TOKEN), "drops the sign-in cookie"),
        (answer(200, TOKEN, GOOD.replace("2100", "2000").replace("Fri", "Sat")), answer(200, TOKEN), "expired when it arrives"),
        (answer(200, TOKEN, GOOD), answer(401, "Refresh token expired or not found for this user", kind="text/html"),
         "no longer recognizes the session"),
        (answer(200, TOKEN, GOOD), answer(403, "Invalid refresh token", kind="text/html"), "refuses the refresh token"),
        (answer(200, TOKEN, GOOD), answer(403, "No session found", kind="text/html"), "no session"),
        (answer(200, TOKEN, GOOD), answer(403, "Invalid OpenID refresh token", kind="text/html"), "OpenID"),
        (answer(200, TOKEN, GOOD), answer(302, "", "Location: /login"), "session's account"),
        (answer(200, TOKEN, GOOD), answer(302, "", "Location: https://auth.example/"), "different URL"),
        (answer(200, TOKEN, GOOD), answer(200, "<html>", kind="text/html"), "is a web page"),
        (answer(200, TOKEN, GOOD), answer(500, "oops", kind="text/plain"), "server error"),
        (answer(200, TOKEN, GOOD), answer(502, "<html>", kind="text/html"), "not LibreChat, responded"),
        (answer(200, TOKEN, GOOD), answer(429, "slow down"), "429"),
        (answer(200, TOKEN, GOOD), answer(401, "", 'WWW-Authenticate: Basic realm="x"'), "its own sign-in"),
    ],
)  # fmt: skip
async def test_what_stands_in_between_is_told(login: bytes, refresh: bytes, words: str) -> None:
    async with librechat(login, refresh) as server:
        made = await ask(subject(f"http://localhost:{server.port}"))
        lost = next(finding for finding in made.findings if finding.id == "session.lost")
        assert words in lost.summary
        assert server.asked[-1].path == "/api/auth/logout"
        assert server.asked[-1].headers["authorization"] == "Bearer x.y.z"


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (answer(502, "<html>Bad Gateway", kind="text/html"), {"session.login.gateway": "FAIL"}),
        (
            answer(403, "<html>Request blocked", "Server: cloudflare", kind="text/html"),
            {"session.login.forbidden": "FAIL"},
        ),
        (answer(301, "", "Location: https://www.example.com/"), {"session.login.redirected": "FAIL"}),
        (answer(200, "<!doctype html>", kind="text/html"), {"session.login.page": "FAIL"}),
        (answer(404, '{"message": "Endpoint not found"}'), {"session.login.no-route": "FAIL"}),
        (answer(404, "<h1>404", kind="text/html"), {"session.login.not-librechat": "FAIL"}),
        (answer(429, "<h1>429", kind="text/html"), {"session.login.proxy-limited": "UNKNOWN"}),
        (answer(401, "", "WWW-Authenticate: Basic"), {"session.login.other-login": "FAIL"}),
        (answer(404, '{"message": "Bad search base"}'), {"session.login.directory-search": "FAIL"}),
        (answer(404, '{"message": "Account disabled"}'), {"session.login.directory-account": "UNKNOWN"}),
        (answer(500, "An unknown error occurred.", kind="text/html"), {"session.login.server-error": "FAIL"}),
        (b"", {"session.login.closed": "FAIL"}),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", {"session.login.garbled": "FAIL"}),
    ],
)
async def test_what_answers_the_sign_in_is_told(reply: bytes, wanted: dict[str, str]) -> None:
    async with Answering(lambda _: reply) as server:
        assert ids(await ask(subject(f"http://localhost:{server.port}"))) == wanted
        assert len(server.asked) == 1, "one try"


async def test_server_that_says_the_password_back_does_not_get_it_shown() -> None:
    def echo(asked: Asked) -> bytes:
        return answer(404, b'{"message": "you said ' + asked.body.replace(b'"', b"'") + b'"}')

    async with Answering(echo) as server:
        made = await ask(subject(f"http://localhost:{server.port}"))
        assert "you said" in everything(made)
        assert PASSWORD not in everything(made)


async def test_redirect_is_not_followed_with_the_password() -> None:
    async with Answering(lambda _: answer(200, TOKEN)) as thief:
        away = answer(307, "", f"Location: http://127.0.0.1:{thief.port}/api/auth/login")
        async with Answering(lambda _: away) as server:
            assert ids(await ask(subject(f"http://localhost:{server.port}"))) == {"session.login.redirected": "FAIL"}
        assert thief.asked == []


async def test_no_account_no_sign_in() -> None:
    given = subject("http://localhost:1")
    made = await ask(given._replace(site_options=given.site_options._replace(login=None)))
    assert "no account to sign in with" in repr(made.outcomes)
    assert Login(email="a", password=Secret("b")) != given.site_options.login
