"""Queries the running LibreChat and its OpenID provider for why nobody gets in: few requests, no changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checks.net.errors import Failure, HttpError
from checks.net.http import Web
from screens.shared.librechat_probes import http_get
from wizard.apply.people.env_setting import READY_SECONDS, EnvSetting
from wizard.apply.people.lockouts import LiveSigns
from wizard.apply.people.unlocking import Unlocking
from wizard.librechat.openid_start import discovery_url

if TYPE_CHECKING:
    from wizard.apply.people.account_changes import UserAccounts
    from wizard.deployment.model import Deployment

_SECONDS: Final = 10.0
_DOWN: Final = frozenset({Failure.NAME, Failure.REFUSED, Failure.CLOSED, Failure.SILENT})
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_BROKEN: Final = 500


async def is_limited(address: str) -> bool | None:
    """Return whether LibreChat refuses further sign-ins from here: one request to /oauth/error, which its login limiter counts.

    The limiter names a time to wait if it refuses, even if the answer is a redirect (v0.8.8).
    """
    async with Web(None, seconds=_SECONDS) as web:
        try:
            reply = await web.ask("GET", f"{address}/oauth/error")
        except HttpError:
            return None
    return reply.status == _TOO_MANY or bool(reply.header("retry-after"))


async def is_provider_up(deployment: Deployment, address: str) -> bool | None:
    """Return whether the provider's discovery document is there, and LibreChat could register it at its start."""
    if address:
        reply = await http_get(f"{address}/api/admin/oauth/openid/check")
        if reply is not None and reply.status == _NOT_FOUND and "OPENID_NOT_CONFIGURED" in reply.text:
            return False
    url = discovery_url(deployment.settings.get("OPENID_ISSUER", ""))
    if url is None:
        return False
    async with Web(None, seconds=_SECONDS) as web:
        try:
            status = (await web.ask("GET", url)).status
        except HttpError as error:
            return False if error.failure in _DOWN else None
    return status < _BROKEN


def unlocking_of(accounts: UserAccounts, *, ready_seconds: float = READY_SECONDS) -> Unlocking:
    """Return what finds and opens lock-outs of a folder's LibreChat."""
    settings = EnvSetting(
        deployment=accounts.deployment, host=accounts.host, http_get=http_get, ready_seconds=ready_seconds
    )
    signs = LiveSigns(is_limited=is_limited, is_provider_up=is_provider_up)
    return Unlocking(accounts=accounts, signs=signs, settings=settings)
