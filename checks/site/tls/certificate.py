"""What is wrong with a rejected certificate, and what to do: one fault, one remedy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from checks.net.handshake import Handshake
from checks.net.identity import CertificateFacts, is_for
from checks.net.openssl import EXPIRED, NOT_YET, OTHER_NAME, SELF_SIGNED, UNTRUSTED, WEAK
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import tls as ids
from wizard.librechat.site import Site

_SOON: Final = timedelta(days=14)
_SHORT_LIVED: Final = timedelta(days=2)
"""Local authorities give certificates for hours (Caddy's for twelve) and renew them by themselves."""
_EFFECT: Final = "browsers show a warning instead of LibreChat, and apps refuse the connection"
_NO_CLICKING: Final = (
    "Do not train users to click through the warning: an attacker on the network could then read their passwords."
)
_OWN_CA: Final = (
    "If a private CA issued the certificate, import the CA certificate on every device and pass it with --cacert FILE."
)


def certificate_lines(certificate: CertificateFacts | None, *more: str) -> tuple[str, ...]:
    """Return the certificate as evidence."""
    return (*(certificate.lines() if certificate else ()), *more)


def refused(
    site: Site, seen: Handshake, certificate: CertificateFacts | None, sent: int, now: datetime
) -> Iterator[Finding]:
    """Report why a certificate was rejected. ``seen`` has OpenSSL's first reason; the certificate itself may show others."""
    evidence = certificate_lines(certificate, f"OpenSSL: {seen.detail}", f"at {seen.address}")
    found = [
        *_dates(site, seen, certificate, now),
        *_names(site, seen, certificate),
        *_trust(site, seen, certificate, sent),
    ]
    if not found:
        summary = f"The certificate for {site.netloc} is refused: {_EFFECT}."
        found = [ids.CERTIFICATE_REFUSED.fail(summary)]
    for finding in found:
        yield finding._replace(evidence=as_evidence(evidence))


def as_evidence(evidence: tuple[str, ...]) -> tuple[str, ...]:
    """Return foreign text as evidence."""
    return tuple(plain(text, limit=300) for text in evidence)


def _dates(site: Site, seen: Handshake, certificate: CertificateFacts | None, now: datetime) -> Iterator[Finding]:
    if certificate is not None and certificate.not_after < now:
        days = (now - certificate.not_after).days
        summary = f"The certificate for {site.netloc} expired on {certificate.not_after:%Y-%m-%d} ({_days(days)} ago): {_EFFECT}."
        remedy = f"Renew the certificate (certbot renew). Then run nginx -s reload, or restart the proxy's container. If the renewal fails, see the proxy's log. {_NO_CLICKING}"
        yield ids.CERTIFICATE_EXPIRED.fail(summary, remedy=remedy)
    elif certificate is not None and certificate.not_before > now:
        summary = f"The certificate for {site.netloc} is not valid until {certificate.not_before:%Y-%m-%d}: {_EFFECT}."
        yield ids.CERTIFICATE_NOT_YET.fail(summary)
    elif seen.code in {EXPIRED, NOT_YET}:
        summary = f"{site.netloc} sends an expired intermediate certificate: {_EFFECT}. The server's own certificate has not expired."
        yield ids.CERTIFICATE_CHAIN_EXPIRED.fail(summary)


def _names(site: Site, seen: Handshake, certificate: CertificateFacts | None) -> Iterator[Finding]:
    # Browsers read no common name, so that it stands for nothing here.
    names = certificate.names._replace(common=()) if certificate else None
    if seen.code not in OTHER_NAME and (names is None or is_for(site.host, names)):
        return
    counting = ", ".join(names.usable) if names else ""
    why = (
        f": it was issued for {plain(counting, limit=200)}"
        if counting
        else ", because it has no subject alternative names"
    )
    summary = f"The certificate is not valid for {site.host}{why}. {_EFFECT[0].upper()}{_EFFECT[1:]}."
    remedy = (
        f"Get a certificate for {site.host}, or have the proxy serve a certificate for that name (in nginx: server_name {site.host}; in Caddy: the name as "
        f"the site's address). If the site should use another name, correct DOMAIN_CLIENT and DOMAIN_SERVER. {_NO_CLICKING}"
    )
    yield ids.CERTIFICATE_NAME.fail(summary, remedy=remedy)


def _trust(site: Site, seen: Handshake, certificate: CertificateFacts | None, sent: int) -> Iterator[Finding]:
    own = certificate is not None and certificate.is_self_issued and sent <= 1
    if seen.code == SELF_SIGNED or (own and seen.code in UNTRUSTED):
        summary = f"The certificate for {site.netloc} is self-signed: {_EFFECT}."
        remedy = (
            f"Get a certificate from a public CA (Caddy and certbot do this automatically). {_OWN_CA} {_NO_CLICKING}"
        )
        yield ids.CERTIFICATE_SELF_SIGNED.fail(summary, remedy=remedy)
    elif seen.code in UNTRUSTED and sent == 1:
        issuer = plain(certificate.issuer, limit=100) if certificate else "not readable"
        summary = f"{site.netloc} sends only its own certificate, whose issuer ({issuer}) is unknown here. The intermediate certificate is missing, or the CA is not a public one. As a result, {_EFFECT}, except on devices that have stored the intermediate certificate."
        remedy = f"Serve the full chain: in nginx, set ssl_certificate to fullchain.pem, not cert.pem. {_OWN_CA}"
        yield ids.CERTIFICATE_CHAIN.fail(summary, remedy=remedy)
    elif seen.code in UNTRUSTED:
        summary = f"The certificate for {site.netloc} was issued by a CA that browsers do not trust: {_EFFECT}."
        yield ids.CERTIFICATE_UNTRUSTED.fail(summary, remedy=f"{_OWN_CA} {_NO_CLICKING}")
    elif seen.code in WEAK:
        summary = f"The certificate for {site.netloc} uses a key or signature that is too weak: {_EFFECT}."
        yield ids.CERTIFICATE_WEAK.fail(summary)


def accepted(site: Site, seen: Handshake, addresses: str, now: datetime, *, is_own_ca: bool) -> Finding:
    """Report on a certificate that browsers accept."""
    certificate = seen.certificate
    if certificate is None:
        return ids.CERTIFICATE_OK.passed(f"The certificate for {site.netloc} is trusted ({seen.version}; {addresses}).")
    left = certificate.not_after - now
    if left < _SOON and not _renews_itself(certificate):
        summary = f"The certificate for {site.netloc} expires in {_days(left.days)} ({certificate.not_after:%Y-%m-%d}); after that {_EFFECT}."
        return ids.CERTIFICATE_ENDS_SOON.warn(summary, evidence=certificate_lines(certificate))
    until = f"until {certificate.not_after:%Y-%m-%d}, {_days(left.days)} left"
    if is_own_ca:
        summary = (
            f"The certificate for {site.netloc} is valid ({until}; {seen.version}; {addresses}). It was issued by your "
            "own CA: browsers show a warning on every device that has not imported the CA certificate."
        )
        return ids.CERTIFICATE_OWN_CA.passed(summary, evidence=certificate_lines(certificate))
    summary = f"The certificate for {site.netloc} is trusted and is issued for this name ({until}; {seen.version}; {addresses})."
    return ids.CERTIFICATE_OK.passed(summary)


def _renews_itself(certificate: CertificateFacts) -> bool:
    life = certificate.not_after - certificate.not_before
    short = timedelta(days=8) if "Let's Encrypt" in certificate.issuer else _SHORT_LIVED
    return life <= short


def _days(number: int) -> str:
    return "less than a day" if number < 1 else "1 day" if number == 1 else f"{number} days"
