"""The forward proxy through which LibreChat contacts the provider: PROXY, HTTPS_PROXY, HTTP_PROXY and NO_PROXY."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.librechat.browser_url import origin
from wizard.librechat.releases import Release

NO_PROXY_SINCE: Final = Release(0, 8, 6)
"""First release that looks at NO_PROXY and at HTTPS_PROXY for OpenID; before, PROXY alone counts."""
_NAMES: Final = ("PROXY", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


class ForwardProxy(NamedTuple):
    """The proxy for a host; ``address`` is ``None`` if the setting is not an address that undici takes."""

    setting: str
    address: str | None


def forward_proxy(settings: Mapping[str, str], release: Release, host: str, port: int) -> ForwardProxy | None:
    """Return the proxy for requests to a host; ``None``: it is asked directly.

    api/strategies/openidStrategy.js (v0.8.8-rc1) with undici 7.29's ``EnvHttpProxyAgent``; recorded: HTTP_PROXY alone counts for
    https providers, and a PROXY without scheme keeps OpenID from being registered.
    """
    names = _NAMES if release >= NO_PROXY_SINCE else _NAMES[:1]
    setting = next((name for name in names if settings.get(name)), None)
    if setting is None:
        return None
    excluded = settings.get("NO_PROXY") or settings.get("no_proxy") or ""
    if release >= NO_PROXY_SINCE and _is_excluded(host.lower(), port, excluded):
        return None
    value = settings[setting].strip()
    return ForwardProxy(setting, value if re.match(r"https?:", value, re.IGNORECASE) and origin(value) else None)


def _is_excluded(host: str, port: int, excluded: str) -> bool:
    if excluded.strip() == "*":
        return True
    for entry in re.split(r"[,\s]", excluded.lower()):
        if not entry:
            continue
        name, colon, number = entry.rpartition(":")
        if not colon or not number.isdigit():
            name, number = entry, ""
        if number and int(number) != port:
            continue
        if host == name or (name[:1] in {".", "*"} and host.endswith(name.removeprefix("*"))):
            return True
    return False
