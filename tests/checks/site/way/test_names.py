"""Where a name leads: a real name server on loopback, and what an operator is told of its answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from checks.net.lookup import HostAnswer, Known, Servers, by_dns
from checks.net.machine import LocalMachine, is_own, outgoing_addresses
from checks.site import dns as names
from checks.site.addresses import SiteAddress
from checks.site.ranges import AddressKind, kind, network_of
from tests.checks.site.way.asking import bad, subject, told
from tests.patience import SECONDS
from tests.servers.dns import answering
from tests.servers.names import Names
from wizard.basics.finding import Finding, Status
from wizard.librechat.site import Site

URL = "https://chat.test"


async def ask(
    zone: Mapping[str, Mapping[str, tuple[str, ...]]], *, fault: str = "", url: str = URL
) -> dict[str, Finding]:
    async with answering(Names(zone=zone, fault=fault)) as port:
        servers = Servers(addresses=("127.0.0.1",), port=port, seconds=1 if fault else SECONDS)
        return await told(names.probe(subject(url, resolve={}), servers))


async def test_both_kinds_of_addresses_are_asked_for_and_named() -> None:
    found = await ask({"chat.test": {"A": ("192.168.1.10",), "AAAA": ("fd12::10",)}})
    assert "192.168.1.10" in found["dns.addresses"].summary
    assert "fd12::10" in found["dns.addresses"].summary
    assert "from this network" in found["dns.private"].summary
    assert bad(found) == {}


async def nobody(_: str, __: float) -> HostAnswer:
    return HostAnswer(known=Known.UNTOLD, detail="this machine: Temporary failure in name resolution")


async def test_a_name_without_any_address_fails_and_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "by_system", nobody)
    found = await ask({"other.test": {"A": ("192.168.1.10",)}})
    assert found["dns.no-address"].status is Status.FAIL
    assert found["dns.no-address"].settings == ("DOMAIN_CLIENT",)
    assert "--resolve" in found["dns.no-address"].remedy


async def test_a_name_with_mail_only_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "by_system", nobody)
    found = await ask({"chat.test": {"MX": ("10 mail.test.",)}})
    assert bad(found) == {"dns.no-address": Status.FAIL}


@pytest.mark.parametrize("fault", ["silent", "refused"])
async def test_a_resolver_that_fails_is_no_verdict_about_the_name(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "by_system", nobody)
    found = await ask({}, fault=fault)
    assert bad(found) == {"dns.unavailable": Status.UNKNOWN}


@pytest.mark.parametrize(
    ("records", "identity", "status"),
    [
        ({"A": ("127.0.0.1",)}, "dns.loopback", Status.FAIL),
        ({"A": ("203.0.113.7",)}, "dns.nowhere", Status.FAIL),
        ({"AAAA": ("::",), "A": ("224.0.0.9",)}, "dns.nowhere", Status.FAIL),
        ({"A": ("169.254.3.4",)}, "dns.link-local", Status.FAIL),
        ({"A": ("100.101.102.103",)}, "dns.shared-range", Status.WARN),
        ({"A": ("10.1.2.3", "8.8.4.4")}, "dns.mixed", Status.WARN),
        ({"AAAA": ("2a01:4f8::1",)}, "dns.only-ipv6", Status.WARN),
        ({"A": ("104.16.1.1",), "AAAA": ("2606:4700::1",)}, "dns.cdn", Status.PASS),
    ],
)
async def test_what_kind_of_address_it_is_gets_explained(
    records: dict[str, tuple[str, ...]], identity: str, status: Status
) -> None:
    found = await ask({"chat.test": records})
    assert found[identity].status is status


async def test_an_alias_of_a_delivery_network_is_recognized() -> None:
    found = await ask({"chat.test": {"CNAME": ("d1.cloudfront.net",)}, "d1.cloudfront.net": {"A": ("18.66.1.1",)}})
    assert "Amazon CloudFront" in found["dns.cdn"].summary
    assert "TRUST_PROXY" in found["dns.cdn"].summary


async def test_resolve_is_honoured_and_dns_is_not_asked() -> None:
    asked = Names(zone={})
    async with answering(asked) as port:
        servers = Servers(addresses=("127.0.0.1",), port=port, seconds=SECONDS)
        found = await told(names.probe(subject(URL, resolve={"chat.test": "127.0.0.1"}), servers))
        assert asked.questions == []
    assert list(found) == ["dns.by-hand"]
    assert "--resolve" in found["dns.by-hand"].summary


async def test_both_settings_are_looked_at() -> None:
    async with answering(Names(zone={"chat.test": {"A": ("192.168.1.10",)}})) as port:
        servers = Servers(addresses=("127.0.0.1",), port=port, seconds=SECONDS)
        asked = subject(URL, resolve={}, settings={"DOMAIN_SERVER": "https://api.chat.test"})
        found = await told(names.probe(asked, servers))
    assert found["dns.no-address"].settings == ("DOMAIN_SERVER",)
    assert "chat.test resolves to" in found["dns.addresses"].summary


def judged(public: HostAnswer, local: HostAnswer, here: LocalMachine | None = None) -> dict[str, Finding]:
    site_address = SiteAddress(named="DOMAIN_CLIENT", site=Site.parse("https://chat.example.com"))
    return {each.id: each for each in names.judge(site_address, public, local, here or LocalMachine())}


def found(*addresses: str) -> HostAnswer:
    return HostAnswer(known=Known.FOUND, addresses=addresses)


def test_a_hosts_file_that_hides_what_others_see_is_told_with_the_way_past_it() -> None:
    told_of = judged(found("8.8.4.4"), found("10.0.0.5"))
    assert told_of["dns.hosts-file"].status is Status.WARN
    assert "--resolve chat.example.com:8.8.4.4" in told_of["dns.hosts-file"].remedy


def test_a_name_of_the_hosts_file_alone_is_no_name_for_others() -> None:
    told_of = judged(HostAnswer(known=Known.NONE, detail="NXDOMAIN"), found("127.0.1.1"))
    assert bad(told_of) == {"dns.only-here": Status.WARN}


def test_the_machines_own_address_is_recognized_and_a_stale_record_beside_it() -> None:
    own = LocalMachine(own=frozenset({"8.8.4.4"}), outgoing_addresses=("8.8.4.4",))
    assert "dns.here" in judged(found("8.8.4.4"), found("8.8.4.4"), own)
    both = found("8.8.4.4", "2a01:4f8::1")
    assert bad(judged(both, both, own)) == {"dns.partly-elsewhere": Status.WARN}
    elsewhere = LocalMachine(outgoing_addresses=("9.9.9.9",))
    assert bad(judged(found("8.8.4.4"), found("8.8.4.4"), elsewhere)) == {"dns.elsewhere": Status.WARN}
    behind = LocalMachine(outgoing_addresses=("192.168.1.5",))
    assert bad(judged(found("8.8.4.4"), found("8.8.4.4"), behind)) == {}


async def test_what_a_name_server_says_cannot_steer_the_terminal() -> None:
    async with answering(Names(zone={"chat.test": {"CNAME": (r"\027[31mred.test",)}})) as port:
        servers = Servers(addresses=("127.0.0.1",), port=port, seconds=SECONDS)
        answer = await by_dns("chat.test", servers)
    assert answer.known is Known.NONE
    shown = judged(dataclasses.replace(found("8.8.4.4"), aliases=("\x1b[31mred",)), found("8.8.4.4"))
    assert "\x1b" not in shown["dns.addresses"].summary


def test_addresses_and_networks_are_told_apart() -> None:
    assert kind("172.20.0.4") is AddressKind.PRIVATE
    assert kind("172.32.0.4") is AddressKind.PUBLIC
    assert kind("fe80::1%eth0") is AddressKind.LINK_LOCAL
    assert network_of(["172.67.1.1"]) == "Cloudflare"
    assert network_of(["1.1.1.1"]) == ""
    assert network_of([], ["chat.notfastly.net"]) == ""
    assert is_own("127.0.0.1")
    assert not is_own("8.8.8.8")
    assert all(is_own(address) for address in outgoing_addresses())
