"""A test CA and certificates with every fault that a mail server's can have; keys on P-256, so that making them is quick."""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
DAY = timedelta(days=1)
USUAL = ("localhost", "mail.test", "127.0.0.1", "::1")
CHAT = ("chat.example.com", "localhost", "chat.localhost", "127.0.0.1", "::1", "192.168.1.10", "idp.example.net")
"""Whatever a LibreChat is called in the tests that open it in a browser."""


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
    """An authority, or ``itself``."""
    rsa_bits: int = 0
    curve: str = "secp256r1"
    """Without ``rsa_bits``; ``ed25519`` is one, too."""
    usage: ObjectIdentifier | None = ExtendedKeyUsageOID.SERVER_AUTH
    signs_only: bool = False
    """The key may sign certificates and nothing else."""
    unknown_extension: bool = False
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
    "chat": Shape(names=CHAT),
    "rsa2048": Shape(rsa_bits=2048),
    "rsa1536": Shape(rsa_bits=1536),
    "p384": Shape(curve="secp384r1"),
    "p521": Shape(curve="secp521r1"),
    "ed25519": Shape(curve="ed25519"),
    "for_clients": Shape(usage=ExtendedKeyUsageOID.CLIENT_AUTH),
    "for_anything": Shape(usage=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),
    "for_unsaid": Shape(usage=None),
    "signs_only": Shape(signs_only=True),
    "unknown_extension": Shape(unknown_extension=True),
    "intermediate": Shape(signer="intermediate", sends_chain=True),
    "intermediate_missing": Shape(signer="intermediate"),
    "intermediate_no_ca": Shape(signer="no_ca", sends_chain=True),
    "intermediate_expired": Shape(signer="expired", sends_chain=True),
    "permits_test": Shape(signer="permits_test", sends_chain=True),
    "permits_other": Shape(signer="permits_other", sends_chain=True, names=("mail.test", "localhost")),
    "excludes_mail": Shape(signer="excludes_mail", sends_chain=True, names=("mail.test",)),
    "excludes_unused": Shape(signer="excludes_mail", sends_chain=True, names=("localhost",)),
    "wild_top": Shape(names=("*.test",), common="x"),
    "wild_part": Shape(names=("m*l.mail.test", "m*.test"), common="x"),
    "wild_twice": Shape(names=("*.*.test",), common="x"),
    "wild_deep": Shape(names=("a.*.test",), common="x"),
    "wild_all": Shape(names=("*",), common="*"),
    "upper": Shape(names=("MAIL.TEST", "LocalHost"), common="x"),
    "address_as_name": Shape(names=("DNS:127.0.0.1", "DNS:::1"), common="x"),
    "address_only": Shape(names=("127.0.0.1", "::1"), common="localhost"),
    "address_alone": Shape(names=("127.0.0.1",), common="ldap server"),
    "mail_only": Shape(names=("email:mail@mail.test",), common="mail.test"),
    "uri_only": Shape(names=("uri:smtps://mail.test",), common="localhost"),
    "dotted": Shape(names=("mail.test.", "localhost."), common="x"),
    "blank": Shape(names=("mail.test, DNS:localhost", " localhost"), common="x"),
    "common_address": Shape(names=(), common="127.0.0.1"),
    "common_wild": Shape(names=(), common="*.mail.test"),
    "common_upper": Shape(names=(), common="MAIL.TEST"),
    "providers": Shape(names=("smtp.gmail.com", "*.mailgun.org", "smtp.sendgrid.net"), common="x"),
    "hours": Shape(begins=timedelta(hours=-2), ends=timedelta(hours=10)),
}


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _authority(
    name: str,
    above: Authority | None = None,
    *,
    ends: timedelta = 400 * DAY,
    is_authority: bool = True,
    constraints: x509.NameConstraints | None = None,
) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name) if above is None else above.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 400 * DAY)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if constraints is not None:
        builder = builder.add_extension(constraints, critical=True)
    certificate = builder.sign(_signing(key if above is None else above.key), hashes.SHA256())
    return Authority(name=name, key=key, certificate=certificate)


def _signing(key: Key) -> ec.EllipticCurvePrivateKey:
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _intermediates(root: Authority) -> dict[str, Authority]:
    def named(*names: str) -> list[x509.GeneralName]:
        return [x509.DNSName(name) for name in names]

    permits = x509.NameConstraints(named("test", "localhost"), None)
    other = x509.NameConstraints(named("other.test"), None)
    excludes = x509.NameConstraints(None, named("mail.test"))
    return {
        "intermediate": _authority("Test CA between", root),
        "no_ca": _authority("Test that is no CA", root, is_authority=False),
        "expired": _authority("Test CA of last year", root, ends=-DAY),
        "permits_test": _authority("Test CA for test", root, constraints=permits),
        "permits_other": _authority("Test CA for other.test", root, constraints=other),
        "excludes_mail": _authority("Test CA but for mail.test", root, constraints=excludes),
    }


_KINDS: dict[str, Callable[[str], x509.GeneralName]] = {
    "DNS": x509.DNSName,
    "email": x509.RFC822Name,
    "uri": x509.UniformResourceIdentifier,
}


def _alternative(name: str) -> x509.GeneralName:
    kind, _, rest = name.partition(":")
    if kind in _KINDS:
        return _KINDS[kind](rest)
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key(shape: Shape) -> Key:
    if shape.rsa_bits:
        return rsa.generate_private_key(65537, shape.rsa_bits)
    if shape.curve == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves: dict[str, type[ec.EllipticCurve]] = {
        "secp256r1": ec.SECP256R1,
        "secp384r1": ec.SECP384R1,
        "secp521r1": ec.SECP521R1,
    }
    return ec.generate_private_key(curves[shape.curve]())


def _extensions(shape: Shape) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = []
    if shape.usage is not None:
        found.append((x509.ExtendedKeyUsage([shape.usage]), False))
    if shape.signs_only:
        none = dict.fromkeys(
            (
                *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
                *("key_agreement", "crl_sign", "encipher_only", "decipher_only"),
            ),
            False,
        )
        found.append((x509.KeyUsage(key_cert_sign=True, **none), True))
    if shape.unknown_extension:
        found.append((x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00"), True))
    return found


class Certificates:
    """Makes each certificate once, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authorities = {name: _authority(f"Test CA {name}") for name in ("trusted", "untrusted")}
        self._authorities |= _intermediates(self._authorities["trusted"])
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
        key = _key(shape)
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
        )
        for extension, critical in _extensions(shape):
            builder = builder.add_extension(extension, critical=critical)
        if shape.names:
            names = x509.SubjectAlternativeName([_alternative(each) for each in shape.names])
            builder = builder.add_extension(names, critical=False)
        if signer is not None and shape.has_key_identifier:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        certificate = builder.sign(key if signer is None else _signing(signer.key), hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain = _pem(signer.certificate) if signer is not None and shape.sends_chain else b""
        path = self._folder / f"{name}.pem"
        path.write_bytes(secret + _pem(certificate) + chain)
        return path
