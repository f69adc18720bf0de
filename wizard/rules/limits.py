"""Rules: limits, bans, Redis, and Node's own switches."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.basics.plain_text import counted, plain
from wizard.findings import limits as ids
from wizard.librechat.rate_limits import rate_limit
from wizard.librechat.values import js_number
from wizard.rules.view import Rule, View


def limiters(view: View) -> Iterator[Finding]:
    """Limits that refuse everybody, or nobody (api/server/middleware/limiters, v0.8.8-rc1)."""
    for setting in catalogue.SETTINGS:
        if setting.section != "limits" or setting.key not in view.deployment.settings or setting.kind.value == "bool":
            continue
        number = js_number(view.deployment.settings[setting.key])
        if setting.key.endswith("_MAX") and number <= 0:
            yield ids.NONE_ALLOWED.of(setting.key).fail(remedy=f"Set {setting.key}={setting.default or 7}")
        elif not isfinite(number):
            effect = "there is no limit" if setting.key.endswith("_MAX") else "the limit is unpredictable"
            yield ids.NO_NUMBER.of(setting.key).fail(
                f"{setting.key} is not a number: {effect}.", remedy=f"Set {setting.key}={setting.default or 5}"
            )
        elif setting.key.endswith("_WINDOW") and number <= 0:
            yield ids.NO_WINDOW.of(setting.key).warn(remedy=f"Set {setting.key}={setting.default or 5}")


def single_sign_on(view: View) -> Iterator[Finding]:
    """B04: a sign-in with a provider counts twice: all of /oauth is behind one limiter (api/server/routes/oauth.js, v0.8.7)."""
    if view.providers and view.is_on("ALLOW_SOCIAL_LOGIN"):
        number = rate_limit("LOGIN", view.deployment.settings).most
        if 0 < number < 20:  # noqa: PLR2004
            users = int(number // 2)
            who = f"only {counted(users, 'user')} behind one IP address" if users else "nobody"
            summary = (
                f"Every sign-in with a provider counts twice against LOGIN_MAX={number:g}: {who} can sign in within a few "
                "minutes."
            )
            yield ids.LIMITS_SSO.warn(summary)


def bans(view: View) -> Iterator[Finding]:
    """BAN_INTERVAL written as a time."""
    if view.is_on("BAN_VIOLATIONS") and view.value("BAN_INTERVAL") and js_number(view.value("BAN_INTERVAL")) == 0:
        yield ids.BANS_INTERVAL.warn()


def redis(view: View) -> Iterator[Finding]:
    """X04 and settings that stop LibreChat at start."""
    if view.is_on("USE_REDIS") and not view.value("REDIS_URI"):
        yield ids.REDIS_NO_ADDRESS.fail()
    deploy = view.api.get("deploy")
    copies = [deploy.get("replicas") if isinstance(deploy, dict) else None, view.api.get("scale")]
    if any(str(number).isdecimal() and int(str(number)[:9]) > 1 for number in copies) and not view.is_on("USE_REDIS"):
        yield ids.REDIS_COPIES.fail()
    elif (same := view.deployment.replicas) and not view.is_on("USE_REDIS"):
        # A load balancer that keeps each person at one copy is enough, and cannot be seen from here.
        names = ", ".join(plain(name, limit=60) for name in (view.deployment.service, *same))
        summary = (
            f"Several LibreChat instances ({names}) are running without Redis. Unless the load balancer always routes each "
            f"user to the same instance, {ids.REDIS_COPIES.consequence}"
        )
        yield ids.REDIS_COPIES.warn(summary)
    if view.value("REDIS_KEY_PREFIX") and view.value("REDIS_KEY_PREFIX_VAR"):
        yield ids.REDIS_TWO_PREFIXES.fail()


def node(view: View) -> Iterator[Finding]:
    """Certificate checks switched off for everything."""
    if view.value("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        yield ids.TLS_VERIFICATION_OFF.fail()


RULES: tuple[Rule, ...] = (limiters, single_sign_on, bans, redis, node)
