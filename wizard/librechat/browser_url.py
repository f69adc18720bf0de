"""Addresses as Node's ``new URL`` reads them (WHATWG URL): the host of DOMAIN_SERVER, the path of DOMAIN_CLIENT."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from wizard.basics.patterns import late_pattern

_ANY_SCHEME: Final = late_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
"""The schemes whose addresses have an origin, and the port that each leaves out (WHATWG URL, special schemes)."""
_BLANK: Final = "".join(map(chr, range(0x21)))
_FORBIDDEN: Final = late_pattern(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER: Final = late_pattern(r"0[xX][0-9A-Fa-f]*|[0-9]+", re.ASCII)
_USERINFO: Final = frozenset('"#<>?^`{}/:;=@[\\]|')
_PATH: Final = frozenset('"#<>?^`{}')
_QUERY: Final = frozenset("\"#<>'")
_FRAGMENT: Final = frozenset('"<>`')
_DOTS: Final = {".": ".", "%2e": ".", "..": "..", ".%2e": "..", "%2e.": "..", "%2e%2e": ".."}
_PORT_LIMIT: Final = 65535
_LABELS: Final = 4


def hostname(text: str) -> str | None:
    """Return ``new URL(text).hostname`` of an http URL, ``None`` if that throws.

    For ``shouldUseSecureCookie`` (packages/api/src/oauth/csrf.ts:19-48, v0.8.8-rc1). Names beyond ASCII are only put in lower case: punycode makes none of them a localhost.
    """
    parts = _host_and_port(text)
    return parts[0] if parts else None


def origin(text: str) -> str | None:
    """Return ``new URL(text).origin``, ``None`` if that throws or gives ``null`` (no address of a web page).

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


def href(text: str) -> str | None:
    """Return ``new URL(text).href``, ``None`` if that throws: what openid-client compares two issuers by.

    WHATWG URL, 4.4 and 4.5: blanks around it do not count, the default port and ``.`` in the path go, an empty path is ``/``, other
    case and a final slash of a path stay. Of schemes without an origin only the scheme is put in lower case: none of them
    is an issuer that LibreChat takes.
    """
    stripped = text.strip(_BLANK).translate(dict.fromkeys(map(ord, "\t\n\r")))
    if (match := _ANY_SCHEME.match(stripped)) is None:
        return None
    scheme, rest = match[0][:-1].lower(), stripped[match.end() :]
    if scheme not in _PORTS:
        return f"{scheme}:{rest}"
    address = rest.lstrip("/\\")
    authority = re.split(r"[/\\?#]", address, maxsplit=1)[0]
    userinfo, at, _ = authority.rpartition("@")
    host = _host_and_port(f"{scheme}://{address}")
    name = _in_ascii(host[0]) if host else None
    if host is None or name is None:
        return None
    path, hash_mark, fragment = address[len(authority) :].partition("#")
    path, question, query = path.partition("?")
    user, colon, password = userinfo.partition(":")
    known = _encoded(user, _USERINFO) + (f":{_encoded(password, _USERINFO)}" if colon and password else "")
    return (
        f"{scheme}://{known}{at if known else ''}{name}"
        + (f":{host[1]}" if host[1] is not None and host[1] != _PORTS[scheme] else "")
        + _path(path)
        + (question + _encoded(query, _QUERY) if question else "")
        + (hash_mark + _encoded(fragment, _FRAGMENT) if hash_mark else "")
    )


def _path(text: str) -> str:
    segments: list[str] = []
    parts = re.split(r"[/\\]", text)[1:]
    for index, part in enumerate(parts):
        dots = _DOTS.get(part.lower())
        if dots == ".." and segments:
            segments.pop()
        if dots is None:
            segments.append(_encoded(part, _PATH))
        elif index == len(parts) - 1:
            segments.append("")
    return "/" + "/".join(segments)


def _encoded(text: str, reserved: frozenset[str]) -> str:
    return "".join(
        char if " " < char < "\x7f" and char not in reserved else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )


def _in_ascii(host: str) -> str | None:
    """Return a host with its labels in punycode (UTS 46 without transition, as Node has it)."""
    if host.isascii():
        return host
    name = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower()
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in name.split(".")]
    return None if _FORBIDDEN.search("".join(labels)) else ".".join(labels)


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
    """Return the base path that DOMAIN_CLIENT gives the page, ending in ``/``; ``None`` if ``new URL`` throws.

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


def split_address(text: str, below: str = "") -> SplitResult:
    """Take apart an address that anybody could have written, seen from the address ``below``; empty parts if it is unreadable."""
    try:
        return urlsplit(urljoin(below, text) if below else text)
    except ValueError:
        return SplitResult("", "", "", "", "")
