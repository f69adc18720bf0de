"""DKIM keys in DNS (RFC 6376 section 3.6, RFC 8301, RFC 8463) and the selectors of a received message."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from enum import StrEnum
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from checks.mail.sender.tag_list import TagListError, tags

SMALLEST_BITS: Final = 1024
"""RFC 8301 section 3.2: shorter keys must not verify."""
GOOD_BITS: Final = 2048
_ED25519_BYTES: Final = 32
_RSA_HEAD: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_LONGEST: Final = 10_000
"""Characters; no key of any use is longer."""


class DkimKeyState(StrEnum):
    """What a key record is good for."""

    GOOD = "good"
    WEAK = "weak"
    """RSA of 1024 bits or more but less than 2048: verifies, and is too short by today's advice (RFC 8301 section 3.2)."""
    TESTING = "testing"
    """``t=y``: verifiers treat the message as unsigned where they heed it."""
    REVOKED = "revoked"
    """``p=`` is empty (section 3.6.1)."""
    SHORT = "short"
    OTHER_SERVICE = "other-service"
    """``s=`` names no mail, or ``h=`` no SHA-256."""
    PRIVATE = "private"
    """The private key itself is in DNS."""
    BROKEN = "broken"


USABLE: Final = frozenset({DkimKeyState.GOOD, DkimKeyState.WEAK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key record, judged."""

    state: DkimKeyState
    why: str = ""
    """What is wrong, in our words."""
    kind: str = "rsa"
    bits: int = 0
    same_domain: bool = False
    """``t=s``: the signer's identity must be at the very domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSignature:
    """Which key a received message says it was signed with."""

    domain: str
    selector: str


def parse_key(data: bytes) -> Key:
    """Judge one TXT record below ``_domainkey``; never raises."""
    try:
        found = _fields(data)
    except TagListError as error:
        return Key(state=DkimKeyState.BROKEN, why=str(error))
    hashes, services, flags = (_listed(found.get(name, "")) for name in "hst")
    if (services and not {"*", "email"} & services) or (hashes and "sha256" not in hashes):
        return Key(state=DkimKeyState.OTHER_SERVICE, why="s= excludes mail, or h= excludes SHA-256")
    key = _key(found.get("k", "rsa").lower(), re.sub(r"\s+", "", found["p"]), is_same="s" in flags)
    if key.state in USABLE and "y" in flags:
        return Key(state=DkimKeyState.TESTING, why="t=y marks the key as a test", kind=key.kind, bits=key.bits)
    return key


def _fields(data: bytes) -> dict[str, str]:
    if len(data) > _LONGEST:
        raise TagListError("it is far too long for a key")
    try:
        found = tags(data.decode("ascii"))
    except UnicodeDecodeError:
        raise TagListError("it contains characters that are not ASCII") from None
    if "v" in found and (found["v"] != "DKIM1" or next(iter(found)) != "v"):
        raise TagListError("v=DKIM1 must come first")
    if "p" not in found:
        raise TagListError("it contains no key (p=)")
    return found


def signatures(message: bytes) -> tuple[DkimSignature, ...]:
    """Return the signatures of a received message, the newest first (RFC 6376 section 3.5: ``d=`` and ``s=``).

    Only their names: whether they verify is for the receiver to say (``Authentication-Results``).
    """
    headers = BytesHeaderParser(policy=compat32).parsebytes(message)
    found = []
    for value in headers.get_all("DKIM-Signature", []):
        try:
            fields = tags(str(value))
        except TagListError:
            continue
        domain, selector = fields.get("d", "").lower(), fields.get("s", "")
        if re.fullmatch(r"[A-Za-z0-9._-]+", domain) and re.fullmatch(r"[A-Za-z0-9._-]+", selector):
            found.append(DkimSignature(domain=domain, selector=selector))
    return tuple(dict.fromkeys(found))


def _listed(text: str) -> set[str]:
    return {part.strip().lower() for part in text.split(":") if part.strip()}


def _key(kind: str, encoded: str, *, is_same: bool) -> Key:
    if kind not in ("rsa", "ed25519"):
        return Key(state=DkimKeyState.BROKEN, why="k= names an unknown key type")
    if not encoded:
        return Key(state=DkimKeyState.REVOKED, why="p= is empty: the key was revoked", kind=kind)
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return Key(state=DkimKeyState.BROKEN, why=_spoilt(encoded), kind=kind)
    if _is_private(data):
        return Key(state=DkimKeyState.PRIVATE, why="this is the private key", kind=kind)
    return _ed25519(data, is_same=is_same) if kind == "ed25519" else _rsa(data, is_same=is_same)


def _ed25519(data: bytes, *, is_same: bool) -> Key:
    if len(data) != _ED25519_BYTES:
        return Key(state=DkimKeyState.BROKEN, why="an Ed25519 key must be 32 bytes long", kind="ed25519")
    return Key(state=DkimKeyState.GOOD, kind="ed25519", bits=256, same_domain=is_same)


def _rsa(data: bytes, *, is_same: bool) -> Key:
    bits = _rsa_bits(data)
    if not bits:
        return Key(state=DkimKeyState.BROKEN, why="p= is not an RSA key, or is only part of one")
    if bits < SMALLEST_BITS:
        return Key(state=DkimKeyState.SHORT, why=f"verifiers do not accept a key of only {bits} bits", bits=bits)
    return Key(state=DkimKeyState.GOOD if bits >= GOOD_BITS else DkimKeyState.WEAK, bits=bits, same_domain=is_same)


def _spoilt(encoded: str) -> str:
    if "BEGIN" in encoded:
        return "p= contains the BEGIN and END lines of a key file, which do not belong there"
    if '"' in encoded or "\\" in encoded:
        return "p= contains quotation marks or backslashes that were meant for the zone file"
    return "p= is not Base64, or part of it is missing"


def _rsa_bits(data: bytes) -> int:
    """Return the length of an RSA key; verifiers take it with and without the wrapping (RFC 6376 section 3.6.1, erratum 3017)."""
    for candidate in (data, _wrapped(data)):
        try:
            key = load_der_public_key(candidate)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        return key.key_size if isinstance(key, rsa.RSAPublicKey) else 0
    return 0


def _wrapped(data: bytes) -> bytes:
    bits = b"\x00" + data
    body = _RSA_HEAD + b"\x03" + _length(len(bits)) + bits
    return b"\x30" + _length(len(body)) + body


def _length(count: int) -> bytes:
    if count < 0x80:  # noqa: PLR2004
        return bytes([count])
    octets = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _is_private(data: bytes) -> bool:
    try:
        load_der_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True
