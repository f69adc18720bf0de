"""Findings: limits, bans, Redis and Node's own switches."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
LIMITS_SSO = _of(
    "limits.sso",
    "Every sign-in with a provider counts twice against LOGIN_MAX:",
    "Set LOGIN_MAX=50",
    consequence="only a few users behind the same IP address can sign in within a few minutes.",
    settings=("LOGIN_MAX",),
)
BANS_INTERVAL = _of(
    "bans.interval",
    "BAN_INTERVAL=0 bans users at the first violation.",
    "Set BAN_INTERVAL=20",
    settings=("BAN_INTERVAL",),
)
REDIS_NO_ADDRESS = _of(
    "redis.no-address",
    "USE_REDIS is on, but REDIS_URI is missing:",
    "Set REDIS_URI=redis://HOST:6379",
    consequence="LibreChat stops at startup.",
    settings=("USE_REDIS", "REDIS_URI"),
)
REDIS_COPIES = _of(
    "redis.copies",
    "Several LibreChat instances are running without Redis:",
    "Set USE_REDIS=true and REDIS_URI, or run only one instance.",
    consequence="sign-in with a provider fails if it starts on one instance and ends on another. Each instance counts attempts separately.",
    settings=("USE_REDIS", "REDIS_URI"),
)
REDIS_TWO_PREFIXES = _of(
    "redis.two-prefixes",
    "Both REDIS_KEY_PREFIX and REDIS_KEY_PREFIX_VAR are set:",
    "Keep only one of them.",
    consequence="LibreChat stops at startup.",
    settings=("REDIS_KEY_PREFIX", "REDIS_KEY_PREFIX_VAR"),
)
TLS_VERIFICATION_OFF = _of(
    "tls.verification-off",
    "NODE_TLS_REJECT_UNAUTHORIZED=0 makes LibreChat accept any certificate:",
    "Remove the line. Mount the CA certificate. In the api service's environment, set NODE_EXTRA_CA_CERTS to the file's path.",
    consequence="anyone on the network path can read tokens and secrets.",
    settings=("NODE_TLS_REJECT_UNAUTHORIZED",),
)

NONE_ALLOWED = FindingFamily(
    _of(
        "limits.none-allowed.{}",
        "{} is empty, zero or negative:",
        "Set {} to a number greater than 0.",
        consequence="LibreChat refuses every attempt, including the first.",
    )
)
NO_NUMBER = FindingFamily(
    _of(
        "limits.no-number.{}",
        "{} is not a number.",
        "Set {} to a number.",
        consequence="LibreChat applies no limit, or an unpredictable one.",
    )
)
NO_WINDOW = FindingFamily(
    _of(
        "limits.no-window.{}",
        "{} is empty, zero or negative:",
        "Set {} to a number of minutes.",
        consequence="LibreChat applies no limit.",
    )
)
