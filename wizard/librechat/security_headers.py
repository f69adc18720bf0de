"""The security headers that LibreChat sends with every response from v0.8.8-rc2, and the switches for them.

packages/api/src/security/{headers,env}.ts at v0.8.8-rc2. The switches read another dialect than ``isEnabled``: ``yes`` and ``1`` are on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.releases import Release
from wizard.librechat.values import js_number

SECURITY_HEADERS_SINCE: Final = Release(0, 8, 8, 2)
"""First release that sends them (pull request 14445)."""
HSTS_MAX_AGE: Final = 31_536_000
"""Seconds for which a browser insists on HTTPS where HSTS_MAX_AGE does not say otherwise: a year."""
_ON: Final = frozenset({"true", "1", "yes", "on", "enabled"})
_OFF: Final = frozenset({"false", "0", "no", "off", "disabled", "none"})
_POLICIES: Final[Mapping[str, tuple[str, ...]]] = {
    "X-Frame-Options": ("sameorigin", "deny"),
    "Cross-Origin-Opener-Policy": ("same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"),
    "Cross-Origin-Resource-Policy": ("same-origin", "same-site", "cross-origin"),
    "Referrer-Policy": (
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ),
}
"""Each header with the values that count, the default first."""
_VARIABLES: Final[Mapping[str, str]] = {header.upper().replace("-", "_"): header for header in _POLICIES}
"""The variable of each header."""

_POLICY_SWITCHES: Final = (("SECURITY_HEADERS", True), ("CSP_ENABLED", False))


def is_switched_on(text: str | None, *, default: bool) -> bool:
    """Parse a value as ``parseEnvSwitch`` does: an unknown word counts as not set, and is logged."""
    word = (text or "").strip().lower()
    return word in _ON or (default and word not in _OFF)


def is_known_switch(text: str) -> bool:
    """Whether ``parseEnvSwitch`` knows a value; blank counts as not set and is fine."""
    word = text.strip().lower()
    return not word or word in _ON or word in _OFF


def is_known_policy(variable: str, text: str) -> bool | None:
    """Whether ``parsePolicy`` knows a value of X_FRAME_OPTIONS, CROSS_ORIGIN_OPENER_POLICY and the like; ``None`` for other variables."""
    header = _VARIABLES.get(variable)
    if header is None:
        return None
    word = text.strip().lower()
    return not word or word in _OFF or word in _POLICIES[header]


def hsts_max_age(text: str | None) -> int:
    """Return the seconds of HSTS_MAX_AGE: a whole number, no arithmetic; anything else counts as not set (``parseMaxAge``)."""
    return int(js_number(text or "")) if (text or "").strip() and is_whole_age(text) else HSTS_MAX_AGE


def is_whole_age(text: str | None) -> bool:
    """Whether ``parseMaxAge`` accepts HSTS_MAX_AGE as written; blank is fine and counts as not set."""
    number = js_number(text or "")
    return not (text or "").strip() or (number >= 0 and number.is_integer())


def is_policy_enforced(settings: Mapping[str, str]) -> bool:
    """Whether LibreChat sends a Content-Security-Policy that browsers enforce: on, and not only to report."""
    is_on = all(is_switched_on(settings.get(name), default=default) for name, default in _POLICY_SWITCHES)
    return is_on and not is_switched_on(settings.get("CSP_REPORT_ONLY"), default=True)


def security_headers(settings: Mapping[str, str], release: Release) -> dict[str, str]:
    """Return the headers that LibreChat sends of those that its settings decide on; nothing before v0.8.8-rc2."""
    if release < SECURITY_HEADERS_SINCE or not is_switched_on(settings.get("SECURITY_HEADERS"), default=True):
        return {}
    sent: dict[str, str] = {}
    if is_switched_on(settings.get("HSTS_ENABLED"), default=True):
        value = f"max-age={hsts_max_age(settings.get('HSTS_MAX_AGE'))}"
        if is_switched_on(settings.get("HSTS_INCLUDE_SUBDOMAINS"), default=False):
            value += "; includeSubDomains"
        if is_switched_on(settings.get("HSTS_PRELOAD"), default=False):
            value += "; preload"
        sent["Strict-Transport-Security"] = value
    for variable, header in _VARIABLES.items():
        values = _POLICIES[header]
        word = settings.get(variable, "").strip().lower()
        if word not in _OFF:
            chosen = word if word in values else values[0]
            # helmet writes this one in capitals (middlewares/x-frame-options).
            sent[header] = chosen.upper() if header == "X-Frame-Options" else chosen
    return sent
