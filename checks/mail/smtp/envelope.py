"""MAIL FROM, RCPT TO and, where it is asked for, the message itself."""

from __future__ import annotations

import re

from checks.mail.smtp.state import MAIL_TO, SmtpSession, Stop, fail, finding, good, warn
from checks.mail.smtp.wire import SmtpError, SmtpReply
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain

_FROM = ("EMAIL_FROM",)
_LOGIN = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
_GREY = re.compile(r"gr[ea]ylist", re.IGNORECASE)
_RATE = re.compile(r"\brate\b|\blimit|\bquota|too many|throttl|[45]\.4\.5\b", re.IGNORECASE)
_OTHER = re.compile(r"mailbox|over (?:its |the )?quota|\bsize\b|too (?:big|large)|5\.3\.4\b", re.IGNORECASE)
"""Limits of the recipient's mailbox and of one message, which do not pass (RFC 3463 sections 3.3 and 3.4)."""
_RELAY = re.compile(r"relay|not permitted|access denied|authenti", re.IGNORECASE)
_NOT_SENT = (
    "asked up to the recipient; nothing was sent. What a server has against a message itself (size, content, the policy of the "
    "sender's domain) only shows when one is sent."
)


async def sender(state: SmtpSession) -> list[Finding]:
    """Say who the mail is from, as LibreChat's envelope does (lib/smtp-connection/index.js, ``_setEnvelope``)."""
    address = state.errand.sender
    found = []
    if state.errand.configured and not address:
        summary = "EMAIL_FROM bears no address: LibreChat's mails have no sender, and recipients refuse them."
        found.append(warn("smtp.sender.none", summary, _FROM, "EMAIL_FROM=somebody@your-domain"))
    parameter = b" SMTPUTF8" if not _is_ascii(state) and state.offer.utf8 else b""
    try:
        reply = await state.ask("sender", b"MAIL FROM:<" + address.encode(errors="replace") + b">" + parameter)
    except ValueError:
        summary = "EMAIL_FROM holds a character that no mail address can have."
        raise Stop(fail("smtp.sender.form", summary, _FROM, "Type the address anew.")) from None
    if not reply.is_good:
        raise Stop(*found, _sender_refused(state, reply))
    return [*found, good("smtp.sender.ok", f"The server takes mail from {plain(address) or 'an empty sender'}.")]


def _is_ascii(state: SmtpSession) -> bool:
    return state.errand.sender.isascii() and state.errand.recipient.isascii()


def _sender_refused(state: SmtpSession, reply: SmtpReply) -> Finding:
    told, address = state.shown(reply), plain(state.errand.sender)
    if reply.code == 530 and "STARTTLS" in reply.text.upper():  # noqa: PLR2004 - RFC 3207 section 4
        summary = f"{state.there} takes mail over an encrypted connection only, and offers none here."
        remedy = "Try port 587, or 465 with EMAIL_ENCRYPTION=tls."
        return fail("smtp.sender.tls-required", summary, state.mode_settings, remedy, told)
    if reply.code == 530:  # noqa: PLR2004 - RFC 4954 section 6
        summary = f"{state.there} wants a sign-in first" + _why_not_signed_in(state)
        return fail("smtp.sender.auth-required", summary, _LOGIN, "Set EMAIL_USERNAME and EMAIL_PASSWORD, both.", told)
    if (limited := _limited(state, reply, "sender")) is not None:
        return limited
    if reply.is_temporary:
        summary = (
            f"{state.there} does not take mail from {address} now. LibreChat does not try again: that mail is lost."
        )
        return fail("smtp.sender.temporary", summary, _FROM, "Wait some minutes and try again.", told)
    if not state.errand.sender.isascii() and not state.offer.utf8:
        summary = f"{state.there} cannot take a sender with letters outside of ASCII ({address})."
        return fail("smtp.sender.utf8", summary, _FROM, "An address of plain letters.", told)
    summary = f"{state.there} does not let this account send as {address}."
    remedy = "EMAIL_FROM must be the account's own address, or one that the provider has confirmed for it."
    return fail("smtp.sender.refused", summary, _FROM, remedy, told)


def _why_not_signed_in(state: SmtpSession) -> str:
    if state.errand.smtp.credentials is None:
        return ", and LibreChat does not sign in: it does so only where user and password are both set."
    return ", but offers none here."


async def recipient(state: SmtpSession) -> list[Finding]:
    """Ask for the recipient of the test; nothing is sent to it by that."""
    errand = state.errand
    if not errand.recipient:
        summary = "There is no address to ask the server about: EMAIL_FROM bears none, and no other one was given."
        remedy = f"Name an address of yours: {MAIL_TO}."
        raise Stop(finding("smtp.recipient.none", Status.UNKNOWN, summary, settings=_FROM, remedy=remedy))
    try:
        reply = await state.ask("recipient", b"RCPT TO:<" + errand.recipient.encode(errors="replace") + b">")
    except ValueError:
        summary = "The address to ask about holds a character that no mail address can have."
        raise Stop(fail("smtp.recipient.form", summary, (), "Type the address anew.")) from None
    if not reply.is_good:
        raise Stop(_recipient_refused(state, reply))
    return [good("smtp.recipient.ok", f"The server takes mail to {plain(errand.recipient)}.")]


def _recipient_refused(state: SmtpSession, reply: SmtpReply) -> Finding:
    told, to, there = state.shown(reply), plain(state.errand.recipient), state.there
    if (greylisted := _greylisted(state, reply, "recipient")) is not None:
        return greylisted
    if (limited := _limited(state, reply, "recipient")) is not None:
        return limited
    if reply.is_temporary:
        summary = f"{there} does not take mail to {to} now. LibreChat does not try again: that mail is lost."
        return fail("smtp.recipient.temporary", summary, (), "Wait some minutes and try again.", told)
    if _RELAY.search(reply.text) or reply.code in (530, 554):
        summary = f"{there} does not pass on mail to {to} for this client: it is no relay for LibreChat."
        remedy = "Sign in (EMAIL_USERNAME and EMAIL_PASSWORD), or have the server let this machine's address in."
        return fail("smtp.recipient.relay", summary, _LOGIN, remedy, told)
    if not state.errand.recipient_given:
        summary = f"{there} does not know {to}, the sender's own address, as a recipient. That says nothing of other people's."
        return finding(
            "smtp.recipient.unknown",
            Status.UNKNOWN,
            summary,
            settings=_FROM,
            remedy=f"Name an address that exists: {MAIL_TO}.",
            evidence=(told,),
        )
    summary = f"{there} refuses mail to {to}."
    return fail("smtp.recipient.refused", summary, (), f"Is that address right? ({MAIL_TO})", told)


def _greylisted(state: SmtpSession, reply: SmtpReply, stage: str) -> Finding | None:
    if not (reply.is_temporary and _GREY.search(reply.text)):
        return None
    summary = (
        f"{state.there} greylists: it sends strangers away for some minutes. LibreChat does not try again, so that the first mail "
        "to each person is lost."
    )
    remedy = "Use the server's port for customers (587) with a sign-in, or have it make an exception."
    return fail(f"smtp.{stage}.greylisted", summary, state.server_settings, remedy, state.shown(reply))


def _limited(state: SmtpSession, reply: SmtpReply, stage: str) -> Finding | None:
    """Tell limits on how much may be sent, for good (5xx until tomorrow, as Gmail's) or for minutes."""
    if not _RATE.search(reply.text) or _OTHER.search(reply.text):
        return None
    summary = f"{state.there} limits how much may be sent, and the limit is reached. LibreChat does not try again: that mail is lost."
    remedy = "Wait, some minutes or a day as its answer says; a provider or plan that allows more, if it happens again."
    return fail(f"smtp.{stage}.limited", summary, (), remedy, state.shown(reply))


async def message(state: SmtpSession) -> list[Finding]:
    """Deliver the message, where there is one; else only say that it would be taken."""
    errand, line = state.errand, state.line
    if line is None:
        return []
    if line.has_more:
        raise Stop(_talks_out_of_turn(state))
    if errand.message is not None:
        reply = await state.ask("data", b"DATA")
        if reply.code // 100 not in (2, 3):  # as nodemailer, which takes 250 for 354 (``_actionDATA``)
            raise Stop(_message_refused(state, reply))
        try:
            reply = await line.give(errand.message, state.clock.allow(errand.limits.answer))
        except SmtpError as no_answer:
            state.give_up("data", no_answer)
        if not reply.is_good:
            raise Stop(_message_refused(state, reply))
    encrypted = "encrypted" if line.secure else "not encrypted"
    signed_in = "signed in" if state.signed_in else "without a sign-in"
    if errand.message is not None:
        return [good("smtp.accepted", f"{state.there} accepted a mail ({encrypted}, {signed_in}).")]
    summary = f"{state.there} would accept LibreChat's mail ({encrypted}, {signed_in})."
    return [good("smtp.accepted", summary, _NOT_SENT)]


def _talks_out_of_turn(state: SmtpSession) -> Finding:
    """Return the finding for answers too many: nodemailer takes each for the next one (``_processResponse``)."""
    summary = (
        f"{state.there} says more than it is asked. LibreChat takes one answer for another then, and at the message at the latest "
        "its mail fails."
    )
    return fail("smtp.data.surplus", summary, (), "A mail server, or a proxy before it, that keeps to SMTP.")


def _message_refused(state: SmtpSession, reply: SmtpReply) -> Finding:
    told, text = state.shown(reply), reply.text
    if re.search(r"\bSPF\b|\bDKIM\b|\bDMARC\b", text):
        summary = f"{state.there} refuses the message: the sender's domain does not allow this server to send for it."
        return fail("smtp.data.sender-policy", summary, _FROM, "Mend SPF and DKIM of the domain in EMAIL_FROM.", told)
    passing = _greylisted(state, reply, "data") or _limited(state, reply, "data")
    if passing is not None:
        return passing
    if reply.is_temporary:
        summary = f"{state.there} does not take the message now. LibreChat does not try again: that mail is lost."
        return fail(
            "smtp.data.temporary", summary, (), "Wait some minutes and try again; its answer may say why.", told
        )
    summary = f"{state.there} took sender and recipient, and then refuses the message."
    return fail("smtp.data.refused", summary, (), "Its answer says why: size, content or policy.", told)
