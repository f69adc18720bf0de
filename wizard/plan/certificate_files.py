"""Inspects certificates and keys: the operator's, and those already in the folder."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from wizard.basics.problem import Problem


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint as browsers show it."""
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
    chain, faults = read_chain(certificate_name, certificate_pem)
    key, key_faults = read_key(key_name, key_pem)
    faults += key_faults
    if not chain:
        return tuple(faults), None
    leaf = chain[0]
    field_name = "proxy.certificate_file"

    def add(message: str, remedy: str) -> None:
        faults.append(Problem(field=field_name, message=f"{certificate_name}: {message}", remedy=remedy))

    if key is not None and public_bytes(key.public_key()) != public_bytes(leaf.public_key()):
        add(f"it does not match the key {key_name}.", "Use the key that belongs to the certificate.")
    if leaf.not_valid_after_utc <= now:
        add(f"it expired on {leaf.not_valid_after_utc:%Y-%m-%d}.", "Renew it first.")
    if leaf.not_valid_before_utc > now:
        add(f"it is not valid before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC.", "Check this machine's clock.")
    if not covers(leaf, host):
        names = ", ".join(_names_of(leaf)[:5])
        add(
            f"it is for {names[:120]}, not for {host}." if names else f"it is not for {host}.",
            "Use a certificate that contains this name in its subject alternative names.",
        )
    return tuple(faults), leaf.not_valid_after_utc


def covers(certificate: x509.Certificate, host: str) -> bool:
    """Return whether browsers accept the certificate for this host.

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


def read_chain(name: str, pem: bytes) -> tuple[list[x509.Certificate], list[Problem]]:
    """Return the certificates of a PEM file, the server's own first; none and a problem where it holds none."""
    try:
        chain = x509.load_pem_x509_certificates(pem)
        _ = [certificate.not_valid_after_utc for certificate in chain]
    except ValueError:
        message = f"{name} contains no PEM certificate."
        remedy = (
            "A PEM certificate begins with -----BEGIN CERTIFICATE-----. Convert a DER or PKCS#12 file with openssl."
        )
        return [], [Problem(field="proxy.certificate_file", message=message, remedy=remedy)]
    return chain, []


def read_key(name: str, pem: bytes) -> tuple[Any, list[Problem]]:
    """Return the private key of a PEM file; ``None`` and a problem where it holds none that a proxy can use."""
    try:
        return load_pem_private_key(pem, password=None), []
    except TypeError:
        message = f"{name} is encrypted with a passphrase, which a proxy cannot enter."
        remedy = "Decrypt it: openssl pkey -in KEY -out KEY.plain"
    except (ValueError, UnsupportedAlgorithm):
        message, remedy = (
            f"{name} contains no PEM private key.",
            "A PEM private key begins with -----BEGIN PRIVATE KEY-----.",
        )
    return None, [Problem(field="proxy.key_file", message=message, remedy=remedy)]


def public_bytes(key: Any) -> bytes:
    """Return a public key for comparison."""
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _alternative_names(certificate: x509.Certificate) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _names_of(certificate: x509.Certificate) -> list[str]:
    names = _alternative_names(certificate)
    return list(names.get_values_for_type(x509.DNSName)) if names is not None else []


def _addresses_of(certificate: x509.Certificate) -> list[object]:
    names = _alternative_names(certificate)
    return list(names.get_values_for_type(x509.IPAddress)) if names is not None else []
