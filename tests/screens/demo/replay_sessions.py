"""Replays of what was recorded of cookies, tokens and sessions."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import jwt

from screens.demo.librechat import Settings, StandIn, StartRefused
from tests.screens.demo.client import Answer, ask, bearer, login, refresh
from tests.screens.demo.records import ADA, JWT_SECRET, PASSWORD, REFRESH_SECRET, Clock, Replay, normal, rough
from wizard.librechat.cookies import secure_sign_in
from wizard.librechat.releases import RECORDED

MATRIX = "cookie matrix"
NODE_ENV = "NODE_ENV"
SPELLINGS = "shouldUseSecureCookie and isEnabled over many spellings (real functions, called directly)"
RACES = "refresh races and session length"
LIFETIMES = "token lifetimes"
SECRETS = "secrets at startup"
DOMAINS = "DOMAIN_CLIENT, DOMAIN_SERVER, MONGO_URI forms"
CADDY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "127.0.0.1:3443"}
"""What Caddy tells LibreChat of its client."""


def refresh_token(clock: Clock, user: str, *, ends: int = 600_000, secret: str = REFRESH_SECRET) -> str:
    """Return a refresh token of no session, signed by pyjwt."""
    now = int(clock())
    claims = {"id": user, "sessionId": "6b00e7ac0a215b7df14da9ff", "iat": now, "exp": now + ends}
    return jwt.encode(claims, secret, algorithm="HS256")


async def matrix(replay: Replay) -> None:
    cases = list(enumerate(replay.at((MATRIX,))))
    names = ("NODE_ENV", "DOMAIN_SERVER", "DOMAIN_CLIENT", "SESSION_COOKIE_SECURE")
    for _, group in itertools.groupby(cases, key=lambda case: [case[1][name] for name in names]):
        members = list(group)
        case = members[0][1]
        lines = {name: case[name] for name in names[1:]}
        environment = replay.environment(lines, process={"NODE_ENV": case["NODE_ENV"]})
        clock = Clock()
        async with StandIn(Settings(release=RECORDED, environment=environment, accounts=(ADA,)), clock=clock) as server:
            if "Caddy" in case["access"]:
                # The direct access to the same server came first and is not among the records.
                for _ in range(2):
                    await login(server, ADA.email, PASSWORD)
            for index, member in members:
                proxy = CADDY if "Caddy" in member["access"] else {}
                await one_cell(replay, (MATRIX, index, "steps"), server, clock, proxy)
                await login(server, ADA.email, PASSWORD)  # the recorder's curl, which kept or dropped the cookies


async def one_cell(
    replay: Replay, at: tuple[str | int, ...], server: StandIn, clock: Clock, proxy: dict[str, str]
) -> None:
    async def post(step: str, path: str, cookie: str = "", **headers: str) -> Answer:
        sent = proxy | headers | ({"Cookie": cookie} if cookie else {})
        return replay.answer((*at, step), await ask(server, "POST", path, headers=sent))

    async def user(step: str, token: str) -> None:
        replay.answer((*at, step), await ask(server, "GET", "/api/user", headers=proxy | bearer(token)))

    route, out = "/api/auth/refresh", "/api/auth/logout"
    credentials = {"email": ADA.email, "password": PASSWORD}
    first = await ask(server, "POST", "/api/auth/login", payload=credentials, headers=proxy)
    replay.answer((*at, "login"), first)
    identity = first.json["user"]["_id"]
    await post("refresh, no cookie", route)
    await post("refresh, only token_provider cookie", route, "token_provider=librechat")
    await post("refresh, garbage cookie", route, "refreshToken=garbage")
    stranger = refresh_token(clock, identity)
    old = refresh_token(clock, identity, ends=-60)
    await post("refresh, expired token (valid signature)", route, f"refreshToken={old}")
    await post("refresh, valid signature but no such session", route, f"refreshToken={stranger}")
    step = "refresh?retry=true, valid signature but no such session"
    await post(step, f"{route}?retry=true", f"refreshToken={stranger}")
    nobody = refresh_token(clock, "6b00e7ab86c23e6eedcd0000")
    await post("refresh, valid signature, unknown user", route, f"refreshToken={nobody}")
    forged = refresh_token(clock, identity, secret="c3" * 32)
    await post("refresh, signed with another secret", route, f"refreshToken={forged}")
    clock.now += 1  # a token made within the same second would be the same token
    kept = f"refreshToken={first.cookie('refreshToken')}; token_provider=librechat"
    second = await post("refresh, with the login cookie", route, kept)
    await post("refresh, again with the login cookie (already rotated)", route, kept)
    rotated = f"refreshToken={second.cookie('refreshToken')}; token_provider=librechat"
    third = await post("refresh, with the rotated cookie", route, rotated)
    last = f"refreshToken={third.cookie('refreshToken')}; token_provider=librechat"
    token = third.json["token"]
    await user("GET /api/user with the access token", token)
    await post("logout, cookie but no Authorization header", out, last)
    await post("logout, Authorization and cookie", out, last, **bearer(token))
    await post("refresh, after logout", route, last)
    await user("GET /api/user with the access token, after logout", token)
    await post("logout again, Authorization but no cookie", out, **bearer(token))


async def node_env(replay: Replay) -> None:
    for name, case in replay.at((NODE_ENV,)).items():
        environment = replay.environment(case["settings"], process=case["environment"])
        async with StandIn(Settings(release=RECORDED, environment=environment, accounts=(ADA,))) as server:
            answer = await login(server, ADA.email, PASSWORD)
        replay.equal((NODE_ENV, name, "status"), answer.status)
        replay.equal((NODE_ENV, name, "Secure"), [cookie.secure for cookie in answer.cookies])


async def spellings(replay: Replay) -> None:
    for index, case in enumerate(replay.at((SPELLINGS, "by_DOMAIN_SERVER_in_production"))):
        environment = {"NODE_ENV": "production"} | {
            key: value for key, value in case.items() if key != "secure" and value is not None
        }
        at = (SPELLINGS, "by_DOMAIN_SERVER_in_production", index, "secure")
        replay.equal(at, secure_sign_in(environment, RECORDED))
    for index, case in enumerate(replay.at((SPELLINGS, "by_SESSION_COOKIE_SECURE"))):
        environment = {key: value for key, value in case.items() if key != "secure" and value is not None}
        replay.equal((SPELLINGS, "by_SESSION_COOKIE_SECURE", index, "secure"), secure_sign_in(environment, RECORDED))


async def races(replay: Replay) -> None:
    tabs = "two refreshes at the same moment with the same cookie (two tabs)"
    clock = Clock()
    async with StandIn(replay.settings(), clock=clock) as server:
        for index in range(len(replay.at((RACES, tabs)))):
            clock.now += 60 * 10
            kept = (await login(server, ADA.email, PASSWORD)).cookie("refreshToken")
            clock.now += 2
            both = await asyncio.gather(refresh(server, kept), refresh(server, kept))
            replay.equal((RACES, tabs, index, "statuses"), [each.status for each in both])
            new = [each.cookie("refreshToken") for each in both]
            replay.equal((RACES, tabs, index, "same new token"), new[0] == new[1])
            again = await refresh(server, new[0])
            replay.equal((RACES, tabs, index, "first new cookie still good afterwards"), [again.status])
        clock.now += 60 * 10
        entry = await login(server, ADA.email, PASSWORD)
        kept = entry.cookie("refreshToken")
        clock.now += 1
        one, two = await refresh(server, kept), await refresh(server, kept)
        at = "two refreshes one after the other with the same cookie, the second within the same second"
        replay.equal((RACES, at), [one.status, two.status, two.text])
        extends = one.cookies[0].attributes["Expires"] != entry.cookies[0].attributes["Expires"]
        ends = [jwt.decode(each, options={"verify_signature": False})["exp"] for each in (kept, cookie_of(one))]
        fixed = not extends and abs(ends[0] - ends[1]) <= 1
        at = "does a refresh extend the session"
        replay.equal((RACES, at, "answer"), "no: fixed end counted from login" if fixed else "yes")
    clock = Clock()
    async with StandIn(replay.settings({"LOGIN_MAX": "1000"}), clock=clock) as server:
        for _ in range(10):
            await login(server, ADA.email, PASSWORD)
        place = ("many logins", "sessions in the database after them (no limit, none replaced)", "n")
        replay.equal((RACES, *place), len(server.sessions))


def cookie_of(answer: Answer) -> str:
    return answer.cookie("refreshToken")


async def lifetimes(replay: Replay) -> None:
    for name in ("SESSION_EXPIRY", "REFRESH_TOKEN_EXPIRY"):
        for index, case in enumerate(replay.at((LIFETIMES, name))):
            line = case["line in .env"]
            value = None if line.startswith("(") else line.partition("=")[2]
            await one_lifetime(replay, (LIFETIMES, name, index), replay.settings({name: value}), case)
    clock = Clock(1_795_222_974.4)
    at = (LIFETIMES, "real expiry")
    lines = {"SESSION_EXPIRY": "2000", "REFRESH_TOKEN_EXPIRY": "4000"}
    async with StandIn(replay.settings(lines), clock=clock) as server:
        entry = await login(server, ADA.email, PASSWORD)
        token = entry.json["token"]
        replay.equal((*at, "t=0 GET /api/user"), (await ask(server, "GET", "/api/user", headers=bearer(token))).status)
        clock.now += 1.5
        renewed = await refresh(server, cookie_of(entry))
        replay.equal((*at, "t=1.5 refresh"), renewed.status)
        claims = jwt.decode(cookie_of(renewed), options={"verify_signature": False, "verify_exp": False})
        place = (*at, "t=1.5 refresh: new refreshToken", 0, "value", "lifetime_s")
        replay.equal(place, claims["exp"] - claims["iat"])
        clock.now += 1.2
        answer = await ask(server, "GET", "/api/user", headers=bearer(token))
        replay.answer((*at, "t=2.7 GET /api/user with the first access token"), answer)
        clock.now += 2
        newest = cookie_of(renewed)
        replay.answer((*at, "t=4.7 refresh with the newest cookie"), await refresh(server, newest))
        again = await refresh(server, newest, target="/api/auth/refresh?retry=true")
        replay.answer((*at, "t=4.7 refresh?retry=true"), again)


async def one_lifetime(replay: Replay, at: tuple[str | int, ...], settings: Settings, case: dict[str, Any]) -> None:
    # A session of 1000.5 ms was recorded with the millisecond that passes before its token is signed.
    clock = Clock(tick=0.001 if "1000.5" in case["line in .env"] else 0)
    async with StandIn(settings, clock=clock) as server:
        entry = await login(server, ADA.email, PASSWORD)
        replay.equal((*at, "login status"), entry.status)
        if entry.status != 200:
            replay.equal((*at, "login body"), entry.json)
            replay.equal((*at, "login set_cookie"), [cookie.name for cookie in entry.cookies])
            return
        token = normal(entry.json["token"])
        replay.equal((*at, "access token lifetime s"), token["lifetime"])
        lifetime = normal(cookie_of(entry))["lifetime"]
        if rough(case["refresh token lifetime s"]) != lifetime:
            replay.equal((*at, "refresh token lifetime s"), lifetime)
        replay.done.add((*at, "refresh token lifetime s"))
        answer = await ask(server, "GET", "/api/user", headers=bearer(entry.json["token"]))
        replay.equal((*at, "GET /api/user at once"), answer.status)
        again = await refresh(server, cookie_of(entry))
        shown = "(token)" if again.status == 200 and "token" in again.json else again.text
        replay.equal((*at, "refresh at once"), {"status": again.status, "body": shown})


async def startup_secrets(replay: Replay) -> None:
    for index, case in enumerate(replay.at((SECRETS,))):
        at = (SECRETS, index)
        if "settings" not in case:
            continue  # what becomes of the file with the secrets that LibreChat made up; the stand-in has no such file
        async with StandIn(replay.settings(case["settings"])) as server:
            replay.equal((*at, "starts"), server.port > 0)
            entry = await login(server, ADA.email, PASSWORD)
            replay.equal((*at, "login", "status"), entry.status)
            answer = await ask(server, "GET", "/api/user", headers=bearer(entry.json["token"]))
            replay.equal((*at, "GET /api/user"), answer.status)
            replay.equal((*at, "refresh"), (await refresh(server, cookie_of(entry))).status)


async def domain_forms(replay: Replay) -> None:
    for name, case in replay.at((DOMAINS,)).items():
        at = (DOMAINS, name)
        server = StandIn(replay.settings(case["settings"]))
        try:
            await server.start()
        except StartRefused:
            replay.equal((*at, "exit"), 1)
            continue
        try:
            replay.equal((*at, "exit"), None)
            page = await ask(server, "GET", "/login")
            replay.equal((*at, "GET /login"), page.status)
            replay.equal((*at, "base href"), [page.text.partition('base href="')[2].partition('"')[0]])
            config = await ask(server, "GET", "/api/config")
            replay.equal((*at, "serverDomain"), config.json["serverDomain"])
            entry = await login(server, ADA.email, PASSWORD)
            replay.equal((*at, "login"), entry.status)
            replay.equal((*at, "Secure"), [cookie.secure for cookie in entry.cookies])
            if case["GET /c/new under the base path"] is not None:
                deep = await ask(server, "GET", "/lc/c/new")
                replay.equal((*at, "GET /c/new under the base path"), deep.status)
        finally:
            await server.stop()


async def user_with(replay: Replay) -> None:
    at = ("further single observations", "GET /api/user with")
    clock = Clock()
    async with StandIn(replay.settings(), clock=clock) as server:
        entry = await login(server, ADA.email, PASSWORD)
        token, identity = entry.json["token"], entry.json["user"]["_id"]
        claims = {"id": identity, "username": "ada", "provider": "local", "email": ADA.email, "iat": int(clock())}
        lasting = {**claims, "exp": int(clock()) + 900}
        unsigned = jwt.encode(lasting, "", algorithm="none")
        cookies = f"refreshToken={cookie_of(entry)}; token_provider=librechat"
        cases: dict[str, dict[str, str]] = {
            "Bearer token": bearer(token),
            "token without Bearer": {"Authorization": token},
            "lower case bearer": {"Authorization": f"bearer {token}"},
            "Bearer garbage": bearer("garbage"),
            "Bearer + the refresh token": bearer(cookie_of(entry)),
            # With nothing behind the last dot jsonwebtoken would say "jwt signature is required".
            "Bearer, alg none": bearer(f"{unsigned}{token.rpartition('.')[2]}"),
            "Bearer signed with the refresh secret": bearer(jwt.encode(lasting, REFRESH_SECRET, algorithm="HS256")),
            "Bearer, right secret, unknown user": bearer(
                jwt.encode({**lasting, "id": "6b00e7ab86c23e6eedcd0000"}, JWT_SECRET, algorithm="HS256")
            ),
            "Bearer, right secret, no exp": bearer(jwt.encode(claims, JWT_SECRET, algorithm="HS256")),
            "only the cookies": {"Cookie": cookies},
        }
        for name, headers in cases.items():
            replay.answer((*at, name), await ask(server, "GET", "/api/user", headers=headers))
