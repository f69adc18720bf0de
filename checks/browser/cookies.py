"""A cookie store that keeps or drops cookies as current browsers do, and explains why in plain words.

Sources: RFC 6265bis (draft-ietf-httpbis-rfc6265bis), sections 5.2 to 5.8, and Chromium's ``net/cookies`` if that is
stricter or the RFC leaves the choice; held against Chromium 150 case by case. Not modelled: the Public Suffix List beyond
a short list (:mod:`checks.browser.origin`), the Priority attribute, blocking of third-party cookies, cookies set by a cross-site request for a part of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from checks.browser.origin import (
    WebAddress,
    default_path,
    is_address,
    matches_domain,
    matches_path,
    parse_web_address,
    registrable_domain,
)
from checks.browser.set_cookie import MAX_NAME_AND_VALUE, CookieRefusal, Refused, SameSite, SetCookie, parse
from wizard.basics.patterns import late_pattern
from wizard.basics.secret import Secret

MAX_PER_SITE: Final = 180
"""Cookies of one site that are kept; one more and they are thinned out (``CookieMonster::kDomainMaxCookies``)."""
LEFT_PER_SITE: Final = 150
"""How many are left after that (``kDomainMaxCookies - kDomainPurgeCookies``)."""
LAX_FOR_POST: Final = timedelta(minutes=2)
"""How long a cookie without SameSite goes along with a POST from another site (``kLaxAllowUnsafeMaxAge``)."""

Key = tuple[str, str, bool, str, bool]
"""What identifies a cookie: see :attr:`Cookie.key`."""

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_PREFIXES: Final = ("__host-", "__secure-", "__http-")
_DOMAIN: Final = late_pattern(r"[a-z0-9_.\-\[\]:]+\Z")


class Rule(StrEnum):
    """What decided that a cookie is dropped; stable, for findings and tests."""

    SCHEME = "scheme"
    """Cookies are for http and https only."""
    EMPTY = "empty"
    """RFC 6265bis 5.6: neither a name nor a value."""
    CHARACTER = "character"
    """RFC 6265bis 5.6, step 1; Chromium refuses the tab as well (``EXCLUDE_DISALLOWED_CHARACTER``)."""
    SIZE = "size"
    """RFC 6265bis 5.6, step 5: more than 4096 octets of name and value."""
    AMBIGUOUS = "ambiguous"
    """Chromium only: no name and an equals sign in the value (``EXCLUDE_AMBIGUOUS_SERIALIZATION``)."""
    DOMAIN = "domain"
    """RFC 6265bis 5.7: the Domain attribute is not the host or a domain above it, or is a public suffix."""
    SECURE = "secure"
    """RFC 6265bis 5.7: Secure, and the connection is not (``EXCLUDE_SECURE_ONLY``)."""
    SECURE_KEPT = "secure-kept"
    """RFC 6265bis 5.7: "leave Secure cookies alone" (``EXCLUDE_OVERWRITE_SECURE``)."""
    SAME_SITE_NONE = "same-site-none"
    """RFC 6265bis 5.7: SameSite=None needs Secure (``EXCLUDE_SAMESITE_NONE_INSECURE``)."""
    PREFIX = "prefix"
    """RFC 6265bis 5.4 and 5.7: what a name that begins with ``__Host-`` and the like promises."""
    PARTITIONED = "partitioned"
    """Chromium: Partitioned needs Secure (``EXCLUDE_INVALID_PARTITIONED``)."""
    EXPIRED = "expired"
    """RFC 6265bis 5.7: already expired, which is how a server removes a cookie."""
    CROWDED = "crowded"
    """RFC 6265bis 6.1: more cookies of one site than are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie as the browser has it. Its value is a secret and is in no repr."""

    name: str
    """Text of the server: hostile until drawn as plain text. Empty for a cookie without a name."""
    value: Secret
    domain: str
    """The host, or the domain below which it is sent; without a first dot."""
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    partitioned: bool
    """Whether it has a jar of its own for each site that it is used in (Chromium's CHIPS)."""
    same_site: SameSite | None
    """None: not said, which browsers take for Lax."""
    created: datetime
    expires: datetime | None
    """None: until the browser is closed."""

    @property
    def persistent(self) -> bool:
        """Whether it outlives the browser's window."""
        return self.expires is not None

    @property
    def key(self) -> Key:
        """What makes a cookie the same cookie: name, domain, whether for that host alone, path, and jar."""
        return self.name, self.domain, self.host_only, self.path, self.partitioned

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The browser keeps the cookie."""

    cookie: Cookie


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """The browser throws the cookie away."""

    because: str
    """In plain words, for an operator; quotes nothing that the server sent."""
    rule: Rule
    name: str = ""
    """The cookie's name, as far as it can be told: hostile until drawn as plain text."""


@dataclass(slots=True, kw_only=True)
class _Entry:
    cookie: Cookie
    order: int
    used: int


_REFUSALS: Final = {
    CookieRefusal.EMPTY: (Rule.EMPTY, "Set-Cookie has neither a name nor a value"),
    CookieRefusal.CHARACTER: (Rule.CHARACTER, "Set-Cookie contains a control character"),
    CookieRefusal.SIZE: (Rule.SIZE, f"its name and value together are longer than {MAX_NAME_AND_VALUE} bytes"),
    CookieRefusal.AMBIGUOUS: (Rule.AMBIGUOUS, "it has no name, and its value contains an equals sign"),
}


class CookieStore:
    """The cookies of one browser profile. Nothing is read or written but through these calls."""

    def __init__(self) -> None:
        self._entries: dict[Key, _Entry] = {}
        self._clock = 0

    def __repr__(self) -> str:
        return f"CookieStore({len(self._entries)} cookies)"

    def cookies(self) -> tuple[Cookie, ...]:
        """Return all that is kept, the oldest first. Expired ones go with the next ``receive`` or ``cookie_header``."""
        return tuple(entry.cookie for entry in sorted(self._entries.values(), key=lambda entry: entry.order))

    def receive(
        self, url: str, set_cookie_headers: Sequence[str], now: datetime, *, server_date: datetime | None = None
    ) -> list[Kept | Dropped]:
        """Take in the ``Set-Cookie`` headers of one answer, in their order; one result for each.

        ``url`` is the address that answered, ``now`` this machine's time and ``server_date`` the answer's Date, both with
        a time zone. The request counts as one of the site's own pages or a navigation. Never raises for what a
        server can send.
        """
        source = parse_web_address(url)
        self._forget_expired(now)
        results = [self._taken(header, source, now, server_date) for header in set_cookie_headers]
        return [self._unless_crowded_out(result) for result in results]

    def cookie_header(
        self,
        url: str,
        now: datetime,
        *,
        site_for_cookies: str | None = None,
        method: str = "GET",
        navigation: bool = True,
    ) -> str:
        """Return the ``Cookie`` header of a request, empty if there is none to send (RFC 6265bis 5.8). It is a secret.

        ``site_for_cookies`` is the page that starts the request; None: the site itself, or the address bar. From another
        site only a ``navigation`` (a link, a redirect, a form) may carry SameSite=Lax cookies.
        """
        target = parse_web_address(url)
        if target is None:
            return ""
        self._forget_expired(now)
        starter = target if site_for_cookies is None else parse_web_address(site_for_cookies)
        own = starter is not None and starter.site == target.site
        chosen = [
            entry
            for entry in self._entries.values()
            if _belongs(entry.cookie, target)
            and (
                own
                or _is_sent_cross_site(entry.cookie, now, safe=method.upper() in _SAFE_METHODS, navigation=navigation)
            )
        ]
        chosen.sort(key=lambda entry: (-len(entry.cookie.path), entry.order))
        for entry in chosen:
            entry.used = self._tick()
        return "; ".join(_sent(entry.cookie) for entry in chosen)

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _forget_expired(self, now: datetime) -> None:
        self._entries = {key: entry for key, entry in self._entries.items() if not entry.cookie.expired(now)}

    def _taken(
        self, header: str, source: WebAddress | None, now: datetime, server_date: datetime | None
    ) -> Kept | Dropped:
        if source is None:
            return Dropped(because="the URL is neither http nor https", rule=Rule.SCHEME)
        asked = parse(header)
        if isinstance(asked, Refused):
            rule, because = _REFUSALS[asked.why]
            return Dropped(because=because, rule=rule, name=asked.name)
        for dropped in _objections(asked, source):
            return dropped
        domain, host_only = _scope(asked, source) or (source.host, True)
        cookie = Cookie(
            name=asked.name,
            value=asked.value,
            domain=domain,
            host_only=host_only,
            path=asked.path if asked.path.startswith("/") else default_path(source.path),
            secure=asked.secure,
            http_only=asked.http_only,
            partitioned=asked.partitioned,
            same_site=asked.same_site,
            created=now,
            expires=asked.expiry(now, server_date),
        )
        return self._stored(cookie, source, now)

    def _stored(self, cookie: Cookie, source: WebAddress, now: datetime) -> Kept | Dropped:
        if not source.trusted and any(_shields(entry.cookie, cookie) for entry in self._entries.values()):
            because = "a cookie with this name was set over https, and an http page cannot overwrite it"
            return Dropped(because=because, rule=Rule.SECURE_KEPT, name=cookie.name)
        old = self._entries.pop(cookie.key, None)
        if cookie.expired(now):
            because = "the server deletes it: its expiry is in the past"
            return Dropped(because=because, rule=Rule.EXPIRED, name=cookie.name)
        order = self._tick()
        if old is not None and old.cookie.value == cookie.value:
            order, cookie = old.order, replace(cookie, created=old.cookie.created)
        self._entries[cookie.key] = _Entry(cookie=cookie, order=order, used=self._tick())
        self._thin_out(_site_of(cookie))
        return Kept(cookie=cookie)

    def _thin_out(self, site: str) -> None:
        """Keep the number of one site's cookies in bounds: insecure ones go first, then what was not used for longest."""
        mine = [entry for entry in self._entries.values() if _site_of(entry.cookie) == site]
        if len(mine) <= MAX_PER_SITE:
            return
        mine.sort(key=lambda entry: (entry.cookie.secure, entry.used))
        for entry in mine[: len(mine) - LEFT_PER_SITE]:
            del self._entries[entry.cookie.key]

    def _unless_crowded_out(self, result: Kept | Dropped) -> Kept | Dropped:
        if isinstance(result, Dropped) or result.cookie.key in self._entries:
            return result
        because = f"the site sets more cookies than the {MAX_PER_SITE} that a browser keeps for one site"
        return Dropped(because=because, rule=Rule.CROWDED, name=result.cookie.name)


def _objections(asked: SetCookie, source: WebAddress) -> Iterator[Dropped]:
    """Yield what speaks against a cookie, whatever else is in the store."""
    if asked.secure and not source.trusted:
        because = "the page was loaded over http, but the cookie is marked Secure"
        yield Dropped(because=because, rule=Rule.SECURE, name=asked.name)
    if broken := _broken_promise(asked, source):
        yield Dropped(because=broken, rule=Rule.PREFIX, name=asked.name)
    if asked.same_site is SameSite.NONE and not asked.secure:
        because = "it has SameSite=None, which browsers accept only together with Secure"
        yield Dropped(because=because, rule=Rule.SAME_SITE_NONE, name=asked.name)
    if asked.partitioned and not asked.secure:
        because = "its Partitioned attribute is accepted by browsers only together with Secure"
        yield Dropped(because=because, rule=Rule.PARTITIONED, name=asked.name)
    if _scope(asked, source) is None:
        because = "its Domain is neither the page's host nor a parent domain in the same site"
        yield Dropped(because=because, rule=Rule.DOMAIN, name=asked.name)


def _broken_promise(asked: SetCookie, source: WebAddress) -> str:
    """Say what the prefix of a name promises and the cookie does not keep; empty if all is well."""
    name = asked.name.lower()
    promises_host = name.startswith("__host-")
    if not name and asked.value.reveal().lower().startswith(_PREFIXES):
        return "it has no name, and its value begins with a protected prefix"
    if name.startswith(_PREFIXES) and not asked.secure:
        return "its name prefix requires Secure, which is not set"
    if name.startswith(("__http-", "__host-http-")) and not asked.http_only:
        return "its name prefix requires HttpOnly, which is not set"
    if promises_host and asked.path != "/":
        return "its name begins with __Host-, which requires Path=/"
    if promises_host and asked.domain and not (is_address(source.host) and asked.domain == source.host):
        return "its name begins with __Host-, which does not allow Domain"
    return ""


def _scope(asked: SetCookie, source: WebAddress) -> tuple[str, bool] | None:
    """Return a cookie's domain and whether it is for that host alone; None if the Domain attribute is void.

    Chromium: ``cookie_util::GetCookieDomainWithString``. A host that nobody registered (an address, a single label, a
    public suffix) may name itself only, and the cookie is then for that host alone.
    """
    host = source.host
    domain = asked.domain.lower().removeprefix(".")
    if not asked.domain or domain == host:
        own = not asked.domain or is_address(host) or not registrable_domain(host)
        return host, own
    if is_address(host) or not _DOMAIN.match(domain) or domain.startswith("."):
        return None
    if not registrable_domain(host) or registrable_domain(domain) != registrable_domain(host):
        return None
    return (domain, False) if matches_domain(host, domain) else None


def _shields(existing: Cookie, new: Cookie) -> bool:
    """Whether an insecure page may not set a cookie because of one that is there (Chromium's wider equivalence)."""
    if not existing.secure or existing.name != new.name or not matches_path(new.path, existing.path):
        return False
    return matches_domain(existing.domain, new.domain) or matches_domain(new.domain, existing.domain)


def _belongs(cookie: Cookie, target: WebAddress) -> bool:
    """Whether a cookie is for an address at all (RFC 6265bis 5.8.3, without SameSite)."""
    at_home = target.host == cookie.domain if cookie.host_only else matches_domain(target.host, cookie.domain)
    return at_home and matches_path(target.path, cookie.path) and (target.trusted or not cookie.secure)


def _is_sent_cross_site(cookie: Cookie, now: datetime, *, safe: bool, navigation: bool) -> bool:
    """Whether SameSite lets a cookie go along with a request that another site starts."""
    if cookie.same_site is SameSite.NONE:
        return True
    if cookie.same_site is SameSite.STRICT or not navigation:
        return False
    return safe or (cookie.same_site is None and now - cookie.created <= LAX_FOR_POST)


def _site_of(cookie: Cookie) -> str:
    return registrable_domain(cookie.domain) or cookie.domain


def _sent(cookie: Cookie) -> str:
    value = cookie.value.reveal()
    return f"{cookie.name}={value}" if cookie.name else value
