"""Addresses as Node's ``new URL`` reads them (WHATWG URL): the host of DOMAIN_SERVER, the path of DOMAIN_CLIENT."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import unquote

_ANY_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
"""The schemes whose addresses have an origin, and the port that each leaves out (WHATWG URL, special schemes)."""
_BLANK: Final = "".join(map(chr, range(0x21)))
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER: Final = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+", re.ASCII)
_PORT_LIMIT: Final = 65535
_LABELS: Final = 4


def hostname(text: str) -> str | None:
    """Return ``new URL(text).hostname`` of an http URL, ``None`` where that throws.

    For ``shouldUseSecureCookie`` (packages/api/src/oauth/csrf.ts:19-48, v0.8.8-rc1). Names beyond ASCII are only put in lower case: punycode makes none of them a localhost.
    """
    parts = _host_and_port(text)
    return parts[0] if parts else None


def origin(text: str) -> str | None:
    """Return ``new URL(text).origin``, ``None`` where that throws or gives ``null`` (no address of a web page).

    For ``toOrigin`` (packages/api/src/middleware/origin.ts, v0.8.8-rc4). A port that is the scheme's own is left out.
    """
    stripped = text.strip(_BLANK)
    match = _ANY_SCHEME.match(stripped)
    scheme = match[0][:-1].lower() if match else ""
    parts = _host_and_port(stripped) if scheme in _PORTS else None
    if parts is None:
        return None
    host, port = parts
    return f"{scheme}://{host}" + (f":{port}" if port is not None and port != _PORTS[scheme] else "")


def _host_and_port(text: str) -> tuple[str, int | None] | None:
    rest = text.strip(_BLANK).replace("\t", "").replace("\n", "").replace("\r", "")
    rest = rest.partition(":")[2].lstrip("/\\")
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host, port = authority, ""
    if (match := re.fullmatch(r"(.*?|\[.*\]):([^:\]]*)", authority)) is not None:
        host, port = match[1], match[2]
    if port and (not port.isascii() or not port.isdigit() or int(port) > _PORT_LIMIT):
        return None
    number = int(port) if port else None
    if host.startswith("["):
        try:
            return (f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]", number) if host.endswith("]") else None
        except ValueError:
            return None
    name = unquote(host).lower()
    if not name or _FORBIDDEN.search(name):
        return None
    numeric = _numeric(name) if _ends_in_number(name) else name
    return None if numeric is None else (numeric, number)


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
    """Return the base path that DOMAIN_CLIENT gives the page, ending in ``/``; ``None`` where ``new URL`` throws.

    api/server/index.js:200-209 and packages/api/src/utils/path.ts:8-25, v0.8.8-rc1.
    """
    stripped = text.strip()
    if (match := _ANY_SCHEME.match(stripped)) is None:
        return None
    scheme, rest = match[0][:-1].lower(), stripped[match.end() :]
    if scheme in _PORTS:
        if hostname(stripped) is None:
            return None
        rest = "/" + re.split(r"[?#]", rest.lstrip("/\\"), maxsplit=1)[0].partition("/")[2]
    return rest if rest.endswith("/") else f"{rest}/"
