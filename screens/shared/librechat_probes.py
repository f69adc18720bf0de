"""The network of an apply: queries LibreChat without a proxy, signs in once, and compares its settings with the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from checks.browser.origin import is_localhost, parse_web_address
from checks.net.errors import HttpError
from checks.net.http import Web
from checks.options import Allowance, LimitReached, Login
from checks.site.instance.compare import ASKED, applied
from checks.site.session.round_trip import RoundTrip
from wizard.answers.model import Stack
from wizard.apply.address import ApiReply
from wizard.apply.first_admin import Admin, AdminSignIn, SignIn
from wizard.apply.live_probes import LiveProbes
from wizard.basics.finding import Finding
from wizard.basics.option_names import INSECURE_LOGIN
from wizard.basics.own_command import own_command
from wizard.findings.instance import APPLIED

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_SECONDS: Final = 5.0
"""For one answer; LibreChat is asked again and again while it starts."""


def live_probes(allowance: Allowance, *, allows_insecure_login: bool = False) -> LiveProbes:
    """Return what asks the running LibreChat; the sign-in counts in ``allowance``."""
    sign_in = sign_in_with(allowance, allows_insecure_login=allows_insecure_login)
    return LiveProbes(http_get=http_get, sign_in=sign_in, compare=compare_with_files)


async def http_get(url: str) -> ApiReply | None:
    """Send one GET request; ``None`` if nothing answers."""
    async with Web(None, seconds=_SECONDS) as web:
        try:
            reply = await web.ask("GET", url)
        except HttpError:
            return None
    return ApiReply(status=reply.status, body=reply.body)


def sign_in_with(allowance: Allowance, *, allows_insecure_login: bool = False) -> SignIn:
    """Return what signs in once at an address, and out again, whatever happens meanwhile.

    Over plain HTTP only on this machine, unless a person said otherwise. That is one request to a route that LibreChat limits (LOGIN_MAX), counted in ``allowance``; nothing stays behind.
    """

    async def sign_in(url: str, account: Admin) -> AdminSignIn:
        where = parse_web_address(url)
        is_safe = where is not None and (where.encrypted or is_localhost(where.host))
        if not (is_safe or allows_insecure_login):
            return AdminSignIn(
                not_tried=f"{url} is on another machine and uses plain HTTP; to allow this, add {INSECURE_LOGIN}"
            )
        login = Login(email=account.email, password=account.password)
        async with Web(None, seconds=_SECONDS) as web:
            trip = RoundTrip(web=web, base=url, account=login, allowance=allowance)
            try:
                reply = (await trip.signed_in()).reply
            except LimitReached as reached:
                return AdminSignIn(not_tried=reached.because)
            finally:
                await trip.sign_out()
        user = reply.object.get("user") if reply is not None else None
        if not isinstance(user, dict):
            return AdminSignIn(got=f"status {reply.status}" if reply is not None else "nothing")
        role = user.get("role")
        return AdminSignIn(role=role if role in ("ADMIN", "USER") else "")

    return sign_in


def compare_with_files(shown: Mapping[str, Any], deployment: Deployment) -> Finding:
    """Compare what LibreChat says about itself past every proxy with the files."""
    if not shown.keys() & ASKED.keys():
        return APPLIED.unknown(
            "Could not check whether LibreChat uses these settings: /api/config returned no settings.",
            remedy=f"To check this at LibreChat's public address, run: {own_command('doctor --only instance')}",
        )
    remedy = "Another container may be using this port, or these variables may be set outside the configuration files."
    if deployment.stack is Stack.HELM:
        remedy = "An old pod may still be running, or these variables may be set outside the configuration files."
    return applied(shown, deployment, remedy=remedy)
