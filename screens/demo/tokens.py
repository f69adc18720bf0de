"""Signs and verifies tokens as LibreChat's jsonwebtoken 9.0.2 does: HS256, with its message for each fault.

Written out instead of taken from a package: jsonwebtoken accepts secrets of one character, and its messages reach the client.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from typing import Any, Final

from wizard.basics.patterns import late_pattern

_FORM: Final = late_pattern(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)
_HASHES: Final = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


class SigningRefused(Exception):
    """jsonwebtoken would throw: there is no secret, or the lifetime is not a whole number of seconds."""


class TokenRefused(Exception):
    """A refused token; the message is jsonwebtoken's."""


def sign(claims: dict[str, Any], secret: str, *, now: int, lifetime: float) -> str:
    """Return a token issued at ``now`` (seconds since 1970) that is valid for ``lifetime`` seconds, which may be negative."""
    if not secret:
        raise SigningRefused("secretOrPrivateKey must have a value")
    if lifetime != lifetime or not float(lifetime).is_integer():  # noqa: PLR0124 - nan
        raise SigningRefused('"expiresIn" should be a number of seconds or string representing a timespan')
    payload = {**claims, "iat": now, "exp": now + int(lifetime)}
    signed = f"{_packed({'alg': 'HS256', 'typ': 'JWT'})}.{_packed(payload)}"
    return f"{signed}.{_signature(signed, secret, 'sha256')}"


def verify(token: str, secret: str, *, now: float) -> dict[str, Any]:
    """Return the claims of a token; ``TokenRefused`` with the message that LibreChat passes on (verify.js, in its order)."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        raise TokenRefused("jwt malformed")
    header, claims = _unpacked(parts[0]), _unpacked(parts[1])
    if header is None or claims is None or not _FORM.fullmatch(token):
        raise TokenRefused("invalid token")
    if not parts[2]:
        raise TokenRefused("jwt signature is required")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _HASHES:
        raise TokenRefused("invalid algorithm")
    expected = _signature(f"{parts[0]}.{parts[1]}", secret, _HASHES[algorithm])
    if not hmac.compare_digest(expected, parts[2]):
        raise TokenRefused("invalid signature")
    end = claims.get("exp")
    if end is not None and (isinstance(end, bool) or not isinstance(end, int | float)):
        raise TokenRefused("invalid exp value")
    if end is not None and int(now) >= end:
        raise TokenRefused("jwt expired")
    return claims


def _packed(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _unpacked(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _signature(signed: str, secret: str, name: str) -> str:
    return _base64(hmac.new(secret.encode(), signed.encode(), getattr(hashlib, name)).digest())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
