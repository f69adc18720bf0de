"""TLS with a mail server: why it failed, and whether its certificate can be trusted."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from checks.mail.smtp.connection import SmtpConnection
from checks.mail.smtp.offer import after_ehlo
from checks.mail.smtp.session import CertificateDoubt, SmtpSession, redacted
from checks.net.errors import SmtpError
from checks.net.identity import CertificateFacts, certificate_facts, expiry, is_for, names_of
from checks.net.openssl import EXPIRED, NOT_TLS, NOT_YET, OLD_VERSION, SELF_SIGNED, WANTS_CERTIFICATE, WEAK
from wizard.basics.finding import Finding
from wizard.basics.option_names import CONFIRM
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain
from wizard.findings import smtp as ids

_UNKNOWN_AUTHORITY = ("self-signed", "untrusted")
_LONGEST = 600
"""Letters of a sentence with two paths in it."""
_SOON = timedelta(days=14)
_NO_BYPASS = "Do not set EMAIL_ALLOW_SELFSIGNED=true: it hides the problem and exposes the password to anyone on the network path."
_OWN_CA = "If you use your own CA, mount its certificate into the api container and set NODE_EXTRA_CA_CERTS to its path there."
_FIXES = {
    "expired": "Renew the certificate on the mail server.",
    "not-yet": "Check the clocks of this machine and the server.",
    "self-signed": f"Get a certificate from a CA. {_OWN_CA}",
    "untrusted": f"The server may not be sending the intermediate certificate: configure it to send the full chain (fullchain.pem). {_OWN_CA}",
    "weak": "Get a certificate with a key of at least 2048 bits.",
}
"""What to do about each kind of fault."""


@dataclass(frozen=True, slots=True)
class TlsDiagnosis:
    """What a connection for the diagnosis alone brought to light."""

    certificate: CertificateFacts | None = None
    error: BaseException | None = None
    mismatch: bool = False
    """Verified, but made out to somebody else."""
    presented: bytes = b""
    """The certificate itself (DER), where it was verified."""


async def diagnose(session: SmtpSession, address: str, *, verifies: bool) -> TlsDiagnosis:
    """Connect once more, as LibreChat would but with the other opinion on certificates, and sign in nowhere."""
    smtp, budget, limit = session.task.smtp, session.budget, session.task.limits.diagnostics
    context = session.task.trust.context(verifies=verifies)
    connection: SmtpConnection | None = None
    try:
        if smtp.secure:
            seconds = budget.allow(limit)
            connection = await SmtpConnection.open(
                address, session.port, seconds=seconds, context=context, server_name=smtp.server_name
            )
        else:
            connection = await SmtpConnection.open(address, session.port, seconds=budget.allow(limit))
            await connection.greeting(budget.allow(limit))
            if not after_ehlo((await connection.ask(b"EHLO [127.0.0.1]", budget.allow(limit))).text).starttls:
                return TlsDiagnosis()
            if not (await connection.ask(b"STARTTLS", budget.allow(limit))).is_good:
                return TlsDiagnosis()
            await connection.upgrade(context, smtp.server_name, budget.allow(limit))
        mismatch = verifies and not is_for(smtp.certificate_name, names_of(connection.certificate))
        presented = connection.certificate_bytes
        return TlsDiagnosis(certificate_facts(presented), mismatch=mismatch, presented=presented if verifies else b"")
    except (OSError, TimeoutError, SmtpError) as error:
        return TlsDiagnosis(error=error)
    finally:
        if connection is not None:
            connection.close()


async def judge(session: SmtpSession) -> list[Finding]:
    """Return what is to be said about the certificate of the open connection; a FAIL ends the check."""
    connection, smtp = session.connection, session.task.smtp
    if connection is None or not connection.secure:
        return []
    if not smtp.verifies:
        return [
            _unverified(
                session,
                await diagnose(session, session.address, verifies=True),
                certificate_facts(connection.certificate_bytes),
            )
        ]
    names = names_of(connection.certificate)
    if not is_for(smtp.certificate_name, names):
        return [wrong_name(session, certificate_facts(connection.certificate_bytes))]
    session.is_verified = True
    end = expiry(connection.certificate)
    if end is not None and end - datetime.now(UTC) < _SOON:
        summary = (
            f"The certificate for {session.host_and_port} expires on {end:%Y-%m-%d}; after that, every email fails."
        )
        return [ids.CERTIFICATE_ENDS_SOON.warn(summary, evidence=_added(session))]
    summary = f"The certificate is trusted and is issued for {plain(smtp.certificate_name)}."
    return [ids.CERTIFICATE_OK.passed(" ".join((summary, *_added(session))))]


def _added(session: SmtpSession) -> tuple[str, ...]:
    """Name the authorities beside Node's own that the check trusted."""
    return _sentence(session, session.task.trust.named)


def _unverified(session: SmtpSession, seen: TlsDiagnosis, present: CertificateFacts | None) -> Finding:
    """Judge a certificate that LibreChat accepts unseen, by what a second connection brought to light.

    That verifies this connection only if it shows the same certificate: who showed it here has its key (RFC 8446, 4.4.3).
    """
    is_in_order = seen.error is None and seen.certificate is not None and not seen.mismatch
    shown_here = session.connection.certificate_bytes if session.connection is not None else b""
    if is_in_order and seen.presented and seen.presented == shown_here:
        session.is_verified = True
        return ids.CERTIFICATE_UNNEEDED.warn(evidence=_added(session))
    session.certificate_doubt = replace(
        _certificate_doubt(session, seen, present, is_another=is_in_order),
        lines=(*_lines(session, present), *_problem(session)),
    )
    summary = (
        f"EMAIL_ALLOW_SELFSIGNED hides a problem with the certificate: it is {session.certificate_doubt.reason}. "
        "Anyone on the network path can read the password and every reset link."
    )
    remedy = f"{session.certificate_doubt.remedy} Then remove EMAIL_ALLOW_SELFSIGNED."
    return ids.CERTIFICATE_HIDDEN.warn(summary, remedy=remedy, evidence=session.certificate_doubt.lines)


def _certificate_doubt(
    session: SmtpSession, seen: TlsDiagnosis, present: CertificateFacts | None, *, is_another: bool
) -> CertificateDoubt:
    """Say what is wrong with the certificate and how that is fixed."""
    if is_another:
        return CertificateDoubt("different on each connection", "Find out what responds in place of the mail server.")
    if seen.mismatch:
        reason = f"not issued for {plain(session.task.smtp.certificate_name)}"
        return CertificateDoubt(reason, _right_name(present))
    if isinstance(seen.error, ssl.SSLCertVerificationError):
        kind, reason = _reason(seen.error, present)
        return CertificateDoubt(reason, _FIXES[kind])
    return CertificateDoubt("not verifiable", f"Get a certificate that can be verified. {_OWN_CA}")


def _right_name(seen: CertificateFacts | None) -> str:
    usable = [name for name in (seen.names.usable if seen else ()) if "*" not in name]
    offer = (
        f" If {plain(usable[0])} is your server, you can set EMAIL_ENCRYPTION_HOSTNAME={plain(usable[0])} instead."
        if usable
        else ""
    )
    return f"In EMAIL_HOST, use a name from the server's certificate.{offer}"


def wrong_name(session: SmtpSession, seen: CertificateFacts | None) -> Finding:
    """Return the finding for a certificate of somebody else."""
    smtp = session.task.smtp
    summary = f"The certificate for {session.host_and_port} is not issued for {plain(smtp.certificate_name)}: LibreChat refuses it, and no mail is sent."
    remedy = _right_name(seen)
    names = ("EMAIL_ENCRYPTION_HOSTNAME", *session.server_settings)
    return ids.CERTIFICATE_NAME.fail(summary, settings=names, remedy=remedy, evidence=_lines(session, seen))


async def failed(session: SmtpSession, error: BaseException, stage: str, address: str) -> Finding:
    """Return the finding for a TLS handshake that ended with an error; ``stage`` is ``connect`` or ``starttls``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused(session, error, (await diagnose(session, address, verifies=False)).certificate)
    evidence = session.shown(in_words(error))
    reason = str(getattr(error, "reason", ""))
    there = session.host_and_port
    if reason in OLD_VERSION:
        summary = f"{there} speaks only TLS 1.0 or 1.1, which LibreChat refuses."
        settings = session.server_settings
        return ids.TLS_VERSION.of(stage).fail(summary, settings=settings, evidence=(evidence,))
    if reason in WANTS_CERTIFICATE:
        return client_certificate(session, stage, evidence)
    if reason in NOT_TLS and stage == "starttls":
        summary = f"{there} accepted STARTTLS but then did not speak TLS."
        return ids.STARTTLS_NOT_TLS.fail(summary, evidence=(evidence,))
    if isinstance(error, TimeoutError | ConnectionAbortedError):
        summary = f"{there} did not finish the TLS handshake in time. LibreChat waits longer than this check."
        return ids.TLS_SILENT.of(stage).unknown(summary, settings=session.mode_settings, evidence=(evidence,))
    summary = f"The TLS handshake with {there} failed: LibreChat's mail fails the same way."
    return ids.TLS_FAILED.of(stage).fail(summary, settings=session.mode_settings, evidence=(evidence,))


def client_certificate(session: SmtpSession, stage: str, evidence: str) -> Finding:
    """Return the finding for a server that wants a certificate from LibreChat, which has none."""
    summary = f"{session.host_and_port} requires a client certificate, which LibreChat does not support."
    settings = session.server_settings
    return ids.CLIENT_CERTIFICATE.of(stage).fail(summary, settings=settings, evidence=(evidence,))


def is_client_certificate(error: BaseException | None) -> bool:
    """Whether a connection ended because the server wants a certificate; with TLS 1.3 that shows after the handshake."""
    return str(getattr(error, "reason", "")) in WANTS_CERTIFICATE


def is_no_tls(error: BaseException) -> bool | None:
    """Whether the other side answered the handshake with something other than TLS; ``None`` if unknown."""
    reason = str(getattr(error, "reason", None) or "")
    if reason in NOT_TLS:
        return True
    return False if "ALERT" in reason or isinstance(error, ssl.SSLCertVerificationError) else None


def _refused(session: SmtpSession, error: ssl.SSLCertVerificationError, seen: CertificateFacts | None) -> Finding:
    kind, reason = _reason(error, seen)
    if kind in _UNKNOWN_AUTHORITY and session.task.trust.is_doubtful:
        summary = f"The certificate for {session.host_and_port} is not signed by a public CA. LibreChat may trust it because of a file that other users can write to. The check did not trust the certificate and did not sign in."
        remedy = f"Change the file's owner to root or the LibreChat folder's owner, and the mode to 0644. To trust the file as it is, use {CONFIRM}."
        evidence = (*_problem(session), session.shown(error.verify_message), *_lines(session, seen))
        return ids.CERTIFICATE_DOUBTFUL.unknown(summary, remedy=remedy, evidence=evidence)
    summary = f"The certificate for {session.host_and_port} is {reason}: LibreChat refuses it, and no mail is sent."
    remedy = f"{_FIXES[kind]} {_NO_BYPASS}"
    because = session.shown(error.verify_message)
    names = ("NODE_EXTRA_CA_CERTS",) if kind in _UNKNOWN_AUTHORITY else ()
    evidence = (because, *_lines(session, seen), *_problem(session))
    return ids.CERTIFICATE.of(kind).fail(summary, settings=names, remedy=remedy, evidence=evidence)


def _sentence(session: SmtpSession, text: str) -> tuple[str, ...]:
    return (plain(redacted(text, session.task.smtp.credentials), limit=_LONGEST),) if text else ()


def _problem(session: SmtpSession) -> tuple[str, ...]:
    """Say why NODE_EXTRA_CA_CERTS added nothing."""
    return _sentence(session, session.task.trust.problem)


def _reason(error: ssl.SSLCertVerificationError, seen: CertificateFacts | None) -> tuple[str, str]:
    # The dates first, as Node tells them: OpenSSL versions differ in which of several faults they name.
    now = datetime.now(UTC)
    code = error.verify_code
    if code == EXPIRED or (seen is not None and seen.not_after < now):
        return "expired", f"expired (since {seen.not_after:%Y-%m-%d})" if seen else "expired"
    if code == NOT_YET or (seen is not None and seen.not_before > now):
        return "not-yet", "not valid yet"
    if code in WEAK:
        return "weak", "too weak (its key or signature)"
    if code == SELF_SIGNED:
        return "self-signed", "self-signed"
    return "untrusted", "not signed by a CA that LibreChat's Node trusts"


def _lines(session: SmtpSession, seen: CertificateFacts | None) -> tuple[str, ...]:
    return tuple(session.shown(line) for line in seen.lines()) if seen else ()
