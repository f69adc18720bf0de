"""The stages MAIL FROM, RCPT TO and, if requested, the message itself."""

from __future__ import annotations

import re

from checks.mail.smtp.connection import SmtpReply
from checks.mail.smtp.session import MAIL_TO, SmtpSession, Stop
from checks.net.errors import SmtpError
from wizard.basics.finding import Finding
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.findings import envelope as ids

_GREY = late_pattern(r"gr[ea]ylist", re.IGNORECASE)
_RATE = late_pattern(r"\brate\b|\blimit|\bquota|too many|throttl|[45]\.4\.5\b", re.IGNORECASE)
_OTHER = late_pattern(r"mailbox|over (?:its |the )?quota|\bsize\b|too (?:big|large)|5\.3\.4\b", re.IGNORECASE)
"""Limits of the recipient's mailbox and of one message, which do not pass (RFC 3463 sections 3.3 and 3.4)."""
_RELAY = late_pattern(r"relay|not permitted|access denied|authenti", re.IGNORECASE)
_NOT_SENT = (
    "The check stopped after RCPT TO and sent no email. Only a real email shows whether the server rejects a "
    "message for its size, content or sender policy."
)


async def sender(session: SmtpSession) -> list[Finding]:
    """Send the sender's address, as LibreChat's envelope does (lib/smtp-connection/index.js, ``_setEnvelope``)."""
    address = session.task.sender
    found = []
    if session.task.configured and not address:
        found.append(ids.SENDER_NONE.warn())
    parameter = b" SMTPUTF8" if not _is_ascii(session) and session.offer.utf8 else b""
    try:
        reply = await session.ask("sender", b"MAIL FROM:<" + address.encode(errors="replace") + b">" + parameter)
    except ValueError:
        raise Stop(ids.SENDER_FORM.fail()) from None
    if not reply.is_good:
        raise Stop(*found, _sender_refused(session, reply))
    return [*found, ids.SENDER_OK.passed(f"The server accepts mail from {plain(address) or 'an empty sender'}.")]


def _is_ascii(session: SmtpSession) -> bool:
    return session.task.sender.isascii() and session.task.recipient.isascii()


def _sender_refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    evidence, address = session.shown(reply), plain(session.task.sender)
    if reply.code == 530 and "STARTTLS" in reply.text.upper():  # noqa: PLR2004 - RFC 3207 section 4
        summary = f"{session.host_and_port} accepts mail only over an encrypted connection, but offers no encryption."
        return ids.SENDER_TLS_REQUIRED.fail(summary, settings=session.mode_settings, evidence=(evidence,))
    if reply.code == 530:  # noqa: PLR2004 - RFC 4954 section 6
        summary = f"{session.host_and_port} requires a sign-in first" + _why_not_signed_in(session)
        return ids.SENDER_AUTH_REQUIRED.fail(summary, evidence=(evidence,))
    if (limited := _limited(session, reply, "sender")) is not None:
        return limited
    if reply.is_temporary:
        summary = (
            f"{session.host_and_port} is temporarily refusing mail from {address}. LibreChat does not retry, so the email "
            "is lost."
        )
        return ids.SENDER_TEMPORARY.fail(summary, evidence=(evidence,))
    if not session.task.sender.isascii() and not session.offer.utf8:
        summary = f"{session.host_and_port} does not accept a sender with non-ASCII characters ({address})."
        return ids.SENDER_UTF8.fail(summary, evidence=(evidence,))
    summary = f"{session.host_and_port} does not allow this account to send as {address}."
    return ids.SENDER_REFUSED.fail(summary, evidence=(evidence,))


def _why_not_signed_in(session: SmtpSession) -> str:
    if session.task.smtp.credentials is None:
        return ", but LibreChat signs in only if both the user name and the password are set."
    return ", but offers no sign-in method."


async def recipient(session: SmtpSession) -> list[Finding]:
    """Ask for the recipient of the test; nothing is sent to it by that."""
    task = session.task
    if not task.recipient:
        summary = "EMAIL_FROM contains no email address, and no recipient was given."
        remedy = f"Specify one of your own addresses with {MAIL_TO}."
        raise Stop(ids.RECIPIENT_NONE.unknown(summary, remedy=remedy))
    try:
        reply = await session.ask("recipient", b"RCPT TO:<" + task.recipient.encode(errors="replace") + b">")
    except ValueError:
        raise Stop(ids.RECIPIENT_FORM.fail()) from None
    if not reply.is_good:
        raise Stop(_recipient_refused(session, reply))
    return [ids.RECIPIENT_OK.passed(f"The server accepts mail to {plain(task.recipient)}.")]


def _recipient_refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    evidence, to, there = session.shown(reply), plain(session.task.recipient), session.host_and_port
    if (greylisted := _greylisted(session, reply, "recipient")) is not None:
        return greylisted
    if (limited := _limited(session, reply, "recipient")) is not None:
        return limited
    if reply.is_temporary:
        summary = f"{there} is temporarily refusing mail to {to}. LibreChat does not retry, so the email is lost."
        return ids.RECIPIENT_TEMPORARY.fail(summary, evidence=(evidence,))
    if _RELAY.search(reply.text) or reply.code in (530, 554):
        summary = f"{there} does not relay mail to {to} for this client."
        return ids.RECIPIENT_RELAY.fail(summary, evidence=(evidence,))
    if not session.task.recipient_given:
        summary = (
            f"{there} does not accept {to}, the sender's own address, as a recipient. Other recipients may still be "
            "accepted."
        )
        return ids.RECIPIENT_UNKNOWN.unknown(
            summary, remedy=f"Specify an existing address with {MAIL_TO}.", evidence=(evidence,)
        )
    summary = f"{there} refuses mail to {to}."
    return ids.RECIPIENT_REFUSED.fail(summary, remedy=f"Check the address ({MAIL_TO}).", evidence=(evidence,))


def _greylisted(session: SmtpSession, reply: SmtpReply, stage: str) -> Finding | None:
    if not (reply.is_temporary and _GREY.search(reply.text)):
        return None
    summary = (
        f"{session.host_and_port} uses greylisting: it refuses unknown senders for a few minutes. LibreChat does not "
        "retry, so the first email to each recipient is lost."
    )
    evidence = (session.shown(reply),)
    return ids.GREYLISTED.of(stage).fail(summary, settings=session.server_settings, evidence=evidence)


def _limited(session: SmtpSession, reply: SmtpReply, stage: str) -> Finding | None:
    """Tell limits on how much may be sent, for good (5xx until tomorrow, as Gmail's) or for minutes."""
    if not _RATE.search(reply.text) or _OTHER.search(reply.text):
        return None
    summary = (
        f"The sending limit of {session.host_and_port} has been reached. LibreChat does not retry, so the email "
        "is lost."
    )
    return ids.LIMITED.of(stage).fail(summary, evidence=(session.shown(reply),))


async def message(session: SmtpSession) -> list[Finding]:
    """Deliver the message, if there is one; else only say that it would be taken."""
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
        return [ids.ACCEPTED.passed(f"{session.host_and_port} accepted an email ({encrypted}, {signed_in}).")]
    summary = f"{session.host_and_port} would accept LibreChat's mail ({encrypted}, {signed_in})."
    return [ids.ACCEPTED.passed(summary, evidence=(_NOT_SENT,))]


def _talks_out_of_turn(session: SmtpSession) -> Finding:
    """Return the finding for answers too many: nodemailer takes each for the next one (``_processResponse``)."""
    summary = f"{session.host_and_port} sends more replies than it receives commands. LibreChat then mixes up the replies, and its mail fails."
    return ids.DATA_SURPLUS.fail(summary)


def _message_refused(session: SmtpSession, reply: SmtpReply) -> Finding:
    evidence, text = session.shown(reply), reply.text
    if re.search(r"\bSPF\b|\bDKIM\b|\bDMARC\b", text):
        summary = f"{session.host_and_port} refuses the message: SPF, DKIM or DMARC fails for the sender's domain."
        return ids.DATA_SENDER_POLICY.fail(summary, evidence=(evidence,))
    passing = _greylisted(session, reply, "data") or _limited(session, reply, "data")
    if passing is not None:
        return passing
    if reply.is_temporary:
        summary = f"{session.host_and_port} is temporarily refusing the message. LibreChat does not retry, so the email is lost."
        return ids.DATA_TEMPORARY.fail(summary, evidence=(evidence,))
    summary = f"{session.host_and_port} accepted the sender and the recipient, then refused the message."
    return ids.DATA_REFUSED.fail(summary, evidence=(evidence,))
