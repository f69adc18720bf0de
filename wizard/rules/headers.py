"""Rules: security headers that LibreChat sends from v0.8.8-rc2 on, as documented for v0.8.8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.findings import headers as ids
from wizard.librechat.browser_url import hostname
from wizard.librechat.cookies import is_localhost
from wizard.librechat.security_headers import (
    HSTS_MAX_AGE,
    SECURITY_HEADERS_SINCE,
    hsts_max_age,
    is_policy_enforced,
    is_switched_on,
    is_whole_age,
    security_headers,
)
from wizard.librechat.site import Site
from wizard.rules.view import Rule, View

_KEYWORDS: Final = ("'self'", "'none'")
_HOST: Final = late_pattern(r"(?:[a-z][a-z0-9+.-]*://)?(?:\*\.)?([^/:]+)")
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""Labels below which a country registers names: example.co.uk has three labels."""


def strict_transport(view: View) -> Iterator[Finding]:
    """HSTS where people come over plain HTTP, and values that count for nothing."""
    if view.release < SECURITY_HEADERS_SINCE:
        return
    settings = view.deployment.settings
    address = view.value("DOMAIN_CLIENT")
    if _sends_hsts(view) and _is_plain_name(address):
        yield ids.HSTS_HTTP.warn()
    if not is_whole_age(settings.get("HSTS_MAX_AGE")):
        yield ids.HSTS_MAX_AGE.warn()
    if is_switched_on(settings.get("HSTS_PRELOAD"), default=False) and (
        not is_switched_on(settings.get("HSTS_INCLUDE_SUBDOMAINS"), default=False)
        or hsts_max_age(settings.get("HSTS_MAX_AGE")) < HSTS_MAX_AGE
    ):
        yield ids.HSTS_PRELOAD.warn()


def _sends_hsts(view: View) -> bool:
    return "Strict-Transport-Security" in security_headers(view.deployment.settings, view.release)


def _is_plain_name(address: str) -> bool:
    """Whether an address is plain HTTP with a host name: browsers apply HSTS to no IP address (RFC 6797, section 8.1.1)."""
    try:
        site = Site.parse(address)
    except ValueError:
        return False
    return site.scheme == "http" and not site.is_address and not is_localhost(address)


def frames(view: View) -> Iterator[Finding]:
    """Who may show LibreChat in a frame: a portal, a wiki, a Teams tab."""
    if view.release < SECURITY_HEADERS_SINCE:
        return
    settings = view.deployment.settings
    sent = security_headers(settings, view.release)
    is_enforced = is_policy_enforced(settings)
    ancestors = [source for source in re.split(r"[\s,]+", view.value("CSP_FRAME_ANCESTORS")) if source]
    if "X-Frame-Options" not in sent and not is_enforced:
        which = "SECURITY_HEADERS" if not sent else "X_FRAME_OPTIONS"
        yield ids.FRAME_OPEN.warn(settings=(which,))
    if ancestors and not is_enforced:
        yield ids.FRAME_NO_EFFECT.warn()
    elif any(_is_foreign(source, view.value("DOMAIN_CLIENT")) for source in ancestors):
        yield ids.FRAME_COOKIES.warn()


def _is_foreign(source: str, address: str) -> bool:
    """Whether a source of frame-ancestors is of another site than the address; told from the last labels of both names."""
    if source.lower() in _KEYWORDS:
        return False
    host = _HOST.match(source.lower())
    own = hostname(address)
    return own is not None and _registered(host[1] if host else "") != _registered(own)


def _registered(host: str) -> str:
    labels = host.lower().rstrip(".").split(".")
    is_deeper = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL  # noqa: PLR2004 - a country's code
    return ".".join(labels[-3:] if is_deeper else labels[-2:])


def upgrade(view: View) -> Iterator[Finding]:
    """Find a directive that breaks the page over plain HTTP."""
    settings = view.deployment.settings
    is_on = view.release >= SECURITY_HEADERS_SINCE and is_switched_on(settings.get("CSP_ENABLED"), default=False)
    is_plain = urlsplit(view.value("DOMAIN_CLIENT").lower()).scheme == "http" if view.url("DOMAIN_CLIENT") else False
    if is_on and is_plain and "upgrade-insecure-requests" in view.value("CSP_ADDITIONAL_DIRECTIVES").lower():
        yield ids.UPGRADE.warn()


RULES: tuple[Rule, ...] = (strict_transport, frames, upgrade)
