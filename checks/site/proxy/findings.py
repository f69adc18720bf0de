"""The wording of findings about a proxy's headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from checks.net.http import HttpResponse
from checks.site.proxy.rate_limiter import ClientIdentity
from wizard.basics.finding import Finding
from wizard.findings import proxy as ids

_FOR: Final = "In nginx: proxy_set_header X-Forwarded-For $remote_addr; (behind another proxy: $proxy_add_x_forwarded_for). In Caddy, reverse_proxy sets the header automatically (behind another proxy, set trusted_proxies)"
_PROTO: Final = (
    "In nginx, in every location block that proxies to LibreChat: proxy_set_header X-Forwarded-Proto $scheme; (behind "
    "another proxy that terminates TLS: $http_x_forwarded_proto). Caddy and Traefik do this automatically; behind "
    "another proxy, they do so only if they trust that proxy"
)
_FOUND, _FAILED = 302, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLayout:
    """Where LibreChat stands, as the settings and the first answer tell."""

    is_direct: bool
    """No proxy in between."""
    is_encrypted: bool
    on_this_machine: bool
    """It was reached over an address of this machine: loopback, or its own in the LAN."""
    in_container: bool
    """Whether a container of this folder listens at the site's port: Docker hands on what comes over loopback, all from one address."""
    trusted: float
    """How many proxies LibreChat believes: TRUST_PROXY as it reads it."""
    secure_session: bool
    """Whether the session cookie of OpenID is Secure under these settings, and so depends on X-Forwarded-Proto."""


def forwarded_proto(place: ProxyLayout, reply: HttpResponse | None) -> Finding:
    """Report whether LibreChat knows that people use https; ``reply`` is that of /oauth/openid, if it was requested.

    express-session sets a Secure cookie only if the nearest trusted proxy says https (facts 7.3); nothing else depends on it.
    """
    if reply is None or (reply.status == _FOUND and not place.secure_session):
        return ids.PROTO_UNUSED.passed()
    if any(cookie.strip().startswith("connect.sid=") for cookie in reply.all("set-cookie")):
        return ids.PROTO_OK.passed()
    if reply.status == _FOUND:
        summary = "LibreChat does not detect https (X-Forwarded-Proto is missing or says http), so it does not set the OpenID session cookie. Everyone who signs in with OpenID ends up on the sign-in page (auth_failed)."
        if not place.is_encrypted:
            summary = "Users open LibreChat over plain HTTP, but the OpenID session cookie requires HTTPS and is not set. Everyone who signs in with OpenID is sent back to the sign-in page (auth_failed)."
        remedy = (
            f"{_PROTO}."
            if place.is_encrypted
            else "Use HTTPS, or set SESSION_COOKIE_SECURE=false on a private network."
        )
        return ids.PROTO_MISSING.fail(summary, remedy=remedy)
    summary = f"Could not check whether LibreChat detects https: /oauth/openid returned {reply.status}."
    return ids.PROTO_UNTOLD.unknown(summary)


def rate_limited(reply: HttpResponse) -> Finding:
    """Report that LibreChat's rate limit refused a request; nothing more was requested then."""
    wait = reply.header("retry-after")
    when = f"in {wait} s" if wait.isdecimal() and len(wait) < 7 else "in five minutes"  # noqa: PLR2004 - digits of seconds
    summary = "LibreChat reports too many sign-in attempts from this IP address. If nobody at this address tried to sign in, LibreChat sees the same IP address for all users, and nobody can sign in now."
    remedy = f"Try again {when}. LOGIN_MAX and LOGIN_WINDOW limit the attempts per IP address. {_FOR}."
    return ids.LIMITED.unknown(summary, remedy=remedy)


def client_addresses(place: ProxyLayout, taken: ClientIdentity, replies: Sequence[HttpResponse]) -> Iterator[Finding]:
    """Report which client IP address LibreChat sees."""
    evidence = [f"X-RateLimit-Remaining: {reply.header('x-ratelimit-remaining') or '(none)'}" for reply in replies]
    match taken:
        case ClientIdentity.OWN:
            yield ids.ADDRESS_OWN.passed()
        case ClientIdentity.NOT_CLAIMED:
            yield ids.ADDRESS_NOT_CLAIMED.passed()
        case ClientIdentity.CLAIMED:
            yield from _claimed(place, evidence)
        case ClientIdentity.SHARED:
            yield _shared(place, evidence)
        case ClientIdentity.WRONG:
            summary = (
                "LibreChat counts two IP addresses as one: either all users share the proxy's address, or LibreChat trusts "
                "a forged X-Forwarded-For header. Sign-in limits and bans then apply to everyone, or to nobody."
            )
            remedy = (
                f"{_FOR}. Also set TRUST_PROXY (LibreChat now reads it as {place.trusted:g}) to the number of proxies."
            )
            yield ids.ADDRESS_WRONG.fail(summary, remedy=remedy, evidence=evidence)
        case ClientIdentity.UNTOLD:
            summary = (
                "Could not determine which client IP address LibreChat sees: its responses have no X-RateLimit "
                "headers, or the limit has been reached."
            )
            yield ids.ADDRESS_UNTOLD.unknown(summary, evidence=evidence)


def _claimed(place: ProxyLayout, evidence: list[str]) -> Iterator[Finding]:
    effect = "Nothing stops password guessing, and attackers can lock out other users."
    if place.is_direct:
        summary = f"LibreChat has no proxy in front of it, but trusts a forged X-Forwarded-For header. {effect}"
        remedy = "Set TRUST_PROXY=-1, then recreate the container."
        yield ids.ADDRESS_CLAIMED.fail(summary, remedy=remedy, evidence=evidence)
    elif place.trusted <= 1:
        summary = f"The proxy passes on a forged X-Forwarded-For header, and LibreChat trusts it. {effect}"
        yield ids.ADDRESS_CLAIMED.fail(summary, remedy=f"{_FOR}.", evidence=evidence)
        summary = "The proxy does not set X-Forwarded-For, so all users share the proxy's address. After seven attempts in five minutes by all users combined, nobody can sign in."
        yield ids.ADDRESS_SHARED.fail(summary, remedy=f"{_FOR}.", evidence=evidence)
    else:
        summary = f"LibreChat trusts an IP address that clients can forge: it reads TRUST_PROXY as {place.trusted:g}, but fewer proxies add the client's address to X-Forwarded-For. {effect}"
        remedy = f"Set TRUST_PROXY to the number of proxies between users and LibreChat. {_FOR}."
        yield ids.ADDRESS_CLAIMED.fail(summary, remedy=remedy, evidence=evidence)


def _shared(place: ProxyLayout, evidence: list[str]) -> Finding:
    if place.on_this_machine and place.in_container:
        summary = (
            "Could not check whether LibreChat distinguishes users by IP address: all requests from this machine "
            "reach the proxy's container from one address."
        )
        remedy = "On another machine, run: doctor --only proxy --url ADDRESS"
        return ids.ADDRESS_SHARED.unknown(summary, remedy=remedy, evidence=evidence)._replace(by_nature=True)
    summary = (
        "LibreChat sees the same IP address for all users: requests from two addresses were counted together. After "
        "seven sign-in attempts in five minutes, by all users together, nobody can sign in, and a ban applies to "
        "everyone."
    )
    remedy = f"{_FOR}. With more than one proxy, set TRUST_PROXY (LibreChat now reads it as {place.trusted:g}) to the number of proxies."
    if place.on_this_machine:
        caveat = " The check ran on the same machine as the site, where a proxy in a container may see one address for all requests. If so, run the check on another machine."
        return ids.ADDRESS_SHARED.warn(f"{summary}{caveat}", remedy=remedy, evidence=evidence)
    return ids.ADDRESS_SHARED.fail(summary, remedy=remedy, evidence=evidence)
