"""LibreChat's cookies: the text of ``Set-Cookie``, and which release marks them Secure when."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from screens.demo.http_server import http_date
from wizard.librechat.releases import Release

PROVIDER_SINCE: Final = Release(0, 7, 9, 1)
"""First release with the token_provider cookie."""
SESSION_SECURE_SINCE: Final = Release(0, 8, 2)
"""First release whose express-session cookie may be Secure and has an end."""
LOCALHOST_SINCE: Final = Release(0, 8, 3, 1)
"""First release that exempts localhost for the cookies of a sign-in."""
SWITCH_SINCE: Final = Release(0, 8, 6)
"""First release with SESSION_COOKIE_SECURE; v0.8.6-rc1 has it not."""

_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_ANY_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SPECIAL: Final = ("http", "https", "ws", "wss", "ftp")
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER: Final = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+", re.ASCII)
_PORT_LIMIT: Final = 65535
_LABELS: Final = 4


def secure_sign_in(environment: Mapping[str, str], release: Release) -> bool:
    """Return whether the cookies of a sign-in (refreshToken, token_provider) are Secure.

    Until v0.8.2 ``NODE_ENV === 'production'`` alone decides (api/server/services/AuthService.js:392, v0.8.2), then
    ``shouldUseSecureCookie`` (packages/api/src/oauth/csrf.ts:19-48, v0.8.7).
    """
    if release < LOCALHOST_SINCE:
        return environment.get("NODE_ENV") == "production"
    return _should_be_secure(environment, release)


def secure_session(environment: Mapping[str, str], release: Release) -> bool:
    """Return whether connect.sid is Secure (api/server/socialLogins.js:25-48, v0.8.2); before v0.8.2 it never is."""
    return release >= SESSION_SECURE_SINCE and _should_be_secure(environment, release)


def _should_be_secure(environment: Mapping[str, str], release: Release) -> bool:
    switch = environment.get("SESSION_COOKIE_SECURE", "").strip().lower()
    if release >= SWITCH_SINCE and switch in ("true", "false"):
        return switch == "true"
    if environment.get("NODE_ENV") != "production":
        return False
    server = environment.get("DOMAIN_SERVER", "")
    if not server:
        return True
    name = hostname(server if _SCHEME.match(server) else f"http://{server}")
    name = server.lower() if name is None else name
    return not (name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost"))


def cleared_names(release: Release) -> tuple[str, ...]:
    """Return the cookies that a logout takes back (api/server/controllers/auth/LogoutController.js, release by release)."""
    names = ["refreshToken"]
    if release >= Release(0, 8, 2, 2):
        names.append("openid_access_token")
    if release >= LOCALHOST_SINCE:
        names.append("openid_id_token")
    if release >= Release(0, 8, 2, 2):
        names.append("openid_user_id")
    if release >= PROVIDER_SINCE:
        names.append("token_provider")
    return tuple(names)


def set_cookie(name: str, value: str, *, expires: float | None, secure: bool, same_site: str = "Strict") -> str:
    """Return ``Set-Cookie`` as Express writes it; ``expires`` in seconds since 1970, ``None`` for until the browser closes."""
    parts = [f"{name}={quote(value, safe='')}", "Path=/"]
    if expires is not None:
        parts.append(f"Expires={http_date(expires)}")
    parts.append("HttpOnly")
    if secure:
        parts.append("Secure")
    if same_site:
        parts.append(f"SameSite={same_site}")
    return "; ".join(parts)


def clear_cookie(name: str) -> str:
    """Return what a bare ``res.clearCookie(name)`` writes."""
    return f"{name}=; Path=/; Expires={http_date(0)}"


def hostname(text: str) -> str | None:
    """Return ``new URL(text).hostname`` of an http URL (WHATWG URL), ``None`` where that throws.

    Names beyond ASCII are only put in lower case: punycode makes none of them a localhost.
    """
    rest = text.strip("".join(map(chr, range(0x21)))).replace("\t", "").replace("\n", "").replace("\r", "")
    rest = rest.partition(":")[2].lstrip("/\\")
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host, port = authority, ""
    if (match := re.fullmatch(r"(.*?|\[.*\]):([^:\]]*)", authority)) is not None:
        host, port = match[1], match[2]
    if port and (not port.isascii() or not port.isdigit() or int(port) > _PORT_LIMIT):
        return None
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]" if host.endswith("]") else None
        except ValueError:
            return None
    name = unquote(host).lower()
    if not name or _FORBIDDEN.search(name):
        return None
    return _numeric(name) if _ends_in_number(name) else name


def _ends_in_number(name: str) -> bool:
    last = name.removesuffix(".").rpartition(".")[2]
    return bool(_NUMBER.fullmatch(last))


def _numeric(name: str) -> str | None:
    """Return the dotted form of ``127.1``, ``0x7f000001`` and the like."""
    labels = name.removesuffix(".").split(".")
    if len(labels) > _LABELS or not all(_NUMBER.fullmatch(label) for label in labels):
        return None
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        return None
    *front, last = numbers
    if any(number > 0xFF for number in front) or last >= 256 ** (_LABELS + 1 - len(numbers)):  # noqa: PLR2004
        return None
    value = last + sum(number << (8 * (3 - index)) for index, number in enumerate(front))
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    if label[:2].lower() == "0x":
        return int(label[2:] or "0", 16)
    return int(label, 8) if len(label) > 1 and label[0] == "0" else int(label)


def client_base(text: str) -> str | None:
    """Return the base path that DOMAIN_CLIENT gives the page, ending in ``/``; ``None`` where ``new URL`` throws."""
    stripped = text.strip()
    if (match := _ANY_SCHEME.match(stripped)) is None:
        return None
    scheme, rest = match[0][:-1].lower(), stripped[match.end() :]
    if scheme in _SPECIAL:
        if hostname(stripped) is None:
            return None
        rest = "/" + re.split(r"[?#]", rest.lstrip("/\\"), maxsplit=1)[0].partition("/")[2]
    return rest if rest.endswith("/") else f"{rest}/"
