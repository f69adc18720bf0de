"""MAIL FROM, RCPT TO and, where it is asked for, the message itself."""

from __future__ import annotations

import re

from checks.mail.smtp.connection import SmtpReply
from checks.mail.smtp.session import MAIL_TO, SmtpSession, Stop, fail, finding, good, warn
from checks.net.errors import SmtpError
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


async def sender(session: SmtpSession) -> list[Finding]:
    """Say who the mail is from, as LibreChat's envelope does (lib/smtp-connection/index.js, ``_setEnvelope``)."""
    address = session.task.sender
    found = []
    if session.task.configured and not address:
        summary = "EMAIL_FROM bears no address: LibreChat's mails have no sender, and recipients refuse them."
        found.append(warn("smtp.sender.none", summary, _FROM, "EMAIL_FROM=somebody@your-domain"))
    parameter = b" SMTPUTF8" if not _is_ascii(session) and session.offer.utf8 else b""
    try:
        reply = await session.ask("sender", b"MAIL FROM:<" + address.encode(errors="replace") + b">" + parameter)
    except ValueError:
        summary = "EMAIL_FROM holds a character that no mail address can have."
        raise Stop(fail("smtp.sender.form", summary, _FROM, "Type the address anew.")) from None
    if not reply.is_good:
        raise Stop(*found, _sender_refused(session, reply))
    return [*found, good("smtp.sender.ok", f"The server takes mail from {plain(address) or 'an empty sender'}.")]


def _is_ascii(session: SmtpSession) -> bool:
    return session.task.sender.isascii() and session.task.recipient.isascii()


def _sender_refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    told, address = session.shown(reply), plain(session.task.sender)
    if reply.code == 530 and "STARTTLS" in reply.text.upper():  # noqa: PLR2004 - RFC 3207 section 4
        summary = f"{session.there} takes mail over an encrypted connection only, and offers none here."
        remedy = "Try port 587, or 465 with EMAIL_ENCRYPTION=tls."
        return fail("smtp.sender.tls-required", summary, session.mode_settings, remedy, told)
    if reply.code == 530:  # noqa: PLR2004 - RFC 4954 section 6
        summary = f"{session.there} wants a sign-in first" + _why_not_signed_in(session)
        return fail("smtp.sender.auth-required", summary, _LOGIN, "Set EMAIL_USERNAME and EMAIL_PASSWORD, both.", told)
    if (limited := _limited(session, reply, "sender")) is not None:
        return limited
    if reply.is_temporary:
        summary = (
            f"{session.there} does not take mail from {address} now. LibreChat does not try again: that mail is lost."
        )
        return fail("smtp.sender.temporary", summary, _FROM, "Wait some minutes and try again.", told)
    if not session.task.sender.isascii() and not session.offer.utf8:
        summary = f"{session.there} cannot take a sender with letters outside of ASCII ({address})."
        return fail("smtp.sender.utf8", summary, _FROM, "An address of plain letters.", told)
    summary = f"{session.there} does not let this account send as {address}."
    remedy = "EMAIL_FROM must be the account's own address, or one that the provider has confirmed for it."
    return fail("smtp.sender.refused", summary, _FROM, remedy, told)


def _why_not_signed_in(session: SmtpSession) -> str:
    if session.task.smtp.credentials is None:
        return ", and LibreChat does not sign in: it does so only where user and password are both set."
    return ", but offers none here."


async def recipient(session: SmtpSession) -> list[Finding]:
    """Ask for the recipient of the test; nothing is sent to it by that."""
    task = session.task
    if not task.recipient:
        summary = "There is no address to ask the server about: EMAIL_FROM bears none, and no other one was given."
        remedy = f"Name an address of yours: {MAIL_TO}."
        raise Stop(finding("smtp.recipient.none", Status.UNKNOWN, summary, settings=_FROM, remedy=remedy))
    try:
        reply = await session.ask("recipient", b"RCPT TO:<" + task.recipient.encode(errors="replace") + b">")
    except ValueError:
        summary = "The address to ask about holds a character that no mail address can have."
        raise Stop(fail("smtp.recipient.form", summary, (), "Type the address anew.")) from None
    if not reply.is_good:
        raise Stop(_recipient_refused(session, reply))
    return [good("smtp.recipient.ok", f"The server takes mail to {plain(task.recipient)}.")]


def _recipient_refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    told, to, there = session.shown(reply), plain(session.task.recipient), session.there
    if (greylisted := _greylisted(session, reply, "recipient")) is not None:
        return greylisted
    if (limited := _limited(session, reply, "recipient")) is not None:
        return limited
    if reply.is_temporary:
        summary = f"{there} does not take mail to {to} now. LibreChat does not try again: that mail is lost."
        return fail("smtp.recipient.temporary", summary, (), "Wait some minutes and try again.", told)
    if _RELAY.search(reply.text) or reply.code in (530, 554):
        summary = f"{there} does not pass on mail to {to} for this client: it is no relay for LibreChat."
        remedy = "Sign in (EMAIL_USERNAME and EMAIL_PASSWORD), or have the server let this machine's address in."
        return fail("smtp.recipient.relay", summary, _LOGIN, remedy, told)
    if not session.task.recipient_given:
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


def _greylisted(session: SmtpSession, reply: SmtpReply, stage: str) -> Finding | None:
    if not (reply.is_temporary and _GREY.search(reply.text)):
        return None
    summary = (
        f"{session.there} greylists: it sends strangers away for some minutes. LibreChat does not try again, so that the first mail "
        "to each person is lost."
    )
    remedy = "Use the server's port for customers (587) with a sign-in, or have it make an exception."
    return fail(f"smtp.{stage}.greylisted", summary, session.server_settings, remedy, session.shown(reply))


def _limited(session: SmtpSession, reply: SmtpReply, stage: str) -> Finding | None:
    """Tell limits on how much may be sent, for good (5xx until tomorrow, as Gmail's) or for minutes."""
    if not _RATE.search(reply.text) or _OTHER.search(reply.text):
        return None
    summary = f"{session.there} limits how much may be sent, and the limit is reached. LibreChat does not try again: that mail is lost."
    remedy = "Wait, some minutes or a day as its answer says; a provider or plan that allows more, if it happens again."
    return fail(f"smtp.{stage}.limited", summary, (), remedy, session.shown(reply))


async def message(session: SmtpSession) -> list[Finding]:
    """Deliver the message, where there is one; else only say that it would be taken."""
    task, connection = session.task, session.connection
    if connection is None:
        return []
    if connection.has_more:
        raise Stop(_talks_out_of_turn(session))
    if task.message is not None:
        reply = await session.ask("data", b"DATA")
        if reply.code // 100 not in (2, 3):  # as nodemailer, which takes 250 for 354 (``_actionDATA``)
            raise Stop(_message_refused(session, reply))
        try:
            reply = await connection.give(task.message, session.budget.allow(task.limits.answer))
        except SmtpError as no_answer:
            session.give_up("data", no_answer)
        if not reply.is_good:
            raise Stop(_message_refused(session, reply))
    encrypted = "encrypted" if connection.secure else "not encrypted"
    signed_in = "signed in" if session.signed_in else "without a sign-in"
    if task.message is not None:
        return [good("smtp.accepted", f"{session.there} accepted a mail ({encrypted}, {signed_in}).")]
    summary = f"{session.there} would accept LibreChat's mail ({encrypted}, {signed_in})."
    return [good("smtp.accepted", summary, _NOT_SENT)]


def _talks_out_of_turn(session: SmtpSession) -> Finding:
    """Return the finding for answers too many: nodemailer takes each for the next one (``_processResponse``)."""
    summary = (
        f"{session.there} says more than it is asked. LibreChat takes one answer for another then, and at the message at the latest "
        "its mail fails."
    )
    return fail("smtp.data.surplus", summary, (), "A mail server, or a proxy before it, that keeps to SMTP.")


def _message_refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    told, text = session.shown(reply), reply.text
    if re.search(r"\bSPF\b|\bDKIM\b|\bDMARC\b", text):
        summary = f"{session.there} refuses the message: the sender's domain does not allow this server to send for it."
        return fail("smtp.data.sender-policy", summary, _FROM, "Mend SPF and DKIM of the domain in EMAIL_FROM.", told)
    passing = _greylisted(session, reply, "data") or _limited(session, reply, "data")
    if passing is not None:
        return passing
    if reply.is_temporary:
        summary = f"{session.there} does not take the message now. LibreChat does not try again: that mail is lost."
        return fail(
            "smtp.data.temporary", summary, (), "Wait some minutes and try again; its answer may say why.", told
        )
    summary = f"{session.there} took sender and recipient, and then refuses the message."
    return fail("smtp.data.refused", summary, (), "Its answer says why: size, content or policy.", told)
