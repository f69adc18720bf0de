"""The address under which people reach LibreChat, validated strictly enough to be written into any configuration text."""

import ipaddress
import re
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern

_URL: Final = late_pattern(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#\\@:\[\]]+)(?::(?P<port>\d{1,5}))?(?P<path>/.*)?\Z"
)
_LABEL: Final = late_pattern(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_PATH: Final = late_pattern(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)*\Z")
_DIFFERENT_IN_IDNA_2003: Final = frozenset("\u00df\u03c2\u200c\u200d\u1e9e")
"""Letters that Python's IDNA maps to others than browsers do (UTS 46, section 7)."""
_NEVER_PUBLIC: Final = (
    "local",
    "lan",
    "internal",
    "home",
    "corp",
    "intranet",
    "localdomain",
    "test",
    "invalid",
    "home.arpa",
)
"""Top-level names that no public certificate authority issues for (RFC 6761, RFC 6762, RFC 8375 and usage)."""
_STANDARD: Final = {"http": 80, "https": 443}


class Site(NamedTuple):
    """An ``http`` or ``https`` address without query: ``https://chat.example.com:8443/chat``."""

    scheme: str
    host: str
    """ASCII, lower case, an IPv6 address without brackets; an international name in its ``xn--`` form."""
    port: int
    path: str = ""
    """Empty, or ``/chat`` for a LibreChat below another site."""

    @classmethod
    def parse(cls, text: str) -> "Site":
        """Read an address; ``ValueError`` says in plain words what is wrong with it."""
        match = _URL.match(text.strip())
        if not match or not text.strip().isprintable():
            raise ValueError("it is not a URL such as https://chat.example.com (scheme, host and, if needed, a port)")
        scheme = match["scheme"]
        path = (match["path"] or "").rstrip("/")
        if not _PATH.match(path):
            raise ValueError("its path may contain only letters, digits and . _ ~ -, and a query is not allowed")
        port = int(match["port"].lstrip("0")[:6] or "0") if match["port"] else _STANDARD[scheme]
        if not 0 < port < 65536:  # noqa: PLR2004 - the ports there are
            raise ValueError("its port is not between 1 and 65535")
        return cls(scheme=scheme, host=_host(match["host"]), port=port, path=path)

    @property
    def netloc(self) -> str:
        """Host and, if it is not the usual one, port: ``chat.example.com``, ``[::1]:8443``."""
        return self.bracketed if self.port == _STANDARD[self.scheme] else f"{self.bracketed}:{self.port}"

    @property
    def bracketed(self) -> str:
        """The host as written in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """The whole address, without a slash at its end."""
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address."""
        return _address(self.host) is not None

    @property
    def is_loopback(self) -> bool:
        """Whether the host means this very machine, as browsers see it."""
        address = _address(self.host)
        return address.is_loopback if address else self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def cannot_be_public(self) -> bool:
        """Whether no public authority issues a certificate for this host: an address or a single word."""
        return self.is_address or self.is_loopback or "." not in self.host

    @property
    def is_reserved(self) -> bool:
        """Whether the name ends in one that is kept for private networks."""
        return any(self.host.endswith(f".{name}") for name in _NEVER_PUBLIC)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _host(text: str) -> str:
    """Return the host in its one form, or raise ``ValueError``."""
    if text.startswith("["):
        address = _address(text[1:-1])
        if address is None:
            raise ValueError("its IPv6 address is not valid")
        return str(address)
    name = text.lower()
    if not name.isascii():
        if any(letter in _DIFFERENT_IN_IDNA_2003 for letter in name):
            raise ValueError(
                "its host name contains a letter that some programs encode differently; use the Punycode (xn--) form"
            )
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise ValueError("its host name is not valid") from None
    if address := _address(name):
        return str(address)
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):  # noqa: PLR2004 - RFC 1035, section 2.3.4
        raise ValueError("its host name is not valid (use only letters, digits, hyphens and dots)")
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        raise ValueError("its host looks like an IP address but is not a valid one")
    return name
