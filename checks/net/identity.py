"""The identity in a certificate, and whether Node accepts it for the requested server."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.librechat.hosts import is_address

_BAD: Final = late_pattern("[^\u0021-\u007f]")
_TOP_LEVEL: Final = 2
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class CertificateNames(NamedTuple):
    """The names in a certificate."""

    dns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    """The common names of the subject; they count only if there is no name of kind DNS."""

    @property
    def usable(self) -> tuple[str, ...]:
        """The names and addresses that a client compares with the host (RFC 6125 section 6.4.4)."""
        return (*(self.dns or self.common), *self.addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """A certificate as a person would describe it."""

    names: CertificateNames
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    is_self_issued: bool
    key_bits: int

    def lines(self) -> tuple[str, ...]:
        """Return it as evidence; foreign text."""
        return (
            f"certificate for: {', '.join(self.names.usable) or '(no name)'}",
            f"issued by: {'itself' if self.is_self_issued else self.issuer}",
            f"valid from {self.not_before:%Y-%m-%d} to {self.not_after:%Y-%m-%d}, {self.key_bits}-bit key",
        )


def names_of(peer: Mapping[str, Any]) -> CertificateNames:
    """Return the names from a verified certificate as ``ssl`` presents it (``getpeercert()``)."""
    alternative = peer.get("subjectAltName", ())
    return CertificateNames(
        dns=tuple(value for kind, value in alternative if kind == "DNS"),
        addresses=tuple(value for kind, value in alternative if kind == "IP Address"),
        common=tuple(value for part in peer.get("subject", ()) for kind, value in part if kind == "commonName"),
    )


def certificate_facts(der: bytes) -> CertificateFacts | None:
    """Return what a certificate says; ``None`` if it cannot be read."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        certificate = x509.load_der_x509_certificate(der)
        try:
            alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            dns = tuple(alternative.get_values_for_type(x509.DNSName))
            addresses = tuple(str(address) for address in alternative.get_values_for_type(x509.IPAddress))
        except x509.ExtensionNotFound:
            dns = addresses = ()
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return CertificateFacts(
            names=CertificateNames(dns=dns, addresses=addresses, common=tuple(str(name.value) for name in common)),
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            is_self_issued=certificate.subject == certificate.issuer,
            key_bits=getattr(certificate.public_key(), "key_size", 0),
        )
    except (ValueError, TypeError, x509.DuplicateExtension):
        return None


def expiry(peer: Mapping[str, Any]) -> datetime | None:
    """Return the end of validity out of ``getpeercert()``."""
    text = peer.get("notAfter")
    if not isinstance(text, str):
        return None
    # "Jan  5 09:34:43 2018 GMT", in English whatever the locale. strptime would be loaded for this alone, which takes longer
    # than a sign-in at a mail server.
    month, day, time, year, _ = text.split()
    hour, minute, second = map(int, time.split(":"))
    return datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)


def is_for(name: str, names: CertificateNames) -> bool:
    """Whether Node accepts a certificate with these names for this host (``tls.checkServerIdentity``, Node 20 to 24).

    An address must be among the addresses. A name must match one of kind DNS; the common name counts only if there is
    none. One asterisk may be in the leftmost label, and at least two labels follow.
    """
    name = name.removesuffix(".")
    if is_address(name):
        return _canonical(name) in map(_canonical, names.addresses)
    return any(_matches(name, pattern) for pattern in names.dns or names.common)


def _canonical(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address


def _labels(name: str) -> list[str]:
    # Letters A to Z only: JavaScript's replace(/[A-Z]/g) leaves all others alone.
    return re.sub("[A-Z]", lambda match: match[0].lower(), name.removesuffix(".")).split(".")


def _matches(name: str, pattern: str) -> bool:
    if not pattern:
        return False
    host, mask = _labels(name), _labels(pattern)
    if len(host) != len(mask) or "" in mask or _any_bad(mask) or host[1:] != mask[1:]:
        return False
    first, wild = host[0], mask[0]
    prefix, asterisk, suffix = wild.partition("*")
    if not asterisk or "xn--" in wild:
        return first == wild
    if "*" in suffix or len(mask) <= _TOP_LEVEL or len(prefix) + len(suffix) > len(first):
        return False
    return first.startswith(prefix) and first.endswith(suffix)


def _any_bad(labels: Iterable[str]) -> bool:
    return any(_BAD.search(label) for label in labels)
