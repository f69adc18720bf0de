"""Replays of what was recorded of settings, refusals, rate limits and bans."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from screens.demo.librechat import Account, Settings, StandIn
from tests.screens.demo.client import Answer, ask, bearer, login, refresh
from tests.screens.demo.records import ADA, PASSWORD, Clock, Path_, Replay
from wizard.basics.secret import Secret
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.releases import RECORDED

LIMITER = "login failures and limiter"
CONFIG = "config, switches, social login, health"
AGENTS = "user agents and bans"
PEOPLE = "registration, verification, password reset, mail"
FURTHER = "further single observations"
BOB = Account(email="bob@example.com", password=Secret(PASSWORD))
NEWCOMER = {
    "name": "New User",
    "username": "newcomer",
    "email": "newcomer@example.com",
    "password": "longenough1234",
    "confirm_password": "longenough1234",
}
UNA = {**NEWCOMER, "username": "una", "email": "una@example.com"}


async def post(server: StandIn, path: str, payload: Any = None, **headers: str) -> Answer:
    return await ask(
        server, "POST", path, payload=payload, headers={key.replace("_", "-"): v for key, v in headers.items()}
    )


async def failures(replay: Replay) -> None:
    at = (LIMITER, "failures")
    async with StandIn(replay.settings({"LOGIN_MAX": "1000"}), clock=Clock()) as server:
        for name, case in replay.at(at).items():
            if "request" in case:
                answer = await post(server, "/api/auth/login", case["request"])
            elif name == "malformed JSON":
                answer = await post(server, "/api/auth/login", b'{"email": "ada@example.com"')
            elif name == "form-encoded":
                form = urlencode({"email": ADA.email, "password": PASSWORD}).encode()
                kind = "application/x-www-form-urlencoded"
                answer = await post(server, "/api/auth/login", form, Content_Type=kind)
            else:
                answer = await post(server, "/api/auth/login")
            replay.answer((*at, name), answer)


async def tries(replay: Replay, server: StandIn, at: Path_) -> None:
    for index in range(len(replay.at((*at, "tries")))):
        replay.answer((*at, "tries", index), await login(server, ADA.email, "wrong password"))


async def limits(replay: Replay) -> None:
    at = (LIMITER, "limiter, defaults (LOGIN_MAX=7, LOGIN_WINDOW=5)")
    settings = Settings(release=RECORDED, environment=replay.environment(), accounts=(ADA, BOB))
    async with StandIn(settings, clock=Clock()) as server:
        await tries(replay, server, at)
        replay.answer((*at, "then the right password"), await login(server, ADA.email, PASSWORD))
        replay.answer((*at, "then another account"), await login(server, BOB.email, PASSWORD))
        more = {
            (answer.status, answer.json["message"]) for answer in [await login(server, "x", "y") for _ in range(30)]
        }
        recorded = {(status, body) for status, body in replay.at((*at, "then 30 more"))}
        assert more == {(status, body.partition('": "')[2][:-2]) for status, body in recorded}
        replay.answer((*at, "refresh meanwhile"), await refresh(server, None))
        replay.answer((*at, "register meanwhile"), await post(server, "/api/auth/register", NEWCOMER))
        for name in replay.at(at):
            if name.startswith(("with X-Forwarded-For", "through Caddy")):
                # Caddy believes no client and sends the address that it sees itself.
                address = "127.0.0.1" if "Caddy" in name else name.partition(": ")[2].partition(" (")[0]
                answer = await login(server, ADA.email, PASSWORD, X_Forwarded_For=address)
                replay.answer((*at, name), answer)
        await server.restart(settings)
        answer = await login(server, ADA.email, PASSWORD)
        replay.answer((LIMITER, "first try after a restart"), answer)
    for name, case in replay.at((LIMITER, "settings")).items():
        clock, place = Clock(), (LIMITER, "settings", name)
        async with StandIn(replay.settings(case["settings"]), clock=clock) as server:
            await tries(replay, server, place)
            for step in case:
                if step == "after the window has passed":
                    clock.now += 3.2
                    replay.answer((*place, step), await login(server, ADA.email, PASSWORD))
                elif step.startswith("then with X-Forwarded-For: "):
                    address = step.partition(": ")[2]
                    answer = await login(server, ADA.email, PASSWORD, X_Forwarded_For=address)
                    replay.answer((*place, step), answer)


async def switches(replay: Replay) -> None:
    for index, case in enumerate(replay.at((CONFIG,))):
        at = (CONFIG, index)
        async with StandIn(replay.settings(case["settings"]), clock=Clock()) as server:
            replay.answer((*at, "GET /api/config before login"), await ask(server, "GET", "/api/config"))
            entry = await login(server, ADA.email, PASSWORD)
            replay.answer((*at, "POST /api/auth/login"), entry)
            if entry.status == 200:
                answer = await ask(server, "GET", "/api/config", headers=bearer(entry.json["token"]))
                replay.answer((*at, "GET /api/config after login"), answer)
            answer = await post(server, "/api/auth/register", NEWCOMER)
            replay.answer((*at, "POST /api/auth/register (new address)"), answer)
            answer = await post(server, "/api/auth/requestPasswordReset", {"email": ADA.email})
            replay.answer((*at, "POST /api/auth/requestPasswordReset (existing address)"), answer)
            for path in ("/oauth/openid", "/oauth/github"):
                replay.answer((*at, f"GET {path}"), await ask(server, "GET", path))


async def by_user_agent(replay: Replay) -> None:
    at = (AGENTS, "A. by user agent, BAN_VIOLATIONS=false")
    lines = {"BAN_VIOLATIONS": "false", "LOGIN_MAX": "1000"}
    async with StandIn(replay.settings(lines), clock=Clock()) as server:
        for name, case in replay.at(at).items():
            agent = {"User-Agent": case["sent"]}
            credentials = {"email": ADA.email, "password": PASSWORD}
            entry = await ask(server, "POST", "/api/auth/login", payload=credentials, headers=agent)
            replay.answer((*at, name, "login"), entry)
            for step in case:
                match = re.fullmatch(r"(GET|POST) (\S+)(?: \((token)(, guarded)?\))?", step)
                if match is None or not is_ours(match[2], browser=bool(match[4]) and is_browser(case)):
                    continue
                headers = agent | (bearer(entry.json["token"]) if match[3] else {})
                replay.answer((*at, name, step), await ask(server, match[1], match[2], headers=headers))
            answer = await ask(server, "GET", "/api/agents", headers=agent)
            replay.answer((*at, name, "guarded, no token"), answer)


def is_ours(path: str, *, browser: bool) -> bool:
    """Return whether the stand-in has this route; of the guarded ones it has nothing to give to a browser but /api/agents."""
    if path.startswith(("/api/agents", "/api/files", "/api/assistants", "/api/permissions")):
        return not browser or path == "/api/agents"
    return path in ("/health", "/api/config", "/api/auth/refresh", "/login", "/api/user")


def is_browser(case: dict[str, Any]) -> bool:
    return "Illegal request" not in str(case["GET /api/agents (token, guarded)"])


async def bans(replay: Replay) -> None:
    at = (AGENTS, "B. one curl request to a guarded route, ban settings of .env.example")
    clock = Clock()
    settings = Settings(release=RECORDED, environment=replay.environment({"LOGIN_MAX": "1000"}), accounts=(ADA, BOB))
    async with StandIn(settings, clock=clock) as server:
        ada, bob = await login(server, ADA.email, PASSWORD), await login(server, BOB.email, PASSWORD)
        token, other = bearer(ada.json["token"]), bearer(bob.json["token"])
        answer = await ask(server, "GET", "/api/agents", headers=token)
        replay.answer((*at, "before: Chrome, GET /api/agents"), answer)
        curl = {"User-Agent": "curl/8.5.0"}
        answer = await ask(server, "GET", "/api/user", headers=curl | token)
        replay.answer((*at, "Ada with curl/8.5.0: GET /api/user (unguarded)"), answer)
        answer = await ask(server, "GET", "/api/agents", headers=curl | token)
        replay.answer((*at, "Ada with curl/8.5.0: GET /api/agents"), answer)
        assert [each.user for each in server.sessions] == [bob.json["user"]["_id"]]
        after = (*at, "afterwards")
        steps: dict[str, Answer] = {
            "Ada, Chrome, same token: GET /api/agents": await ask(server, "GET", "/api/agents", headers=token),
            "Ada, Chrome, same token: GET /api/user (no ban check on this route)": await ask(
                server, "GET", "/api/user", headers=token
            ),
            "Ada, Chrome: refresh with her cookie": await refresh(server, ada.cookie("refreshToken")),
            "Ada, Chrome: login": await login(server, ADA.email, PASSWORD),
            "Bob, same IP address: login": await login(server, BOB.email, PASSWORD),
            "Bob, same IP address, his token: GET /api/agents": await ask(server, "GET", "/api/agents", headers=other),
            "Bob, same IP address: refresh with his cookie": await refresh(server, bob.cookie("refreshToken")),
            "Bob from another address (X-Forwarded-For: 203.0.113.5): login": await login(
                server, BOB.email, PASSWORD, X_Forwarded_For="203.0.113.5"
            ),
            "Ada from another address: login": await login(server, ADA.email, PASSWORD, X_Forwarded_For="203.0.113.6"),
            "same IP address: register": await post(server, "/api/auth/register", NEWCOMER),
            "GET /health": await ask(server, "GET", "/health"),
            "GET /api/config": await ask(server, "GET", "/api/config"),
            "through Caddy, Bob: login": await login(server, BOB.email, PASSWORD, X_Forwarded_For="127.0.0.1"),
        }
        for name, answer in steps.items():
            replay.answer((*after, name), answer)
        await server.restart(settings)
        for person in (ADA, BOB):
            name = f"{person.email.partition('@')[0].capitalize()}: login"
            replay.answer((*at, "after a restart", name), await login(server, person.email, PASSWORD))
    await ban_settings(replay)


async def ban_settings(replay: Replay) -> None:
    for name, case in replay.at((AGENTS, "C. other ban settings")).items():
        at = (AGENTS, "C. other ban settings", name)
        setting, _, value = name.replace(" (empty)", "").partition("=")
        lines = {setting.removesuffix(" unset"): None if "unset" in name else value}
        async with StandIn(replay.settings(lines), clock=Clock()) as server:
            entry = await login(server, ADA.email, PASSWORD)
            token = bearer(entry.json["token"])
            for index in range(len(case["curl requests"])):
                answer = await ask(server, "GET", "/api/agents", headers={"User-Agent": "curl/8.5.0"} | token)
                replay.answer((*at, "curl requests", index), answer)
            replay.answer((*at, "then Chrome"), await ask(server, "GET", "/api/agents", headers=token))
            replay.answer((*at, "then login"), await login(server, ADA.email, PASSWORD))
            again = await refresh(server, entry.cookie("refreshToken"))
            replay.answer((*at, "then refresh with the first cookie"), again)


async def registrations(replay: Replay) -> None:
    at = (PEOPLE, "registration, email not configured")
    requests: dict[str, dict[str, str]] = {
        "first user of the database": {**NEWCOMER, "username": "first", "email": "first@example.com"},
        "second user": {**NEWCOMER, "username": "second", "email": "second@example.com"},
        "address already registered": {**NEWCOMER, "username": "second", "email": "second@example.com"},
        "address already registered, other case": {**NEWCOMER, "email": "SECOND@example.com"},
        "username already taken": {**NEWCOMER, "username": "second", "email": "third@example.com"},
    }
    lines = {"REGISTER_MAX": "1000"}
    async with StandIn(Settings(release=RECORDED, environment=replay.environment(lines)), clock=Clock()) as server:
        for name, case in replay.at(at).items():
            if isinstance(case, dict) and "headers" in case:
                request = requests.get(name) or case["request"]
                replay.answer((*at, name), await post(server, "/api/auth/register", request))
            elif name == "login right away":
                answer = await login(server, "second@example.com", NEWCOMER["password"])
                replay.equal((*at, name), answer.status)
        roles = [user.role for user in server.database.users.values()]
        assert roles[:2] == ["ADMIN", "USER"]
        assert set(roles[1:]) == {"USER"}, "a role in the request counts for nothing"
    name = "limiter (REGISTER_MAX=5, REGISTER_WINDOW=60)"
    async with StandIn(replay.settings(), clock=Clock()) as server:
        for index in range(len(replay.at((*at, name)))):
            body = {**NEWCOMER, "email": f"n{index}@example.com"}
            replay.answer((*at, name, index), await post(server, "/api/auth/register", body))
    await unverified(replay)
    await resets(replay)


async def unverified(replay: Replay) -> None:
    for name, case in replay.at((PEOPLE, "unverified email")).items():
        if case["register"]["status"] != 200:
            continue  # the mail could not be sent, which the stand-in does not try
        at = (PEOPLE, "unverified email", name)
        settings = replay.settings(case["settings"])
        async with StandIn(settings, clock=Clock()) as server:
            replay.answer((*at, "register"), await post(server, "/api/auth/register", UNA))
            answer = await login(server, UNA["email"], UNA["password"])
            replay.answer((*at, "login"), answer)
            verified = not is_configured(
                settings.environment, settings.release
            )  # create-user --email-verified=false has no effect without mail
            cli = Account(email="cli@example.com", password=Secret(PASSWORD), name="Ada", verified=verified)
            server.database.add(cli)
            replay.answer((*at, "login of that user"), await login(server, "cli@example.com", PASSWORD))


async def resets(replay: Replay) -> None:
    steps = {
        "request, existing address": ADA.email,
        "request, unknown address": "x@example.com",
        "request, no address": None,
    }
    for name, case in replay.at((PEOPLE, "password reset")).items():
        at = (PEOPLE, "password reset", name)
        settings = replay.settings({"RESET_PASSWORD_MAX": "100", **case["settings"]})
        async with StandIn(settings, clock=Clock()) as server:
            config = (await ask(server, "GET", "/api/config")).json
            replay.equal((*at, "config"), {key: config[key] for key in ("emailEnabled", "passwordResetEnabled")})
            for step, email in steps.items():
                if step in case:
                    answer = await post(server, "/api/auth/requestPasswordReset", {"email": email} if email else {})
                    if case[step]["status"] != 400:  # the mail could not be sent
                        replay.answer((*at, step), answer)
    name = "password reset limiter (defaults)"
    async with StandIn(replay.settings({"ALLOW_PASSWORD_RESET": "true"}), clock=Clock()) as server:
        for index in range(len(replay.at((PEOPLE, name)))):
            answer = await post(server, "/api/auth/requestPasswordReset", {"email": "x@example.com"})
            replay.answer((PEOPLE, name, index), answer)


async def without_database(replay: Replay) -> None:
    at: Path_ = (FURTHER, "MongoDB stopped while LibreChat runs")
    settings = replay.settings(database_wait=0)
    async with StandIn(settings, clock=Clock()) as server:
        entry = await login(server, ADA.email, PASSWORD)
        await server.restart(replay.settings(database=False, database_wait=0))
        await login(server, ADA.email, PASSWORD)
        for path in ("/health", "/livez", "/readyz", "/api/config", "/"):
            replay.answer((*at, f"GET {path}"), await ask(server, "GET", path))
        replay.answer((*at, "POST /api/auth/login"), await login(server, ADA.email, PASSWORD))
        again = await refresh(server, entry.cookie("refreshToken"))
        replay.answer((*at, "POST /api/auth/refresh with cookie"), again)
        answer = await ask(server, "GET", "/api/user", headers=bearer(entry.json["token"]))
        replay.answer((*at, "GET /api/user with token"), answer)
    for step in ("POST /api/auth/login", "POST /api/auth/refresh with cookie", "GET /api/user with token"):
        replay.equal((*at, step, "seconds"), Settings().database_wait)


async def further(replay: Replay) -> None:
    at: Path_ = (FURTHER, "OpenID, https issuer that refuses connections")
    lines = {"ALLOW_SOCIAL_LOGIN": "true", "OPENID_CLIENT_ID": "cid", "OPENID_CLIENT_SECRET": "csecret"}
    lines |= {"OPENID_ISSUER": "https://127.0.0.1:9", "OPENID_SESSION_SECRET": "s" * 32}
    async with StandIn(replay.settings(lines), clock=Clock()) as server:
        replay.answer((*at, "GET /oauth/openid"), await ask(server, "GET", "/oauth/openid"))
        config = (await ask(server, "GET", "/api/config")).json
        replay.equal((*at, "config openidLoginEnabled"), config["openidLoginEnabled"])
        replay.answer((*at, "login"), await login(server, ADA.email, PASSWORD))
    async with StandIn(replay.settings(), clock=Clock()) as server:
        for name, headers in {
            "X-Forwarded-Proto: https on plain http": {"X_Forwarded_Proto": "https"},
            "Origin: https://evil.example": {"Origin": "https://evil.example"},
            "Host: evil.example": {"Host": "evil.example"},
        }.items():
            answer = await login(server, ADA.email, PASSWORD, **headers)
            place = (FURTHER, "headers that could matter", name)
            replay.answer(place, answer)
            allowed = answer.header("access-control-allow-origin")
            replay.equal((*place, "cors"), {"Access-Control-Allow-Origin": allowed})


async def unverified_person(replay: Replay) -> None:
    at = (FURTHER, "email verification, SMTP, ALLOW_UNVERIFIED_EMAIL_LOGIN=false")
    una = Account(email="una@example.com", password=Secret(PASSWORD), verified=False)
    lines = {"ALLOW_UNVERIFIED_EMAIL_LOGIN": "false", "EMAIL_HOST": "127.0.0.1", "EMAIL_FROM": "noreply@example.com"}
    settings = Settings(release=RECORDED, environment=replay.environment(lines), accounts=(ADA, una))
    async with StandIn(settings, clock=Clock()) as server:
        replay.answer((*at, "register"), await post(server, "/api/auth/register", UNA))
        replay.answer((*at, "login before"), await login(server, una.email, PASSWORD))
        replay.answer((*at, "login before, wrong password"), await login(server, una.email, "wrong password"))
        replay.answer((*at, "GET of the link itself (SPA page)"), await ask(server, "GET", "/verify?token=a&email=b"))
    at = (FURTHER, "password reset details")
    async with StandIn(replay.settings(), clock=Clock()) as server:
        replay.answer((*at, 'login with "x"'), await login(server, ADA.email, "x"))
        replay.answer((*at, "login with the old password"), await login(server, ADA.email, "wrong password"))
