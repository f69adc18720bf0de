"""The stage AUTH, as nodemailer does it: never in clear, and to an unverified server only with consent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from checks.mail.smtp.connection import SmtpReply
from checks.mail.smtp.session import CertificateDoubt, SmtpSession, Stop
from wizard.basics.finding import Finding
from wizard.basics.insecure_login import SEND_ANYWAY
from wizard.basics.patterns import late_pattern
from wizard.findings import smtp as ids
from wizard.librechat.mail_transport import Credentials

_LOGIN = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
_CONTINUE = 334
_ROUNDS = 4
_APP_PASSWORD = late_pattern(r"app(?:lication)?[- ]?specific|app password|InvalidSecondFactor|5\.7\.9\b", re.IGNORECASE)
_SWITCHED_OFF = late_pattern(r"SmtpClientAuth\w* is disabled|basic authentication is disabled|5\.7\.139", re.IGNORECASE)


async def sign_in(session: SmtpSession) -> list[Finding]:
    """Sign in where LibreChat would (lib/smtp-transport/index.js, ``send``; lib/smtp-connection/index.js, ``login``)."""
    smtp, connection, offer = session.task.smtp, session.connection, session.offer
    if connection is None or smtp.credentials is None:
        return []
    if not offer.allows_auth:
        return [ids.AUTH_NOT_OFFERED.warn()]
    method = smtp.auth_method or next(iter(offer.mechanisms), "PLAIN")
    if method == "XOAUTH2":
        summary = f"{session.host_and_port} accepts only OAuth 2.0 for sign-in. LibreChat does not support OAuth 2.0 and crashes with an uncaught error."
        raise Stop(ids.AUTH_OAUTH.fail(summary))
    if not connection.secure:
        raise Stop(_in_clear(session, method))
    if not (session.is_verified or session.task.allows_insecure_login):
        raise Stop(_unverified(session))
    reply = await _attempt(session, method, smtp.credentials)
    is_in = reply.code == 235 if method == "CRAM-MD5" else reply.is_good  # noqa: PLR2004 - RFC 4954 section 6
    if not is_in:
        raise Stop(_refused(session, method, reply))
    session.signed_in = True
    return [ids.AUTH_OK.passed(f"The server accepts the user name and password ({method}).")]


def _unverified(session: SmtpSession) -> Finding:
    """Say that the password stays here; every form of it, as a digest can be tried against at leisure (RFC 4954, 9)."""
    summary = (
        "LibreChat would send the mail password to a server whose certificate was not verified; the check did not "
        f"send it. Anyone who impersonates {session.host_and_port} gets the password and every reset link."
    )
    certificate_doubt = session.certificate_doubt or CertificateDoubt(
        "not verifiable", "Get a certificate that can be verified."
    )
    remedy = f"{certificate_doubt.remedy} Then remove EMAIL_ALLOW_SELFSIGNED. {SEND_ANYWAY}"
    names = ("EMAIL_ALLOW_SELFSIGNED", *session.server_settings)
    return ids.UNVERIFIED_CREDENTIALS.fail(
        summary,
        settings=names,
        remedy=remedy,
        evidence=(f"The certificate is {certificate_doubt.reason}.", *certificate_doubt.lines),
    )


def _in_clear(session: SmtpSession, method: str) -> Finding:
    why = "offers no encryption" if session.offer.mechanisms else "offers neither encryption nor a sign-in method"
    what = "the user name and password in plain text"
    if method == "CRAM-MD5":
        what = "an unencrypted CRAM-MD5 response, from which the password can be guessed"
    summary = (
        f"{session.host_and_port} {why}. LibreChat would still send {what}, even with EMAIL_ENCRYPTION=starttls. "
        "The check did not sign in, so the rest could not be checked."
    )
    return ids.CLEARTEXT_CREDENTIALS.fail(summary, settings=(*session.mode_settings, *_LOGIN))


async def _attempt(session: SmtpSession, method: str, credentials: Credentials) -> SmtpReply:
    user, password = credentials.user, credentials.password.reveal()
    if method == "LOGIN":
        reply = await session.ask("auth", b"AUTH LOGIN")
        for part in (user, password):
            if reply.code != _CONTINUE:
                return SmtpReply(0, reply.text) if reply.is_good else reply
            reply = await session.ask("auth", base64.b64encode(part.encode(errors="replace")))
        return await _to_the_end(session, reply)
    if method == "CRAM-MD5":
        reply = await session.ask("auth", b"AUTH CRAM-MD5")
        if reply.code != _CONTINUE:
            return SmtpReply(0, reply.text) if reply.is_good else reply
        proof = _cram_md5(reply.text, user, password)
        session.sent.append(proof.decode("ascii"))
        return await session.ask("auth", proof)
    initial = base64.b64encode(f"\0{user}\0{password}".encode(errors="replace"))
    return await _to_the_end(session, await session.ask("auth", b"AUTH PLAIN " + initial))


async def _to_the_end(session: SmtpSession, reply: SmtpReply) -> SmtpReply:
    """Answer further questions with nothing, as ``_actionAUTHComplete`` does."""
    for _ in range(_ROUNDS):
        if reply.code != _CONTINUE:
            break
        reply = await session.ask("auth", b"")
    return reply


def _cram_md5(challenge: str, user: str, password: str) -> bytes:
    # RFC 2195; the challenge as Node's Buffer reads it: what is not base64 is passed over.
    letters = re.sub(r"[^A-Za-z0-9+/]", "", challenge.strip())
    text = base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + "=" * (-len(letters) % 4))
    digest = hmac.new(password.encode(errors="replace"), bytes(byte & 0x7F for byte in text), hashlib.md5).hexdigest()
    return base64.b64encode(f"{user} {digest}".encode(errors="replace"))


def _refused(session: SmtpSession, method: str, reply: SmtpReply) -> Finding:
    evidence, text = session.shown(reply), str(reply)
    if _SWITCHED_OFF.search(text):
        summary = f"{session.host_and_port} does not allow password sign-in for this mailbox or organization."
        return ids.AUTH_DISABLED.fail(summary, evidence=(evidence,))
    if _APP_PASSWORD.search(text):
        summary = f"{session.host_and_port} requires an app password; the account's own password is refused."
        return ids.AUTH_APP_PASSWORD.fail(summary, evidence=(evidence,))
    if reply.is_temporary:
        summary = f"{session.host_and_port} is temporarily refusing sign-ins, perhaps after too many attempts."
        return ids.AUTH_TEMPORARY.fail(summary, evidence=(evidence,))
    if reply.code in (500, 502, 503, 504):
        summary = f"{session.host_and_port} and LibreChat have no sign-in method in common (tried: {method})."
        return ids.AUTH_MECHANISM.fail(summary, settings=(*session.server_settings, *_LOGIN), evidence=(evidence,))
    summary = f"{session.host_and_port} rejects the user name or password."
    return ids.AUTH_REJECTED.fail(summary, evidence=(evidence,))
