"""The check ``dns``: where the names of DOMAIN_CLIENT and DOMAIN_SERVER lead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from checks.model import Subject
from checks.net.lookup import HostAnswer, Known, Servers, by_dns, by_system
from checks.net.machine import LocalMachine, local_machine
from checks.site.addresses import SiteAddress, hosts, site_addresses
from checks.site.ranges import AddressKind, family, kind, network_of
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import dns as ids

_BY_HAND = (
    "If DNS does not point here yet, or points to the router in front of this machine, use --resolve HOST:ADDRESS"
)


async def probe(subject: Subject, servers: Servers | None = None) -> AsyncIterator[Finding]:
    """Yield what is to be said about each host. ``servers`` stands for this machine's own name servers."""
    wanted = hosts(site_addresses(subject))
    for findings in await asyncio.gather(
        *(_host(subject, site_address, servers or Servers()) for site_address in wanted)
    ):
        for finding in findings:
            yield finding


async def _host(subject: Subject, site_address: SiteAddress, servers: Servers) -> list[Finding]:
    site = site_address.site
    fixed = subject.site_options.resolve.get(site.host)
    if fixed is not None:
        summary = (
            f"{site.host} is resolved to {fixed}, as --resolve specifies. DNS was not queried, so users may reach a "
            "different server."
        )
        return [ids.BY_HAND.passed(summary)]
    if site.is_loopback:
        summary = f"{site.host} refers to this machine itself: no other machine can reach LibreChat there."
        return [ids.LOCAL.passed(summary)]
    if site.is_address:
        found = HostAnswer(known=Known.FOUND, addresses=(site.host,))
        return list(
            _kinds(
                ResolvedAddress(
                    site_address=site_address, addresses=found.addresses, local_machine=local_machine(found.addresses)
                )
            )
        )
    public, local = await asyncio.gather(by_dns(site.host, servers), by_system(site.host, servers.seconds))
    return list(judge(site_address, public, local, local_machine((*public.addresses, *local.addresses))))


def judge(site_address: SiteAddress, public: HostAnswer, local: HostAnswer, seen: LocalMachine) -> Iterator[Finding]:
    """Yield what follows from the two replies for a name."""
    host = site_address.site.host
    if public.known is not Known.FOUND and local.known is not Known.FOUND:
        yield _without_address(site_address, public, local)
        return
    if public.known is Known.NONE and not site_address.site.host.endswith(".local"):
        shown = ", ".join(local.addresses)
        summary = (
            f"Only this machine can resolve {host} (to {shown}, from its hosts file or a search domain). DNS cannot resolve it, "
            "so other machines cannot either."
        )
        remedy = f"Add {host} to the DNS server that users' machines use (at the domain's provider, or on the router)."
        yield ids.ONLY_HERE.warn(summary, settings=site_address.settings, remedy=remedy, evidence=(public.detail,))
        return
    addresses = public.addresses or local.addresses
    yield _listing(host, addresses, public)
    if public.known is Known.FOUND and local.known is Known.FOUND and not set(local.addresses) & set(addresses):
        summary = (
            f"This machine resolves {host} to {', '.join(local.addresses)} (from its hosts file or its own resolver), "
            f"but DNS resolves it to {', '.join(addresses)}. So the checks on this machine do not use the address "
            "that other machines use."
        )
        remedy = f"To test what other machines see, use --resolve {host}:{addresses[0]}"
        yield ids.HOSTS_FILE.warn(summary, remedy=remedy)
    yield from _kinds(
        ResolvedAddress(site_address=site_address, addresses=addresses, local_machine=seen, aliases=public.aliases)
    )


def _listing(host: str, addresses: Sequence[str], public: HostAnswer) -> Finding:
    parts = [
        f"{name} {', '.join(each)}"
        for name, number in (("IPv4", 4), ("IPv6", 6))
        if (each := [address for address in addresses if family(address) == number])
    ]
    over = f" (an alias of {plain(public.aliases[-1])})" if public.aliases else ""
    if all(family(address) == 6 for address in addresses):  # noqa: PLR2004 - the version
        summary = (
            f"{host} has only IPv6 addresses ({', '.join(addresses)}): users on networks without IPv6 cannot connect."
        )
        return ids.ONLY_IPV6.warn(summary, evidence=(public.detail,))
    return ids.ADDRESSES.passed(f"{host}{over} resolves to {' and '.join(parts)}.", evidence=(public.detail,))


def _without_address(site_address: SiteAddress, public: HostAnswer, local: HostAnswer) -> Finding:
    host, evidence = site_address.site.host, (public.detail, f"this machine: {local.detail}")
    if Known.NONE in (public.known, local.known):
        summary = (
            f"The name {host} ({site_address.named}) does not resolve: DNS has no address for it, so nobody can open "
            "LibreChat."
        )
        remedy = f"Check the spelling of the name. If it is right, add an A record (AAAA for IPv6) at your DNS provider. {_BY_HAND}"
        return ids.NO_ADDRESS.fail(summary, settings=site_address.settings, remedy=remedy, evidence=evidence)
    summary = f"Could not resolve {host}: no DNS server responded."
    remedy = f"Check that this machine is online and that /etc/resolv.conf lists a working name server, then try again. {_BY_HAND}"
    return ids.UNAVAILABLE.unknown(summary, settings=site_address.settings, remedy=remedy, evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedAddress:
    """Where a host leads."""

    site_address: SiteAddress
    addresses: tuple[str, ...]
    local_machine: LocalMachine
    aliases: tuple[str, ...] = ()

    def of(self, *kinds: AddressKind) -> list[str]:
        """Return the addresses of these kinds that are not this machine's own."""
        return [
            address for address in self.addresses if kind(address) in kinds and address not in self.local_machine.own
        ]

    @property
    def host(self) -> str:
        """The name."""
        return self.site_address.site.host


def _kinds(lead: ResolvedAddress) -> Iterator[Finding]:
    yield from _useless(lead)
    private, public = lead.of(AddressKind.PRIVATE), lead.of(AddressKind.PUBLIC)
    if shared := lead.of(AddressKind.SHARED):
        yield _shared(lead, shared)
    if network := network_of(public, lead.aliases):
        yield _delivered(lead, network)
    elif private and public:
        summary = (
            f"{lead.host} resolves to both public addresses ({', '.join(public)}) and private ones "
            f"({', '.join(private)}). Browsers may pick either one, so LibreChat works only for some users, or only "
            "sometimes."
        )
        yield ids.MIXED.warn(summary, settings=lead.site_address.settings)
    elif private:
        yield _private(lead, private)
    elif public or lead.local_machine.own & set(lead.addresses):
        yield from _against_own(lead, public)


def _useless(lead: ResolvedAddress) -> Iterator[Finding]:
    loopback = [address for address in lead.addresses if kind(address) is AddressKind.LOOPBACK]
    if loopback:
        summary = (
            f"{lead.host} resolves to {', '.join(loopback)}, a loopback address: browsers connect to their own "
            "machine, where LibreChat is not running."
        )
        yield ids.LOOPBACK.fail(summary, settings=lead.site_address.settings)
    if nowhere := lead.of(AddressKind.NOWHERE):
        summary = (
            f"{lead.host} resolves to {', '.join(nowhere)}, an address that no machine can use (reserved, or only for "
            "documentation)."
        )
        yield ids.NOWHERE.fail(summary, settings=lead.site_address.settings)
    if local := lead.of(AddressKind.LINK_LOCAL):
        summary = f"{lead.host} resolves to {', '.join(local)}, a link-local address: browsers cannot connect."
        yield ids.LINK_LOCAL.fail(summary, settings=lead.site_address.settings)


def _shared(lead: ResolvedAddress, shared: list[str]) -> Finding:
    shown = ", ".join(shared)
    if lead.host.endswith(".ts.net"):
        return ids.TAILSCALE.passed(f"{lead.host} resolves to {shown}: users reach it over your Tailscale network.")
    summary = (
        f"{lead.host} resolves to {shown}, in the range that Tailscale and internet providers use internally "
        "(100.64.0.0/10): nobody can reach it from the internet."
    )
    return ids.SHARED_RANGE.warn(summary, settings=lead.site_address.settings)


def _delivered(lead: ResolvedAddress, network: str) -> Finding:
    summary = f"{lead.host} resolves to {network}, which forwards requests to your server. Browsers connect to {network} and see its certificate. {network} counts as a proxy in front of LibreChat: with your own proxy behind {network}, set TRUST_PROXY=2; with a tunnel straight to LibreChat, set TRUST_PROXY=1."
    return ids.CDN.passed(summary)


def _private(lead: ResolvedAddress, private: list[str]) -> Finding:
    shown = ", ".join(private)
    summary = (
        f"{lead.host} resolves to {shown}, a private address: LibreChat can be reached from this network (or a VPN), "
        "but not from the internet. Public CAs can validate the name only with a DNS challenge, and providers such as Google reject redirect URIs with an IP address or a non-public name."
    )
    return ids.PRIVATE.passed(summary)


def _against_own(lead: ResolvedAddress, public: list[str]) -> Iterator[Finding]:
    own = sorted(lead.local_machine.own & set(lead.addresses))
    settings = lead.site_address.settings
    if own and public:
        summary = f"{lead.host} resolves to this machine ({', '.join(own)}) and to another machine ({', '.join(public)}), so some users reach the other machine. The DNS record that points there may be outdated."
        yield ids.PARTLY_ELSEWHERE.warn(summary, settings=settings)
        return
    if own:
        yield ids.HERE.passed(f"{lead.host} resolves to this machine ({', '.join(own)}).")
        return
    families = {family(address) for address in public}
    outgoing = [address for address in lead.local_machine.outgoing_addresses if family(address) in families]
    if outgoing and all(kind(address) is AddressKind.PUBLIC for address in outgoing):
        summary = (
            f"{lead.host} resolves to {', '.join(public)}, but this machine uses {', '.join(outgoing)}. If LibreChat "
            "(or its proxy) runs on this machine, users cannot reach it."
        )
        yield ids.ELSEWHERE.warn(summary, settings=settings)
    elif outgoing:
        summary = (
            f"{lead.host} resolves to {', '.join(public)}; this machine is behind a router ({', '.join(outgoing)}). "
            "DNS does not show whether the router forwards requests to this machine."
        )
        yield ids.BEHIND_ROUTER.passed(summary)
