"""An identity provider that speaks SAML: it signs with signxml (Apache Santuario's rules), not with anything of the wizard's own."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

_NAMES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMES.items() if prefix in ("samlp", "saml"))
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_WHOLE, _PART = ("response", "both"), ("assertion", "both")
_BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"


@dataclass(frozen=True)
class SigningKey:
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def base64(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


@cache
def signing_key(name: str = "idp", *, bits: int = 2048, expired: bool = False) -> SigningKey:
    """Return a key with its own certificate; ``bits`` 0: an elliptic one. Made once a run."""
    key: Any = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    now, subject = datetime.now(UTC), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin, end = (-60, -30) if expired else (-1, 300)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + timedelta(days=begin)).not_valid_after(now + timedelta(days=end))
    return SigningKey(key, builder.sign(key, hashes.SHA256()))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one response says, and what about it is odd."""

    audience: str | None = "https://chat.example/sp"
    recipient: str = "https://chat.example/oauth/saml/callback"
    issuer: str = "https://idp.example/meta"
    name_id: str | None = "ada-1"
    name_id_format: str = PERSISTENT
    attributes: Mapping[str, str | Sequence[str]] = field(
        default_factory=lambda: {"email": "ada@example.org", "username": "ada", "given_name": "Ada", "family_name": "L"}
    )
    signs: str = "assertion"
    """``assertion``, ``response``, ``both`` or ``none``."""
    method: SignatureMethod = SignatureMethod.RSA_SHA256
    digest: DigestAlgorithm = DigestAlgorithm.SHA256
    form: CanonicalizationMethod = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    prefixes: tuple[str, ...] = ()
    """InclusiveNamespaces of the signature."""
    encrypted: bool = False
    status: str = "Success"
    message: str = ""
    not_before: int = -60
    not_on_or_after: int = 300
    """Seconds from now."""
    root_attributes: str = ""
    """Further attributes of the response element, namespace declarations included."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """One provider with its key."""

    key: SigningKey = field(default_factory=signing_key)
    entity_id: str = "https://idp.example/meta"
    sign_on: str = "https://idp.example/sso"

    def response(self, answer: Answer | None = None, now: datetime | None = None) -> str:
        """Return the XML of a response."""
        answer, now = answer or Answer(), now or datetime.now(UTC)
        root = etree.fromstring(_unsigned(answer, now).encode())
        if answer.signs in _PART:
            assertion = root.find("saml:Assertion", _NAMES)
            if assertion is not None:
                root.replace(assertion, self._signed(assertion, answer))
        if answer.signs in _WHOLE:
            root = self._signed(root, answer)
        return str(etree.tostring(root).decode())

    def encoded(self, answer: Answer | None = None, now: datetime | None = None) -> str:
        """Return the field SAMLResponse."""
        return base64.b64encode(self.response(answer, now).encode()).decode()

    def _signed(self, element: Any, answer: Answer) -> Any:
        signer = _LenientSigner(
            signature_algorithm=answer.method, digest_algorithm=answer.digest, c14n_algorithm=answer.form
        )
        prefixes = list(answer.prefixes) or None
        return signer.sign(
            element,
            key=self.key.key,
            cert=[self.key.certificate],
            reference_uri=element.get("ID"),
            inclusive_ns_prefixes=prefixes,
        )

    def metadata(
        self, *, wants_signed: bool = False, keys: Sequence[SigningKey] | None = None, post_only: bool = False
    ) -> str:
        """Return its metadata."""
        described = "".join(
            f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{key.base64}'
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for key in keys or [self.key]
        )
        bindings = ("HTTP-POST",) if post_only else ("HTTP-POST", "HTTP-Redirect")
        services = "".join(
            f'<md:SingleSignOnService Binding="{_BINDINGS}{binding}" Location="{html.escape(self.sign_on)}"/>'
            for binding in bindings
        )
        wants = ' WantAuthnRequestsSigned="true"' if wants_signed else ""
        return (
            f'<md:EntityDescriptor xmlns:md="{_NAMES["md"]}" xmlns:ds="{_NAMES["ds"]}" entityID="{self.entity_id}">'
            f'<md:IDPSSODescriptor{wants} protocolSupportEnumeration="{_NAMES["samlp"]}">{described}'
            f"<md:NameIDFormat>{PERSISTENT}</md:NameIDFormat>{services}</md:IDPSSODescriptor></md:EntityDescriptor>"
        )


class _LenientSigner(XMLSigner):
    """Signs with SHA-1 too, which signxml no longer does by itself and providers still do."""

    def check_deprecated_methods(self) -> None:
        """Forbid nothing."""


def _unsigned(answer: Answer, now: datetime) -> str:
    def time(seconds: int) -> str:
        return (now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    placeholder = f'<ds:Signature xmlns:ds="{_NAMES["ds"]}" Id="placeholder"/>'
    issuer = f"<saml:Issuer>{html.escape(answer.issuer)}</saml:Issuer>"
    code = f'<samlp:StatusCode Value="{_STATUS}{answer.status}"/>'
    message = f"<samlp:StatusMessage>{html.escape(answer.message)}</samlp:StatusMessage>" if answer.message else ""
    inner = ""
    if answer.encrypted:
        inner = '<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/></saml:EncryptedAssertion>'
    elif answer.status == "Success":
        inner = _assertion(answer, time, issuer, placeholder if answer.signs in _PART else "")
    return (
        f'<samlp:Response {_DECLARED} {answer.root_attributes} ID="_r1" Version="2.0" IssueInstant="{time(0)}" '
        f'Destination="{html.escape(answer.recipient)}">{issuer}{placeholder if answer.signs in _WHOLE else ""}'
        f"<samlp:Status>{code}{message}</samlp:Status>{inner}</samlp:Response>"
    )


def _assertion(answer: Answer, time: Any, issuer: str, placeholder: str) -> str:
    name_id = ""
    if answer.name_id is not None:
        name_id = f'<saml:NameID Format="{answer.name_id_format}">{html.escape(answer.name_id)}</saml:NameID>'
    restriction = ""
    if answer.audience is not None:
        audience = f"<saml:Audience>{html.escape(answer.audience)}</saml:Audience>"
        restriction = f"<saml:AudienceRestriction>{audience}</saml:AudienceRestriction>"
    attributes = "".join(
        f'<saml:Attribute Name="{html.escape(name)}">'
        + "".join(
            f"<saml:AttributeValue>{html.escape(value)}</saml:AttributeValue>"
            for value in ([values] if isinstance(values, str) else values)
        )
        + "</saml:Attribute>"
        for name, values in answer.attributes.items()
    )
    confirmed = (
        f'<saml:SubjectConfirmationData NotOnOrAfter="{time(300)}" Recipient="{html.escape(answer.recipient)}"/>'
    )
    return (
        f'<saml:Assertion ID="_a1" Version="2.0" IssueInstant="{time(0)}">{issuer}{placeholder}<saml:Subject>{name_id}'
        f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">{confirmed}</saml:SubjectConfirmation>'
        f'</saml:Subject><saml:Conditions NotBefore="{time(answer.not_before)}" NotOnOrAfter="{time(answer.not_on_or_after)}">'
        f'{restriction}</saml:Conditions><saml:AuthnStatement AuthnInstant="{time(0)}" SessionIndex="_s1"/>'
        f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )


SIMPLESAMLPHP = {
    "https://chat.example/sp": Answer(signs="both"),
    "https://chat.example/sp-respsigned": Answer(signs="response", audience="https://chat.example/sp-respsigned"),
    "https://chat.example/sp-asssigned": Answer(signs="assertion", audience="https://chat.example/sp-asssigned"),
    "https://chat.example/sp-enc": Answer(encrypted=True, signs="response", audience="https://chat.example/sp-enc"),
}
"""The service providers that the recorded SimpleSAMLphp knew, and what it sent each of them."""
DEMANDS_SIGNED_REQUESTS = ("https://chat.example/sp-validate",)


def without_username(answer: Answer) -> Answer:
    """Return the same answer with an address alone."""
    return replace(answer, attributes={"email": "ada@example.org"})
