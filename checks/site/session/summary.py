"""The sentence that operators wait for: whether people stay signed in at this address, why not, and what to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from checks.browser.cookies import Dropped, Kept, Rule
from checks.browser.origin import WebAddress, is_localhost, parse_web_address
from checks.site.instance.findings import response_evidence
from checks.site.session.replies import RefreshEnd
from checks.site.session.round_trip import RoundTripStage, RoundTripStep
from wizard.answers.model import Access
from wizard.basics.finding import Finding
from wizard.deployment.model import Deployment
from wizard.findings import session as ids
from wizard.librechat.cookies import SWITCH_SINCE

_NO_RENEWAL: Final = {
    RefreshEnd.EXPIRED: (
        (
            "LibreChat no longer recognizes the session that it opened a moment ago: REFRESH_TOKEN_EXPIRY is too "
            "short, or several instances do not share sessions."
        ),
        "Set REFRESH_TOKEN_EXPIRY in milliseconds, such as 1000 * 60 * 60 * 24 * 7 for 7 days.",
        ("REFRESH_TOKEN_EXPIRY",),
    ),
    RefreshEnd.INVALID: (
        (
            "LibreChat refuses the refresh token that it issued a moment ago: it has expired, or the instances use "
            "different JWT_REFRESH_SECRET values."
        ),
        "REFRESH_TOKEN_EXPIRY is in milliseconds; every instance needs the same JWT_REFRESH_SECRET.",
        ("REFRESH_TOKEN_EXPIRY", "JWT_REFRESH_SECRET"),
    ),
    RefreshEnd.NO_SESSION: (
        "LibreChat found no session for the token that it issued a moment ago.",
        "Check that all instances share one database.",
        ("MONGO_URI",),
    ),
    RefreshEnd.OPENID: (
        "LibreChat treats the session as an OpenID session and cannot renew it with the provider.",
        "OPENID_REUSE_TOKENS=true requires refresh tokens: add offline_access to OPENID_SCOPE, or set OPENID_REUSE_TOKENS=false.",
        ("OPENID_REUSE_TOKENS", "OPENID_SCOPE"),
    ),
    RefreshEnd.USER_GONE: (
        "LibreChat can no longer find the session's account.",
        "Check whether the account has been deleted, or whether instances use different databases.",
        ("MONGO_URI",),
    ),
    RefreshEnd.BANNED: (
        "LibreChat banned the account or this IP address after the sign-in.",
        "Wait for BAN_DURATION to pass, and check TRUST_PROXY.",
        ("BAN_DURATION", "TRUST_PROXY"),
    ),
    RefreshEnd.LIMITED: (
        "Something in front of LibreChat rate-limits session renewals (429). LibreChat itself does not.",
        "Exempt /api/auth/refresh from the proxy's rate limit: every open page requests it.",
        (),
    ),
    RefreshEnd.FORBIDDEN: (
        "Something in front of LibreChat blocks the renewal (403).",
        "Allow POST /api/auth/refresh there.",
        (),
    ),
    RefreshEnd.UNFORESEEN: (
        "LibreChat returned a server error when it renewed the session.",
        "LibreChat's log shows the error. SESSION_EXPIRY must be a multiple of 1000.",
        ("SESSION_EXPIRY",),
    ),
    RefreshEnd.GATEWAY: ("The proxy, not LibreChat, responded to the session renewal.", "Try again.", ()),
    RefreshEnd.REDIRECTED: (
        "The renewal is redirected to a different URL; LibreChat's page does not follow the redirect.",
        "Set DOMAIN_CLIENT to the final URL.",
        ("DOMAIN_CLIENT",),
    ),
    RefreshEnd.NEEDS_OTHER_LOGIN: (
        "Something in front of LibreChat requires its own sign-in when the session is renewed.",
        "Exempt /api from forward authentication.",
        (),
    ),
    RefreshEnd.NO_ROUTE: (
        "LibreChat has no renewal route at this path: a proxy rewrites the path.",
        "Make the proxy forward /api/auth/refresh unchanged.",
        (),
    ),
    RefreshEnd.PAGE: (
        "The response to the renewal is a web page: the sign-in reaches LibreChat, but the renewal does not.",
        "Have the proxy pass everything under /api to LibreChat.",
        (),
    ),
    RefreshEnd.NOT_LIBRECHAT: (
        "Something other than LibreChat responded to the renewal request.",
        "Make the proxy forward everything under /api to LibreChat.",
        (),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTripRecord:
    """What a round trip went through, for the verdict."""

    base: str
    steps: tuple[RoundTripStep, ...]
    deployment: Deployment

    def step(self, stage: RoundTripStage) -> RoundTripStep | None:
        """Return the step of a stage, if it came that far."""
        return next((step for step in self.steps if step.stage is stage), None)


def session_summary(course: RoundTripRecord) -> Finding | None:
    """Return ``session.kept`` or ``session.lost``; None if the sign-in itself did not succeed."""
    cookie, refresh, rotation = (
        course.step(stage) for stage in (RoundTripStage.COOKIE, RoundTripStage.REFRESH, RoundTripStage.ROTATION)
    )
    if cookie is None or refresh is None:
        return None
    for step in (refresh, rotation):
        if step is not None and step.error is not None:
            return ids.UNTOLD.unknown(evidence=(step.error.detail,))
    if refresh.refresh is RefreshEnd.RENEWED and rotation is not None and rotation.refresh is RefreshEnd.RENEWED:
        who = "users on this machine stay" if _only_here(course.base) else "users stay"
        return ids.KEPT.passed(f"At {course.base}, {who} signed in.")
    if not refresh.offered:
        return _without_cookie(course, cookie)
    if refresh.refresh is RefreshEnd.RENEWED and rotation is not None:
        return _not_renewed(course, rotation) if rotation.offered else _without_cookie(course, refresh)
    return _not_renewed(course, refresh)


def _not_renewed(course: RoundTripRecord, failed: RoundTripStep) -> Finding:
    """Explain why LibreChat does not renew a session whose cookie the browser sent."""
    evidence = response_evidence(failed.reply) if failed.reply else ()
    end = failed.refresh or RefreshEnd.NOT_LIBRECHAT
    if end is RefreshEnd.NO_COOKIE:
        return _lost(
            course,
            "the browser sends the sign-in cookie, but it does not reach LibreChat: something between the browser and LibreChat removes it",
            "The proxy must forward the Cookie header for everything under /api.",
            evidence=evidence,
        )
    because, remedy, settings = _NO_RENEWAL[end]
    return ids.LOST.fail(
        f"At {course.base}, people do not stay signed in. {because}",
        settings=settings,
        remedy=remedy,
        evidence=evidence,
    )


def _only_here(base: str) -> bool:
    target = parse_web_address(base)
    return target is not None and is_localhost(target.host)


def _lost(
    course: RoundTripRecord,
    because: str,
    remedy: str,
    *,
    settings: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
) -> Finding:
    summary = f"At {course.base}, users have to sign in again on every reload: {because}."
    return ids.LOST.fail(summary, settings=settings, remedy=remedy, evidence=evidence)


def _without_cookie(course: RoundTripRecord, setting: RoundTripStep) -> Finding:
    """Explain why the browser had no cookie to send; ``setting`` is the step whose answer should have given it one."""
    result = setting.cookie
    if result is None:
        evidence = response_evidence(setting.reply) if setting.reply else ()
        return _lost(
            course,
            "LibreChat's response arrives without the sign-in cookie: something between LibreChat and the browser removes Set-Cookie",
            "Look for a cache or proxy rule that drops Set-Cookie (proxy_hide_header, a CDN that caches /api).",
            evidence=evidence,
        )
    target = parse_web_address(course.base)
    if isinstance(result, Dropped) and target is not None:
        return _dropped(course, result, target)
    kept = result.cookie if isinstance(result, Kept) else None
    where = f"Domain {kept.domain}, Path {kept.path}" if kept else ""
    return _lost(
        course,
        "the browser keeps the sign-in cookie but does not send it back, because it is for another path or has already expired",
        "LibreChat sets Path=/ and a lifetime of several days: look for a proxy that rewrites cookies "
        "(proxy_cookie_path), or a clock that is set incorrectly.",
        evidence=(where,),
    )


def _dropped(course: RoundTripRecord, result: Dropped, target: WebAddress) -> Finding:
    if result.rule in {Rule.SECURE, Rule.SAME_SITE_NONE, Rule.PARTITIONED} and not target.encrypted:
        settings = course.deployment.settings
        names = ("SESSION_COOKIE_SECURE", "DOMAIN_SERVER")
        return ids.LOST.fail(
            f"At {course.base}, the browser drops the sign-in cookie: {result.because}. Users have to sign in again "
            "on every reload.",
            settings=names,
            remedy=_choices(course),
            evidence=[f"{name}={settings.get(name, '(not set)')}" for name in names],
        )
    if result.rule is Rule.EXPIRED:
        return _lost(
            course,
            "the sign-in cookie has already expired when it arrives: REFRESH_TOKEN_EXPIRY is close to zero, or the server's clock is wrong",
            "Check REFRESH_TOKEN_EXPIRY (it is in milliseconds) and the server's clock (timedatectl).",
            settings=("REFRESH_TOKEN_EXPIRY",),
        )
    return _lost(
        course,
        f"the browser drops the sign-in cookie, because {result.because}",
        "LibreChat itself does not cause this: look for a proxy that rewrites cookies (proxy_cookie_domain, proxy_cookie_flags).",
    )


def _choices(course: RoundTripRecord) -> str:
    """Return what can be chosen from where a Secure cookie meets plain HTTP."""
    release = course.deployment.release
    https = "open LibreChat over https (access: https-proxy, or https-existing with your own proxy)"
    if course.deployment.access is Access.HTTPS_PROXY or course.deployment.access is Access.HTTPS_EXISTING:
        https = "open LibreChat at its https address, not at this address"
    if release >= SWITCH_SINCE:
        plain = "on a network without TLS, set SESSION_COOKIE_SECURE=false (access: http-lan does this)"
    else:
        plain = f"on a network without TLS, set access: http-lan (LibreChat {release} does not support SESSION_COOKIE_SECURE yet)"
    return (
        f"Choose one: {https}; or {plain}, but then passwords are sent unencrypted; or, on this machine only, "
        "use http://localhost and set DOMAIN_SERVER=http://localhost:3080. Recreate the container afterwards."
    )
