"""EHLO and STARTTLS."""

from __future__ import annotations

from checks.mail.smtp import tls
from checks.mail.smtp.offer import after_ehlo, after_helo
from checks.mail.smtp.state import SmtpSession, Stop, fail, good, warn
from checks.mail.smtp.wire import SmtpReply
from wizard.basics.finding import Finding
from wizard.librechat.mail_transport import StartTls

_SMALL = 64 * 1024
"""Bytes. LibreChat's mails have about 5000; a footer that a provider adds must fit in, too."""


async def hello(state: SmtpSession) -> list[Finding]:
    """Introduce LibreChat and read what the server offers; HELO where it knows no EHLO (``_actionEHLO``)."""
    name = state.errand.hello.encode("utf-8", "replace")
    reply = await state.ask("ehlo", b"EHLO " + name)
    if reply.code == 421:  # noqa: PLR2004 - RFC 5321 section 4.2.3
        summary = (
            f"{state.there} broke off: it is busy, or there were too many connections. LibreChat does not try again."
        )
        raise Stop(fail("smtp.ehlo.busy", summary, (), "Wait some minutes and try again.", state.shown(reply)))
    if reply.is_good:
        state.offer = after_ehlo(reply.text)
        return [good("smtp.ehlo.ok", "The server says what it can do.", state.shown(reply)), *_about_size(state)]
    if state.errand.smtp.starttls is StartTls.REQUIRED:
        raise Stop(_refused(state, reply))
    second = await state.ask("ehlo", b"HELO " + name)
    if not second.is_good:
        raise Stop(_refused(state, second))
    state.offer = after_helo()
    summary = f"{state.there} knows no EHLO: neither encryption nor a sign-in can be agreed on."
    return [warn("smtp.ehlo.old", summary, state.server_settings, "A server of this century.", state.shown(reply))]


def _refused(state: SmtpSession, reply: SmtpReply) -> Finding:
    summary = f"{state.there} refuses LibreChat's introduction ({state.errand.hello})."
    remedy = "Let this client in at the server, or use its port for customers (587)."
    return fail("smtp.ehlo.refused", summary, state.server_settings, remedy, state.shown(reply))


def _about_size(state: SmtpSession) -> list[Finding]:
    largest = state.offer.largest
    if not 0 < largest < _SMALL:
        return []
    summary = (
        f"{state.there} says that it takes messages of at most {largest} bytes; a mail of LibreChat's may be larger."
    )
    return [warn("smtp.ehlo.size", summary, (), "Raise the limit at the mail server.")]


async def encrypt(state: SmtpSession) -> list[Finding]:
    """Begin TLS where LibreChat would, and judge the certificate."""
    smtp, line = state.errand.smtp, state.line
    if line is None or line.secure:
        return []
    is_wanted = smtp.starttls is StartTls.REQUIRED or (smtp.starttls is StartTls.OFFERED and state.offer.starttls)
    if not is_wanted:
        return [_in_clear(state)]
    reply = await state.ask("starttls", b"STARTTLS")
    if not reply.is_good:
        summary = f"{state.there} offers STARTTLS and then refuses it: LibreChat gives up there."
        remedy = "Mend TLS at the mail server, or try port 465 with EMAIL_ENCRYPTION=tls."
        raise Stop(fail("smtp.starttls.refused", summary, state.mode_settings, remedy, state.shown(reply)))
    if line.has_more:
        summary = (
            f"After {state.there} agreed to STARTTLS, more came in clear: something on the way puts words into its mouth, or it is "
            "broken. LibreChat gives up there."
        )
        raise Stop(fail("smtp.starttls.injected", summary, (), "Try from another network."))
    try:
        context = state.errand.trust.context(verifies=smtp.verifies)
        await line.upgrade(context, smtp.server_name, state.clock.allow(state.errand.limits.tls))
    except (OSError, TimeoutError) as error:
        raise Stop(await tls.failed(state, error, "starttls", state.address)) from None
    found = [good("smtp.starttls.ok", f"From STARTTLS on everything is encrypted ({line.tls_version}).")]
    certificate = await tls.judge(state)
    if any(finding.status == "FAIL" for finding in certificate):
        raise Stop(*found, *certificate)
    again = [finding for finding in await hello(state) if finding.id != "smtp.ehlo.ok"]
    return [*found, *certificate, *again]


def _in_clear(state: SmtpSession) -> Finding:
    told = "EMAIL_ENCRYPTION=starttls does not enforce it. " if not state.errand.smtp.service else ""
    summary = (
        f"{state.there} offers no encryption, and LibreChat goes on without: {told}Every mail, reset links included, can be read "
        "on the way."
    )
    remedy = "A port that encrypts: 465 with EMAIL_ENCRYPTION=tls, or 587. Somebody on the way can also hide the offer."
    return warn("smtp.starttls.none", summary, state.mode_settings, remedy)
