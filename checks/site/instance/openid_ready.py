"""Whether the running LibreChat has registered OpenID; checked twice if it retries by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from checks.net.errors import HttpError
from checks.net.http import HttpResponse, Web
from wizard.basics.finding import Finding
from wizard.deployment.model import Deployment
from wizard.findings import instance as ids
from wizard.librechat.openid_retries import openid_retries
from wizard.librechat.providers import has_social_login, is_registered
from wizard.librechat.routes import OPENID_CHECK_SINCE

_CHECK: Final = "/api/admin/oauth/openid/check"
_LONGEST: Final = 6.0
"""Seconds that the second question waits at most: a person watches."""
_NOT_FOUND: Final = 404


async def openid_ready(web: Web, base: str, deployment: Deployment) -> Finding | None:
    """Return what is wrong with OpenID in the running LibreChat; ``None`` if nothing is, or if it does not say."""
    settings, release = deployment.settings, deployment.release
    is_wanted = has_social_login(settings) and is_registered("openid", settings, release)
    if not is_wanted or release < OPENID_CHECK_SINCE or not await _is_missing(web, base):
        return None
    retries = openid_retries(settings, _registration(deployment), release)
    if retries is None:
        return ids.OPENID_NOT_READY.warn(remedy=_RESTART.format(deployment.compose_command))
    seconds = retries.delay_ms / 1000
    # Right after the start the provider may not have answered yet.
    await asyncio.sleep(min(seconds + 1, _LONGEST))
    if not await _is_missing(web, base):
        return None
    remedy = (
        f"Check that LibreChat's container can reach OPENID_ISSUER. LibreChat retries automatically every {seconds:g} "
        "s, so no restart is needed."
    )
    return ids.OPENID_NOT_READY.warn(remedy=remedy)


_RESTART: Final = (
    "Check that LibreChat's container can reach OPENID_ISSUER. LibreChat contacts it only at startup. Once the "
    "issuer responds, run: {} restart api"
)


def _registration(deployment: Deployment) -> Mapping[str, Any]:
    config = deployment.config if deployment.config_mounted else None
    registration = (config or {}).get("registration")
    return registration if isinstance(registration, Mapping) else {}


async def _is_missing(web: Web, base: str) -> bool:
    """Whether LibreChat says that OpenID is not there; another program's 404 has no error_code."""
    try:
        reply: HttpResponse = await web.ask("GET", f"{base}{_CHECK}", limit=4096)
    except HttpError:
        return False
    return reply.status == _NOT_FOUND and bool(reply.object.get("error_code"))
