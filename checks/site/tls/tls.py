"""The check ``tls``: whether a browser accepts the site over IPv4 and IPv6, and what http:// does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from checks.model import Subject
from checks.net.handshake import (
    CONNECTING,
    Handshake,
    HandshakeLimits,
    TlsFault,
    obsolete_context,
    tls_handshake,
    unverified_context,
)
from checks.net.machine import is_own, outgoing_addresses
from checks.net.openssl import SELF_SIGNED, UNTRUSTED
from checks.net.own_authority import TRUSTED, own_authority
from checks.site.addresses import SiteAddress, site_addresses
from checks.site.ranges import AddressKind, family, kind
from checks.site.tls.certificate import accepted, refused
from wizard.basics.finding import Finding
from wizard.findings import tls as ids
from wizard.librechat.site import Site

_MOST: Final = 2
"""Addresses of each family that are tried."""
_VERSIONS: Final = "(in nginx: ssl_protocols TLSv1.2 TLSv1.3;). Caddy does this automatically"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsTask:
    """What is needed to check one site."""

    site_address: SiteAddress
    cacert: Path | None = None
    authority: str = ""
    """The authority of the folder's own proxy as PEM; empty if it is not trusted."""
    resolve: Mapping[str, str] = field(default_factory=dict)
    limits: HandshakeLimits = field(default_factory=HandshakeLimits)
    answer: float = 10
    """Seconds for an answer over HTTP."""
    plain_port: int = 0
    """Where http:// is expected: 80 beside 443; 0: it is not looked at."""

    @property
    def site(self) -> Site:
        """The site."""
        return self.site_address.site

    @property
    def is_given(self) -> bool:
        """Whether --resolve says the address."""
        return self.site.host in self.resolve


async def probe(subject: Subject) -> AsyncIterator[Finding]:
    """Yield what is to be said about each site of LibreChat."""
    for site_address in site_addresses(subject):
        if site_address.site.scheme == "http":
            yield _plain(site_address)
            continue
        task = TlsTask(
            site_address=site_address,
            cacert=subject.site_options.cacert,
            authority=own_authority(subject.deployment),
            resolve=subject.site_options.resolve,
            plain_port=80 if site_address.site.port == 443 else 0,  # noqa: PLR2004 - the ports of http and https
        )
        async for finding in look(task):
            yield finding


def _plain(site_address: SiteAddress) -> Finding:
    site = site_address.site
    if site.is_loopback:
        return ids.LOCAL.passed(f"{site.url} is on this machine: the connection needs no encryption.")
    summary = (
        f"Users open {site.netloc} over plain HTTP. Anyone on the same network (such as the same Wi-Fi) can read passwords "
        "and take over sessions, and browsers block the microphone and the clipboard on HTTP pages."
    )
    remedy = "Use HTTPS: the wizard sets it up (access: https-proxy, with your own CA on a private network)."
    return ids.PLAIN.warn(summary, remedy=remedy)


async def look(task: TlsTask) -> AsyncIterator[Finding]:
    """Look at one https site: every address first, then what answers over HTTP."""
    from checks.net.http_backend import addresses
    from checks.net.trust import context

    trusted = context(task.cacert, task.authority)
    targets = _few(await addresses(task.site.host, task.resolve))
    if not targets:
        summary = f"This machine cannot resolve {task.site.host}, so the site could not be checked."
        remedy = f"Specify the host's IP address: --resolve {task.site.host}:ADDRESS."
        yield ids.NO_ADDRESS.unknown(summary, settings=task.site_address.settings, remedy=remedy)
        return
    tries = [tls_handshake(each, task.site.port, task.site.host, trusted, task.limits) for each in targets]
    seen = await asyncio.gather(*tries)
    for finding in _connections(task, seen):
        yield finding
    async for finding in _handshakes(task, [each for each in seen if each.fault not in CONNECTING]):
        yield finding
    async for finding in _answers(task, seen, trusted):
        yield finding


def _few(addresses: Iterable[str]) -> list[str]:
    found: dict[int, list[str]] = {4: [], 6: []}
    for address in addresses:
        found[family(address)].append(address)
    return [address for each in found.values() for address in each[:_MOST]]


def _connections(task: TlsTask, seen: list[Handshake]) -> Iterator[Finding]:
    """Say which addresses could not be connected to."""
    site = task.site
    works = [each for each in seen if each.fault not in CONNECTING]
    for each in seen:
        if each.fault not in CONNECTING:
            continue
        there = f"{each.address} (IPv{family(each.address)}), port {site.port},"
        evidence = (f"{each.address}: {each.detail}",)
        if each.fault is TlsFault.UNREACHABLE:
            summary = f"This machine has no route to {there} so this address could not be checked."
            remedy = "Try to open the site from a device that has a route (such as a phone without Wi-Fi)."
            yield ids.CONNECT.of(each.fault).unknown(summary, remedy=remedy, evidence=evidence)
        elif each.fault is TlsFault.SILENT and _maybe_hairpin(each.address) and not works:
            summary = (
                f"{there} does not respond to this machine. The cause may be a router without hairpin NAT, or a "
                "closed port."
            )
            remedy = (
                f"To bypass the router in the test, use --resolve {site.host}:PROXY-ADDRESS. Check that the router forwards port "
                f"{site.port}."
            )
            yield ids.CONNECT.of(each.fault).unknown(summary, remedy=remedy, evidence=evidence)
        elif works:
            other = ", ".join(sorted({work.address for work in works}))
            summary = (
                f"Nothing responds at {there} but connections to {other} succeed: some users wait a long time, some see nothing, "
                "and Let's Encrypt may fail to reach the site."
            )
            remedy = (
                "Remove this address from DNS, or make the proxy listen on it too (in nginx: listen [::]:443 ssl;)."
            )
            yield ids.CONNECT.of(each.fault).warn(
                summary, settings=task.site_address.settings, remedy=remedy, evidence=evidence
            )
        else:
            how = "refuses the connection" if each.fault is TlsFault.REFUSED else "does not respond"
            summary = f"{there} {how}: nobody can open {site.url}."
            remedy = (
                f"Check that the proxy is running (docker compose ps) and publishes port {site.port}, and that no firewall or "
                f"router blocks it. If the name belongs to another machine, use --resolve {site.host}:ADDRESS."
            )
            yield ids.CONNECT.of(each.fault).fail(
                summary, settings=task.site_address.settings, remedy=remedy, evidence=evidence
            )


def _maybe_hairpin(address: str) -> bool:
    behind = any(
        kind(own) in {AddressKind.PRIVATE, AddressKind.SHARED}
        for own in outgoing_addresses()
        if family(own) == family(address)
    )
    return behind and kind(address) is AddressKind.PUBLIC and not is_own(address)


async def _handshakes(task: TlsTask, seen: list[Handshake]) -> AsyncIterator[Finding]:
    """Say what the handshakes gave; addresses that gave the same are told of once."""
    now = datetime.now(UTC)
    evidence: set[tuple[object, ...]] = set()
    site = task.site
    refusals = [each for each in seen if each.fault is TlsFault.CERTIFICATE]
    looks = [tls_handshake(each.address, site.port, site.host, unverified_context(), task.limits) for each in refusals]
    shown = {look.address: look for look in await asyncio.gather(*looks)}
    for each in seen:
        if (look := shown.get(each.address)) is not None:
            key: tuple[object, ...] = ("refused", look.der)
            findings = list(refused(site, each, look.certificate, look.sent, now))
        elif each.fault is not None:
            fault = await _age(task, each)
            key = (fault, each.detail)
            findings = [_no_handshake(task, replace(each, fault=fault))]
        else:
            key = ("accepted", each.der)
            same = ", ".join(other.address for other in seen if other.der == each.der)
            own = await _is_own_ca(task, each)
            found = accepted(site, each, f"at {same}", now, is_own_ca=own)
            if own and await _is_by_folder(task, each):
                found = found._replace(summary=f"{found.summary} {TRUSTED}")
            findings = [found]
        if key not in evidence:
            evidence.add(key)
            for finding in findings:
                yield finding
    if len({each.fault for each in seen}) > 1:
        summary = (
            f"The IP addresses of {site.host} respond differently: whether LibreChat works depends on which address a "
            "browser picks."
        )
        yield ids.DIFFERENT.warn(summary, evidence=[each.address for each in seen])


async def _age(task: TlsTask, seen: Handshake) -> TlsFault | None:
    """Return the fault; a server that breaks off without a word may be too old for words."""
    if seen.fault not in {TlsFault.CLOSED, TlsFault.BROKEN}:
        return seen.fault
    again = await tls_handshake(seen.address, task.site.port, task.site.host, obsolete_context(), task.limits)
    return TlsFault.OLD if again.fault is None else seen.fault


async def _is_own_ca(task: TlsTask, seen: Handshake) -> bool:
    """Whether only an authority of the operator's own makes the certificate trusted."""
    if task.cacert is None and not task.authority:
        return False
    return await _is_untrusted_by(task, seen, None)


async def _is_by_folder(task: TlsTask, seen: Handshake) -> bool:
    """Whether only the authority of the folder's own proxy makes the certificate trusted."""
    return bool(task.authority) and await _is_untrusted_by(task, seen, task.cacert)


async def _is_untrusted_by(task: TlsTask, seen: Handshake, cacert: Path | None) -> bool:
    from checks.net.trust import context

    again = await tls_handshake(seen.address, task.site.port, task.site.host, context(cacert), task.limits)
    return again.fault is TlsFault.CERTIFICATE and again.code in {SELF_SIGNED, *UNTRUSTED}


def _no_handshake(task: TlsTask, seen: Handshake) -> Finding:
    site, evidence = task.site, (f"{seen.address}: {seen.detail}",)
    there = f"{site.netloc} at {seen.address}"
    if seen.fault is TlsFault.STALLED:
        summary = f"{there} accepts the connection but does not respond: the page keeps loading."
        remedy = "Check that the proxy accepts TLS connections at this address and that nothing on the network path blocks them, then try again."
        return ids.HANDSHAKE.of(TlsFault.STALLED).unknown(summary, remedy=remedy, evidence=evidence)
    summary, remedy = {
        TlsFault.PLAIN: (
            f"{there} does not speak TLS (plain HTTP, most likely): browsers cannot open {site.url}.",
            (
                "LibreChat itself does not speak TLS: put a proxy in front of it (in nginx: listen 443 ssl;), or "
                "correct the port in the URL."
            ),
        ),
        TlsFault.OLD: (
            f"{there} does not offer TLS 1.2 or later, so browsers refuse to connect.",
            f"Turn on TLS 1.2 and 1.3 {_VERSIONS}.",
        ),
        TlsFault.UNNAMED: (
            f"{there} aborts the handshake (no certificate for {site.host}): browsers cannot open {site.url}.",
            "Caddy does this until it has a certificate for the name. Caddy's log shows why it has none. Check that Caddy's configuration lists this name.",
        ),
        TlsFault.CLOSED: (
            f"{there} closes the connection instead of completing the TLS handshake: browsers cannot open {site.url}.",
            "The proxy's log shows why. The proxy may expect the PROXY protocol from another proxy in front of it.",
        ),
    }.get(
        seen.fault or TlsFault.BROKEN,
        (
            f"Could not establish a TLS connection to {there}: browsers cannot open {site.url}.",
            "The proxy's log shows why.",
        ),
    )
    return ids.HANDSHAKE.of(seen.fault or TlsFault.BROKEN).fail(summary, remedy=remedy, evidence=evidence)


async def _answers(task: TlsTask, seen: list[Handshake], trusted: ssl.SSLContext) -> AsyncIterator[Finding]:
    """Say what the site answers, as far as anybody can ask it."""
    from checks.net.http import Web
    from checks.site.tls.redirects import front, plain_port

    works = next((each for each in seen if each.fault is None), None)
    resolve = {**task.resolve, task.site.host: works.address} if works else task.resolve
    async with Web(trusted, resolve=resolve, seconds=task.answer) as web:
        asked: list[Awaitable[list[Finding]]] = []
        if works is not None:
            asked += [front(web, task.site), _old_versions(task, works.address)]
        if task.plain_port and any(each.fault not in CONNECTING for each in seen):
            asked.append(plain_port(web, task.site, task.plain_port))
        for findings in await asyncio.gather(*asked):
            for finding in findings:
                yield finding


async def _old_versions(task: TlsTask, address: str) -> list[Finding]:
    old = await tls_handshake(address, task.site.port, task.site.host, obsolete_context(), task.limits)
    if old.fault is not None:
        return []
    summary = f"{task.site.netloc} still accepts {old.version}, which is insecure; no browser needs it."
    return [ids.VERSION_OBSOLETE.warn(summary, remedy=f"Offer only TLS 1.2 and later {_VERSIONS}.")]
