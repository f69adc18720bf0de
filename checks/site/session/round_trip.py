"""Signs in as a browser would: sign-in, cookies, refresh, rotated refresh, and always a sign-out."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from checks.browser.cookies import CookieStore, Dropped, Kept
from checks.browser.set_cookie import SetCookie, parse
from checks.net.errors import HttpError
from checks.net.http import HttpResponse, Web
from checks.options import Allowance, Login
from checks.site.session import tokens
from checks.site.session.replies import LoginEnd, RefreshEnd, login_end, refresh_end
from wizard.basics.redaction import SecretFilter
from wizard.basics.secret import Secret

COOKIE: Final = "refreshToken"
"""What keeps people signed in (AuthService.js:674-679, v0.8.8-rc1); the access token lives in the page's memory only."""
NEXT_SECOND: Final = 1.0
"""Seconds until LibreChat makes another token than before."""
_SAME_END: Final = timedelta(seconds=10)
_TELLING: Final = 8
"""Characters from which a token is worth hiding."""
_PATIENCE: Final = 10.0
"""Seconds that a cancelled run waits for an answer that may hold a session of ours, and for its end."""


class RoundTripStage(StrEnum):
    """The steps, in their order."""

    LOGIN = "login"
    COOKIE = "cookie"
    REFRESH = "refresh"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTripStep:
    """One completed step: the reply, and what a browser does with it."""

    stage: RoundTripStage
    reply: HttpResponse | None = None
    error: HttpError | None = None
    login: LoginEnd | None = None
    refresh: RefreshEnd | None = None
    cookie: Kept | Dropped | None = None
    """What became of the sign-in cookie; None if none came."""
    offered: bool = False
    """Whether the browser sent the cookie along."""


@dataclass(slots=True)
class RoundTrip:
    """One round trip with one account. ``steps`` may be read once; ``sign_out`` has to be awaited whatever happened."""

    web: Web
    base: str
    """Where people open LibreChat, without a last slash."""
    account: Login
    allowance: Allowance
    pause: float = 0
    """Seconds between the sign-in and the first renewal."""
    store: CookieStore = field(default_factory=CookieStore)
    access: Secret | None = None
    """The newest access token."""
    refresh: Secret | None = None
    """The newest refresh token as the server sent it, kept by the browser or not: the session is ended with it."""
    signed_out: bool | None = None
    """Whether the session of this run was ended; None if there was none."""
    _held: Kept | Dropped | None = field(default=None, repr=False)
    _seen: list[Secret] = field(default_factory=list, repr=False)

    async def steps(self) -> AsyncIterator[RoundTripStep]:
        """Make the steps, each when it is asked for; ends with the first that fails. ``LimitReached`` before the first."""
        step = await self.signed_in()
        yield step
        if step.reply is None or step.login is not LoginEnd.SIGNED_IN:
            return
        yield RoundTripStep(stage=RoundTripStage.COOKIE, reply=step.reply, cookie=self._kept(step.reply))
        await asyncio.sleep(self.pause)
        for stage in (RoundTripStage.REFRESH, RoundTripStage.ROTATION):
            step = await (self._first_refreshed() if stage is RoundTripStage.REFRESH else self._refreshed(stage))
            yield step
            if step.refresh is not RefreshEnd.RENEWED:
                return

    async def signed_in(self) -> RoundTripStep:
        """Sign in, once; ``LimitReached`` if that must not be asked any more."""
        self.allowance.take()
        body = json.dumps({"email": self.account.email, "password": self.account.password.reveal()}).encode()
        answer = await self._ask("/api/auth/login", body=body, browser=False)
        if isinstance(answer, HttpError):
            return RoundTripStep(stage=RoundTripStage.LOGIN, error=answer)
        end = login_end(answer)
        if end in {LoginEnd.LIMITED, LoginEnd.PROXY_LIMITED}:
            self.allowance.stop()
        return RoundTripStep(stage=RoundTripStage.LOGIN, reply=answer, login=end)

    async def _first_refreshed(self) -> RoundTripStep:
        """Renew until the token is another one than the sign-in's.

        A token made in the same second as the one before is the same text: its ``iat`` counts seconds (``generateRefreshToken``,
        packages/data-schemas/src/methods/session.ts, v0.8.7). A browser that lost the new one could then go on with the old
        one, which no person who reloads a page is quick enough for. Where the new cookie takes the old one's place as it
        is, there is nothing to lose, and the check need not wait for the next second.
        """
        before, held = self.refresh, self._held
        step = await self._refreshed(RoundTripStage.REFRESH)
        is_same = step.refresh is RefreshEnd.RENEWED and self.refresh == before
        if is_same and not _takes_the_place(step.cookie, held):
            await asyncio.sleep(NEXT_SECOND)
            step = await self._refreshed(RoundTripStage.REFRESH)
        return step

    async def _refreshed(self, stage: RoundTripStage) -> RoundTripStep:
        """Do what LibreChat's page does after a reload: POST /api/auth/refresh with what the browser has."""
        header = self.store.cookie_header(
            f"{self.base}/api/auth/refresh", tokens.now(), method="POST", navigation=False
        )
        offered = any(part.strip().startswith(f"{COOKIE}=") for part in header.split(";"))
        answer = await self._ask("/api/auth/refresh", body=b"", cookies=header)
        if isinstance(answer, HttpError):
            return RoundTripStep(stage=stage, error=answer, offered=offered)
        end = refresh_end(answer)
        if end is RefreshEnd.LIMITED:
            self.allowance.stop()
        cookie = self._kept(answer) if end is RefreshEnd.RENEWED else None
        return RoundTripStep(stage=stage, reply=answer, refresh=end, cookie=cookie, offered=offered)

    def _kept(self, reply: HttpResponse) -> Kept | Dropped | None:
        """Give the answer's cookies to the browser and return what became of the sign-in cookie."""
        headers = reply.all("set-cookie")
        results = self.store.receive(
            reply.url, headers, reply.received, server_date=tokens.parse_date(reply.header("date"))
        )
        mine = [result for result in results if _name(result) == COOKIE]
        self._held = mine[-1] if mine else None
        return self._held

    async def _ask(
        self, path: str, *, body: bytes, cookies: str = "", browser: bool = True
    ) -> HttpResponse | HttpError:
        """Ask in a task of its own: what opens a session is heard to its end even when the run is cancelled meanwhile."""
        headers: Mapping[str, str] = {"Cookie": cookies} if cookies and browser else {}
        task = asyncio.ensure_future(self.web.ask("POST", f"{self.base}{path}", headers=headers, body=body))
        try:
            reply = await asyncio.shield(task)
        except HttpError as error:
            return error
        except asyncio.CancelledError:
            with contextlib.suppress(HttpError, TimeoutError):
                self._remember(await asyncio.wait_for(task, _PATIENCE))
            raise
        self._remember(reply)
        return reply

    def redacted(self, text: str) -> str:
        """Return a server's words without the password and the tokens of this run, should it say them back."""
        # The server chooses the tokens: one of a single letter would blot out every sentence.
        tokens_seen = [token for token in self._seen if len(token.reveal()) >= _TELLING]
        return SecretFilter([self.account.password, *tokens_seen], shortest=1).clean(text)

    def _remember(self, reply: HttpResponse) -> None:
        token = reply.object.get("token")
        if isinstance(token, str):
            self.access = Secret(token)
            self._seen.append(self.access)
        for header in reply.all("set-cookie"):
            cookie = parse(header)
            if isinstance(cookie, SetCookie) and cookie.name == COOKIE and cookie.value:
                self.refresh = cookie.value
                self._seen.append(cookie.value)

    async def sign_out(self) -> bool | None:
        """End the session that this run opened; True where LibreChat confirms it, None if there was none."""
        if self.access is None:
            return None
        headers = {"Authorization": f"Bearer {self.access.reveal()}"}
        if self.refresh is not None:
            headers["Cookie"] = f"{COOKIE}={self.refresh.reveal()}"
        self.access = None
        task = asyncio.ensure_future(self.web.ask("POST", f"{self.base}/api/auth/logout", headers=headers, body=b"{}"))
        try:
            reply = await asyncio.wait_for(asyncio.shield(task), _PATIENCE)
        except (HttpError, TimeoutError):
            task.cancel()
            self.signed_out = False
        except asyncio.CancelledError:
            with contextlib.suppress(HttpError, TimeoutError):
                await asyncio.wait_for(task, _PATIENCE)
            raise
        else:
            self.signed_out = reply.status == 200 and not reply.is_page  # noqa: PLR2004 - HTTP's OK
        return self.signed_out


def _takes_the_place(new: Kept | Dropped | None, old: Kept | Dropped | None) -> bool:
    """Whether a browser has the new cookie in place of the old one, and for the same requests and time."""
    if not isinstance(new, Kept) or not isinstance(old, Kept):
        return False
    first, second = (
        (cookie.key, cookie.secure, cookie.http_only, cookie.same_site) for cookie in (new.cookie, old.cookie)
    )
    ends = (new.cookie.expires, old.cookie.expires)
    if ends[0] is None or ends[1] is None:
        return first == second and ends[0] is ends[1]
    return first == second and abs(ends[0] - ends[1]) < _SAME_END


def _name(result: Kept | Dropped) -> str:
    return result.cookie.name if isinstance(result, Kept) else result.name
