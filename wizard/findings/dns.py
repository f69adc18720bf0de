"""Where the name of the site leads."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="dns")
BY_HAND = _of("by-hand", "The address was named with --resolve, and DNS was not asked: people may be led elsewhere.")
LOCAL = _of("local", "The address is this machine itself: nobody else reaches LibreChat by it.")
ONLY_HERE = _of(
    "only-here",
    "Only this machine knows the name (its hosts file or a search domain).",
    "Enter the name in the DNS that people's machines ask (at the domain's provider, or in the router).",
    consequence="Other people's machines find nothing.",
)
HOSTS_FILE = _of(
    "hosts-file",
    "This machine takes the name for another address than DNS.",
    "To test the others' way: --resolve HOST:ADDRESS",
    consequence="What is tested from here is not the way that others take.",
)
ONLY_IPV6 = _of(
    "only-ipv6",
    "The name has only IPv6 addresses.",
    "Add an A record, where there is an IPv4 address to lead to.",
    consequence="People in networks without IPv6 reach nothing.",
)
ADDRESSES = _of("addresses", "The name leads to addresses.")
NO_ADDRESS = _of(
    "no-address",
    "DNS has no address for the name.",
    "Check the spelling of the name. If it is right, add an A record (AAAA for IPv6) at your DNS provider.",
    consequence=_NOBODY,
)
UNAVAILABLE = _of(
    "unavailable",
    "No name server answered this machine.",
    "Is this machine online, and does /etc/resolv.conf name a server that works? Try again.",
)
MIXED = _of(
    "mixed",
    "The name has public and private addresses side by side.",
    "Take the private addresses out of the public DNS; answer them in the local network's DNS alone.",
    consequence="Browsers take either, so that it works for some people, sometimes.",
)
LOOPBACK = _of(
    "loopback",
    "The name leads to an address that is every machine itself.",
    "In DNS enter the address under which others reach the server.",
    consequence="People who open it ask their own machine, and LibreChat is not there.",
)
NOWHERE = _of(
    "nowhere",
    "The name leads to an address that no machine can have.",
    "In DNS enter the server's real address.",
    consequence=_NOBODY,
)
LINK_LOCAL = _of(
    "link-local",
    "The name leads to an address that is valid on one cable only.",
    "Enter an address that does not change (169.254 and fe80 are made up where no address was given).",
    consequence=_NOBODY,
)
TAILSCALE = _of("tailscale", "The name leads to an address inside of your Tailscale network.")
SHARED_RANGE = _of(
    "shared-range",
    "The name leads to an address of a range that Tailscale and internet providers use inside of their networks (100.64.0.0/10).",
    "In a Tailscale network all is well. Else the provider gives no public address: use a tunnel or IPv6.",
    consequence="From the internet nobody gets there.",
)
CDN = _of(
    "cdn", "The name leads to a network that passes people on to your server; it is one proxy more before LibreChat."
)
PRIVATE = _of(
    "private",
    "The name leads to a private address: LibreChat is for this network (or a VPN), and not for the internet.",
)
PARTLY_ELSEWHERE = _of(
    "partly-elsewhere",
    "The name leads to this machine and to another one.",
    "Take the record out that leads elsewhere, unless LibreChat answers there too.",
    consequence="Some people end there.",
)
HERE = _of("here", "The name leads to this machine.")
ELSEWHERE = _of(
    "elsewhere",
    "The name leads to another machine than this one.",
    "Change the record to this machine's address, unless a proxy or load balancer stands there.",
    consequence="If LibreChat (or its proxy) runs on this machine, people are led elsewhere.",
)
BEHIND_ROUTER = _of(
    "behind-router", "The name leads to a router before this machine. Whether it passes people on is not seen in DNS."
)
