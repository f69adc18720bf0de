"""Findings: limits, bans, Redis and Node's own switches."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
LIMITS_SSO = _of(
    "limits.sso",
    "Every sign-in with a provider counts twice against LOGIN_MAX:",
    "Set LOGIN_MAX=50",
    consequence="only a few people in one office can sign in within a few minutes.",
    settings=("LOGIN_MAX",),
)
BANS_INTERVAL = _of(
    "bans.interval", "BAN_INTERVAL=0 bans at the first violation.", "BAN_INTERVAL=20", settings=("BAN_INTERVAL",)
)
REDIS_NO_ADDRESS = _of(
    "redis.no-address",
    "USE_REDIS is on without REDIS_URI:",
    "Set REDIS_URI=redis://HOST:6379",
    consequence="LibreChat stops at startup.",
    settings=("USE_REDIS", "REDIS_URI"),
)
REDIS_COPIES = _of(
    "redis.copies",
    "Several instances of LibreChat run without Redis:",
    "Set USE_REDIS=true and REDIS_URI, or run only one instance.",
    consequence="a sign-in with a provider fails if it begins at one instance and ends at another, and each instance "
    "counts its own limits.",
    settings=("USE_REDIS", "REDIS_URI"),
)
REDIS_TWO_PREFIXES = _of(
    "redis.two-prefixes",
    "REDIS_KEY_PREFIX and REDIS_KEY_PREFIX_VAR are both set:",
    "Keep one.",
    consequence="LibreChat stops at startup.",
    settings=("REDIS_KEY_PREFIX", "REDIS_KEY_PREFIX_VAR"),
)
TLS_VERIFICATION_OFF = _of(
    "tls.verification-off",
    "NODE_TLS_REJECT_UNAUTHORIZED=0 accepts every certificate:",
    "Remove it, and name your CA in NODE_EXTRA_CA_CERTS.",
    consequence="anybody on the network path can read tokens and secrets.",
    settings=("NODE_TLS_REJECT_UNAUTHORIZED",),
)

NONE_ALLOWED = FindingFamily(
    _of(
        "limits.none-allowed.{}",
        "{} is empty, 0 or less:",
        "Write a number above 0.",
        consequence="LibreChat refuses every attempt, including the first.",
    )
)
NO_NUMBER = FindingFamily(
    _of(
        "limits.no-number.{}",
        "{} is not a number.",
        "Write a number.",
        consequence="LibreChat has no limit, or an unpredictable one.",
    )
)
NO_WINDOW = FindingFamily(
    _of(
        "limits.no-window.{}", "{} is empty, 0 or less:", "Write a number of minutes.", consequence="there is no limit."
    )
)
