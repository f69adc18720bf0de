"""The stages EHLO and STARTTLS."""

from __future__ import annotations

from checks.mail.smtp import tls
from checks.mail.smtp.connection import SmtpReply
from checks.mail.smtp.offer import after_ehlo, after_helo
from checks.mail.smtp.session import SmtpSession, Stop
from wizard.basics.finding import Finding, Status
from wizard.findings import smtp as ids
from wizard.librechat.mail_transport import StartTls

_SMALL = 64 * 1024
"""Bytes. LibreChat's emails have about 5000; a footer that a provider adds must fit in, too."""


async def hello(session: SmtpSession) -> list[Finding]:
    """Introduce LibreChat and read what the server offers; HELO where it knows no EHLO (``_actionEHLO``)."""
    name = session.task.hello.encode("utf-8", "replace")
    reply = await session.ask("ehlo", b"EHLO " + name)
    if reply.code == 421:  # noqa: PLR2004 - RFC 5321 section 4.2.3
        summary = f"{session.host_and_port} closed the connection: the server is busy or has too many connections. LibreChat does not retry."
        raise Stop(ids.EHLO_BUSY.fail(summary, evidence=(session.shown(reply),)))
    if reply.is_good:
        session.offer = after_ehlo(reply.text)
        return [ids.EHLO_OK.passed(evidence=(session.shown(reply),)), *_about_size(session)]
    if session.task.smtp.starttls is StartTls.REQUIRED:
        raise Stop(_refused(session, reply))
    second = await session.ask("ehlo", b"HELO " + name)
    if not second.is_good:
        raise Stop(_refused(session, second))
    session.offer = after_helo()
    summary = f"{session.host_and_port} does not support EHLO: encryption and sign-in are not possible."
    return [
        ids.EHLO_OLD.warn(
            summary,
            settings=session.server_settings,
            evidence=(session.shown(reply),),
        )
    ]


def _refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    summary = f"{session.host_and_port} rejects LibreChat's EHLO ({session.task.hello})."
    return ids.EHLO_REFUSED.fail(summary, settings=session.server_settings, evidence=(session.shown(reply),))


def _about_size(session: SmtpSession) -> list[Finding]:
    largest = session.offer.largest
    if not 0 < largest < _SMALL:
        return []
    summary = f"{session.host_and_port} accepts messages of at most {largest} bytes; LibreChat's emails may be larger."
    return [ids.EHLO_SIZE.warn(summary)]


async def encrypt(session: SmtpSession) -> list[Finding]:
    """Begin TLS where LibreChat would, and judge the certificate."""
    smtp, connection = session.task.smtp, session.connection
    if connection is None or connection.secure:
        return []
    is_wanted = smtp.starttls is StartTls.REQUIRED or (smtp.starttls is StartTls.OFFERED and session.offer.starttls)
    if not is_wanted:
        return [_in_clear(session)]
    reply = await session.ask("starttls", b"STARTTLS")
    if not reply.is_good:
        summary = f"{session.host_and_port} offers STARTTLS but then refuses it, and LibreChat gives up."
        evidence = (session.shown(reply),)
        raise Stop(ids.STARTTLS_REFUSED.fail(summary, settings=session.mode_settings, evidence=evidence))
    if connection.has_more:
        summary = f"{session.host_and_port} agreed to STARTTLS but then sent more unencrypted data. Something on the network is injecting data, or the server is broken. LibreChat gives up."
        raise Stop(ids.STARTTLS_INJECTED.fail(summary))
    try:
        context = session.task.trust.context(verifies=smtp.verifies)
        await connection.upgrade(context, smtp.server_name, session.budget.allow(session.task.limits.tls))
    except (OSError, TimeoutError) as error:
        raise Stop(await tls.failed(session, error, "starttls", session.address)) from None
    found = [ids.STARTTLS_OK.passed(f"Everything after STARTTLS is encrypted ({connection.tls_version}).")]
    certificate = await tls.judge(session)
    if any(finding.status is Status.FAIL for finding in certificate):
        raise Stop(*found, *certificate)
    again = [finding for finding in await hello(session) if finding.id != ids.EHLO_OK.id]
    return [*found, *certificate, *again]


def _in_clear(session: SmtpSession) -> Finding:
    unenforced = "EMAIL_ENCRYPTION=starttls cannot prevent this. " if not session.task.smtp.service else ""
    summary = (
        f"{session.host_and_port} offers no encryption, and LibreChat sends email unencrypted. {unenforced}Every email, "
        "including reset links, can be read in transit."
    )
    return ids.STARTTLS_NONE.warn(summary, settings=session.mode_settings)
