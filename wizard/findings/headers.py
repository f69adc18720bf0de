"""Findings: security headers that LibreChat sends from v0.8.8 on: HSTS, and who may frame the page."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="rules")
HSTS_HTTP = _of(
    "headers.hsts-http",
    "Users open LibreChat over plain HTTP, but HSTS tells browsers to use only HTTPS:",
    "Set HSTS_ENABLED=false",
    consequence="after one visit over HTTPS, browsers no longer open http:// URLs on this host, including those "
    "of other programs.",
    settings=("HSTS_ENABLED",),
)
HSTS_MAX_AGE = _of(
    "headers.hsts-max-age",
    "HSTS_MAX_AGE is not a whole number of seconds, so LibreChat uses one year.",
    "Use a plain number without arithmetic, for example HSTS_MAX_AGE=86400 for one day.",
    settings=("HSTS_MAX_AGE",),
)
HSTS_PRELOAD = _of(
    "headers.hsts-preload",
    "HSTS_PRELOAD is on, but the other HSTS settings do not meet the preload list's requirements:",
    "Set HSTS_INCLUDE_SUBDOMAINS=true and HSTS_MAX_AGE=31536000 (or more). Or set HSTS_PRELOAD=false.",
    consequence="the list does not accept the host name.",
    settings=("HSTS_PRELOAD",),
)
FRAME_OPEN = _of(
    "headers.frame-open",
    "Any site can show LibreChat in a frame:",
    "Set X_FRAME_OPTIONS=SAMEORIGIN. For a portal, set CSP_ENABLED=true and CSP_REPORT_ONLY=false, and put the portal's origin in CSP_FRAME_ANCESTORS.",
    consequence="a hostile page can put its own buttons over the sign-in page (clickjacking).",
    settings=("X_FRAME_OPTIONS",),
)
FRAME_NO_EFFECT = _of(
    "headers.frame-no-effect",
    "CSP_FRAME_ANCESTORS has no effect:",
    "Set CSP_ENABLED=true and CSP_REPORT_ONLY=false",
    consequence="listed sites cannot show LibreChat in a frame, or unlisted sites can.",
    settings=("CSP_FRAME_ANCESTORS",),
)
FRAME_COOKIES = _of(
    "headers.frame-cookies",
    "A page on another site can show LibreChat in a frame, where browsers withhold LibreChat's sign-in cookie (SameSite=Strict):",
    "Use the same domain for the portal and LibreChat (portal.example.com, chat.example.com), or open LibreChat in "
    "its own window.",
    consequence="users have to sign in again on every reload.",
    settings=("CSP_FRAME_ANCESTORS",),
)
UPGRADE = _of(
    "headers.upgrade",
    "CSP_ADDITIONAL_DIRECTIVES contains upgrade-insecure-requests, but users connect over plain HTTP:",
    "Remove upgrade-insecure-requests.",
    consequence="browsers try to load the page's files over HTTPS, where nothing is listening, and the page stays blank.",
    settings=("CSP_ADDITIONAL_DIRECTIVES",),
)
