"""How often LibreChat retries the provider's discovery, at start and afterwards.

Up to v0.8.8-rc3 once, at the start; from rc4 on it continues in the background until the provider answers, and registers the sign-in without
a restart (``openIdDiscoverySchema``, packages/data-provider/src/config.ts; api/server/socialLogins.js; pull request 15899).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from wizard.librechat.releases import Release
from wizard.librechat.values import js_number

RETRIED_SINCE: Final = Release(0, 8, 8, 4)
"""First release that asks again by itself."""


class OpenidRetries(NamedTuple):
    """What decides when the sign-in with OpenID is there."""

    at_start: int
    """Attempts before LibreChat serves people; 0: in the background alone."""
    delay_ms: int


_RANGES: Final = (
    ("startupAttempts", "OPENID_DISCOVERY_RETRY_ATTEMPTS", 0, 100, 1),
    ("retryDelayMs", "OPENID_DISCOVERY_RETRY_DELAY_MS", 100, 3_600_000, 5000),
)


def openid_retries(
    settings: Mapping[str, str], registration: Mapping[str, Any], release: Release
) -> OpenidRetries | None:
    """Return how LibreChat asks again; ``None`` before v0.8.8-rc4: it does not, and only a restart helps.

    ``registration`` of librechat.yaml wins, field by field; a number out of range in the environment counts as not set.
    """
    if release < RETRIED_SINCE:
        return None
    written = registration.get("openidDiscovery")
    written = written if isinstance(written, Mapping) else {}
    values = []
    for key, name, low, high, default in _RANGES:
        text = settings.get(name, "").strip()
        number = js_number(text) if text else float("nan")
        own = written.get(key)
        if isinstance(own, int) and not isinstance(own, bool):
            values.append(own)
        else:
            values.append(int(number) if number.is_integer() and low <= number <= high else default)
    return OpenidRetries(*values)
