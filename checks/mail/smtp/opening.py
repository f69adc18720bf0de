"""The stages connection and greeting."""

from __future__ import annotations

import asyncio
import errno
import ssl
import time
from typing import NoReturn

from checks.mail.smtp import tls
from checks.mail.smtp.connection import SmtpConnection, SmtpReply
from checks.mail.smtp.session import SmtpSession, Stop
from checks.net.errors import Failure, SmtpError
from wizard.basics.finding import Finding, Status
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain
from wizard.findings import smtp as ids

_MAIL_PORTS = (587, 465, 25, 2525)
_MOST = 4
"""Addresses that are tried."""
_SLOW = 5.0


async def connect(session: SmtpSession) -> list[Finding]:
    """Open ``session.connection``, with TLS from the first byte if LibreChat does so."""
    smtp = session.task.smtp
    if smtp.port is None:
        raise Stop(ids.CONNECT_PORT.fail())
    failures: list[tuple[str, BaseException]] = []
    for address in session.addresses[:_MOST]:
        try:
            session.connection = await _open(session, address)
        except (OSError, TimeoutError) as error:
            failures.append((address, error))
        else:
            session.address = address
            break
    if session.connection is None:
        raise Stop(*_about_port(session), await _unreached(session, failures))
    found = _about_port(session)
    if failures and not smtp.tries_every_address:
        shown = ", ".join(f"{address}: {in_words(error)}" for address, error in failures)
        summary = f"Some IP addresses of {plain(smtp.host)} do not respond. This LibreChat release picks an IP address at random for each email, so some emails are not sent."
        names = session.server_settings
        found.append(ids.CONNECT_SOME.warn(summary, settings=names, evidence=(session.shown(shown),)))
    how = f" with {session.connection.tls_version}" if session.connection.secure else ""
    found.append(ids.CONNECT_OK.passed(f"{session.host_and_port} responds at {session.address}{how}."))
    certificate = await tls.judge(session)
    if any(finding.status is Status.FAIL for finding in certificate):
        raise Stop(*found, *certificate)
    return found + certificate


def _about_port(session: SmtpSession) -> list[Finding]:
    """Say which port it is where EMAIL_PORT says another one, or none (``Number(port) || default``)."""
    task = session.task
    if task.smtp.service or task.port_text is None or task.port_text.strip() == str(task.smtp.port):
        return []
    summary = f"EMAIL_PORT is '{plain(task.port_text, limit=40)}', so LibreChat uses port {task.smtp.port}."
    return [ids.CONNECT_PORT_READ.warn(summary, remedy=f"If that is intended, set EMAIL_PORT={task.smtp.port}.")]


async def _open(session: SmtpSession, address: str) -> SmtpConnection:
    smtp, limits = session.task.smtp, session.task.limits
    if not smtp.secure:
        seconds = session.budget.allow(limits.connect)
        return await SmtpConnection.open(
            address, session.port, seconds=seconds, skips_blank_lines=smtp.skips_blank_lines
        )
    return await SmtpConnection.open(
        address,
        session.port,
        seconds=session.budget.allow(limits.tls),
        context=session.task.trust.context(verifies=smtp.verifies),
        server_name=smtp.server_name,
        skips_blank_lines=smtp.skips_blank_lines,
    )


async def _unreached(session: SmtpSession, failures: list[tuple[str, BaseException]]) -> Finding:
    smtp = session.task.smtp
    # What got furthest says most: a TLS error means that somebody is there.
    address, error = next((pair for pair in failures if isinstance(pair[1], ssl.SSLError)), failures[0])
    if smtp.secure and (isinstance(error, ssl.SSLError) or not _is_network(error)):
        if not isinstance(error, ssl.SSLCertVerificationError) and (
            tls.is_no_tls(error) or await _greets(session, address)
        ):
            return _tls_on_a_plain_port(session, error)
        return await tls.failed(session, error, "connect", address)
    evidence = tuple(session.shown(f"{address}: {in_words(error)}") for address, error in failures)
    others = await _neighbours(session, address)
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        member, summary = "refused", f"Nothing is listening on {session.host_and_port}."
    elif number in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        member, summary = "unreachable", f"There is no route from this machine to {session.host_and_port}."
    elif isinstance(error, TimeoutError):
        member, summary = (
            "timeout",
            f"{session.host_and_port} does not respond: a firewall may be dropping the packets.",
        )
    else:
        member, summary = "failed", f"Could not connect to {session.host_and_port}."
    if others:
        listed = " and ".join(str(port) for port in others)
        summary += f" The server itself is up. Open ports: {listed}."
        remedy = f"Set EMAIL_PORT={others[0]} and EMAIL_ENCRYPTION={'tls' if others[0] == 465 else 'starttls'}."  # noqa: PLR2004
    elif smtp.port == 25:  # noqa: PLR2004 - the port between servers
        remedy = f"Most providers block outgoing port 25: use 587. Also check {session.server_setting}."
    elif isinstance(error, TimeoutError):
        remedy = f"Check {session.server_setting}. Many hosting providers block outgoing ports 25, 465 and 587. Ask your hosting provider to open one of these ports, or use a mail provider that offers port 2525, or Mailgun's API, which uses HTTPS."
    else:
        remedy = f"Check {session.server_setting}, and check that no firewall blocks this outgoing port."
    return ids.CONNECT.of(member).fail(summary, settings=session.server_settings, remedy=remedy, evidence=evidence)


def _is_network(error: BaseException) -> bool:
    numbers = (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)
    return getattr(error, "errno", None) in numbers


async def _neighbours(session: SmtpSession, address: str) -> list[int]:
    async def answers(port: int) -> bool:
        try:
            connection = await SmtpConnection.open(
                address, port, seconds=session.budget.allow(session.task.limits.diagnostics / 2)
            )
        except (OSError, TimeoutError):
            return False
        connection.close()
        return True

    ports = [port for port in _MAIL_PORTS if port != session.port]
    answered = await asyncio.gather(*map(answers, ports))
    return [port for port, does in zip(ports, answered, strict=True) if does]


async def _greets(session: SmtpSession, address: str) -> bool:
    """Whether the port begins with a greeting in clear."""
    seconds = session.budget.allow(session.task.limits.diagnostics)
    try:
        connection = await SmtpConnection.open(address, session.port, seconds=seconds)
    except (OSError, TimeoutError):
        return False
    try:
        await connection.greeting(seconds)
    except SmtpError as error:
        return error.failure is Failure.GARBLED
    else:
        return True
    finally:
        connection.close()


def _tls_on_a_plain_port(session: SmtpSession, error: BaseException) -> Finding:
    smtp = session.task.smtp
    because = f"EMAIL_SERVICE={plain(smtp.service)}" if smtp.service else "EMAIL_ENCRYPTION=tls"
    summary = (
        f"Port {smtp.port} of {plain(smtp.host)} expects the connection to start unencrypted, but LibreChat starts with TLS ({because}): "
        "every email fails."
    )
    return ids.CONNECT_NOT_TLS.fail(summary, settings=session.mode_settings, evidence=(session.shown(in_words(error)),))


async def greet(session: SmtpSession) -> list[Finding]:
    """Wait for the greeting as long as nodemailer does; while nothing comes, look whether the port wants TLS first."""
    limits = session.task.limits
    if session.connection is None:
        return []
    begun = time.monotonic()
    reading = asyncio.ensure_future(session.connection.greeting(session.budget.allow(limits.greeting)))
    try:
        await asyncio.wait({reading}, timeout=limits.before_tls_probe)
        if not reading.done() and not session.connection.secure and await _speaks_tls(session) and not reading.done():
            raise Stop(_plain_on_a_tls_port(session))
        reply = await reading
    except SmtpError as error:
        _no_greeting(session, error)
    finally:
        reading.cancel()
    if reply.code != 220:  # noqa: PLR2004 - RFC 5321 section 4.2.3
        raise Stop(_unwelcome(session, reply))
    waited = time.monotonic() - begun
    if waited > _SLOW:
        summary = f"{session.host_and_port} waited {waited:.0f} s before it sent its greeting; users who register have to wait just as long."
        return [ids.GREETING_SLOW.warn(summary)]
    return [ids.GREETING_OK.passed(evidence=(session.shown(reply),))]


def _no_greeting(session: SmtpSession, error: SmtpError) -> NoReturn:
    if tls.is_client_certificate(error.cause):
        raise Stop(tls.client_certificate(session, "connect", session.shown(in_words(error.cause)))) from None
    if error.failure is not Failure.SILENT:
        session.give_up("greeting", error)
    summary = (
        f"{session.host_and_port} accepted the connection but sent no complete greeting within "
        f"{session.task.limits.greeting:g} s: LibreChat gives up, and no mail is sent."
    )
    raise Stop(ids.GREETING_SILENT.fail(summary, settings=session.server_settings)) from None


async def _speaks_tls(session: SmtpSession) -> bool:
    seconds = session.budget.allow(session.task.limits.diagnostics)
    context = session.task.trust.context(verifies=False)
    try:
        connection = await SmtpConnection.open(session.address, session.port, seconds=seconds, context=context)
    except ssl.SSLError as error:
        # An alert is TLS, too: it says so in its own words.
        return "ALERT" in str(error.reason)
    except (OSError, TimeoutError):
        return False
    connection.close()
    return True


def _plain_on_a_tls_port(session: SmtpSession) -> Finding:
    smtp = session.task.smtp
    summary = (
        f"Port {smtp.port} of {plain(smtp.host)} expects TLS from the first byte, but LibreChat waits for an "
        "unencrypted greeting: every email times out after 30 s."
    )
    return ids.GREETING_TLS_FIRST.fail(summary, settings=session.mode_settings)


def _unwelcome(session: SmtpSession, reply: SmtpReply) -> Finding:
    evidence = session.shown(reply)
    if reply.is_temporary:
        summary = f"{session.host_and_port} refuses the connection because it is busy or limits connections. LibreChat does not retry."
        return ids.GREETING_BUSY.fail(summary, evidence=(evidence,))
    summary = f"{session.host_and_port} refuses connections from this machine: no mail is sent."
    return ids.GREETING_REFUSED.fail(summary, settings=session.server_settings, evidence=(evidence,))
