"""Reads SAML_CERT as LibreChat does: text or file, and the key that node-saml and Node extract from it.

``getCertificateContent`` (api/strategies/samlStrategy.js, v0.8.8-rc1), ``keyInfoToPem`` (node-saml 5.1.0, lib/crypto.js) and Node's
``createPublicKey``. Only the first certificate counts; its dates, names and issuer do not.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.basics.patterns import late_pattern

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.x509 import Certificate

_INLINE: Final = late_pattern(
    r"-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----\n(?:[A-Za-z0-9+/=]{64}\n)+[A-Za-z0-9+/=]{1,64}\n"
    r"-----END (?:CERTIFICATE|PUBLIC KEY)-----"
)
_BASE64: Final = late_pattern(r"[A-Za-z0-9+/=]+")
_PEM: Final = late_pattern(
    r"-----BEGIN [A-Z ]{1,48}-----(?:\r\n|\r|\n).*(?:\r\n|\r|\n)-----END [A-Z ]{1,48}-----(?:\r\n|\r|\n)?", re.DOTALL
)
_KEY_BASE64: Final = late_pattern(r"(?:[A-Za-z0-9+/]{4}\n?)*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BLOCK: Final = late_pattern(r"-----BEGIN ([A-Z0-9 ]+)-----\n(.*?)-----END \1-----", re.DOTALL)
_TRIMMED: Final = "\t\n\v\f\r \xa0\ufeff\u2028\u2029"
HOME: Final = "/app"
"""LibreChat's own folder in its image: what a relative path begins with."""
_PUBLIC: Final = ("PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "X509 CERTIFICATE")
_PRIVATE: Final = ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")


class CertificateFault(StrEnum):
    """Why SAML does not work with what SAML_CERT holds."""

    NO_FILE = "no-file"
    """Neither a text that LibreChat takes nor a file: SAML is not registered at start."""
    EMPTY = "empty"
    """The file is empty: not registered."""
    FORM = "form"
    """node-saml refuses it at the first sign-in: ``idpCert is not in PEM format or in base64 format``."""
    NO_KEY = "no-key"
    """No key can be read out of it: every signature is invalid."""
    KEY_KIND = "key-kind"
    """The key is none of RSA, and node-saml verifies no other: every signature is invalid."""

    @property
    def at_start(self) -> bool:
        """Whether LibreChat finds it at start and leaves SAML out."""
        return self in (CertificateFault.NO_FILE, CertificateFault.EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlCertificate:
    """What LibreChat has after reading SAML_CERT."""

    pem: str = ""
    """In the form that node-saml hands to Node; empty with a fault before that."""
    fault: CertificateFault | None = None
    key: PublicKeyTypes | None = None
    certificate: Certificate | None = None
    """The first one, where the key comes from a certificate."""
    blocks: int = 0
    """How many certificates there are; only the first counts."""


def certificate_path(value: str) -> str | None:
    """Return the path in the container from which LibreChat reads the certificate, ``None`` if the value itself is one."""
    if _is_text(value):
        return None
    return posixpath.normpath(value if value.startswith("/") else posixpath.join(HOME, value))


def _is_text(value: str) -> bool:
    return bool(_INLINE.search(value)) or (bool(_BASE64.fullmatch(value)) and len(value) % 4 == 0)


def read_certificate(value: str, file_text: str | None = None) -> SamlCertificate:
    """Return the result of reading SAML_CERT. ``file_text``: the content of the file at :func:`certificate_path`, if there is one."""
    if _is_text(value):
        content = value
    elif file_text is None:
        return SamlCertificate(fault=CertificateFault.NO_FILE)
    else:
        content = file_text.strip(_TRIMMED)
    if not content:
        return SamlCertificate(fault=CertificateFault.EMPTY)
    if _PEM.fullmatch(content):
        pem = _normalized(content)
    elif _KEY_BASE64.fullmatch(content):
        pem = _normalized(f"-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----")
    else:
        return SamlCertificate(fault=CertificateFault.FORM)
    return _with_key(pem)


def _normalized(pem: str) -> str:
    """Return lines of 64 characters at most, without empty ones (``normalizePemFile``)."""
    lines = re.sub(r"\r\n|\r", "\n", pem.strip(_TRIMMED))
    return "\n".join(re.findall(r"[^\n\u2028\u2029]{1,64}", lines)) + "\n"


def _with_key(pem: str) -> SamlCertificate:
    blocks = [(match[1], _decoded(match[2])) for match in _BLOCK.finditer(pem)]
    certificates = [data for label, data in blocks if label in _PUBLIC[2:]]
    for wanted in (*_PUBLIC[:2], _PUBLIC[2:], _PRIVATE):
        data, label = next(((data, label) for label, data in blocks if label in wanted and label), (None, ""))
        if data is None:
            continue
        key, certificate = _loaded(label, data)
        fault = None if _is_rsa(key) else CertificateFault.NO_KEY if key is None else CertificateFault.KEY_KIND
        return SamlCertificate(pem=pem, fault=fault, key=key, certificate=certificate, blocks=len(certificates))
    return SamlCertificate(pem=pem, fault=CertificateFault.NO_KEY, blocks=len(certificates))


def _decoded(text: str) -> bytes | None:
    """Return the bytes of one ASN.1 value; what follows it does not matter to Node."""
    try:
        data = base64.b64decode(re.sub(r"[ \t\n]", "", text), validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) < 2 or data[0] != 0x30:  # noqa: PLR2004 - a SEQUENCE with a length
        return None
    if data[1] < 0x80:  # noqa: PLR2004 - the short form
        return data[: 2 + data[1]]
    size = data[1] & 0x7F
    return data[: 2 + size + int.from_bytes(data[2 : 2 + size])]


def _loaded(label: str, data: bytes) -> tuple[PublicKeyTypes | None, Certificate | None]:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        if label in _PUBLIC[2:]:
            certificate = x509.load_der_x509_certificate(data)
            return certificate.public_key(), certificate
        if label in _PRIVATE:
            return serialization.load_der_private_key(data, password=None).public_key(), None
        return serialization.load_der_public_key(data), None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None, None


def _is_rsa(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    return isinstance(key, RSAPublicKey)
