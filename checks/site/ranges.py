"""Classifies an address: private, unassigned, or of a content delivery network.

Special ranges: the IANA registries of special-purpose addresses (RFC 6890) as Python's ``ipaddress`` has them. The networks'
ranges and names: as they publish them, of late 2025; one that is missing counts as an ordinary public address.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressKind(StrEnum):
    """From where an address can be reached."""

    LOOPBACK = "loopback"
    """Each machine itself."""
    NOWHERE = "nowhere"
    """Nobody: examples of manuals, multicast, the unspecified and reserved ones."""
    LINK_LOCAL = "link-local"
    SHARED = "shared"
    """100.64.0.0/10 (RFC 6598): a provider's NAT, or a Tailscale network."""
    PRIVATE = "private"
    PUBLIC = "public"


_SHARED: Final = ipaddress.IPv4Network("100.64.0.0/10")
_PRIVATE: Final = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"))
)
_EXAMPLES: Final = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", "3fff::/20"),
    )
)
_CLOUDFLARE: Final = (
    "173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20 "
    "188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 "
    "131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 "
    "2c0f:f248::/32"
)
_FASTLY: Final = (
    "23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20 140.248.64.0/18 "
    "140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17 167.82.128.0/20 167.82.160.0/20 "
    "167.82.224.0/20 172.111.64.0/18 185.31.16.0/22 199.27.72.0/21 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32"
)
_CDN_RANGES: Final[Mapping[str, tuple[Network, ...]]] = MappingProxyType(
    {
        name: tuple(map(ipaddress.ip_network, text.split()))
        for name, text in (("Cloudflare", _CLOUDFLARE), ("Fastly", _FASTLY))
    }
)
_CDN_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cloudfront.net": "Amazon CloudFront",
        "cfargotunnel.com": "Cloudflare",
        "cdn.cloudflare.net": "Cloudflare",
        "fastly.net": "Fastly",
        "azurefd.net": "Azure Front Door",
        "azureedge.net": "Azure CDN",
        "akamai.net": "Akamai",
        "akamaiedge.net": "Akamai",
        "edgekey.net": "Akamai",
        "edgesuite.net": "Akamai",
        "b-cdn.net": "Bunny",
        "ngrok-cname.com": "ngrok",
    }
)
"""Names that a CDN's customers point an alias (CNAME) at."""


def kind(address: str) -> AddressKind:
    """Return the kind of an IP address; ``ValueError`` if it is none."""
    value = ipaddress.ip_address(address.partition("%")[0])
    if value.is_loopback:
        return AddressKind.LOOPBACK
    if value.is_link_local:
        return AddressKind.LINK_LOCAL
    if value in _SHARED:
        return AddressKind.SHARED
    if _is_in(value, _PRIVATE):
        return AddressKind.PRIVATE
    mapped = isinstance(value, ipaddress.IPv6Address) and value.ipv4_mapped is not None
    if _is_in(value, _EXAMPLES) or value.is_unspecified or value.is_multicast or value.is_reserved or mapped:
        return AddressKind.NOWHERE
    return AddressKind.PUBLIC


def family(address: str) -> int:
    """Return 4 or 6."""
    return 6 if ":" in address else 4


def network_of(addresses: Iterable[str], aliases: Iterable[str] = ()) -> str:
    """Return the content delivery network that addresses or aliases belong to; empty if none is known."""
    for name in aliases:
        for ending, network in _CDN_NAMES.items():
            if name == ending or name.endswith(f".{ending}"):
                return network
    for address in addresses:
        value = ipaddress.ip_address(address.partition("%")[0])
        for network, ranges in _CDN_RANGES.items():
            if _is_in(value, ranges):
                return network
    return ""


def _is_in(value: Address, ranges: Iterable[Network]) -> bool:
    return any(value.version == each.version and value in each for each in ranges)
