"""The connection and the greeting."""

from __future__ import annotations

import asyncio
import errno
import ssl
import time
from typing import NoReturn

from checks.mail.smtp import tls
from checks.mail.smtp.state import SmtpSession, Stop, fail, good, warn
from checks.mail.smtp.wire import SmtpConnection, SmtpError, SmtpReply, Trouble
from wizard.basics.finding import Finding
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain

_MAIL_PORTS = (587, 465, 25, 2525)
_MOST = 4
"""Addresses that are tried."""
_SLOW = 5.0


async def connect(state: SmtpSession) -> list[Finding]:
    """Open ``state.line``, with TLS from the first byte where LibreChat begins so."""
    smtp = state.errand.smtp
    if smtp.port is None:
        summary = "EMAIL_PORT is no port: LibreChat cannot even try to connect."
        raise Stop(fail("smtp.connect.port", summary, ("EMAIL_PORT",), "587, or 465 with EMAIL_ENCRYPTION=tls."))
    failures: list[tuple[str, BaseException]] = []
    for address in state.addresses[:_MOST]:
        try:
            state.line = await _open(state, address)
        except (OSError, TimeoutError) as error:
            failures.append((address, error))
        else:
            state.address = address
            break
    if state.line is None:
        raise Stop(*_about_port(state), await _unreached(state, failures))
    found = _about_port(state)
    if failures and not smtp.tries_every_address:
        shown = ", ".join(f"{address}: {in_words(error)}" for address, error in failures)
        summary = (
            f"Of the addresses of {plain(smtp.host)} some do not answer, and this LibreChat draws one by lot for each "
            "mail: some mails fail."
        )
        names = state.server_settings
        found.append(
            warn("smtp.connect.some", summary, names, "Update LibreChat to v0.8.5 or later.", state.shown(shown))
        )
    how = f" with {state.line.tls_version}" if state.line.secure else ""
    found.append(good("smtp.connect.ok", f"{state.there} answers at {state.address}{how}."))
    certificate = await tls.judge(state)
    if any(finding.status == "FAIL" for finding in certificate):
        raise Stop(*found, *certificate)
    return found + certificate


def _about_port(state: SmtpSession) -> list[Finding]:
    """Say which port it is where EMAIL_PORT says another one, or none (``Number(port) || default``)."""
    errand = state.errand
    if errand.smtp.service or errand.port_text is None or errand.port_text.strip() == str(errand.smtp.port):
        return []
    summary = f"EMAIL_PORT is '{plain(errand.port_text, limit=40)}': LibreChat takes port {errand.smtp.port}."
    return [
        warn("smtp.connect.port-read", summary, ("EMAIL_PORT",), f"EMAIL_PORT={errand.smtp.port}, if that is meant.")
    ]


async def _open(state: SmtpSession, address: str) -> SmtpConnection:
    smtp, limits = state.errand.smtp, state.errand.limits
    if not smtp.secure:
        return await SmtpConnection.open(address, state.port, seconds=state.clock.allow(limits.connect))
    return await SmtpConnection.open(
        address,
        state.port,
        seconds=state.clock.allow(limits.tls),
        context=state.errand.trust.context(verifies=smtp.verifies),
        server_name=smtp.server_name,
    )


async def _unreached(state: SmtpSession, failures: list[tuple[str, BaseException]]) -> Finding:
    smtp = state.errand.smtp
    # What got furthest says most: a TLS error means that somebody is there.
    address, error = next((pair for pair in failures if isinstance(pair[1], ssl.SSLError)), failures[0])
    if smtp.secure and (isinstance(error, ssl.SSLError) or not _is_network(error)):
        if not isinstance(error, ssl.SSLCertVerificationError) and (
            tls.is_no_tls(error) or await _greets(state, address)
        ):
            return _tls_on_a_plain_port(state, error)
        return await tls.failed(state, error, "connect", address)
    told = tuple(state.shown(f"{address}: {in_words(error)}") for address, error in failures)
    others = await _neighbours(state, address)
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        identity, summary = "refused", f"Nobody listens at {state.there}."
    elif number in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        identity, summary = "unreachable", f"There is no way from here to {state.there}."
    elif isinstance(error, TimeoutError):
        identity, summary = "timeout", f"{state.there} does not answer: a firewall drops what is sent there."
    else:
        identity, summary = "failed", f"No connection with {state.there} came about."
    if others:
        listed = " and ".join(str(port) for port in others)
        summary += f" The server itself is there: port {listed} answers."
        remedy = f"EMAIL_PORT={others[0]}, with EMAIL_ENCRYPTION={'tls' if others[0] == 465 else 'starttls'}."  # noqa: PLR2004
    elif smtp.port == 25:  # noqa: PLR2004 - the port between servers
        remedy = f"Most providers block port 25 on the way out: use 587. Is {state.named} right?"
    elif isinstance(error, TimeoutError):
        remedy = (
            f"Is {state.named} right? Many hosting providers block ports 25, 465 and 587 on the way out: ask yours to open one, "
            "take a mail provider with port 2525, or Mailgun's API, which goes over HTTPS."
        )
    else:
        remedy = f"Is {state.named} right, and does a firewall on the way out let this port pass?"
    return fail(f"smtp.connect.{identity}", summary, state.server_settings, remedy, *told)


def _is_network(error: BaseException) -> bool:
    numbers = (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)
    return getattr(error, "errno", None) in numbers


async def _neighbours(state: SmtpSession, address: str) -> list[int]:
    async def answers(port: int) -> bool:
        try:
            line = await SmtpConnection.open(address, port, seconds=state.clock.allow(state.errand.limits.aside / 2))
        except (OSError, TimeoutError):
            return False
        line.close()
        return True

    ports = [port for port in _MAIL_PORTS if port != state.port]
    answered = await asyncio.gather(*map(answers, ports))
    return [port for port, does in zip(ports, answered, strict=True) if does]


async def _greets(state: SmtpSession, address: str) -> bool:
    """Whether the port begins with a greeting in clear."""
    seconds = state.clock.allow(state.errand.limits.aside)
    try:
        line = await SmtpConnection.open(address, state.port, seconds=seconds)
    except (OSError, TimeoutError):
        return False
    try:
        await line.greeting(seconds)
    except SmtpError as no_answer:
        return no_answer.trouble is Trouble.GARBLED
    else:
        return True
    finally:
        line.close()


def _tls_on_a_plain_port(state: SmtpSession, error: BaseException) -> Finding:
    smtp = state.errand.smtp
    because = f"EMAIL_SERVICE={plain(smtp.service)}" if smtp.service else "EMAIL_ENCRYPTION=tls"
    summary = (
        f"Port {smtp.port} of {plain(smtp.host)} begins in clear, and LibreChat begins with TLS there ({because}): every mail "
        "fails."
    )
    remedy = "EMAIL_ENCRYPTION=starttls, or the port that speaks TLS from the first byte (EMAIL_PORT=465)."
    return fail("smtp.connect.not-tls", summary, state.mode_settings, remedy, state.shown(in_words(error)))


async def greet(state: SmtpSession) -> list[Finding]:
    """Wait for the greeting as long as nodemailer does; while nothing comes, look whether the port wants TLS first."""
    limits = state.errand.limits
    if state.line is None:
        return []
    begun = time.monotonic()
    reading = asyncio.ensure_future(state.line.greeting(state.clock.allow(limits.greeting)))
    try:
        await asyncio.wait({reading}, timeout=limits.patience)
        if not reading.done() and not state.line.secure and await _speaks_tls(state) and not reading.done():
            raise Stop(_plain_on_a_tls_port(state))
        reply = await reading
    except SmtpError as no_answer:
        _no_greeting(state, no_answer)
    finally:
        reading.cancel()
    if reply.code != 220:  # noqa: PLR2004 - RFC 5321 section 4.2.3
        raise Stop(_unwelcome(state, reply))
    waited = time.monotonic() - begun
    if waited > _SLOW:
        summary = f"{state.there} let the check wait {waited:.0f} s for its greeting; whoever registers waits as long."
        return [warn("smtp.greeting.slow", summary, (), "Some servers do so on purpose on port 25: use 587.")]
    return [good("smtp.greeting.ok", "The server greets.", state.shown(reply))]


def _no_greeting(state: SmtpSession, no_answer: SmtpError) -> NoReturn:
    if tls.is_client_certificate(no_answer.cause):
        raise Stop(tls.client_certificate(state, "connect", state.shown(in_words(no_answer.cause)))) from None
    if no_answer.trouble is not Trouble.SILENT:
        state.give_up("greeting", no_answer)
    summary = (
        f"{state.there} took the connection and sent no whole greeting in {state.errand.limits.greeting:g} s: LibreChat gives up "
        "then, and no mail goes out."
    )
    remedy = "Is this the port of a mail server? Some servers make strangers wait: ask its operator."
    raise Stop(fail("smtp.greeting.silent", summary, state.server_settings, remedy)) from None


async def _speaks_tls(state: SmtpSession) -> bool:
    seconds = state.clock.allow(state.errand.limits.aside)
    context = state.errand.trust.context(verifies=False)
    try:
        line = await SmtpConnection.open(state.address, state.port, seconds=seconds, context=context)
    except ssl.SSLError as error:
        # An alert is TLS, too: it says so in its own words.
        return "ALERT" in str(error.reason)
    except (OSError, TimeoutError):
        return False
    line.close()
    return True


def _plain_on_a_tls_port(state: SmtpSession) -> Finding:
    smtp = state.errand.smtp
    summary = (
        f"Port {smtp.port} of {plain(smtp.host)} speaks TLS from the first byte, and LibreChat waits there for a greeting in "
        "clear: every mail times out after 30 s."
    )
    remedy = "EMAIL_ENCRYPTION=tls, or EMAIL_PORT=587 with EMAIL_ENCRYPTION=starttls."
    return fail("smtp.greeting.tls-first", summary, state.mode_settings, remedy)


def _unwelcome(state: SmtpSession, reply: SmtpReply) -> Finding:
    told = state.shown(reply)
    if reply.is_temporary:
        summary = f"{state.there} is busy or limits who may connect: it sends LibreChat away, which does not try again."
        return fail(
            "smtp.greeting.busy", summary, (), "Wait some minutes and try again; ask the server's operator.", told
        )
    summary = f"{state.there} refuses to talk with this machine: no mail goes out."
    remedy = "Use the port for customers (587), or have the server's operator let this machine's address in."
    return fail("smtp.greeting.refused", summary, state.server_settings, remedy, told)
