"""Reads a provider's tokens as LibreChat does: it verifies signatures only if tokens are reused."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from checks.net.foreign_json import foreign_json
from wizard.librechat.openid_situation import IdToken

_LONGEST: Final = 200_000
"""Characters of a token that is read."""


def claims_of(token: object) -> Mapping[str, Any] | None:
    """Return the claims of a JSON Web Token (RFC 7519); ``None`` for an opaque one, as ``jwt-decode`` throws."""
    parts = _parts(token)
    return None if parts is None else parts["payload"]


def id_token_of(token: object, keys: object) -> IdToken | None:
    """Return an ID token taken apart; ``None``: there is none. One that cannot be read has no algorithm that counts."""
    if not isinstance(token, str) or not token:
        return None
    parts = _parts(token)
    if parts is None:
        return IdToken(algorithm="", claims={})
    algorithm = str(parts["header"].get("alg", ""))
    return IdToken(algorithm=algorithm, claims=parts["payload"], key_is_published=_is_signed(token, algorithm, keys))


def _parts(token: object) -> dict[str, Any] | None:
    import jwt

    if not isinstance(token, str) or len(token) > _LONGEST or token.count(".") != 2:  # noqa: PLR2004 - RFC 7515, compact form
        return None
    try:
        parts = jwt.PyJWS().decode_complete(token, options={"verify_signature": False})
        header, payload = (foreign_json(text) for text in (_decoded(token.partition(".")[0]), parts["payload"]))
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return {"header": header, "payload": payload} if isinstance(payload, dict) else None


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _is_signed(token: str, algorithm: str, keys: object) -> bool:
    """Whether one of the published keys made the signature, and the one that the token names if it names one."""
    import jwt

    listed = keys.get("keys") if isinstance(keys, Mapping) else None
    named = jwt.get_unverified_header(token).get("kid")
    return any(
        _signed_with(each, token, algorithm)
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and (named is None or each.get("kid") == named)
    )


def _signed_with(key: dict[str, Any], token: str, algorithm: str) -> bool:
    import jwt

    try:
        jwt.PyJWS().decode(token, jwt.PyJWK(key, algorithm=algorithm).key, algorithms=[algorithm])
    except Exception:  # noqa: BLE001 - a published key has any shape, and the libraries raise KeyError and OverflowError, too
        return False
    return True
