"""Resolves the mail server's name as nodemailer does: DNS first, then the system's resolver."""

from __future__ import annotations

from checks.mail.smtp.session import SmtpSession, Stop
from checks.net.lookup import Known, Servers, by_dns, by_system
from checks.net.machine import outgoing_addresses
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import envelope as envelope_ids
from wizard.findings import smtp as ids
from wizard.librechat.hosts import is_address

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
            f"{plain(host)} is the local machine. LibreChat runs in a container, where this name means the container itself, which does not run a mail server. The results below apply only if LibreChat runs outside "
            "a container."
        )
        found.append(ids.RESOLVE_LOOPBACK.warn(summary, settings=session.server_settings))
    shown = ", ".join(session.addresses[:_MOST])
    summary = (
        f"{shown} is an IP address: there is no name to look up."
        if is_address(host)
        else f"{plain(host)} resolves to {shown}."
    )
    found.append(ids.RESOLVE_OK.passed(summary))
    return found


def _not_set_up(session: SmtpSession) -> list[Finding]:
    if session.task.configured:
        return []
    return [envelope_ids.SENDER_NOT_SET_UP.warn()]


def _about_service(session: SmtpSession) -> list[Finding]:
    smtp = session.task.smtp
    if not smtp.service or smtp.service_known:
        return []
    summary = f"nodemailer {smtp.nodemailer} does not support the service {plain(smtp.service)}. LibreChat therefore connects to {smtp.host}:{smtp.port} in its own container instead of to a mail server. EMAIL_HOST is ignored when EMAIL_SERVICE is set."
    return [ids.RESOLVE_SERVICE.warn(summary)]


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
        summary = f"Only containers on LibreChat's network can resolve {shown}, so the server could not be checked from this machine."
        return ids.RESOLVE_INSIDE.unknown(summary, settings=session.server_settings, evidence=evidence)
    if host != host.strip() or any(sign in host for sign in ":/[]@ "):
        summary = f"EMAIL_HOST is not a plain host name: LibreChat looks for a server named '{shown}'."
        return ids.RESOLVE_FORM.fail(summary, evidence=evidence)
    if is_certain:
        summary = f"{shown} does not resolve: DNS has no such name."
        remedy = "Check the spelling of EMAIL_HOST against your mail provider's documentation."
        if session.task.smtp.service:
            remedy = "The host name comes from EMAIL_SERVICE. If this machine can resolve other names, set EMAIL_HOST instead."
        return ids.RESOLVE_UNKNOWN.fail(summary, settings=session.server_settings, remedy=remedy, evidence=evidence)
    summary = f"Could not look up {shown}: no DNS server responded."
    return ids.RESOLVE_UNAVAILABLE.unknown(summary, settings=session.server_settings, evidence=evidence)


def _is_loopback(address: str) -> bool:
    import ipaddress

    return is_address(address) and ipaddress.ip_address(address).is_loopback
