"""Whether people stay signed in: asked of a real browser, and of the wizard."""

from __future__ import annotations

import functools
import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checks.browser.cookies import Cookie, CookieStore
from checks.model import RunMemory, Subject
from checks.net.http import Web
from checks.net.trust import context
from checks.options import Login, SiteOptions
from checks.registry import select
from checks.runner import report
from screens.demo.librechat import StandIn
from tests.checks.browser.chromium_runs.chromium import BrowserFault, Page
from tests.checks.browser.chromium_runs.fronts import PERSON, PROVIDER
from tests.patience import until
from tests.wizard.rules.builder import deployment
from wizard.basics.secret import reveal

_LOGIN: Final = f"login({json.dumps(PERSON.email)}, {json.dumps(reveal(PERSON.password))})"

_OPENID: Final = "/oauth/openid"
_CALLBACK: Final = "/oauth/openid/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    signed_in: bool
    """After the page was loaded anew."""
    cookies: frozenset[tuple[object, ...]]
    """What is kept: name, domain, path, Secure, HttpOnly, SameSite, whether it outlives the browser."""

    def __str__(self) -> str:
        kept = "; ".join(" ".join(map(str, cookie)) for cookie in sorted(self.cookies, key=str))
        return f"{'signed in' if self.signed_in else 'signed out'}, cookies: {kept or 'none'}"


async def browsers(page: Page, url: str, reloads: int = 1) -> Verdict:
    """Sign in on the page as a person does, load it anew, and see."""
    return await page.undisturbed(lambda: _browsers(page, url, reloads))


async def _browsers(page: Page, url: str, reloads: int) -> Verdict:
    await page.forget()
    await page.open(url)
    if (state := await page.state()) != "out":
        raise BrowserFault(f"{url}: before the sign-in the page says {state}")
    await page.run(_LOGIN)
    if (state := await page.state()) != "in":
        raise BrowserFault(f"{url}: the sign-in was refused")
    for _ in range(reloads):
        await page.reload()
        if (state := await page.state()) != "in":
            break
    return Verdict(signed_in=state == "in", cookies=frozenset(map(_shown, await page.cookies())))


async def ours(url: str, host: str, authority: Path, reloads: int = 1) -> Verdict:
    """What the check ``session`` says of the same address, and the cookies of the store that it judges with."""
    login = Login(email=PERSON.email, password=PERSON.password)
    reach = SiteOptions(url=url, resolve=_names(host), cacert=authority, login=login)
    made = await report(select(("session",)), Subject(memory=RunMemory(), deployment=deployment(), site_options=reach))
    ids = {finding.id for finding in made.findings} & {"session.kept", "session.lost"}
    assert len(ids) == 1, made
    return Verdict(signed_in=ids == {"session.kept"}, cookies=await _our_cookies(url, host, authority, reloads))


async def _our_cookies(url: str, host: str, authority: Path, reloads: int) -> frozenset[tuple[object, ...]]:
    store = CookieStore()
    body = json.dumps({"email": PERSON.email, "password": reveal(PERSON.password)}).encode()
    async with Web(trusting(authority), resolve=_names(host)) as web:
        answer = await web.ask("POST", f"{url}/api/auth/login", body=body)
        store.receive(answer.url, answer.all("set-cookie"), answer.received)
        refresh = f"{url}/api/auth/refresh"
        for _ in range(reloads):
            header = store.cookie_header(refresh, datetime.now(UTC), method="POST", navigation=False)
            answer = await web.ask("POST", refresh, headers={"Cookie": header} if header else {}, body=b"")
            store.receive(answer.url, answer.all("set-cookie"), answer.received)
            if "token" not in answer.object:
                break
    return frozenset(map(_as_chromium_says, store.cookies()))


def _names(host: str) -> dict[str, str]:
    return {host.strip("[]"): "127.0.0.1"}


@functools.cache
def trusting(cacert: Path, authority: str = "") -> ssl.SSLContext:
    """What the wizard trusts, made once for an authority."""
    return context(cacert, authority)


async def browsers_session(page: Page, url: str, stand_in: StandIn) -> bool:
    """Go to the identity provider and come back; whether connect.sid, which LibreChat needs then, comes along."""
    return await page.undisturbed(lambda: _browsers_session(page, url, stand_in))


async def _browsers_session(page: Page, url: str, stand_in: StandIn) -> bool:
    def came_back() -> list[bool]:
        return ["connect.sid" in request.cookies for request in stand_in.requests if request.path == _CALLBACK]

    before = len(came_back())
    await page.forget()
    await page.open(f"{url}{_OPENID}")
    await until(lambda: len(came_back()) > before or page.session in page.browser.disturbed, "nobody came back")
    return (came_back() or [False])[-1]


async def our_session(url: str, host: str, authority: Path) -> bool:
    """The same with the wizard's own cookie store and client."""
    store = CookieStore()
    async with Web(trusting(authority), resolve=_names(host)) as web:
        answer = await web.ask("GET", f"{url}{_OPENID}")
    assert answer.status == 302, answer.text
    store.receive(answer.url, answer.all("set-cookie"), answer.received)
    provider = answer.header("location")
    assert provider.startswith(f"https://{PROVIDER}")
    return "connect.sid=" in store.cookie_header(f"{url}{_CALLBACK}", datetime.now(UTC), site_for_cookies=provider)


def _shown(cookie: dict[str, Any]) -> tuple[object, ...]:
    same_site = cookie.get("sameSite", "").lower()
    return (
        cookie["name"],
        cookie["domain"],
        cookie["path"],
        cookie["secure"],
        cookie["httpOnly"],
        same_site,
        not cookie["session"],
    )


def _as_chromium_says(cookie: Cookie) -> tuple[object, ...]:
    """A cookie of the wizard's store in the words of Chromium's."""
    return (
        cookie.name,
        cookie.domain if cookie.host_only else f".{cookie.domain}",
        cookie.path,
        cookie.secure,
        cookie.http_only,
        "" if cookie.same_site is None else cookie.same_site.value.lower(),
        cookie.persistent,
    )
