"""The words for what LibreChat makes of a proxy's headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from checks.findings import fail, good, unknown, warn
from checks.net.http import HttpResponse
from checks.site.proxy.rate_limiter import Taken
from wizard.basics.finding import Finding

_FOR: Final = (
    "In nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; in Caddy reverse_proxy does it by itself (behind another "
    "proxy with trusted_proxies)"
)
_PROTO: Final = (
    "In nginx, in every location that leads to LibreChat: proxy_set_header X-Forwarded-Proto $scheme; (behind another proxy that "
    "encrypts: what that one sent, $http_x_forwarded_proto). Caddy and Traefik do it by themselves, behind another proxy once they "
    "trust it"
)
_SETTING: Final = ("TRUST_PROXY",)
_FOUND, _FAILED = 302, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLayout:
    """Where LibreChat stands, as the settings and the first answer tell."""

    is_direct: bool
    """No proxy in between."""
    is_encrypted: bool
    on_loopback: bool
    """It was reached over this machine's loopback address."""
    trusted: float
    """How many proxies LibreChat believes: TRUST_PROXY as it reads it."""
    secure_session: bool
    """Whether the session cookie of OpenID is Secure under these settings, and so depends on X-Forwarded-Proto."""


def proto(place: ProxyLayout, reply: HttpResponse | None) -> Finding:
    """Say whether LibreChat knows that people come over https; ``reply`` is that of /oauth/openid, if it was asked.

    express-session sets a Secure cookie only where the nearest trusted proxy says https (facts 7.3); nothing else depends on it.
    """
    if reply is None or (reply.status == _FOUND and not place.secure_session):
        summary = (
            "Nothing in this set-up depends on X-Forwarded-Proto: only sign-in with OpenID does, with Secure cookies."
        )
        return good("proxy.proto.unused", summary)
    if any(cookie.strip().startswith("connect.sid=") for cookie in reply.all("set-cookie")):
        return good("proxy.proto.ok", "LibreChat knows that people come over https: OpenID gets its session cookie.")
    if reply.status == _FOUND:
        summary = (
            "LibreChat does not know that people come over https (X-Forwarded-Proto is missing or says http): it sets no session "
            "cookie for OpenID, and everybody who signs in there comes back to the login page (auth_failed)."
        )
        if not place.is_encrypted:
            summary = (
                "People come over plain HTTP, and the session cookie of OpenID is for https only: it is not set, and everybody "
                "who signs in there comes back to the login page (auth_failed)."
            )
        remedy = (
            f"{_PROTO}." if place.is_encrypted else "Use HTTPS, or SESSION_COOKIE_SECURE=false in a private network."
        )
        return fail("proxy.proto.missing", summary, settings=_SETTING, remedy=remedy)
    summary = (
        f"Whether LibreChat knows that people come over https could not be told: /oauth/openid answered {reply.status}."
    )
    remedy = "The check instance says whether OpenID is ready; LibreChat's log says why it is not."
    return unknown("proxy.proto.untold", summary, remedy=remedy)


def limited(reply: HttpResponse) -> Finding:
    """Say that LibreChat refused a request as one too many; nothing more was asked then."""
    wait = reply.header("retry-after")
    when = f"in {wait} s" if wait.isdecimal() and len(wait) < 7 else "in five minutes"  # noqa: PLR2004 - digits of seconds
    summary = (
        "LibreChat says that there were too many sign-in attempts from this address, and asks to wait. If nobody here tried, "
        "everybody shares one address before LibreChat, and nobody can sign in now."
    )
    remedy = f"Try again {when}. LOGIN_MAX and LOGIN_WINDOW say how many attempts an address has. {_FOR}."
    return unknown("proxy.limited", summary, settings=("LOGIN_MAX", "LOGIN_WINDOW"), remedy=remedy)


def whom(place: ProxyLayout, taken: Taken, replies: Sequence[HttpResponse]) -> Iterator[Finding]:
    """Say whom LibreChat takes people for."""
    told = [f"X-RateLimit-Remaining: {reply.header('x-ratelimit-remaining') or '(none)'}" for reply in replies]
    match taken:
        case Taken.OWN:
            summary = "LibreChat tells people apart by the address that they come from, whatever their browsers claim."
            yield good("proxy.address.own", summary)
        case Taken.NOT_CLAIMED:
            summary = (
                "LibreChat does not believe an address that a browser claims. Whether it tells people apart could not be seen: "
                "this machine reaches it from one address only."
            )
            yield good("proxy.address.not-claimed", summary)
        case Taken.CLAIMED:
            yield from _claimed(place, told)
        case Taken.SHARED:
            yield _shared(place, told)
        case Taken.WRONG:
            summary = (
                "LibreChat takes two people at two addresses for one: either all share the proxy's address, or it believes what "
                "a browser claims. Limits of sign-in attempts and bans then hit everybody, or nobody."
            )
            remedy = f"{_FOR}; and TRUST_PROXY has to be the number of proxies (now {place.trusted:g})."
            yield fail("proxy.address.wrong", summary, settings=_SETTING, remedy=remedy, evidence=told)
        case Taken.UNTOLD:
            summary = (
                "Whom LibreChat takes people for could not be told: its answers say nothing of a limit, or none is left "
                "(X-RateLimit headers)."
            )
            remedy = "Does the proxy take headers away? Is LOGIN_MAX a number? Try again in five minutes."
            yield unknown("proxy.address.untold", summary, settings=("LOGIN_MAX",), remedy=remedy, evidence=told)


def _claimed(place: ProxyLayout, told: list[str]) -> Iterator[Finding]:
    effect = "Whoever guesses passwords is never stopped, and others can be locked out in their name."
    if place.is_direct:
        summary = f"LibreChat believes the address that a browser claims (X-Forwarded-For), with no proxy in between. {effect}"
        remedy = "TRUST_PROXY=-1, then recreate the container."
        yield fail("proxy.address.claimed", summary, settings=_SETTING, remedy=remedy, evidence=told)
    elif place.trusted <= 1:
        summary = f"The proxy passes an X-Forwarded-For that a browser made up on as it is, and LibreChat believes it. {effect}"
        yield fail("proxy.address.claimed", summary, settings=_SETTING, remedy=f"{_FOR}.", evidence=told)
        summary = (
            "The proxy itself does not say who asks, so that all people who claim nothing share its address: after "
            "seven attempts in five minutes, whoever made them, nobody can sign in."
        )
        yield fail("proxy.address.shared", summary, settings=_SETTING, remedy=f"{_FOR}.", evidence=told)
    else:
        summary = (
            f"LibreChat believes an address that a browser claims: TRUST_PROXY counts as {place.trusted:g}, and fewer proxies than "
            f"that add the address they were asked from. {effect}"
        )
        remedy = f"TRUST_PROXY has to be the number of proxies that people pass. {_FOR}."
        yield fail("proxy.address.claimed", summary, settings=_SETTING, remedy=remedy, evidence=told)


def _shared(place: ProxyLayout, told: list[str]) -> Finding:
    summary = (
        "LibreChat takes all people for the same one: requests from two addresses were counted together. After seven sign-in "
        "attempts in five minutes, whoever made them, nobody can sign in, and a ban hits everybody."
    )
    remedy = f"{_FOR}. With more than one proxy TRUST_PROXY has to be their number (now {place.trusted:g})."
    if place.on_loopback:
        caveat = (
            " (This was seen over this machine's loopback address: a proxy in a container takes all requests of its own machine "
            "for one sender. Then ask from another machine.)"
        )
        return warn("proxy.address.shared", f"{summary}{caveat}", settings=_SETTING, remedy=remedy, evidence=told)
    return fail("proxy.address.shared", summary, settings=_SETTING, remedy=remedy, evidence=told)
