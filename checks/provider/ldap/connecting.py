"""Connects to LDAP_URL: name, port, and the certificate exactly as LibreChat's Node verifies it."""

from __future__ import annotations

import errno
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from checks.net.identity import CertificateFacts, certificate_facts, is_for
from checks.net.lookup import Known, by_system
from checks.net.node_trust import context_of
from checks.net.openssl import EXPIRED, NOT_TLS, NOT_YET, SELF_SIGNED, WEAK
from checks.provider.ldap.connection import LdapConnection
from checks.provider.ldap.session import LdapSession, StopLdap
from wizard.basics.finding import Finding
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain
from wizard.findings import ldap as ids
from wizard.findings.ldap_settings import URL_LOOPBACK
from wizard.librechat.hosts import is_address

_MOST = 4
"""Addresses that are tried."""
_REASONS = {
    "expired": ("has expired", "Renew the directory's certificate."),
    "not-yet": ("is not valid yet", "Synchronize the clocks of both machines."),
    "weak": ("uses a key that is too weak", "Get a certificate with an RSA key of 2048 bits or more."),
    "self-signed": (
        "is self-signed",
        "Add this certificate to the file named in LDAP_CA_CERT_PATH, and set LDAP_TLS_REJECT_UNAUTHORIZED=true.",
    ),
    "untrusted": (
        "is not signed by a CA that LibreChat trusts",
        (
            "Add the root certificate of the directory's CA to the file named in LDAP_CA_CERT_PATH, and set "
            "LDAP_TLS_REJECT_UNAUTHORIZED=true. The directory itself must send the intermediate certificates."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: str
    detail: str = ""


async def resolve(session: LdapSession) -> list[Finding]:
    """Fill ``session.addresses`` as Node does: the system's own look-up, IPv4 and IPv6."""
    task, host = session.task, session.place.host
    if is_address(host):
        session.addresses = [host]
    elif host.lower() == "localhost":
        session.addresses = ["127.0.0.1", "::1"]
    else:
        answer = await by_system(host, task.limits.dns)
        if answer.known is not Known.FOUND:
            raise StopLdap(_unresolved(session, answer.detail, is_certain=answer.known is Known.NONE))
        session.addresses = list(answer.addresses)
    if task.in_container and _is_loopback(session.addresses):
        summary = f"{plain(host, limit=100)} in LDAP_URL is the local machine. Inside LibreChat's container, that is the container itself, which does not run a directory server."
        raise StopLdap(URL_LOOPBACK.fail(summary))
    return []


def _is_loopback(addresses: list[str]) -> bool:
    return bool(addresses) and all(
        is_address(address) and ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in addresses
    )


def _unresolved(session: LdapSession, why: str, *, is_certain: bool) -> Finding:
    host = session.place.host
    shown, evidence = plain(host, limit=100), (session.shown(why),) if why else ()
    if host in session.task.neighbours:
        summary = f"Only containers on LibreChat's network can resolve {shown}, so the directory could not be checked."
        return ids.CONNECT.of("inside").unknown(summary, evidence=evidence)
    if is_certain:
        summary = f"{shown} does not resolve: every LDAP sign-in fails with an error."
        return ids.CONNECT.of("name").fail(summary, evidence=evidence)
    summary = f"Could not look up {shown}: no DNS server responded."
    return ids.CONNECT.of("unresolved").unknown(summary, evidence=evidence)


async def reach(session: LdapSession) -> list[Finding]:
    """Find the address that answers, judge its certificate, and decide whether a password may go there."""
    task, place, settings = session.task, session.place, session.task.settings
    if place.secure:
        session.context = _unverifying() if not settings.verifies else _verifying(session)
    connection = await _first(session)
    async with connection:
        found = [ids.CONNECT_OK.passed(f"{session.host_and_port} responds at {session.address}.")]
        found += await _certificate(session, connection)
    is_local = session.is_local = task.exempts_loopback and _is_loopback([session.address])
    if not place.secure:
        session.is_protected = is_local
        session.why_unprotected = "LDAP_URL begins with ldap://, so the password crosses the network in plain text"
    session.is_protected = session.is_protected or is_local
    return found


def _verifying(session: LdapSession) -> ssl.SSLContext:
    authorities = session.task.authorities
    return session.task.trust.context(verifies=True) if authorities is None else context_of(authorities.text)


def _unverifying() -> ssl.SSLContext:
    context = context_of("")
    context.verify_mode = ssl.CERT_NONE
    return context


async def _first(session: LdapSession) -> LdapConnection:
    """Return a connection to the first address that gives one; TLS errors say more than a refused port."""
    failures: list[tuple[str, BaseException]] = []
    for address in session.addresses[:_MOST]:
        session.address = address
        try:
            return await session.connect()
        except (OSError, TimeoutError) as error:
            failures.append((address, error))
    session.address, worst = next((pair for pair in failures if isinstance(pair[1], ssl.SSLError)), failures[0])
    if isinstance(worst, ssl.SSLCertVerificationError):
        raise StopLdap(await _refused(session, worst))
    raise StopLdap(await _unreached(session, worst))


async def _unreached(session: LdapSession, error: BaseException) -> Finding:
    there, evidence = session.host_and_port, (session.shown(in_words(error)),)
    if isinstance(error, ssl.SSLError):
        return _no_handshake(session, error)
    if isinstance(error, TimeoutError):
        if session.place.secure and await _connects(session):
            summary = (
                f"{there} accepts connections but does not respond: sign-ins never finish, and the page keeps loading."
            )
            return ids.SILENT.of("connect").fail(summary, evidence=evidence)
        summary = f"{there} does not respond: a firewall may be dropping the packets. Every sign-in hangs, then fails."
        return ids.CONNECT.of("silent").fail(summary, evidence=evidence)
    number = getattr(error, "errno", None)
    if number in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        summary = f"There is no route from this machine to {there}: the directory could not be checked."
        return ids.CONNECT.of("unreachable").unknown(summary, evidence=evidence)
    if number == errno.ECONNREFUSED:
        summary = f"Nothing is listening on {there}: every sign-in fails with an error."
        return ids.CONNECT.of("refused").fail(summary, evidence=evidence)
    summary = f"{there} closed the connection: every sign-in fails with an error."
    return ids.CONNECT.of("closed").fail(summary, evidence=evidence)


def _no_handshake(session: LdapSession, error: ssl.SSLError) -> Finding:
    there, evidence = session.host_and_port, (session.shown(in_words(error)),)
    if str(error.reason or "") in NOT_TLS:
        summary = f"{there} does not speak TLS, but LDAP_URL begins with ldaps://: every sign-in fails with an error."
        return ids.PLAIN_PORT.fail(summary, evidence=evidence)
    summary = f"The TLS handshake with {there} failed: every sign-in fails with an error."
    return ids.CONNECT.of("handshake").fail(summary, evidence=evidence)


async def _connects(session: LdapSession) -> bool:
    try:
        connection = await LdapConnection.open(
            session.address, session.place.port, seconds=session.task.limits.diagnostics
        )
    except (OSError, TimeoutError):
        return False
    await connection.close()
    return True


async def _certificate(session: LdapSession, connection: LdapConnection) -> list[Finding]:
    """Judge the certificate: the name by Node's rules, and what verification would say where LibreChat does without."""
    if not session.place.secure:
        return []
    session.judged = connection.certificate
    present = certificate_facts(session.judged)
    if session.task.settings.verifies:
        if present is None or not is_for(session.place.host, present.names):
            raise StopLdap(_wrong_name(session, present))
        session.is_protected = True
        return [
            ids.CERTIFICATE_OK.passed(f"The certificate for {session.host_and_port} passes LibreChat's verification.")
        ]
    fault = await _hidden_fault(session, session.judged)
    session.is_protected = fault is None
    if fault is None:
        summary = "The directory's certificate is valid, but LibreChat would also accept an invalid one."
        return [ids.CERTIFICATE_UNVERIFIED.warn(summary, remedy="You can set LDAP_TLS_REJECT_UNAUTHORIZED=true.")]
    session.why_unprotected = f"LibreChat does not verify certificates, and this one {fault.detail}"
    summary = f"LibreChat accepts any certificate from the directory. The directory's certificate {fault.detail}."
    evidence = present.lines() if present is not None else ()
    remedy = f"{_fix(fault.kind)} Then set LDAP_TLS_REJECT_UNAUTHORIZED=true."
    return [ids.CERTIFICATE_UNVERIFIED.warn(summary, remedy=remedy, evidence=map(session.shown, evidence))]


async def _hidden_fault(session: LdapSession, shown: bytes) -> _Fault | None:
    """Return what verification finds on a second connection; it has to show the same certificate."""
    place = session.place
    try:
        async with await LdapConnection.open(
            session.address,
            place.port,
            seconds=session.task.limits.diagnostics,
            context=_verifying(session),
            server_name=place.host,
        ) as second:
            der = second.certificate
    except ssl.SSLCertVerificationError as error:
        kind = _kind(error, certificate_facts(shown))
        return _Fault(kind, _REASONS[kind][0])
    except (OSError, TimeoutError):
        return _Fault("untrusted", "could not be verified")
    facts = certificate_facts(der)
    if der != shown or facts is None:
        return _Fault("untrusted", "is different on each connection")
    return None if is_for(place.host, facts.names) else _Fault("name", "is issued for another name")


async def _refused(session: LdapSession, error: ssl.SSLCertVerificationError) -> Finding:
    seen = await _seen(session)
    kind = _kind(error, seen)
    reason, remedy = _REASONS[kind]
    summary = f"The certificate for {session.host_and_port} {reason}: LibreChat refuses it, and every sign-in fails with an error."
    doubt = session.task.trust.problem if session.task.authorities is None else ""
    lines = (error.verify_message, *(seen.lines() if seen else ()), doubt)
    return ids.CERTIFICATE.of(kind).fail(
        summary, remedy=remedy, evidence=[session.shown(line) for line in lines if line]
    )


async def _seen(session: LdapSession) -> CertificateFacts | None:
    """Return what the refused certificate says. Nothing is sent on this connection but the handshake."""
    try:
        async with await LdapConnection.open(
            session.address,
            session.place.port,
            seconds=session.task.limits.diagnostics,
            context=_unverifying(),
            server_name=session.place.host,
        ) as connection:
            return certificate_facts(connection.certificate)
    except (OSError, TimeoutError):
        return None


def _kind(error: ssl.SSLCertVerificationError, seen: CertificateFacts | None) -> str:
    now = datetime.now(UTC)
    if error.verify_code == EXPIRED or (seen is not None and seen.not_after < now):
        return "expired"
    if error.verify_code == NOT_YET or (seen is not None and seen.not_before > now):
        return "not-yet"
    if error.verify_code in WEAK:
        return "weak"
    return "self-signed" if error.verify_code == SELF_SIGNED else "untrusted"


def _fix(kind: str) -> str:
    return _REASONS[kind][1] if kind in _REASONS else "In LDAP_URL, use a name from the directory's certificate."


def _wrong_name(session: LdapSession, seen: CertificateFacts | None) -> Finding:
    host = plain(session.place.host, limit=100)
    summary = f"The certificate for {session.host_and_port} is not valid for {host}: every sign-in fails with an error."
    names = list(_usable(seen))
    remedy = "In LDAP_URL, use a name from the directory's certificate."
    if names:
        port = "" if session.place.port == 636 else f":{session.place.port}"  # noqa: PLR2004 - the scheme's own
        remedy = f"If {plain(names[0], limit=100)} is your directory, set LDAP_URL=ldaps://{plain(names[0], limit=100)}{port}."
    lines = seen.lines() if seen else ()
    return ids.CERTIFICATE.of("name").fail(summary, remedy=remedy, evidence=map(session.shown, lines))


def _usable(seen: CertificateFacts | None) -> Iterator[str]:
    yield from (name for name in (seen.names.usable if seen else ()) if "*" not in name)
