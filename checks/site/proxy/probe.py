"""The check ``proxy`` from the first request to the last."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Final

from checks.model import Subject
from checks.net.errors import HttpError
from checks.net.http import HttpResponse, Web
from checks.net.http_backend import addresses
from checks.net.machine import is_own, outgoing_addresses
from checks.net.own_authority import own_authority
from checks.net.trust import context
from checks.options import LimitReached
from checks.site.proxy.bypass import find_bypass, is_librechat
from checks.site.proxy.findings import ProxyLayout, client_addresses, forwarded_proto, rate_limited
from checks.site.proxy.passthrough import hops, reach_librechat, streaming, upload, visible
from checks.site.proxy.rate_limiter import ERROR, OPENID, ClientIdentity, Counter, RateLimited, identify_client
from checks.site.ranges import AddressKind, family, kind, network_of
from checks.site.target import address, login
from wizard.basics.finding import Finding
from wizard.deployment.ports import is_direct, is_published_by_another, published
from wizard.findings import proxy as ids
from wizard.librechat.cookies import secure_session
from wizard.librechat.image_environment import image_environment
from wizard.librechat.providers import is_registered
from wizard.librechat.proxy_hops import trusted_hops
from wizard.librechat.site import Site

SECONDS: Final = 10.0
"""For one answer."""
CLOSED: Final = 4.0
"""Seconds after which a silent port counts as closed; it is one hop away."""
_MOST: Final = 4
_CHECK: Final = "/api/admin/oauth/openid/check"
"""Whether OpenID discovery went well, without a limit; since v0.8.3-rc1 (api/server/routes/admin/auth.js:175-184, v0.8.7)."""
_OK: Final = 200
_NOT_FOUND: Final = 404


async def probe(subject: Subject, *, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Look at what is between people and LibreChat.

    At most two requests to rate-limited routes; a third if no account is there to sign in with, so that nobody else in this
    run needs it, and where two did not tell.
    """
    site = address(subject)
    if site is None:
        return
    trusted = context(subject.site_options.cacert, own_authority(subject.deployment))
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(Web(trusted, resolve=subject.site_options.resolve, seconds=seconds))
        passage = await reach_librechat(web, site.url)
        for finding in passage.findings:
            yield finding
        if passage.reply is None:
            return
        place = _place(subject, passage.reply)
        # What costs nothing is asked side by side; the requests that LibreChat counts come by themselves, one by one.
        large, past, elsewhere, with_openid = await asyncio.gather(
            _sizes(place, web, site, passage.reply),
            _past(place, subject, trusted, passage.reply, min(seconds, CLOSED)),
            _elsewhere(stack, subject, trusted, passage.reply, seconds),
            _has_openid(subject, web, site.url),
        )
        for finding in large:
            yield finding
        counted = hops(visible(passage.reply), place.trusted, is_direct=place.is_direct)
        if counted is not None:
            yield counted
        async for finding in _counted(subject, place, (web, elsewhere), with_openid=with_openid):
            yield finding
        for finding in past:
            yield finding


async def _sizes(place: ProxyLayout, web: Web, site: Site, reply: HttpResponse) -> list[Finding]:
    return [] if place.is_direct else [await upload(web, site.url), streaming(reply)]


async def _past(
    place: ProxyLayout, subject: Subject, trusted: ssl.SSLContext, reply: HttpResponse, seconds: float
) -> list[Finding]:
    if place.is_direct:
        return []
    async with Web(trusted, seconds=seconds) as web:
        return [await find_bypass(web, await _public(subject, web, reply), published(subject.deployment))]


def _place(subject: Subject, reply: HttpResponse) -> ProxyLayout:
    deployment = subject.deployment
    site = address(subject)
    environment = image_environment(deployment.settings)
    return ProxyLayout(
        is_direct=site is not None and is_direct(deployment, site),
        is_encrypted=site is not None and site.scheme == "https",
        on_this_machine=bool(reply.address) and is_own(reply.address),
        in_container=site is not None and is_published_by_another(deployment, site.port),
        trusted=trusted_hops(deployment.settings, deployment.release),
        secure_session=secure_session(environment, deployment.release),
    )


async def _elsewhere(
    stack: AsyncExitStack, subject: Subject, trusted: ssl.SSLContext, reply: HttpResponse, seconds: float
) -> Web | None:
    """Return a way to the same site from another address of this machine, tried with a free request; None: there is none."""
    site = address(subject)
    if site is None or not reply.address:
        return None
    source, target = None, ""
    if family(reply.address) == 4 and kind(reply.address) is AddressKind.LOOPBACK:  # noqa: PLR2004 - the version
        # All of 127.0.0.0/8 is this machine: another sender costs nothing.
        source, target = f"127.{1 + secrets.randbelow(254)}.{secrets.randbelow(256)}.2", reply.address
    else:
        known = await addresses(site.host, subject.site_options.resolve)
        target = next((each for each in known if family(each) != family(reply.address)), "")
    if not target:
        return None
    web = Web(trusted, resolve={**subject.site_options.resolve, site.host: target}, seconds=seconds, source=source)
    await stack.enter_async_context(web)
    try:
        answer = await web.ask("GET", f"{site.url}/health", limit=1024)
    except HttpError:
        return None
    return web if answer.status == _OK else None


async def _counted(
    subject: Subject, place: ProxyLayout, ways: tuple[Web, Web | None], *, with_openid: bool
) -> AsyncIterator[Finding]:
    """Say what the limited routes told; ``ways`` lead to LibreChat from two addresses of this machine, as far as it has two."""
    site = address(subject)
    base = site.url if site is not None else ""
    counter = Counter(base=base, allowance=subject.memory.allowance)
    result = ClientIdentity.UNTOLD
    stopped: Finding | None = None
    try:
        path = OPENID if with_openid else ERROR
        thrice = login(subject) is None and subject.memory.allowance.used == 0
        result = await identify_client(counter, path, *ways, may_ask_thrice=thrice)
    except RateLimited:
        stopped = rate_limited(counter.replies[-1])
    except LimitReached as reached:
        summary = f"Could not determine which client IP address LibreChat sees: {reached.because}."
        stopped = ids.LIMITED.unknown(summary, settings=(), remedy="In five minutes, run only this check: --only proxy")
    except HttpError as error:
        summary = "LibreChat's sign-in routes did not respond, but other routes did."
        remedy = "Check that the proxy forwards /oauth/ to LibreChat, like all other paths."
        stopped = ids.ADDRESS_UNTOLD.unknown(summary, settings=(), remedy=remedy, evidence=(error.detail,))
    if with_openid and counter.replies:
        yield forwarded_proto(place, counter.replies[0])
    elif place.is_encrypted:
        yield forwarded_proto(place, None)
    if stopped is not None:
        yield stopped
        return
    for finding in client_addresses(place, result, counter.replies):
        yield finding


async def _has_openid(subject: Subject, web: Web, base: str) -> bool:
    configured = is_registered("openid", subject.deployment.settings, subject.deployment.release)
    try:
        reply = await web.ask("GET", f"{base}{_CHECK}", limit=4096)
    except HttpError:
        return configured
    if reply.status == _OK and "message" in reply.object:
        return True
    return configured and not (reply.status == _NOT_FOUND and reply.object.get("error_code"))


async def _public(subject: Subject, web: Web, reply: HttpResponse) -> list[str]:
    """Return the addresses at which LibreChat's own port should not answer: the site's, or this machine's toward others."""
    site = address(subject)
    known = await addresses(site.host, subject.site_options.resolve) if site is not None else []
    found = [each for each in dict.fromkeys((*known, reply.address)) if each and kind(each) is not AddressKind.LOOPBACK]
    if found and not network_of(found):
        return found[:_MOST]
    # The site's address is loopback or a delivery network's: this machine counts, if it is the one that LibreChat runs on.
    ports = published(subject.deployment)
    own = [Site(scheme="http", host="127.0.0.1", port=each.port).url for each in ports]
    return list(outgoing_addresses()) if any(await asyncio.gather(*(is_librechat(web, base) for base in own))) else []
