"""Verifies signatures as node-saml 5.1.0 and xml-crypto 6.1.2 do: ``getVerifiedXml`` (lib/xml.js) and ``checkSignature``.

Accepted are rsa-sha1, rsa-sha256 and rsa-sha512 with digests of the same three; KeyInfo is ignored.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.librechat.saml_xml import (
    COMMENTS,
    EXCLUSIVE,
    INCLUSIVE,
    XMLDSIG,
    Element,
    canonical,
    children,
    descendants,
    instructions_as_text,
    is_written_alike,
    remove,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_ENVELOPED: Final = f"{XMLDSIG}enveloped-signature"
_CANONICAL: Final = (EXCLUSIVE, f"{EXCLUSIVE}{COMMENTS}", INCLUSIVE, f"{INCLUSIVE}#{COMMENTS}")
_DIGESTS: Final = {
    f"{XMLDSIG}sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_METHODS: Final = {
    f"{XMLDSIG}rsa-sha1": "SHA1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "SHA256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": "SHA512",
}
_MOST_TRANSFORMS: Final = 2


class SignatureState(StrEnum):
    """What a signature of one element comes to."""

    VALID = "valid"
    NONE = "none"
    """The element has no signature of its own."""
    ALGORITHM = "algorithm"
    """Signature or digest is made in a way that LibreChat does not verify (rsa-sha384, RSA-PSS, ECDSA)."""
    CHANGED = "changed"
    """The digest is another: something was changed after signing."""
    OTHER_KEY = "other-key"
    """Made with another key than the one in SAML_CERT."""
    FORM = "form"
    """It is not a signature of exactly this element: several references, transforms or elements with the same ID."""
    UNSURE = "unsure"
    """An inclusive canonical form that xml-crypto may write differently than the standard."""


@dataclass(frozen=True, slots=True)
class ElementSignature:
    """The state, and for a valid one the signed element in its canonical form: nothing else is to be trusted."""

    state: SignatureState
    signed: bytes = b""
    algorithm: str = ""
    """The last part of the signature method's name; foreign text."""
    throws: bool = False
    """Whether node-saml ends the sign-in there, whatever else is signed."""


def signature_of(element: Element, key: PublicKeyTypes | None) -> ElementSignature:
    """Return what node-saml finds of the signature that is a child of an element."""
    signatures = [child for child in children(element, "Signature") if child.tag == f"{{{XMLDSIG}}}Signature"]
    if not signatures:
        return ElementSignature(SignatureState.NONE)
    signature = signatures[0]
    transforms = list(descendants(signature, "Transform", XMLDSIG))
    if len(signatures) > 1 or len(transforms) > _MOST_TRANSFORMS:
        return ElementSignature(SignatureState.FORM, throws=True)
    infos = children(signature, "SignedInfo")
    references = children(infos[0], "Reference") if len(infos) == 1 else []
    if len(references) != 1:
        return ElementSignature(SignatureState.FORM)
    identity = references[0].get("URI", "").removeprefix("#")
    bearers = [one for one in element.getroottree().getroot().iter() if one.get("ID") == identity]
    if not identity or re.search("['\"]", identity) or bearers != [element]:
        return ElementSignature(SignatureState.FORM, throws=True)
    return _checked(element, signature, infos[0], references[0], key)


def _checked(
    element: Element, signature: Element, info: Element, reference: Element, key: PublicKeyTypes | None
) -> ElementSignature:
    method = _algorithm(info, "SignatureMethod")
    form, form_prefixes = (
        _algorithm(info, "CanonicalizationMethod"),
        _prefixes(children(info, "CanonicalizationMethod")),
    )
    digest = _DIGESTS.get(_algorithm(reference, "DigestMethod"), "")
    name = method.rpartition("#")[2]
    transforms = [each for group in children(reference, "Transforms")[:1] for each in children(group, "Transform")]
    names = [each.get("Algorithm", "") for each in transforms]
    if not names or names[-1] == _ENVELOPED:
        names.append(INCLUSIVE)
    known = all(each in (*_CANONICAL, _ENVELOPED) for each in names)
    if method not in _METHODS or not digest or form not in _CANONICAL or not known:
        return ElementSignature(SignatureState.ALGORITHM, algorithm=name, throws=form not in _CANONICAL)
    content = next(each for each in names if each != _ENVELOPED)
    prefixes = _prefixes(transforms[-1:])
    if not is_written_alike(info, form, form_prefixes) or not is_written_alike(element, content, prefixes):
        return ElementSignature(SignatureState.UNSURE, algorithm=name)
    signed_info = canonical(info, form, form_prefixes)
    signed = _signed_form(element, signature, names, prefixes)
    claimed = "".join(_first(reference, "DigestValue").itertext()).split()
    if base64.b64encode(hashlib.new(digest, signed).digest()).decode() != "".join(claimed):
        return ElementSignature(SignatureState.CHANGED, algorithm=name)
    if not _is_signed_by(key, "".join(_first(signature, "SignatureValue").itertext()), signed_info, _METHODS[method]):
        return ElementSignature(SignatureState.OTHER_KEY, algorithm=name)
    return ElementSignature(SignatureState.VALID, signed, algorithm=name)


def _signed_form(element: Element, signature: Element, transforms: list[str], prefixes: list[str]) -> bytes:
    """Return the canonical form of an element without its signature, inside a copy of its document."""
    document = element.getroottree()
    copied = copy.deepcopy(document).getroot().find(document.getelementpath(element))
    # What comes after the first canonical form has nothing left to work on.
    place = next(index for index, each in enumerate(transforms) if each != _ENVELOPED)
    if _ENVELOPED in transforms[:place]:
        value = "".join(_first(signature, "SignatureValue").itertext())
        for inner in list(descendants(copied, "Signature", XMLDSIG)):
            if "".join(_first(inner, "SignatureValue").itertext()) == value:
                remove(inner)
    instructions_as_text(copied)
    return canonical(copied, transforms[place], prefixes)


def _first(element: Element, name: str) -> Element:
    from lxml import etree

    return next(iter(children(element, name)), etree.Element(name))


def _algorithm(element: Element, name: str) -> str:
    return str(_first(element, name).get("Algorithm", ""))


def _prefixes(elements: list[Element]) -> list[str]:
    lists = [each.get("PrefixList", "") for element in elements for each in children(element, "InclusiveNamespaces")]
    return [prefix for text in lists for prefix in text.split()]


def _is_signed_by(key: PublicKeyTypes | None, value: str, signed_info: bytes, hash_name: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if not isinstance(key, RSAPublicKey):
        return False
    try:
        key.verify(base64.b64decode(value), signed_info, PKCS1v15(), getattr(hashes, hash_name)())
    except (InvalidSignature, ValueError):
        return False
    return True
