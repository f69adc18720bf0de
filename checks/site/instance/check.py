"""The check ``instance``: is it LibreChat that answers, which release, and with which settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from checks.browser.origin import parse_web_address
from checks.model import Subject
from checks.net.errors import INCONCLUSIVE, HttpError
from checks.net.http import HttpResponse, Web
from checks.net.own_authority import own_authority
from checks.net.trust import context
from checks.site.instance.admin_panel import admin_panel_findings
from checks.site.instance.compare import applied
from checks.site.instance.container import starting, unread
from checks.site.instance.findings import logs_command, recreate_command, response_evidence, unreachable
from checks.site.instance.no_accounts import find_no_accounts, how_to_see, is_closed
from checks.site.instance.openid_ready import openid_ready
from checks.site.session.replies import GATEWAY, RefreshEnd, foreign_server, refresh_end
from checks.site.target import address, login
from wizard.apply.containers import container_of
from wizard.basics.finding import Finding, Status
from wizard.deployment.model import Deployment
from wizard.findings import instance as ids
from wizard.librechat.routes import READYZ_SINCE

_MARKS: Final = ("serverDomain", "emailLoginEnabled", "registrationEnabled")
"""Keys that LibreChat's /api/config has had since v0.6 and hardly another program has together."""

Answer = HttpResponse | HttpError


async def run(subject: Subject) -> AsyncIterator[Finding]:
    """Ask who answers, and compare what it says about itself with the files."""
    site = address(subject)
    if site is None:
        raise RuntimeError("the check does not apply")
    trusted = context(subject.site_options.cacert, own_authority(subject.deployment))
    async with Web(trusted, resolve=subject.site_options.resolve) as web:
        config, ready, refresh, seen = await asyncio.gather(
            _asked(web, "GET", f"{site.url}/api/config"),
            _asked(web, "GET", f"{site.url}/readyz"),
            # Without a cookie LibreChat says so with a 200: a free proof that a POST below /api reaches it.
            _asked(web, "POST", f"{site.url}/api/auth/refresh"),
            container_of(subject.deployment),
        )
        openid = None if isinstance(config, HttpError) else await openid_ready(web, site.url, subject.deployment)
    if isinstance(config, HttpError):
        yield starting(seen, config, site.url, subject.deployment) or unreachable(
            ids.UNREACHABLE, config, site.url, subject.deployment
        )
        return
    shown = config.object
    if config.status != 200 or not all(name in shown for name in _MARKS):  # noqa: PLR2004 - HTTP's OK
        yield _foreign_answer(config, site.url, subject.deployment)
        return
    evidence = _build(shown, config)
    if is_closed(shown) and login(subject) is None:
        evidence = (*evidence, how_to_see(subject.deployment))
    yield ids.LIBRECHAT.passed(f"LibreChat responds at {site.url}.", evidence=evidence)
    for found in (_readiness(ready, subject.deployment), _post_finding(refresh, site.url), openid):
        if found is not None:
            yield found
    for found in unread(seen, subject.deployment):
        yield found
    yield applied(shown, subject.deployment)
    if is_closed(shown) and (found := await find_no_accounts(subject, seen)) is not None:
        yield found
    async with Web(trusted, resolve=subject.site_options.resolve) as web:
        async for found in admin_panel_findings(subject, web):
            yield found


async def _asked(web: Web, method: str, url: str) -> Answer:
    try:
        return await web.ask(method, url, body=b"{}" if method == "POST" else None)
    except HttpError as error:
        return error


def _build(shown: dict[str, Any], config: HttpResponse) -> tuple[str, ...]:
    """Return what the release can be told by: there is nothing better in it than the commit (config.js, buildInfo)."""
    build = shown.get("buildInfo")
    told_by = [f"at {config.address}"] if config.address else []
    if isinstance(build, dict):
        parts = [f"{name} {build[name]}" for name in ("branch", "commitShort", "buildDate") if build.get(name)]
        told_by.append("built from " + ", ".join(map(str, parts)))
    return tuple(told_by)


def _foreign_answer(reply: HttpResponse, base: str, deployment: Deployment) -> Finding:
    """Say who answers in LibreChat's place."""
    other = foreign_server(reply)
    evidence = [*response_evidence(reply), f"looks like {other.name} ({other.because})" if other else ""]
    member, summary, remedy = _kind(reply, base, deployment, other.name if other else "")
    # Whoever asks to wait says nothing of what is behind.
    status = Status.UNKNOWN if reply.status == 429 else Status.FAIL  # noqa: PLR2004 - Too Many Requests
    return ids.STRANGER.of(member).finding(status, summary, evidence=evidence, remedy=remedy)


def _kind(reply: HttpResponse, base: str, deployment: Deployment, other: str) -> tuple[str, str, str]:
    who = other or "Something"
    match reply.status:
        case status if status >= 500:  # noqa: PLR2004 - server errors (RFC 9110, section 15.6)
            return _failing(reply, base, deployment)
        case 401 | 407:
            return (
                "forward-auth",
                f"{who} requires its own sign-in in front of LibreChat at {base}.",
                "Exempt /api and /oauth from forward authentication. Otherwise requests from LibreChat's page fail once the forward-authentication session expires.",
            )
        case 301 | 302 | 303 | 307 | 308:
            return _sent_on(reply, base, who, other)
        case 403 | 406 | 418:
            return (
                "firewall",
                f"{who} in front of LibreChat at {base} blocks the request (HTTP {reply.status}).",
                "Allow paths under /api: LibreChat's web page sends all its requests there.",
            )
        case 429:
            return (
                "limited",
                (
                    f"{who} in front of LibreChat at {base} reports too many requests (429): LibreChat itself never "
                    "limits this request."
                ),
                "Exempt /api from the rate limit, or raise the limit: each page sends dozens of requests.",
            )
        case _:
            return (
                "stranger",
                f"The server at {base} is not LibreChat.",
                "Check that the URL points to LibreChat's port, and that the proxy forwards all paths, including /api.",
            )


def _failing(reply: HttpResponse, base: str, deployment: Deployment) -> tuple[str, str, str]:
    if reply.status in GATEWAY:
        return (
            "gateway",
            f"A proxy responds at {base} (HTTP {reply.status}), but LibreChat behind it does not.",
            f"Check that the container is running ({deployment.compose_command} ps) and that the proxy uses the container's name. Then run: {logs_command(deployment)}",
        )
    return (
        "server-error",
        f"The server at {base} returns HTTP {reply.status}. LibreChat does this when its database does not respond.",
        f"To see why, run: {logs_command(deployment)}",
    )


def _sent_on(reply: HttpResponse, base: str, who: str, other: str) -> tuple[str, str, str]:
    here, there = parse_web_address(base), parse_web_address(reply.header("location"))
    if here and there and (here.scheme, there.scheme, there.host) == ("http", "https", here.host):
        return (
            "redirected",
            f"{base} redirects to https: users open a different address than DOMAIN_CLIENT.",
            "Set DOMAIN_CLIENT and DOMAIN_SERVER to the https address.",
        )
    if other and "proxy" not in other.lower() and other not in {"nginx", "Caddy", "Apache", "Traefik", "Cloudflare"}:
        return (
            "forward-auth",
            f"{who} requires its own sign-in in front of LibreChat at {base}.",
            "Exempt /api and /oauth from forward authentication. Otherwise requests from LibreChat's page fail once the forward-authentication session expires.",
        )
    return (
        "redirected",
        f"{base}/api/config redirects to a different URL. LibreChat's page does not follow the redirect.",
        "Set DOMAIN_CLIENT to the final URL, with exactly that scheme and host (with or without www).",
    )


def _readiness(ready: Answer, deployment: Deployment) -> Finding | None:
    if isinstance(ready, HttpError):
        return None
    if ready.status == 503 and not ready.is_page:  # noqa: PLR2004 - /readyz while it starts (index.js:230-235)
        return ids.STARTING.warn(remedy=f"Wait a minute. If nothing changes, run: {logs_command(deployment)}")
    # Before it knew the address, LibreChat answered with its page; whoever refuses it says nothing of what is behind.
    is_own_page = ready.is_page and ready.status == 200 and _is_librechats(ready)  # noqa: PLR2004
    if is_own_page and deployment.release >= READYZ_SINCE and deployment.release_known:
        return ids.RELEASE.warn(
            f"LibreChat is running a release older than v0.8.6, which does not support newer settings (such as SESSION_COOKIE_SECURE). The files in the LibreChat folder are for {deployment.release}.",
            remedy=f"Run: {deployment.compose_command} pull api && {recreate_command(deployment)}",
            evidence=response_evidence(ready),
        )
    return None


def _is_librechats(page: HttpResponse) -> bool:
    """Whether a page is that of LibreChat's client (client/index.html): every build of it has this element."""
    return 'id="root"' in page.text


def _post_finding(refresh: Answer, base: str) -> Finding | None:
    if isinstance(refresh, HttpError):
        return ids.POST.finding(
            Status.UNKNOWN if refresh.failure in INCONCLUSIVE else Status.FAIL,
            f"LibreChat responds at {base}, but POST requests from browsers get no response: nobody can sign in.",
            remedy="Check whether a proxy or firewall in front of LibreChat blocks requests with a body.",
            evidence=(refresh.detail,),
        )
    end = refresh_end(refresh)
    if end in {RefreshEnd.NO_COOKIE, RefreshEnd.RENEWED, RefreshEnd.EXPIRED, RefreshEnd.INVALID}:
        return None
    other = foreign_server(refresh)
    return ids.POST.fail(
        f"LibreChat responds at {base}, but another program responds to POST requests from browsers: nobody can "
        "sign in.",
        remedy="Allow POST requests to paths under /api to reach LibreChat (check the web application firewall or "
        "forward authentication).",
        evidence=[*response_evidence(refresh), f"looks like {other.name} ({other.because})" if other else ""],
    )
