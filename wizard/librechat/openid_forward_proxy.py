"""The forward proxy through which LibreChat contacts the provider: PROXY, HTTPS_PROXY, HTTP_PROXY and NO_PROXY."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.librechat.browser_url import origin
from wizard.librechat.releases import Release

NO_PROXY_SINCE: Final = Release(0, 8, 7, 1)
"""First release that looks at NO_PROXY and at HTTPS_PROXY for OpenID (LC#13705, LC#13716); before, PROXY alone counts.

v0.8.6 has packages/api/src/utils/proxy.ts, but OpenID does not use it: the fault was reported after its release.
"""
_NAMES: Final = ("PROXY", "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")


class ForwardProxy(NamedTuple):
    """The proxy for a host; ``address`` is ``None`` if the setting is not an address that undici takes."""

    setting: str
    address: str | None


def forward_proxy(settings: Mapping[str, str], release: Release, host: str, port: int) -> ForwardProxy | None:
    """Return the proxy for requests to a host; ``None``: it is asked directly.

    packages/api/src/utils/proxy.ts (``getProxyEnvConfig``: trimmed, lower case first) with undici 7.29's ``EnvHttpProxyAgent``;
    recorded: HTTP_PROXY alone counts for https providers, and a PROXY without scheme keeps OpenID from being registered.
    """
    names = _NAMES if release >= NO_PROXY_SINCE else _NAMES[:1]
    setting = next((name for name in names if settings.get(name, "").strip()), None)
    if setting is None:
        return None
    excluded = settings.get("no_proxy", "").strip() or settings.get("NO_PROXY", "")
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
