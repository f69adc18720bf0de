"""An identity provider's SAML 2.0 metadata (sections 2.3 and 2.4), and whether LibreChat can work with it.

LibreChat itself reads no metadata.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from wizard.librechat.saml_request import REDIRECT_BINDING
from wizard.librechat.saml_settings import SamlSettings
from wizard.librechat.saml_verdict import js_time
from wizard.librechat.saml_xml import XMLDSIG, Element, XmlFault, children, descendants, local_name, parse_xml

_METADATA: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
_MOST: Final = 500
"""Providers that are looked at in the metadata of a federation."""


class ProviderFault(StrEnum):
    """Why no response comes from this provider, or none that LibreChat takes."""

    SIGNED_REQUESTS = "signed-requests"
    """It demands signed requests, and LibreChat signs none."""
    NO_REDIRECT = "no-redirect"
    """It has no sign-on location for the redirect binding, the only one that LibreChat uses."""
    NOT_SSO = "not-sso"
    """The entry point is none of its sign-on locations for that binding."""
    CERTIFICATE = "certificate"
    """It signs with other keys than the one in SAML_CERT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProvider:
    """One identity provider."""

    entity_id: str
    sign_on: Mapping[str, tuple[str, ...]]
    """Locations by binding."""
    signing: tuple[bytes, ...]
    """Certificates that it signs with, DER."""
    wants_signed_requests: bool = False
    name_id_formats: tuple[str, ...] = ()
    valid_until: datetime | None = None


def providers_of(data: bytes) -> tuple[SamlProvider, ...]:
    """Return the identity providers in a metadata document; ``XmlFault`` for what is none."""
    root = parse_xml(data)
    if local_name(root) not in ("EntityDescriptor", "EntitiesDescriptor"):
        raise XmlFault("it is XML, but not SAML metadata")
    entities = [root] if local_name(root) == "EntityDescriptor" else _entities(root)
    found = [provider for entity in entities for provider in _of_entity(entity)]
    if not found:
        raise XmlFault("it does not describe an identity provider (IDPSSODescriptor)")
    return tuple(found[:_MOST])


def _entities(root: Element) -> Iterator[Element]:
    yield from descendants(root, "EntityDescriptor", _METADATA)


def _of_entity(entity: Element) -> Iterator[SamlProvider]:
    for role in children(entity, "IDPSSODescriptor"):
        sign_on: dict[str, tuple[str, ...]] = {}
        for service in children(role, "SingleSignOnService"):
            binding = service.get("Binding", "")
            sign_on[binding] = (*sign_on.get(binding, ()), service.get("Location", ""))
        until = role.get("validUntil") or entity.get("validUntil")
        yield SamlProvider(
            entity_id=entity.get("entityID", ""),
            sign_on=sign_on,
            signing=tuple(_certificates(role)),
            wants_signed_requests=role.get("WantAuthnRequestsSigned", "").strip() in ("true", "1"),
            name_id_formats=tuple((each.text or "").strip() for each in children(role, "NameIDFormat")),
            valid_until=js_time(until) if until else None,
        )


def _certificates(role: Element) -> Iterator[bytes]:
    for descriptor in children(role, "KeyDescriptor"):
        if descriptor.get("use", "signing") != "signing":
            continue
        for certificate in descendants(descriptor, "X509Certificate", XMLDSIG):
            try:
                yield base64.b64decode("".join((certificate.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                continue


def provider_faults(provider: SamlProvider, settings: SamlSettings) -> tuple[ProviderFault, ...]:
    """Return what keeps LibreChat with these settings from working with a provider, as far as its metadata tell."""
    found = []
    locations = provider.sign_on.get(REDIRECT_BINDING, ())
    if provider.wants_signed_requests:
        found.append(ProviderFault.SIGNED_REQUESTS)
    if not locations:
        found.append(ProviderFault.NO_REDIRECT)
    elif _bare(settings.entry_point) not in map(_bare, locations):
        found.append(ProviderFault.NOT_SSO)
    if provider.signing and settings.certificate.key is not None and not signs_with(provider, settings):
        found.append(ProviderFault.CERTIFICATE)
    return tuple(found)


def signs_with(provider: SamlProvider, settings: SamlSettings) -> bool:
    """Whether the key in SAML_CERT is one that the provider signs with; certificates themselves may differ."""
    return public_bytes(settings.certificate.key) in {_key_of(der) for der in provider.signing} - {b""}


def public_bytes(key: object) -> bytes:
    """Return a public key in one form, for comparing; empty for none."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if key is None or not hasattr(key, "public_bytes"):
        return b""
    written: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return written


def _key_of(der: bytes) -> bytes:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return public_bytes(x509.load_der_x509_certificate(der).public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return b""


def _bare(address: str) -> str:
    return address.strip().partition("#")[0].rstrip("?")
