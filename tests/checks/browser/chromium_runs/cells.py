"""What is compared: ways to open a LibreChat, and settings and proxies that keep or spoil its cookies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tests.checks.browser.chromium_runs.fronts import Front, Proxy
from wizard.librechat.releases import Release

SCHEMES: Final = ("http", "https")
HOSTS: Final = ("localhost", "127.0.0.1", "[::1]", "chat.localhost", "192.168.1.10", "chat.example.com")
NEW: Final = Release(0, 8, 7)
ERAS: Final = (Release(0, 8, 2), Release(0, 8, 5), NEW)
"""One release of each way to decide on Secure: NODE_ENV alone, then DOMAIN_SERVER as well, then SESSION_COOKIE_SECURE."""
_ELSEWHERE: Final = ("DOMAIN_SERVER", "https://chat.example.com")
_HERE: Final = ("DOMAIN_SERVER", "http://localhost:3080")
_PRODUCTION: Final = ("NODE_ENV", "production")
ENVIRONMENTS: Final = {
    (ERAS[0], True): (_PRODUCTION, _HERE),
    (ERAS[0], False): (("NODE_ENV", "development"), _ELSEWHERE),
    (ERAS[1], True): (_PRODUCTION, _ELSEWHERE),
    (ERAS[1], False): (_PRODUCTION, _HERE),
    (ERAS[2], True): (_PRODUCTION, _HERE, ("SESSION_COOKIE_SECURE", "true")),
    (ERAS[2], False): (_PRODUCTION, _ELSEWHERE, ("SESSION_COOKIE_SECURE", "false")),
}
"""What a release of that era marks its cookies Secure with, and what not."""
_SAME_SITE: Final = ("samesite=lax", "samesite=none", "nosamesite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    host: str
    front: Front
    reloads: int = 1
    """How often the page is loaded anew."""

    def __str__(self) -> str:
        front = self.front
        environment = " ".join(f"{name}={value}" for name, value in front.environment)
        parts = [f"{front.scheme}://{self.host}", str(front.release), environment, front.proxy.value, front.rewriting]
        parts.append(f"at the renewal {front.renewal}" if front.renewal else "")
        return ", ".join(part for part in parts if part)


def outlines() -> Iterator[Cell]:
    """A few that stand for the rest."""
    for host in ("localhost", "192.168.1.10"):
        for scheme in SCHEMES:
            yield _changed(scheme, host, "", secure=True)
    yield _changed("http", "192.168.1.10", "", secure=False)


def matrix(scheme: str) -> Iterator[Cell]:
    """Every host, era and kind of proxy, with and without Secure; SameSite=Strict, as LibreChat says.

    LibreChat itself speaks no TLS, so that https is always a proxy's.
    """
    for host in HOSTS:
        for (era, _), environment in ENVIRONMENTS.items():
            for proxy in Proxy:
                if proxy is not Proxy.NONE or (scheme == "http" and era == NEW):
                    yield Cell(host=host, front=Front(scheme=scheme, release=era, proxy=proxy, environment=environment))


def same_sites() -> Iterator[Cell]:
    """Every kind of host, with and without Secure, behind a proxy that changes SameSite."""
    for host in ("localhost", "[::1]", "192.168.1.10", "chat.example.com"):
        for scheme in SCHEMES:
            for secure in (True, False):
                for flag in _SAME_SITE:
                    yield _changed(scheme, host, f"proxy_cookie_flags ~ {flag};", secure=secure)


def attributes() -> Iterator[Cell]:
    """Proxies that change the other attributes."""
    everywhere = (
        "proxy_cookie_flags ~ secure;",
        _path("/chat/"),
        _besides("Partitioned"),
        *(_besides(f"Domain={domain}") for domain in ("example.com", "localhost", ".localhost", "com", "")),
    )
    elsewhere = (
        "proxy_cookie_flags ~ nohttponly;",
        *map(_path, ("/api", "/api/", "/api/auth/login", "/API", "/api/auth/refresh/", "api")),
        *(_besides(f"Domain={domain}") for domain in (".chat.example.com", "other.example.com")),
        # Express writes Expires behind it: Max-Age wins wherever it stands (RFC 6265bis 5.7).
        *(_besides(f"Max-Age={seconds}") for seconds in ("0", "-5", "600", "soon")),
    )
    for scheme in SCHEMES:
        for rewriting in (*everywhere, *elsewhere):
            yield _changed(scheme, "chat.example.com", rewriting, secure=False)
        for rewriting in everywhere:
            yield _changed(scheme, "localhost", rewriting, secure=False)
    for host, domain in (("127.0.0.1", "127.0.0.1"), ("192.168.1.10", "168.1.10"), ("[::1]", "[::1]")):
        yield _changed("http", host, _besides(f"Domain={domain}"), secure=False)
    for scheme in SCHEMES:
        yield _changed(scheme, "chat.example.com", _besides("Partitioned"), secure=True)
        yield _changed(scheme, "chat.example.com", "proxy_cookie_flags ~ nosecure;", secure=True)


def renewals() -> Iterator[Cell]:
    """Proxies that leave the sign-in alone and change what the first reload gives: it shows at the second."""
    for scheme in SCHEMES:
        for host in ("chat.example.com", "localhost"):
            for renewal in (
                "proxy_cookie_flags ~ secure;",
                "proxy_cookie_flags ~ samesite=none;",
                "proxy_hide_header Set-Cookie;",
                _path("/api"),
                _path("/chat/"),
                _besides("Domain=example.com"),
                _besides("Max-Age=0"),
            ):
                cell = _changed(scheme, host, "", secure=False)
                yield replace(cell, reloads=2, front=replace(cell.front, renewal=renewal))


def openid() -> Iterator[Cell]:
    """LibreChat's session over a sign-in at an identity provider, told its own address, as people set it up.

    v0.8.1 is of the time before connect.sid could be Secure.
    """
    for scheme in SCHEMES:
        for proxy in (Proxy.TELLS, Proxy.SILENT):
            for host in ("localhost", "192.168.1.10", "chat.example.com"):
                for era in ERAS:
                    yield _at_provider(scheme, host, era, proxy)
            yield _at_provider(scheme, "chat.example.com", Release(0, 8, 1), proxy)
            for switch in ("true", "false"):
                yield _at_provider(scheme, "localhost", NEW, proxy, ("SESSION_COOKIE_SECURE", switch))
    for flag in ("samesite=strict", *_SAME_SITE[:2]):
        for scheme in SCHEMES:
            rewriting = f"proxy_cookie_flags ~ {flag};"
            yield _at_provider(scheme, "chat.example.com", ERAS[0], Proxy.TELLS, rewriting=rewriting)


def _at_provider(
    scheme: str, host: str, era: Release, proxy: Proxy, *environment: tuple[str, str], rewriting: str = ""
) -> Cell:
    front = Front(
        scheme=scheme,
        release=era,
        proxy=proxy,
        environment=(_PRODUCTION, *environment),
        rewriting=rewriting,
        openid=host,
    )
    return Cell(host=host, front=front)


def _changed(scheme: str, host: str, rewriting: str, *, secure: bool) -> Cell:
    environment = ENVIRONMENTS[NEW, secure]
    front = Front(scheme=scheme, release=NEW, proxy=Proxy.TELLS, environment=environment, rewriting=rewriting)
    return Cell(host=host, front=front)


def _path(path: str) -> str:
    return f"proxy_cookie_path / {path};"


def _besides(attribute: str) -> str:
    return f'proxy_cookie_path / "/; {attribute}";'
