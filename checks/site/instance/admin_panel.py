"""Checks the admin panel from outside: page, cookie, LibreChat's address from both sides, and at most one sign-in.

Its redirect URI is asked of the provider by the check ``openid``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checks.net.errors import INCONCLUSIVE, HttpError
from checks.net.http import HttpResponse, Web
from checks.options import LimitReached
from checks.site.instance.panel import Panel, panel_of, panel_settings_findings
from checks.site.instance.panel_inside import from_the_panel
from checks.site.target import address, exposes_password, login
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.findings import instance as ids
from wizard.librechat.cookies import is_localhost
from wizard.librechat.ldap_settings import ldap_settings

if TYPE_CHECKING:
    from checks.model import Subject
    from wizard.librechat.site import Site

_COOKIE: Final = "admin-session="
_OK, _FORBIDDEN = 200, 403
_SERVER_ERROR: Final = 500
"""The first status of a server's own errors (RFC 9110 section 15.6)."""
_SHOWN: Final = 200
_STARTING: Final = 10
"""Seconds that a panel may take longer than LibreChat to start."""


async def admin_panel_findings(subject: Subject, web: Web) -> AsyncIterator[Finding]:
    """Yield what keeps administrators out of the panel; nothing if the compose files have none."""
    panel, site = panel_of(subject.deployment), address(subject)
    if panel is None or site is None or not subject.in_effect:
        return
    look = _Look(subject, web, panel, site)
    seen = (await look.page(), await look.browser_side())
    inside = [finding async for finding in from_the_panel(subject, panel)]
    known = {finding.id for finding in inside if finding.status is Status.FAIL}
    own = (each for each in panel_settings_findings(panel, subject.deployment) if each.id not in known)
    found = [*own, *inside, *(each for each in seen if each is not None)]
    if subject.just_started:
        # LibreChat works without its panel: that is not a reason to go back to the old files.
        found = [one._replace(status=Status.WARN) if one.status is Status.FAIL else one for one in found]
    for finding in found:
        yield finding
    if all(finding.status is Status.PASS for finding in found):
        yield ids.PANEL_OK.passed(evidence=(panel.address,))
    if (told := await look.role()) is not None:
        yield told


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the panel."""

    subject: Subject
    web: Web
    panel: Panel
    site: Site

    async def page(self) -> Finding | None:
        """Open the panel: without a session it sends people to its sign-in page, and makes its cookie."""
        if self.panel.opens is None:
            # The settings alone have told that.
            return None
        where = f"{self.panel.address.rstrip('/')}/"
        try:
            answer = await self._answer(where)
        except HttpError as error:
            return self._down(f"{where}: {plain(error.detail, limit=_SHOWN)}", is_open=error.failure in INCONCLUSIVE)
        if answer.status >= _SERVER_ERROR:
            return self._down(f"{where} returned {answer.status}")
        made = [cookie for cookie in answer.all("set-cookie") if cookie.startswith(_COOKIE)]
        is_secure = any("secure" in map(str.strip, cookie.lower().split(";")) for cookie in made)
        if is_secure and where.startswith("http://") and not is_localhost(where):
            return ids.PANEL_COOKIE.fail(evidence=(f"{where} sets the admin-session cookie with the Secure attribute",))
        return None

    async def _answer(self, where: str) -> HttpResponse:
        """Ask the panel; one that was started with LibreChat a moment ago is given time."""
        for _ in range(_STARTING if self.subject.just_started else 0):
            with contextlib.suppress(HttpError):
                answer = await self.web.ask("GET", where)
                if answer.status < _SERVER_ERROR:
                    return answer
            await asyncio.sleep(1)
        return await self.web.ask("GET", where)

    def _down(self, evidence: str, *, is_open: bool = False) -> Finding:
        tell = ids.PANEL_DOWN.unknown if is_open else ids.PANEL_DOWN.fail
        return tell(evidence=(evidence,))

    async def browser_side(self) -> Finding | None:
        """Ask LibreChat where the panel's page would."""
        where = f"{self.panel.api_browser}/api/config"
        try:
            answer = await self.web.ask("GET", where)
        except HttpError as error:
            evidence = (f"{where}: {plain(error.detail, limit=_SHOWN)}",)
            tell = ids.PANEL_API_BROWSER.unknown if error.failure in INCONCLUSIVE else ids.PANEL_API_BROWSER.fail
            return tell(evidence=evidence)
        if answer.status == _OK and "serverDomain" in answer.object:
            return None
        return ids.PANEL_API_BROWSER.fail(evidence=(f"{where} returned {answer.status}",))

    async def role(self) -> Finding | None:
        """Sign in where the panel's server does, once, and out again; nothing if no account was given."""
        account, deployment = login(self.subject), self.subject.deployment
        counts = ldap_settings(deployment.settings, deployment.release).is_on
        if account is None or counts or exposes_password(self.subject) or self.subject.read_only_reason:
            return None
        body = json.dumps({"email": account.email, "password": account.password.reveal()}).encode()
        try:
            self.subject.memory.allowance.take()
            answer = await self.web.ask("POST", f"{self.site.url}/api/admin/login/local", body=body)
        except (HttpError, LimitReached):
            return None
        user = answer.object.get("user")
        token = answer.object.get("token")
        if isinstance(token, str):
            await self._sign_out(token, answer)
        if answer.status == _FORBIDDEN and answer.object.get("code") is None:
            return ids.PANEL_ROLE.fail()
        if answer.status == _OK and isinstance(user, dict):
            return ids.PANEL_ADMIN.passed() if user.get("role") == "ADMIN" else ids.PANEL_ROLE.fail()
        return None

    async def _sign_out(self, token: str, answer: HttpResponse) -> None:
        """Leave no session behind; what it answers does not matter any more."""
        kept = "; ".join(cookie.partition(";")[0] for cookie in answer.all("set-cookie"))
        headers = {"Authorization": f"Bearer {token}", "Cookie": kept}
        try:
            await self.web.ask("POST", f"{self.site.url}/api/auth/logout", headers=headers, body=b"{}")
        except HttpError:
            return
