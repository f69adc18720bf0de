"""Whether a running LibreChat would use the callback of a sign-in itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.net.errors import HttpError
from checks.net.http import Web
from checks.net.own_authority import own_authority
from checks.net.trust import context

if TYPE_CHECKING:
    from checks.model import Subject

_SECONDS = 4.0


async def is_offered(subject: Subject, provider: str) -> bool:
    """Whether the address of the callback is a LibreChat's that offers a provider; its /api/config is asked once, no limited route."""
    server = subject.deployment.settings.get("DOMAIN_SERVER", "").rstrip("/")
    trusted = context(subject.site_options.cacert, own_authority(subject.deployment))
    try:
        async with Web(trusted, resolve=subject.site_options.resolve, seconds=_SECONDS) as web:
            answer = await web.ask("GET", f"{server}/api/config")
    except (HttpError, TimeoutError, ValueError):
        return False
    return answer.object.get(f"{provider}LoginEnabled") is True
