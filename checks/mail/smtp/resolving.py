"""From the server's name to its addresses, the way nodemailer goes: DNS first, then the system's own way."""

from __future__ import annotations

from checks.mail.smtp.session import SmtpSession, Stop, fail, finding, passed, warn
from checks.net.lookup import Known, Servers, by_dns, by_system
from checks.net.machine import outgoing_addresses
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.librechat.mail_transport import is_address

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
    found.append(passed("smtp.resolve.ok", summary))
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
    """Ask DNS in the families that this machine has a way out in: nodemailer leaves the others out."""
    routed = outgoing_addresses()
    kinds = [kind for kind, sign in (("A", "."), ("AAAA", ":")) if any(sign in address for address in routed)]
    return list((await by_dns(host, Servers(seconds=seconds), kinds)).addresses)


async def _by_system(session: SmtpSession, found: list[Finding]) -> list[str]:
    limits = session.task.limits
    answer = await by_system(session.task.smtp.host, session.budget.allow(limits.dns))
    if answer.known is not Known.FOUND:
        raise Stop(*found, _unresolved(session, answer.detail, is_certain=answer.known is Known.NONE))
    return list(answer.addresses)


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
