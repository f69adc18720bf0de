"""Certificates for a network without a public certificate authority, and a look at those that the operator brings."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wizard.basics.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

AUTHORITY_DAYS: Final = 3650
SERVER_DAYS: Final = 820
"""Apple's systems refuse a longer validity than 825 days, also below an authority that the user trusts (Apple support
article 103769); the 398 days of other browsers are for public authorities only."""
RENEW_DAYS: Final = 60
"""A second run of the wizard makes a new server certificate when the present one ends within this time."""
_BACKDATED: Final = dt.timedelta(days=1)
"""So that a browser whose clock is a little behind accepts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCertificates:
    """A certificate authority of the operator's own and one server certificate of it; PEM."""

    ca_pem: bytes
    ca_key_pem: bytes = field(repr=False)
    """Whoever has it can impersonate any site towards those who trust the authority; only for renewal."""
    cert_pem: bytes
    """The server certificate, followed by the authority's."""
    key_pem: bytes = field(repr=False)
    not_after: dt.datetime
    """When the server certificate ends (UTC)."""
    authority_not_after: dt.datetime
    fingerprint: str
    """SHA-256 of the authority's certificate, as browsers show it: ``AB:CD:...``."""
    is_new_authority: bool = True


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

    What is passed in and still good is used again unchanged: the authority as long as it outlives a new server
    certificate, the server certificate as long as it belongs to the authority, covers the names and does not end within
    ``RENEW_DAYS``. The authority has no name constraints: OpenSSL and browsers treat addresses in them differently, and
    a second host name would need a new authority on every machine. ``now`` is aware.
    """
    authority = _usable_authority(now, ca_pem, ca_key_pem)
    is_new = authority is None
    certificate, key = authority or _new_authority(now)
    server = None if is_new else _usable_server(now, names, certificate, cert_pem, key_pem)
    leaf, leaf_key = server or _new_server(now, names, certificate, key)
    return LocalCertificates(
        ca_pem=ca_pem if not is_new and ca_pem else _pem(certificate),
        ca_key_pem=ca_key_pem if not is_new and ca_key_pem else _key_pem(key),
        cert_pem=cert_pem if server and cert_pem else _pem(leaf) + _pem(certificate),
        key_pem=key_pem if server and key_pem else _key_pem(leaf_key),
        not_after=leaf.not_valid_after_utc,
        authority_not_after=certificate.not_valid_after_utc,
        fingerprint=fingerprint(certificate),
        is_new_authority=is_new,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint as browsers show it."""
    from cryptography.hazmat.primitives import hashes

    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def check_files(
    now: dt.datetime,
    host: str,
    *,
    certificate_name: str,
    certificate_pem: bytes,
    key_name: str,
    key_pem: bytes,
) -> tuple[tuple[Problem, ...], dt.datetime | None]:
    """Judge a certificate and its key: both readable, belonging together, valid now, made for ``host``.

    Returns the problems and, where it could be read, the end of the server certificate. Nothing of the key is quoted.
    """
    chain, faults = _read_chain(certificate_name, certificate_pem)
    key, key_faults = _read_key(key_name, key_pem)
    faults += key_faults
    if not chain:
        return tuple(faults), None
    leaf = chain[0]
    field_name = "proxy.certificate_file"

    def add(message: str, remedy: str) -> None:
        faults.append(Problem(field=field_name, message=f"{certificate_name}: {message}", remedy=remedy))

    if key is not None and _public_bytes(key.public_key()) != _public_bytes(leaf.public_key()):
        add(f"it does not belong to the key {key_name}.", "Give the key that the certificate was made for.")
    if leaf.not_valid_after_utc <= now:
        add(f"it ended on {leaf.not_valid_after_utc:%Y-%m-%d}.", "Renew it first.")
    if leaf.not_valid_before_utc > now:
        add(f"it is valid only from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC.", "Check this machine's clock.")
    if not covers(leaf, host):
        names = ", ".join(_names_of(leaf)[:5]) or "no name at all"
        add(
            f"it is made for {names[:120]}, not for {host}.",
            "Give a certificate with that name among its alternative names.",
        )
    return tuple(faults), leaf.not_valid_after_utc


def covers(certificate: x509.Certificate, host: str) -> bool:
    """Tell whether browsers take the certificate for this host.

    Only alternative names count, and ``*`` stands for one label (RFC 6125, sections 6.4.3 and 6.4.4).
    """
    try:
        wanted: object = ipaddress.ip_address(host)
    except ValueError:
        wanted = None
    if wanted is not None:
        return wanted in _addresses_of(certificate)
    parent = host.partition(".")[2]
    names = [name.lower() for name in _names_of(certificate)]
    return host in names or (bool(parent) and f"*.{parent}" in names)


def _read_chain(name: str, pem: bytes) -> tuple[list[x509.Certificate], list[Problem]]:
    from cryptography import x509

    try:
        chain = x509.load_pem_x509_certificates(pem)
        _ = [certificate.not_valid_after_utc for certificate in chain]
    except ValueError:
        message = f"{name} holds no PEM certificate."
        remedy = "It begins with -----BEGIN CERTIFICATE-----; a DER or PKCS#12 file has to be converted with openssl."
        return [], [Problem(field="proxy.certificate_file", message=message, remedy=remedy)]
    return chain, []


def _read_key(name: str, pem: bytes) -> tuple[Any, list[Problem]]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(pem, password=None), []
    except TypeError:
        message = f"{name} is encrypted with a passphrase, which a proxy cannot type."
        remedy = "Decrypt it: openssl pkey -in KEY -out KEY.plain"
    except (ValueError, UnsupportedAlgorithm):
        message, remedy = f"{name} holds no PEM private key.", "It begins with -----BEGIN PRIVATE KEY-----."
    return None, [Problem(field="proxy.key_file", message=message, remedy=remedy)]


def _public_bytes(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _alternative_names(certificate: x509.Certificate) -> Any:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _names_of(certificate: x509.Certificate) -> list[str]:
    from cryptography import x509

    names = _alternative_names(certificate)
    return list(names.get_values_for_type(x509.DNSName)) if names is not None else []


def _addresses_of(certificate: x509.Certificate) -> list[object]:
    from cryptography import x509

    names = _alternative_names(certificate)
    return list(names.get_values_for_type(x509.IPAddress)) if names is not None else []


def _new_authority(now: dt.datetime) -> tuple[Any, Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

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
    )
    return builder.sign(key, hashes.SHA256()), key


def _new_server(
    now: dt.datetime, names: Sequence[str], authority: x509.Certificate, authority_key: Any
) -> tuple[Any, Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    # A common name may be 64 characters long at most and is read by nobody.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    builder = (
        _builder(now, SERVER_DAYS, subject, authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
    )
    return builder.sign(authority_key, hashes.SHA256()), key


def _builder(now: dt.datetime, days: int, subject: Any, issuer: Any, public_key: Any) -> Any:
    from cryptography import x509

    start = now.astimezone(dt.UTC).replace(microsecond=0) - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    from cryptography import x509

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
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usable_authority(now: dt.datetime, pem: bytes | None, key_pem: bytes | None) -> tuple[Any, Any] | None:
    """Return the present authority if it can still sign a server certificate of full length."""
    if not pem or not key_pem:
        return None
    chain, _ = _read_chain("", pem)
    key, _ = _read_key("", key_pem)
    if not chain or key is None or _public_bytes(key.public_key()) != _public_bytes(chain[0].public_key()):
        return None
    return (chain[0], key) if chain[0].not_valid_after_utc > now + dt.timedelta(days=SERVER_DAYS) else None


def _usable_server(
    now: dt.datetime, names: Sequence[str], authority: x509.Certificate, pem: bytes | None, key_pem: bytes | None
) -> tuple[Any, Any] | None:
    from cryptography.exceptions import InvalidSignature

    if not pem or not key_pem:
        return None
    chain, _ = _read_chain("", pem)
    key, _ = _read_key("", key_pem)
    if not chain or key is None or _public_bytes(key.public_key()) != _public_bytes(chain[0].public_key()):
        return None
    try:
        chain[0].verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return None
    lasts = chain[0].not_valid_after_utc > now + dt.timedelta(days=RENEW_DAYS)
    return (chain[0], key) if lasts and all(covers(chain[0], name) for name in names) else None


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
