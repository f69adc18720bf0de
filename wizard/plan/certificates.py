"""Certificates for a network without a public certificate authority."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wizard.plan.certificate_files import covers, fingerprint, public_bytes, read_chain, read_key

AUTHORITY_DAYS: Final = 730
"""Anyone who gets its key can pose as the site until then; long enough for one renewal of the server certificate."""
SERVER_DAYS: Final = 397
"""What browsers take from public authorities at most is 398 days (CA/Browser Forum, Baseline Requirements 6.3.2); Apple's
systems refuse more than 825 below an authority that the user trusts (Apple support article 103769)."""
RENEW_DAYS: Final = 60
"""A second run of the wizard makes a new server certificate when the present one ends within this time."""
_NO_NAME: Final = "invalid"
"""No host has a name below it (RFC 6761): the only one permitted where the site has no name. Without any, every name
would be permitted (RFC 5280, section 4.2.1.10)."""
_BACKDATED: Final = dt.timedelta(days=1)
"""So that a browser whose clock is a little behind accepts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCertificates:
    """A certificate authority of the operator's own and one server certificate of it; PEM."""

    ca_pem: bytes
    ca_key_pem: bytes = field(repr=False)
    """Anyone who has it can pose as this site toward those who trust the authority, or, below one of former versions, as
    any site. Only for renewal; empty if it is not here and nothing had to be signed."""
    cert_pem: bytes
    """The server certificate, followed by the authority's."""
    key_pem: bytes = field(repr=False)
    not_after: dt.datetime
    """When the server certificate ends (UTC)."""
    authority_not_after: dt.datetime
    fingerprint: str
    """SHA-256 of the authority's certificate, as browsers show it: ``AB:CD:...``."""
    is_new_authority: bool = True
    is_limited: bool = True
    """Whether the authority can vouch for these names only (name constraints); those of former versions could for any."""

    @property
    def renew_from(self) -> dt.datetime:
        """When a further run renews the server certificate."""
        return self.not_after - dt.timedelta(days=RENEW_DAYS)


def local_authority(
    now: dt.datetime,
    names: Sequence[str],
    *,
    ca_pem: bytes | None = None,
    ca_key_pem: bytes | None = None,
    cert_pem: bytes | None = None,
    key_pem: bytes | None = None,
) -> LocalCertificates:
    """Return certificates for these host names and IP addresses.

    What is passed in and still good is used again unchanged: the authority as long as it can sign a certificate for these
    names that lasts a while, the server certificate as long as it belongs to the authority, covers the names and does not
    end within ``RENEW_DAYS``. Without the authority's key, which may have been moved elsewhere, the server certificate is
    kept until its last day; then, or for other names, there is a new authority. ``now`` is aware.
    """
    current = _valid_authority(now, ca_pem)
    key = _key_of(current, ca_key_pem)
    server = None
    if current is not None:
        # With the key at hand the operator means to renew; without, a new authority would lock every device out.
        server = _usable_server(now, names, current, cert_pem, key_pem, days=0 if key is None else RENEW_DAYS)
    is_new = server is None and not (current is not None and key is not None and _can_sign(now, names, current))
    authority = current
    if is_new or authority is None:
        authority, key = _new_authority(now, names)
    leaf, leaf_key = server or _new_server(now, names, authority, key)
    return LocalCertificates(
        ca_pem=ca_pem if not is_new and ca_pem else _pem(authority),
        ca_key_pem=b"" if key is None else ca_key_pem if not is_new and ca_key_pem else _key_pem(key),
        cert_pem=cert_pem if server and cert_pem else _pem(leaf) + _pem(authority),
        key_pem=key_pem if server and key_pem else _key_pem(leaf_key),
        not_after=leaf.not_valid_after_utc,
        authority_not_after=authority.not_valid_after_utc,
        fingerprint=fingerprint(authority),
        is_new_authority=is_new,
        is_limited=_limits(authority) is not None,
    )


def _new_authority(now: dt.datetime, names: Sequence[str]) -> tuple[Any, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "LibreChat local"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"LibreChat local authority {now:%Y-%m-%d}"),
        ]
    )
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    builder = (
        _builder(now, AUTHORITY_DAYS, name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(_limited_to(names), critical=True)
    )
    return builder.sign(key, hashes.SHA256()), key


def _limited_to(names: Sequence[str]) -> x509.NameConstraints:
    """Return what an authority for these names can vouch for: they and what is below them, and nothing of the other kind."""
    permitted: list[x509.GeneralName] = []
    for name in names:
        general = _general_name(name)
        if isinstance(general, x509.IPAddress):
            permitted.append(x509.IPAddress(ipaddress.ip_network(general.value)))
        else:
            permitted.append(x509.DNSName(name.removeprefix("*.")))
    excluded = None
    if not any(isinstance(one, x509.DNSName) for one in permitted):
        permitted.append(x509.DNSName(_NO_NAME))
    if not any(isinstance(one, x509.IPAddress) for one in permitted):
        excluded = [x509.IPAddress(ipaddress.ip_network(every)) for every in ("0.0.0.0/0", "::/0")]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=excluded)


def _limits(authority: x509.Certificate) -> x509.NameConstraints | None:
    try:
        return authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _permits(authority: x509.Certificate, name: str) -> bool:
    """Return whether an authority may vouch for a name; one of former versions may for every one."""
    limits = _limits(authority)
    if limits is None:
        return True
    permitted = limits.permitted_subtrees or []
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        plain = name.removeprefix("*.")
        bases = [one.value for one in permitted if isinstance(one, x509.DNSName)]
        return any(plain == base or plain.endswith(f".{base}") for base in bases)
    networks = [ipaddress.ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)]
    return any(address in network for network in networks)


def _new_server(
    now: dt.datetime, names: Sequence[str], authority: x509.Certificate, authority_key: Any
) -> tuple[Any, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    # With spaces: OpenSSL takes a common name that looks like a host name, as an IPv4 address does, for one that the
    # authority has to permit.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "LibreChat on this network")])
    builder = (
        _builder(now, SERVER_DAYS, subject, authority.subject, key.public_key(), until=authority.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
    )
    return builder.sign(authority_key, hashes.SHA256()), key


def _builder(
    now: dt.datetime, days: int, subject: Any, issuer: Any, public_key: Any, *, until: dt.datetime | None = None
) -> Any:
    start = now.astimezone(dt.UTC).replace(microsecond=0) - _BACKDATED
    end = start + dt.timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end if until is None else min(end, until))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _valid_authority(now: dt.datetime, pem: bytes | None) -> x509.Certificate | None:
    chain, _ = read_chain("", pem) if pem else ([], [])
    return chain[0] if chain and chain[0].not_valid_after_utc > now else None


def _key_of(certificate: x509.Certificate | None, pem: bytes | None) -> Any:
    """Return the key where it is that of the certificate, else ``None``."""
    key, _ = read_key("", pem) if pem else (None, [])
    if key is None or certificate is None or public_bytes(key.public_key()) != public_bytes(certificate.public_key()):
        return None
    return key


def _can_sign(now: dt.datetime, names: Sequence[str], authority: x509.Certificate) -> bool:
    """Return whether a certificate of this authority would last longer than the next renewal is ahead."""
    lasts = authority.not_valid_after_utc > now + dt.timedelta(days=2 * RENEW_DAYS)
    return lasts and all(_permits(authority, name) for name in names)


def _usable_server(
    now: dt.datetime,
    names: Sequence[str],
    authority: x509.Certificate,
    pem: bytes | None,
    key_pem: bytes | None,
    *,
    days: int,
) -> tuple[Any, Any] | None:
    if not pem or not key_pem:
        return None
    chain, _ = read_chain("", pem)
    key = _key_of(chain[0] if chain else None, key_pem)
    if key is None:
        return None
    try:
        chain[0].verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return None
    lasts = chain[0].not_valid_after_utc > now + dt.timedelta(days=days)
    return (chain[0], key) if lasts and all(covers(chain[0], name) for name in names) else None


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
