"""Limits, bans, Redis, and Node's own switches."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.librechat.rate_limits import rate_limit
from wizard.librechat.values import js_number
from wizard.rules.view import Rule, View, fail, warn


def limiters(view: View) -> Iterator[Finding]:
    """Limits that refuse everybody, or nobody (api/server/middleware/limiters, v0.8.8-rc1)."""
    for setting in catalogue.SETTINGS:
        if setting.section != "limits" or setting.key not in view.deployment.settings or setting.kind.value == "bool":
            continue
        number = js_number(view.deployment.settings[setting.key])
        slug = setting.key.lower().replace("_", "-")
        if setting.key.endswith("_MAX") and number <= 0:
            summary = f"{setting.key} is empty, 0 or less: every attempt is refused from the first one on."
            yield fail(
                f"rules.limits.none-allowed.{slug}",
                summary,
                setting.key,
                remedy=f"{setting.key}={setting.default or 7}",
            )
        elif not isfinite(number):
            effect = "there is no limit" if setting.key.endswith("_MAX") else "the limit behaves unpredictably"
            yield fail(
                f"rules.limits.no-number.{slug}",
                f"{setting.key} is no number: {effect}.",
                setting.key,
                remedy=f"{setting.key}={setting.default or 5}",
            )
        elif setting.key.endswith("_WINDOW") and number <= 0:
            yield warn(
                f"rules.limits.no-window.{slug}",
                f"{setting.key} is empty, 0 or less: there is no limit.",
                setting.key,
                remedy=f"{setting.key}={setting.default or 5}",
            )


def single_sign_on(view: View) -> Iterator[Finding]:
    """B04: a sign-in with a provider counts twice."""
    if (view.has_openid or view.has_saml) and view.is_on("ALLOW_SOCIAL_LOGIN"):
        number = rate_limit("LOGIN", view.deployment.settings).most
        if 0 < number < 20:  # noqa: PLR2004
            summary = f"Every sign-in with a provider counts twice against LOGIN_MAX={number:g}: from one office only {int(number // 2)} people get in within a few minutes."
            yield warn("rules.limits.sso", summary, "LOGIN_MAX", remedy="LOGIN_MAX=50")


def bans(view: View) -> Iterator[Finding]:
    """BAN_INTERVAL taken for a time."""
    if view.is_on("BAN_VIOLATIONS") and view.value("BAN_INTERVAL") and js_number(view.value("BAN_INTERVAL")) == 0:
        yield warn(
            "rules.bans.interval",
            "BAN_INTERVAL=0 bans at the first violation.",
            "BAN_INTERVAL",
            remedy="BAN_INTERVAL=20",
        )


def redis(view: View) -> Iterator[Finding]:
    """X04 and settings that stop LibreChat at start."""
    if view.is_on("USE_REDIS") and not view.value("REDIS_URI"):
        yield fail(
            "rules.redis.no-address",
            "USE_REDIS is on without REDIS_URI: LibreChat stops at start.",
            "USE_REDIS",
            "REDIS_URI",
            remedy="REDIS_URI=redis://HOST:6379",
        )
    deploy = view.api.get("deploy")
    copies = [deploy.get("replicas") if isinstance(deploy, dict) else None, view.api.get("scale")]
    if any(str(number).isdecimal() and int(str(number)[:9]) > 1 for number in copies) and not view.is_on("USE_REDIS"):
        summary = "LibreChat runs in several copies without Redis: sign-ins with a provider that begin at one and end at another fail, and limits count per copy."
        yield fail(
            "rules.redis.copies",
            summary,
            "USE_REDIS",
            "REDIS_URI",
            remedy="USE_REDIS=true and REDIS_URI, or one copy.",
        )
    if view.value("REDIS_KEY_PREFIX") and view.value("REDIS_KEY_PREFIX_VAR"):
        yield fail(
            "rules.redis.two-prefixes",
            "REDIS_KEY_PREFIX and REDIS_KEY_PREFIX_VAR are both set: LibreChat stops at start.",
            "REDIS_KEY_PREFIX",
            "REDIS_KEY_PREFIX_VAR",
            remedy="Keep one.",
        )


def node(view: View) -> Iterator[Finding]:
    """Certificate checks switched off for everything."""
    if view.value("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        summary = "NODE_TLS_REJECT_UNAUTHORIZED=0 accepts every certificate: whoever stands in between reads tokens and secrets."
        yield fail(
            "rules.tls.verification-off",
            summary,
            "NODE_TLS_REJECT_UNAUTHORIZED",
            remedy="Take it out; name your CA in NODE_EXTRA_CA_CERTS.",
        )


RULES: tuple[Rule, ...] = (limiters, single_sign_on, bans, redis, node)
