"""The origin of a page or cookie as a browser sees it: scheme, host, path, site, and whether it is trustworthy.

Chromium's rules throughout (files of its ``net/`` folder are named where they decide), held against Chromium 150.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from wizard.basics.patterns import late_pattern

_HOST: Final = late_pattern(r"[a-z0-9_.\-]+\Z")
_SCHEMES: Final = frozenset({"http", "https"})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_COUNTRY_SUFFIXES: Final = (
    "ac.at ac.jp ac.nz ac.uk ac.za co.at co.id co.il co.in co.jp co.ke co.kr co.nz co.th co.uk co.za com.ar com.au "
    "com.bd com.br com.cn com.co com.eg com.hk com.mx com.my com.ng com.pe com.ph com.pk com.pl com.sg com.tr com.tw "
    "com.ua com.vn edu.au edu.br edu.cn edu.in edu.pl edu.tr go.jp gouv.fr gov.au gov.br gov.in gov.uk ltd.uk me.uk "
    "ne.jp net.au net.br net.cn net.nz net.pl net.uk nhs.uk or.at or.jp or.kr org.au org.br org.cn org.in org.nz "
    "org.pl org.uk org.za plc.uk sch.uk "
)
_HOSTER_SUFFIXES: Final = (
    "azurewebsites.net cloudfront.net ddns.net ddnss.de dedyn.io duckdns.org dyndns.org dynv6.net fly.dev "
    "freeddns.org freemyip.com github.io herokuapp.com hf.space home.arpa hopto.org myds.me myfritz.net netlify.app "
    "ngrok-free.app ngrok.app ngrok.io no-ip.org noip.me onrender.com pages.dev spdns.de synology.me sytes.net "
    "trycloudflare.com ts.net up.railway.app vercel.app web.app workers.dev zapto.org "
)
_SHARED_SUFFIXES: Final = frozenset(f"{_COUNTRY_SUFFIXES}{_HOSTER_SUFFIXES}".split())
"""Names below which everybody can register, besides the single labels (``com``, ``lan``) that all are.

Not the Public Suffix List, which changes weekly and has some ten thousand entries: what self-hosted sites commonly
are under. A suffix that is missing here makes its customers look like one site, and a cookie for all of them
acceptable, where a browser refuses it. LibreChat's own sign-in cookies name no domain, so nothing turns on it for them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """An http or https address, taken apart and normalised."""

    scheme: str
    host: str
    """Lower case; IPv6 within brackets and in its short form; a final dot stays, as it is another host to a browser."""
    port: int
    path: str
    """Begins with a slash; what is not ASCII is percent-encoded."""

    @property
    def encrypted(self) -> bool:
        """Whether it is https."""
        return self.scheme == "https"

    @property
    def trusted(self) -> bool:
        """Whether Secure cookies may be set and read: https, or http on this very machine.

        Chromium: ``cookie_util::ProvisionalAccessScheme``. See :func:`is_localhost` for what other browsers do.
        """
        return self.encrypted or is_localhost(self.host)

    @property
    def site(self) -> tuple[str, str]:
        """Scheme and registrable domain: what "same site" compares (RFC 6265bis 5.2, with the scheme as in Chromium)."""
        return self.scheme, registrable_domain(self.host) or self.host


def parse_web_address(url: str) -> WebAddress | None:
    """Take an address apart; None if a browser keeps no cookies for it (not http or https) or cannot read it."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _canonical_host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not host:
        return None
    path = quote(_without_dots(parts.path), safe="/%:@!$&'()*+,;=~[]|^", errors="replace")
    return WebAddress(
        scheme=parts.scheme,
        host=host,
        port=_DEFAULT_PORTS[parts.scheme] if port is None else port,
        path=path if path.startswith("/") else f"/{path}",
    )


def _without_dots(path: str) -> str:
    """Resolve ``.`` and ``..`` in a path, in their percent-encoded spellings too, as a browser does before it asks."""
    *folders, last = (
        part.replace("%2e", ".").replace("%2E", ".") for part in path.replace("\\", "/").split("/")[1:] or [""]
    )
    done: list[str] = []
    for part in [*folders, last]:
        if part == "..":
            done = done[:-1]
        elif part != ".":
            done.append(part)
    return "/" + "/".join(done) + ("/" if last in {".", ".."} and done else "")


def _canonical_host(host: str) -> str:
    """Return the host as a browser writes it, empty if there is no such host."""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    host = host.lower()
    return host if _HOST.match(host) else ""


def is_address(host: str) -> bool:
    """Whether a normalised host is an IP address rather than a name."""
    if host.startswith("["):
        return True
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def is_localhost(host: str) -> bool:
    """Whether Chromium treats a host as this machine: ``localhost``, ``*.localhost``, 127.0.0.0/8 and ``[::1]``.

    Chromium: ``net::IsLocalhost`` and ``IsLocalHostname``; since release 89 such an origin may set and read Secure
    cookies over http, prefixed ones too. Firefox agrees for localhost; Safari does not: over http it drops a Secure
    cookie on localhost as anywhere else (WebKit bug 281149, noted in MDN's compatibility data). ``0.0.0.0``,
    ``[::ffff:127.0.0.1]``, ``localhost.localdomain`` and names of /etc/hosts are not localhost to any of them.
    """
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    if host.startswith("["):
        return ipaddress.IPv6Address(host[1:-1]) == ipaddress.IPv6Address("::1")
    return is_address(host) and ipaddress.IPv4Address(host).is_loopback


def registrable_domain(host: str) -> str:
    """Return the domain that somebody registered: ``example.com`` of ``chat.example.com``; empty if there is none.

    An address, a single label and a shared suffix have none. A final dot stays, as in Chromium's
    ``registry_controlled_domains``. What counts as a shared suffix is limited: see ``_SHARED_SUFFIXES``.
    """
    if is_address(host):
        return ""
    dot = "." if host.endswith(".") else ""
    labels = host.removesuffix(".").lstrip(".").split(".")
    if not all(labels):
        return ""
    own = 3 if ".".join(labels[-2:]) in _SHARED_SUFFIXES else 2
    if ".".join(labels[-3:]) in _SHARED_SUFFIXES:
        own = 4
    return ".".join(labels[-own:]) + dot if len(labels) >= own else ""


def matches_domain(host: str, domain: str) -> bool:
    """Whether a host is a domain or lies below it (RFC 6265bis 5.1.3); both normalised, the domain without first dot."""
    return host == domain or (host.endswith(f".{domain}") and not is_address(host))


def matches_path(path: str, cookie_path: str) -> bool:
    """Whether the path of a request is a cookie's path or lies below it (RFC 6265bis 5.1.4)."""
    if not path.startswith(cookie_path):
        return False
    return len(path) == len(cookie_path) or cookie_path.endswith("/") or path[len(cookie_path)] == "/"


def default_path(path: str) -> str:
    """Return the path of a cookie that names none: the folder of the address that set it (RFC 6265bis 5.1.4)."""
    return path.rpartition("/")[0] or "/"
