"""What a browser gets when it opens the site over http:// and https://: redirects, and HSTS.

Never more than a few requests, never to another host, and nothing that would be worth stealing in any of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from checks.browser.origin import parse_web_address
from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse, Web
from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import counted, plain
from wizard.findings import tls as ids
from wizard.librechat.site import Site

_MOST: Final = 6
_PERMITTED: Final = frozenset({301, 302, 303, 307, 308})
_PATIENCE: Final = 20.0
"""Seconds after which a site that sends a browser on and on, slowly, counts as one that never stops."""
_SMALL: Final = 64 * 1024
_AGE: Final = late_pattern(r'(?:^|;)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?:;|$)', re.IGNORECASE)
_LOOP: Final = "Cloudflare's 'Flexible' encryption mode can cause this: change the mode to 'Full (strict)'."


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectTrail:
    """Where a browser got to."""

    end: str
    """The address that was asked last, or that it was sent to and not asked any more."""
    last: HttpResponse | None = None
    """The last answer; None if there was none."""
    first: HttpResponse | None = None
    error: HttpError | None = None
    loops: bool = False
    left: bool = False
    """Sent to another host, to another scheme, or to what is not an address: not followed."""
    steps: tuple[str, ...] = ()


async def follow(web: Web, start: str, schemes: tuple[str, ...]) -> RedirectTrail:
    """Open an address and follow redirects on the same host and port, as long as they stay within ``schemes``."""
    url, steps, first = start, [start], None
    begun = time.monotonic()
    while True:
        try:
            reply = await web.ask("GET", url, headers={"Accept": "text/html"}, limit=_SMALL)
        except HttpError as error:
            return RedirectTrail(end=url, first=first, error=error, steps=tuple(steps))
        first = first or reply
        location = reply.header("location")
        if reply.status not in _PERMITTED or not location:
            return RedirectTrail(end=url, last=reply, first=first, steps=tuple(steps))
        target = _joined(url, location)
        here, there = parse_web_address(start), parse_web_address(target)
        if there is None or here is None or (there.host, there.scheme in schemes) != (here.host, True):
            return RedirectTrail(end=target, last=reply, first=first, left=True, steps=(*steps, target))
        if there.port != here.port:
            return RedirectTrail(end=target, last=reply, first=first, left=True, steps=(*steps, target))
        if target in steps or len(steps) >= _MOST or time.monotonic() - begun > _PATIENCE:
            return RedirectTrail(end=target, last=reply, first=first, loops=True, steps=(*steps, target))
        steps.append(target)
        url = target


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError:
        return location


async def plain_port(web: Web, site: Site, port: int) -> list[Finding]:
    """Report what people get over http:// from a site that has https://."""
    return [_plain_port(site, port, await follow(web, f"http://{_host(site, port)}/", ("http",)))]


def _host(site: Site, port: int) -> str:
    return site.bracketed if port == 80 else f"{site.bracketed}:{port}"  # noqa: PLR2004 - the port of http


def _plain_port(site: Site, port: int, trail: RedirectTrail) -> Finding:
    host = _host(site, port)
    if trail.error is not None and trail.first is None:
        return _silent(site, trail.error)
    if trail.loops:
        summary = f"http://{host} redirects in a loop: users who type the host name without https:// get an error."
        remedy = (
            f"Make http://{host} redirect to {site.url} (in nginx: return 301 {site.url}$request_uri;). Caddy does this "
            "automatically."
        )
        return ids.REDIRECT_LOOP.fail(summary, remedy=remedy, evidence=trail.steps)
    if not trail.left:
        return _stays(site, host, trail)
    target = parse_web_address(trail.end)
    if target is not None and target.scheme == "https" and (target.host, target.port) == (site.bracketed, site.port):
        return ids.REDIRECT_OK.passed(f"http:// redirects to {site.scheme}://{site.netloc}.")
    summary = f"http://{host} redirects browsers to {plain(trail.end)} instead of {site.url}."
    remedy = f"Make http://{host} redirect to {site.url}: a sign-in cookie from a different address is not valid at {site.url}."
    return ids.REDIRECT_ELSEWHERE.warn(summary, remedy=remedy, evidence=trail.steps)


def _silent(site: Site, error: HttpError) -> Finding:
    if error.failure in {Failure.REFUSED, Failure.UNREACHABLE, Failure.SILENT}:
        summary = (
            f"Nothing responds at http://{site.host}, so nobody can sign in without encryption. Browsers try https:// "
            "first."
        )
        return ids.REDIRECT_CLOSED.passed(summary, evidence=(error.detail,))
    summary = f"The server at http://{site.host} does not return a valid HTTP response."
    remedy = f"Close port 80, or redirect it to {site.url}."
    return ids.REDIRECT_GARBLED.warn(summary, remedy=remedy, evidence=(error.detail,))


def _stays(site: Site, host: str, trail: RedirectTrail) -> Finding:
    status = trail.last.status if trail.last is not None else 0
    remedy = f"Redirect port 80 (in nginx: return 301 {site.url}$request_uri;). Caddy does this automatically."
    if 200 <= status < 300:  # noqa: PLR2004 - success (RFC 9110, section 15.3)
        summary = (
            f"http://{host} serves a page and does not redirect to https://. Users who sign in there send the "
            "password in plain text, and the browser drops the cookie: they are signed out on the next reload."
        )
        return ids.REDIRECT_NONE.warn(summary, remedy=remedy)
    summary = (
        f"http://{host} returns status {status} and does not redirect to https://: users who type only the host name may "
        "see an error."
    )
    return ids.REDIRECT_ERROR.warn(summary, remedy=remedy)


async def front(web: Web, site: Site) -> list[Finding]:
    """Report what people get when they open the site over https://."""
    trail = await follow(web, f"{site.url}/", ("https",))
    if trail.first is None:
        return [_no_answer(site, trail.error)]
    return [*_way_in(site, trail), _hsts(site, trail.first)]


def _way_in(site: Site, trail: RedirectTrail) -> Iterator[Finding]:
    target = parse_web_address(trail.end)
    back = target is not None and target.scheme == "http" and target.host == site.bracketed
    if trail.loops or back:
        summary = (
            f"{site.url} redirects browsers {'back to http://' if back else 'in a loop'}: nobody can open LibreChat "
            "('too many redirects')."
        )
        remedy = f"Remove the redirect from the proxy's https section; only port 80 should redirect. {_LOOP}"
        yield ids.FRONT_LOOP.fail(summary, remedy=remedy, evidence=trail.steps)
    elif trail.left:
        summary = (
            f"{site.url} redirects browsers to {plain(trail.end)}: either the proxy's own sign-in page or another name for "
            "the site. Requests to /api and /oauth are redirected too, so sign-in with a provider fails."
        )
        yield ids.FRONT_ELSEWHERE.warn(summary, evidence=trail.steps)


def _no_answer(site: Site, error: HttpError | None) -> Finding:
    kind = error.failure if error is not None else Failure.CLOSED
    evidence = (error.detail,) if error is not None else ()
    if kind is Failure.SILENT:
        summary = f"The connection to {site.url} is encrypted, but the server did not respond in time: the page keeps loading."
        remedy = "Check that LibreChat is running behind the proxy, then try again."
        return ids.FRONT.of(kind).unknown(summary, remedy=remedy, evidence=evidence)
    summary = f"The connection to {site.url} is encrypted, but the server does not return a valid HTTP response ({kind.value})."
    return ids.FRONT.of(kind).fail(summary, evidence=evidence)


def _hsts(site: Site, reply: HttpResponse) -> Finding:
    header = reply.header("strict-transport-security")
    if not header:
        summary = f"{site.netloc} does not tell browsers to use only https:// (no HSTS). The redirect is enough for most sites."
        return ids.HSTS_NONE.passed(summary)
    age = _AGE.search(header)
    if age is None or int(age[1]) == 0:
        summary = f"{site.netloc} sends Strict-Transport-Security with a value that turns HSTS off."
        return ids.HSTS_OFF.warn(summary, evidence=(header,))
    below = " and all of its subdomains" if "includesubdomains" in header.lower() else ""
    summary = (
        f"For {counted(int(age[1]) // 86400, 'day')}, browsers open {site.netloc}{below} only over https:// (HSTS). If the "
        "certificate expires, users cannot click through the warning."
    )
    return ids.HSTS_OK.passed(summary)
