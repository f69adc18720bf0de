"""What a provider's tokens hold, read as LibreChat reads them: without looking at a signature, but where tokens are reused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
        parts = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return None
    return parts if isinstance(parts["payload"], dict) else None


def _is_signed(token: str, algorithm: str, keys: object) -> bool:
    """Whether one of the published keys made the signature, and the one that the token names if it names one."""
    import jwt

    listed = keys.get("keys") if isinstance(keys, Mapping) else None
    named = jwt.get_unverified_header(token).get("kid")
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or (named is not None and each.get("kid") != named):
            continue
        try:
            jwt.PyJWS().decode(token, jwt.PyJWK(each, algorithm=algorithm).key, algorithms=[algorithm])
        except (jwt.PyJWTError, ValueError, TypeError, NotImplementedError):
            continue
        return True
    return False
