"""Host names and addresses: which cannot exist, and which lead back to the process's own machine or container."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

from wizard.librechat.browser_url import hostname

_LOCAL_NAMES: Final = ("localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback")
"""Names that ``/etc/hosts`` of a machine or a container has for itself (RFC 6761, section 6.3)."""


def is_impossible(host: str) -> bool:
    """Whether a host looks like an IP address and is none, as ``192.168.1.300`` or ``10.0.0.0.1``.

    A name whose last label is a number is an IPv4 address or nothing (WHATWG URL, 3.5; no top-level domain is a number, RFC 3696,
    section 2). ``127.1`` is an address (``inet_aton``).
    """
    if host.startswith("[") or ":" in host:
        return not is_address(host.removeprefix("[").removesuffix("]"))
    last = host.removesuffix(".").rpartition(".")[2]
    return re.fullmatch("0[xX][0-9A-Fa-f]*|[0-9]+", last, re.ASCII) is not None and hostname(f"http://{host}/") is None


def is_address(text: str) -> bool:
    """Whether a text is an IP address without brackets, as Node recognizes it (``net.isIP``)."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host is the machine (or container) itself: ``localhost``, ``127.0.0.0/8``, ``::1``."""
    bare = host.strip("[]")
    name = (hostname(f"http://{f'[{bare}]' if ':' in bare else bare}/") or bare.lower()).strip("[]").removesuffix(".")
    if is_address(name):
        address = ip_address(name)
        mapped = getattr(address, "ipv4_mapped", None)
        return address.is_loopback or (mapped is not None and mapped.is_loopback)
    return name in _LOCAL_NAMES or name.endswith(".localhost")


def connects_to_itself(host: str) -> bool:
    """Whether a connection to this host reaches the machine or container that opens it: a loopback address, or ``0.0.0.0`` and ``::`` (connect(2) on Linux)."""
    bare = host.strip("[]")
    return is_loopback(host) or (is_address(bare) and ip_address(bare).is_unspecified)


def host_of(address: str) -> str:
    """Return the host of a URL or of a bare ``HOST[:PORT]``, without brackets; empty if there is none."""
    if is_address(address):
        return address
    authority = re.split(r"[/?#]", address.partition("://")[2] if "://" in address else address, maxsplit=1)[0]
    match = re.match(r"\[([^\]]*)\]|[^:]*", authority.rpartition("@")[2])
    return (match[1] or match[0]).lower() if match is not None else ""
