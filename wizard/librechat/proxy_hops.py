"""The proxies that LibreChat trusts, and thus which client address it sees and whether it treats a request as HTTPS.

After Express 5.2.1 (``trust proxy``, ``req.ip``, ``req.secure``), which v0.8.8-rc1 locks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from wizard.librechat.releases import Release
from wizard.librechat.values import js_number

TRUST_SETTING_SINCE: Final = Release(0, 7, 7)
"""First release that reads TRUST_PROXY; before, one proxy is trusted whatever is set (api/server/index.js)."""


def trusted_hops(settings: Mapping[str, str], release: Release) -> float:
    """Return how many proxies LibreChat believes: ``Number(TRUST_PROXY) || 1`` (api/server/index.js:82, v0.8.8-rc1).

    Below 0 it believes none; a fraction counts as the next whole number.
    """
    if release < TRUST_SETTING_SINCE:
        return 1
    number = js_number(settings["TRUST_PROXY"]) if "TRUST_PROXY" in settings else math.nan
    return 1 if math.isnan(number) or number == 0 else number


def client_address(peer: str, forwarded_for: str, hops: float) -> str:
    """Return ``req.ip``: the first address from the near end that is not one of the trusted proxies.

    ``peer`` opened the connection, ``forwarded_for`` is the header X-Forwarded-For (api/server/index.js:142, v0.8.8-rc1).
    """
    forwarded = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    chain = [peer, *reversed(forwarded)]
    address = next((each for index, each in enumerate(chain) if not index < hops), chain[-1])
    return without_port(address)


def without_port(address: str) -> str:
    """Return an address without its port (packages/api/src/utils/ports.ts, v0.8.7)."""
    if address.startswith("["):
        inner, bracket, _ = address[1:].partition("]")
        return inner if bracket and inner else address
    head, colon, tail = address.rpartition(":")
    return head if colon and "." in address and tail.isascii() and tail.isdigit() else address


def is_secure(forwarded_proto: str, hops: float, *, encrypted: bool) -> bool:
    """Return ``req.secure``: the connection's own TLS, or what the nearest trusted proxy says in X-Forwarded-Proto."""
    if hops > 0 and forwarded_proto:
        return forwarded_proto.partition(",")[0].strip() == "https"
    return encrypted
