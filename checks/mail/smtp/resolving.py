"""From the server's name to its addresses, the way nodemailer goes: DNS first, then the system's own way."""

from __future__ import annotations

import asyncio
import socket

from checks.mail.smtp.session import SmtpSession, Stop, fail, finding, good, warn
from wizard.basics.finding import Finding, Status
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain
from wizard.librechat.mail_transport import is_address

_UNTOLD = (socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM, socket.EAI_MEMORY)
"""Answers of the system that say nothing about the name (RFC 3493 section 6.1)."""
_MOST = 6
"""Addresses that are tried at most."""


async def resolve(session: SmtpSession) -> list[Finding]:
    """Fill ``session.addresses`` (lib/shared/index.js, ``resolveHostname``)."""
    task = session.task
    host = task.smtp.host
    found = [*_not_set_up(session), *_about_service(session)]
    if is_address(host):
        session.addresses = [host]
    elif host.lower() == "localhost":
        session.addresses = ["127.0.0.1", "::1"]  # without a question, as Node's resolver (RFC 6761 section 6.3)
    else:
        session.addresses = await _by_dns(host, session.budget.allow(task.limits.dns)) or await _by_system(
            session, found
        )
    if task.in_container and any(_is_loopback(address) for address in session.addresses):
        summary = (
            f"{plain(host)} is the machine itself, and LibreChat runs in a container: there it is the container, in which no "
            "mail server runs. What follows is true only for a LibreChat outside of a container."
        )
        remedy = "Name the server as containers reach it: its service name, or host.docker.internal with extra_hosts."
        found.append(warn("smtp.resolve.loopback", summary, session.server_settings, remedy))
    shown = ", ".join(session.addresses[:_MOST])
    summary = (
        f"{shown} is an address: there is no name to look up."
        if is_address(host)
        else f"{plain(host)} leads to {shown}."
    )
    found.append(good("smtp.resolve.ok", summary))
    return found


def _not_set_up(session: SmtpSession) -> list[Finding]:
    if session.task.configured:
        return []
    summary = (
        "LibreChat takes mail for not set up and sends none, whatever this server says: it wants EMAIL_FROM and, before "
        "v0.8.4, user and password."
    )
    names = ("EMAIL_FROM", "EMAIL_USERNAME", "EMAIL_PASSWORD")
    return [warn("smtp.sender.not-set-up", summary, names, "Set what is missing.")]


def _about_service(session: SmtpSession) -> list[Finding]:
    smtp = session.task.smtp
    if not smtp.service or smtp.service_known:
        return []
    summary = (
        f"nodemailer {smtp.nodemailer} knows no service of the name {plain(smtp.service)}: LibreChat tries {smtp.host}, port "
        f"{smtp.port}, which is its own container. EMAIL_HOST does not count beside EMAIL_SERVICE."
    )
    remedy = "Take EMAIL_SERVICE out and set EMAIL_HOST and EMAIL_PORT."
    return [warn("smtp.resolve.service", summary, ("EMAIL_SERVICE",), remedy)]


async def _by_dns(host: str, seconds: float) -> list[str]:
    import dns.asyncresolver
    import dns.exception
    import dns.name
    import dns.rdatatype

    try:
        resolver = dns.asyncresolver.Resolver()
        name = dns.name.from_text(host)
    except (dns.exception.DNSException, UnicodeError, OSError):
        return []

    async def addresses(kind: dns.rdatatype.RdataType) -> list[str]:
        try:
            answer = await resolver.resolve(name, kind, search=False, lifetime=seconds)
        except (dns.exception.DNSException, OSError):
            return []
        return [str(record.address) for record in answer]

    kinds = [kind for kind, family in _KINDS if _is_routed(family)]
    return [
        address
        for part in await asyncio.gather(*(addresses(dns.rdatatype.from_text(kind)) for kind in kinds))
        for address in part
    ]


_KINDS = (("A", socket.AF_INET), ("AAAA", socket.AF_INET6))
_SOMEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def _is_routed(family: socket.AddressFamily) -> bool:
    """Whether this machine has a way out in that family: nodemailer leaves the others out. Nothing is sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.connect((_SOMEWHERE[family], 9))
    except OSError:
        return False
    return True


async def _by_system(session: SmtpSession, found: list[Finding]) -> list[str]:
    host = session.task.smtp.host
    loop = asyncio.get_running_loop()
    why = ""
    is_certain = True
    try:
        async with asyncio.timeout(session.budget.allow(session.task.limits.dns)):
            answers = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    except socket.gaierror as error:
        is_certain = error.errno not in _UNTOLD
        why = error.strerror or ""
    except TimeoutError:
        is_certain, why = False, f"no answer in {session.task.limits.dns:g} s"
    except UnicodeError:
        why = "a part of the name is empty, or longer than 63 characters"
    except (OSError, ValueError) as error:
        why = in_words(error)
    raise Stop(*found, _unresolved(session, why, is_certain=is_certain))


def _unresolved(session: SmtpSession, why: str, *, is_certain: bool) -> Finding:
    host = session.task.smtp.host
    shown, evidence = plain(host), (session.shown(why),) if why else ()
    if host in session.task.neighbours:
        summary = f"{shown} is a name that only containers beside LibreChat can resolve: from here nothing can be told."
        remedy = "Send a mail from LibreChat, or run the check where the name is known."
        return finding(
            "smtp.resolve.inside",
            Status.UNKNOWN,
            summary,
            settings=session.server_settings,
            remedy=remedy,
            evidence=evidence,
        )
    if host != host.strip() or any(sign in host for sign in ":/[]@ "):
        summary = f"EMAIL_HOST is more than a name: LibreChat looks for a server that is called '{shown}'."
        remedy = "The bare name or address: no blank, no scheme, no port, no brackets."
        return fail("smtp.resolve.form", summary, ("EMAIL_HOST",), remedy, *evidence)
    if is_certain:
        summary = f"There is no server of the name {shown}."
        remedy = "Compare it letter by letter with what the mail provider says."
        if session.task.smtp.service:
            remedy = (
                "That name stands for EMAIL_SERVICE: can this machine resolve other names? Else set EMAIL_HOST instead."
            )
        return fail("smtp.resolve.unknown", summary, session.server_settings, remedy, *evidence)
    summary = f"The name {shown} could not be looked up: DNS gives this machine no answer."
    remedy = "Is this machine online? Try again."
    return finding(
        "smtp.resolve.unavailable",
        Status.UNKNOWN,
        summary,
        settings=session.server_settings,
        remedy=remedy,
        evidence=evidence,
    )


def _is_loopback(address: str) -> bool:
    import ipaddress

    return is_address(address) and ipaddress.ip_address(address).is_loopback
