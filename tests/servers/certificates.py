"""A test CA and certificates with every fault that a mail server's can have; keys on P-256, so that making them is quick."""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = timedelta(days=1)
USUAL = ("localhost", "mail.test", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    name: str
    key: Key
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a certificate is to look."""

    names: tuple[str, ...] = USUAL
    common: str = "localhost"
    begins: timedelta = -DAY
    ends: timedelta = 300 * DAY
    signer: str = "trusted"
    """``trusted``, ``untrusted``, ``intermediate`` (which ``trusted`` signed) or ``itself``."""
    rsa_bits: int = 0
    has_key_identifier: bool = True
    sends_chain: bool = False


SHAPES = {
    "valid": Shape(),
    "selfsigned": Shape(signer="itself"),
    "expired": Shape(begins=-30 * DAY, ends=-DAY),
    "notyet": Shape(begins=30 * DAY, ends=60 * DAY),
    "wronghost": Shape(names=("wronghost.test",), common="wronghost.test"),
    "untrusted": Shape(signer="untrusted"),
    "untrusted_chain": Shape(signer="untrusted", sends_chain=True),
    "cnonly": Shape(names=()),
    "dnsonly": Shape(names=("localhost", "mail.test")),
    "expired_selfsigned": Shape(signer="itself", begins=-30 * DAY, ends=-DAY),
    "wrong_selfsigned": Shape(signer="itself", names=("wronghost.test",), common="wronghost.test"),
    "rsa1024": Shape(rsa_bits=1024),
    "noaki": Shape(has_key_identifier=False),
    "wildcard": Shape(names=("*.mail.test",), common="*.mail.test"),
    "cn_mailtest_san_other": Shape(names=("other.test",), common="mail.test"),
    "ends_soon": Shape(ends=5 * DAY),
    "intermediate": Shape(signer="intermediate"),
    "intermediate_chain": Shape(signer="intermediate", sends_chain=True),
    "hours": Shape(begins=timedelta(hours=-2), ends=timedelta(hours=10)),
}


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _authority(name: str, signer: Authority | None = None) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name) if signer is None else signer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 400 * DAY)
        .not_valid_after(now + 400 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key if signer is None else signer.key, hashes.SHA256())
    )
    return Authority(name=name, key=key, certificate=certificate)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Certificates:
    """Makes each certificate once, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authorities = {name: _authority(f"Test CA {name}") for name in ("trusted", "untrusted")}
        self._authorities["intermediate"] = _authority("Test CA intermediate", self._authorities["trusted"])
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(_pem(self._authorities["trusted"].certificate))
        self._made: dict[str, Path] = {}

    def file(self, name: str) -> Path:
        """Return a file with the key and the certificate of this name."""
        if name not in self._made:
            self._made[name] = self._make(name, SHAPES[name])
        return self._made[name]

    def context(self, name: str, *, old: bool = False, wants_client: bool = False) -> ssl.SSLContext:
        """Return a server's TLS context; ``old`` speaks nothing later than TLS 1.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(self.file(name))
        if old:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
        if wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context

    def _make(self, name: str, shape: Shape) -> Path:
        key: Key = (
            rsa.generate_private_key(65537, shape.rsa_bits)
            if shape.rsa_bits
            else ec.generate_private_key(ec.SECP256R1())
        )
        signer = self._authorities.get(shape.signer)
        now = datetime.now(UTC)
        issuer = _name(shape.common) if signer is None else signer.certificate.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(shape.common))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + shape.begins)
            .not_valid_after(now + shape.ends)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        if shape.names:
            names = x509.SubjectAlternativeName([_alternative(each) for each in shape.names])
            builder = builder.add_extension(names, critical=False)
        if signer is not None and shape.has_key_identifier:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        certificate = builder.sign(key if signer is None else signer.key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain = _pem(signer.certificate) if signer is not None and shape.sends_chain else b""
        path = self._folder / f"{name}.pem"
        path.write_bytes(secret + _pem(certificate) + chain)
        return path
