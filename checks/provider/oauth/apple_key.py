"""Apple's private key: whether LibreChat can sign with it, and the client secret that it signs (passport-apple 2.0.2)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from wizard.librechat.social_situation import AppleKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

AUDIENCE: Final = "https://appleid.apple.com"
_LIFETIME: Final = 180
"""Seconds; passport-apple signs a secret anew at each sign-in."""
_BEGIN: Final = "-----BEGIN "


def key_kind(text: str | None) -> AppleKey:
    """Return what a key file is; ``None``: there is none."""
    if text is None:
        return AppleKey.MISSING
    if _BEGIN not in text:
        return AppleKey.NOT_PEM
    if len(text.strip().splitlines()) < 3:  # noqa: PLR2004 - begin, body, end
        return AppleKey.ONE_LINE
    try:
        return AppleKey.FIT if _loaded(text) is not None else AppleKey.OTHER_KIND
    except ValueError:
        return AppleKey.NOT_PEM


def _loaded(text: str) -> EllipticCurvePrivateKey | None:
    """Return the key if it is on P-256; ``ValueError`` if it is none, or has a password."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text.encode("latin-1"), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("not a private key that can be used without a password") from error
    is_fit = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    return key if is_fit and isinstance(key, ec.EllipticCurvePrivateKey) else None


def fresh_key() -> str:
    """Return an unregistered key, for the control."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def client_secret(key: str, *, client_id: str, team_id: str, key_id: str) -> str:
    """Return the JWT that passport-apple sends as client secret: ES256, the team as issuer, the key's id in the header."""
    import jwt

    now = int(time.time())
    claims: dict[str, object] = {"iat": now, "exp": now + _LIFETIME, "aud": AUDIENCE, "sub": client_id}
    if team_id:
        claims["iss"] = team_id
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id})
