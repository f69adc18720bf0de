"""Findings: where the name of the site leads."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="dns")
BY_HAND = _of(
    "by-hand", "The IP address comes from --resolve, and DNS was not queried. Users may reach a different server."
)
LOCAL = _of("local", "This address always refers to the local machine, so no other machine can reach LibreChat.")
ONLY_HERE = _of(
    "only-here",
    "Only this machine can resolve the name (from its hosts file or a search domain).",
    "Add the name to the DNS server that users' machines use (in the DNS provider's console or on the router).",
    consequence="Other machines cannot resolve the name.",
)
HOSTS_FILE = _of(
    "hosts-file",
    "This machine resolves the name to a different address than DNS does.",
    "To test what other machines see, use: --resolve HOST:ADDRESS",
    consequence="The checks on this machine use a different address than other machines do.",
)
ONLY_IPV6 = _of(
    "only-ipv6",
    "The name has only IPv6 addresses.",
    "Add an A record if the server has an IPv4 address.",
    consequence="Users on networks without IPv6 cannot connect.",
)
ADDRESSES = _of("addresses", "The name resolves.")
NO_ADDRESS = _of(
    "no-address",
    "DNS has no address record for the name.",
    "Check the spelling of the name. If it is correct, add an A record (AAAA for IPv6) at your DNS provider.",
    consequence=_NOBODY,
)
UNAVAILABLE = _of(
    "unavailable",
    "No DNS server responded to this machine.",
    "Check that this machine is online and that /etc/resolv.conf lists a working server, then try again.",
)
MIXED = _of(
    "mixed",
    "The name resolves to both public and private addresses.",
    "Remove the private addresses from public DNS; use them only in the local network's DNS.",
    consequence="Browsers pick one address, so LibreChat works only for some users, or only sometimes.",
)
LOOPBACK = _of(
    "loopback",
    "The name resolves to a loopback address, which always refers to the local machine.",
    "In DNS, set the address at which other machines reach the server.",
    consequence="Users' browsers connect to their own machine, where LibreChat is not running.",
)
NOWHERE = _of(
    "nowhere",
    "The name resolves to an address that cannot be assigned to a machine.",
    "Point DNS to the server's real address.",
    consequence=_NOBODY,
)
LINK_LOCAL = _of(
    "link-local",
    "The name resolves to a link-local address.",
    "In DNS, use a static address. (169.254 and fe80 addresses work only on the server's own network segment.)",
    consequence=_NOBODY,
)
TAILSCALE = _of("tailscale", "The name resolves to an address in your Tailscale network.")
SHARED_RANGE = _of(
    "shared-range",
    "The name resolves to an address in 100.64.0.0/10, a range that Tailscale and internet providers use inside their "
    "networks.",
    "If this is a Tailscale address, change nothing. Otherwise, your internet provider does not assign you a public address: use a tunnel "
    "or IPv6.",
    consequence="Nobody can reach LibreChat from the internet.",
)
CDN = _of(
    "cdn",
    "The name resolves to a CDN or tunnel, which forwards requests to your server and counts as a proxy in front of LibreChat.",
)
PRIVATE = _of(
    "private",
    "The name resolves to a private address: LibreChat can be reached from this network (or a VPN), but not from the internet.",
)
PARTLY_ELSEWHERE = _of(
    "partly-elsewhere",
    "The name resolves to this machine and to another machine.",
    "Remove the record for the other machine, unless LibreChat runs there too.",
    consequence="Some users reach the other machine.",
)
HERE = _of("here", "The name resolves to this machine.")
ELSEWHERE = _of(
    "elsewhere",
    "The name resolves to another machine.",
    "Change the record to this machine's address, unless the other machine is a proxy or load balancer.",
    consequence="If LibreChat (or its proxy) runs on this machine, users cannot reach it.",
)
BEHIND_ROUTER = _of(
    "behind-router",
    "The name resolves to a router in front of this machine. DNS does not show whether the router forwards requests to this machine.",
)
