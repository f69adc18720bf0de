"""TLS with a mail server: why it failed, and what its certificate is worth."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checks.mail.smtp.connection import SmtpConnection
from checks.mail.smtp.offer import after_ehlo
from checks.mail.smtp.session import SmtpSession, fail, finding, good, warn
from checks.net.errors import SmtpError
from checks.net.identity import CertificateFacts, about, expiry, is_for, names_of
from wizard.basics.finding import Finding, Status
from wizard.basics.os_errors import in_words
from wizard.basics.plain_text import plain

_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
)
_VERSION = frozenset(
    {"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW"}
)
_CLIENT = frozenset({"TLSV13_ALERT_CERTIFICATE_REQUIRED"})
_SOON = timedelta(days=14)
_HIDING = ("EMAIL_ALLOW_SELFSIGNED",)
_EXPIRED, _NOT_YET = 10, 9
_SELF_SIGNED = frozenset({18})
_WEAK = frozenset({66, 67, 68})
"""X509_V_ERR_* numbers of OpenSSL (x509_vfy.h)."""
_NO_BYPASS = "EMAIL_ALLOW_SELFSIGNED=true would only hide it, and give the password to whoever stands in between."
_OWN_CA = (
    "Where this is a CA of your own, mount its certificate into the api container and name it in NODE_EXTRA_CA_CERTS."
)


@dataclass(frozen=True, slots=True)
class TlsDiagnosis:
    """What a connection for the diagnosis alone brought to light."""

    about: CertificateFacts | None = None
    error: BaseException | None = None
    mismatch: bool = False
    """Verified, but made out to somebody else."""


async def look(session: SmtpSession, address: str, *, verifies: bool) -> TlsDiagnosis:
    """Connect once more, as LibreChat would but with the other opinion on certificates, and sign in nowhere."""
    smtp, budget, aside = session.task.smtp, session.budget, session.task.limits.aside
    context = session.task.trust.context(verifies=verifies)
    connection: SmtpConnection | None = None
    try:
        if smtp.secure:
            seconds = budget.allow(aside)
            connection = await SmtpConnection.open(
                address, session.port, seconds=seconds, context=context, server_name=smtp.server_name
            )
        else:
            connection = await SmtpConnection.open(address, session.port, seconds=budget.allow(aside))
            await connection.greeting(budget.allow(aside))
            if not after_ehlo((await connection.ask(b"EHLO [127.0.0.1]", budget.allow(aside))).text).starttls:
                return TlsDiagnosis()
            if not (await connection.ask(b"STARTTLS", budget.allow(aside))).is_good:
                return TlsDiagnosis()
            await connection.upgrade(context, smtp.server_name, budget.allow(aside))
        mismatch = verifies and not is_for(smtp.certificate_name, names_of(connection.certificate))
        return TlsDiagnosis(about(connection.certificate_bytes), mismatch=mismatch)
    except (OSError, TimeoutError, SmtpError) as error:
        return TlsDiagnosis(error=error)
    finally:
        if connection is not None:
            connection.close()


async def judge(session: SmtpSession) -> list[Finding]:
    """Return what is to be said of the certificate of the connection that stands; a FAIL ends the check."""
    connection, smtp = session.connection, session.task.smtp
    if connection is None or not connection.secure:
        return []
    if not smtp.verifies:
        return [
            _unverified(
                session, await look(session, session.address, verifies=True), about(connection.certificate_bytes)
            )
        ]
    names = names_of(connection.certificate)
    if not is_for(smtp.certificate_name, names):
        return [wrong_name(session, about(connection.certificate_bytes))]
    end = expiry(connection.certificate)
    if end is not None and end - datetime.now(UTC) < _SOON:
        summary = f"The certificate of {session.there} ends on {end:%Y-%m-%d}; from then on every mail fails."
        return [warn("smtp.certificate.ends-soon", summary, (), "Renew it at the mail server.")]
    return [good("smtp.certificate.ok", f"The certificate is trusted and made out to {plain(smtp.certificate_name)}.")]


def _unverified(session: SmtpSession, seen: TlsDiagnosis, present: CertificateFacts | None) -> Finding:
    name = session.task.smtp.certificate_name
    if seen.error is None and seen.about is not None and not seen.mismatch:
        summary = (
            "EMAIL_ALLOW_SELFSIGNED accepts every certificate, and this server's is in order: it only opens the door."
        )
        return warn("smtp.certificate.unneeded", summary, _HIDING, "Take EMAIL_ALLOW_SELFSIGNED out.")
    if seen.mismatch:
        reason = f"made out to somebody else than {plain(name)}"
    elif isinstance(seen.error, ssl.SSLCertVerificationError):
        reason = _reason(seen.error, present)[1]
    else:
        reason = "which could not be judged"
    summary = (
        f"EMAIL_ALLOW_SELFSIGNED hides what is wrong with the certificate: it is {reason}. Whoever stands in between reads the "
        "password and every reset link."
    )
    remedy = f"Mend the certificate, then take EMAIL_ALLOW_SELFSIGNED out. {_OWN_CA}"
    return warn("smtp.certificate.hidden", summary, _HIDING, remedy, *_lines(session, present))


def wrong_name(session: SmtpSession, seen: CertificateFacts | None) -> Finding:
    """Return the finding for a certificate of somebody else."""
    smtp = session.task.smtp
    usable = [name for name in (seen.names.counting if seen else ()) if "*" not in name]
    offer = f" EMAIL_ENCRYPTION_HOSTNAME={plain(usable[0])}, if that is your server." if usable else ""
    summary = (
        f"The certificate of {session.there} is not made out to {plain(smtp.certificate_name)}: LibreChat refuses it, and no mail "
        "goes out."
    )
    remedy = f"Name the server in EMAIL_HOST as its certificate does.{offer}"
    names = ("EMAIL_ENCRYPTION_HOSTNAME", *session.server_settings)
    return fail("smtp.certificate.name", summary, names, remedy, *_lines(session, seen))


async def failed(session: SmtpSession, error: BaseException, stage: str, address: str) -> Finding:
    """Return the finding for a TLS handshake that ended with an error; ``stage`` is ``connect`` or ``starttls``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused(session, error, (await look(session, address, verifies=False)).about)
    told = session.shown(in_words(error))
    reason = str(getattr(error, "reason", ""))
    there = session.there
    if reason in _VERSION:
        summary = f"{there} speaks only TLS 1.0 or 1.1, which LibreChat refuses (as everybody should)."
        return fail(
            f"smtp.{stage}.tls-version",
            summary,
            session.server_settings,
            "Update the mail server: TLS 1.2 or later.",
            told,
        )
    if reason in _CLIENT:
        return client_certificate(session, stage, told)
    if reason in _NOT_TLS and stage == "starttls":
        summary = f"{there} agreed to STARTTLS and then did not speak TLS."
        return fail("smtp.starttls.not-tls", summary, (), "Something between breaks it, or the server is broken.", told)
    if isinstance(error, TimeoutError | ConnectionAbortedError):
        summary = f"{there} did not finish the TLS handshake in time. LibreChat would wait longer."
        return finding(
            f"smtp.{stage}.tls-silent",
            Status.UNKNOWN,
            summary,
            settings=session.mode_settings,
            remedy="Does this port speak TLS? Try again.",
            evidence=(told,),
        )
    summary = f"No TLS connection with {there} came about: LibreChat's mail ends there too."
    return fail(f"smtp.{stage}.tls", summary, session.mode_settings, "The server's log says why.", told)


def client_certificate(session: SmtpSession, stage: str, told: str) -> Finding:
    """Return the finding for a server that wants a certificate from LibreChat, which has none."""
    summary = f"{session.there} wants a certificate of its client. LibreChat has no setting for one."
    return fail(
        f"smtp.{stage}.client-certificate",
        summary,
        session.server_settings,
        "A port or server that takes a password.",
        told,
    )


def is_client_certificate(error: BaseException | None) -> bool:
    """Whether a connection ended because the server wants a certificate; with TLS 1.3 that shows after the handshake."""
    return str(getattr(error, "reason", "")) in _CLIENT


def is_no_tls(error: BaseException) -> bool | None:
    """Whether the other side answered the handshake with something else than TLS; ``None`` where that cannot be told."""
    reason = str(getattr(error, "reason", None) or "")
    if reason in _NOT_TLS:
        return True
    return False if "ALERT" in reason or isinstance(error, ssl.SSLCertVerificationError) else None


def _refused(session: SmtpSession, error: ssl.SSLCertVerificationError, seen: CertificateFacts | None) -> Finding:
    kind, reason = _reason(error, seen)
    summary = f"The certificate of {session.there} is {reason}: LibreChat refuses it, and no mail goes out."
    remedy = {
        "expired": f"Renew it at the mail server. {_NO_BYPASS}",
        "not-yet": f"Is the clock of this machine, or of the server, wrong? {_NO_BYPASS}",
        "self-signed": f"A certificate of a CA, or: {_OWN_CA} {_NO_BYPASS}",
        "untrusted": f"The server may lack the intermediate certificate (fullchain). {_OWN_CA} {_NO_BYPASS}",
        "weak": f"A certificate with a key of at least 2048 bits. {_NO_BYPASS}",
    }[kind]
    problem = (session.shown(session.task.trust.problem),) if session.task.trust.problem else ()
    told = session.shown(error.verify_message)
    names = ("NODE_EXTRA_CA_CERTS",) if kind in ("self-signed", "untrusted") else ()
    return fail(f"smtp.certificate.{kind}", summary, names, remedy, told, *_lines(session, seen), *problem)


def _reason(error: ssl.SSLCertVerificationError, seen: CertificateFacts | None) -> tuple[str, str]:
    # The dates first, as Node tells them: OpenSSL versions differ in which of several faults they name.
    now = datetime.now(UTC)
    code = error.verify_code
    if code == _EXPIRED or (seen is not None and seen.not_after < now):
        return "expired", f"expired since {seen.not_after:%Y-%m-%d}" if seen else "expired"
    if code == _NOT_YET or (seen is not None and seen.not_before > now):
        return "not-yet", "not valid yet"
    if code in _WEAK:
        return "weak", "made with too weak a key"
    if code in _SELF_SIGNED:
        return "self-signed", "signed by nobody but itself"
    return "untrusted", "not signed by an authority that LibreChat's Node trusts"


def _lines(session: SmtpSession, seen: CertificateFacts | None) -> tuple[str, ...]:
    return tuple(session.shown(line) for line in seen.lines()) if seen else ()
