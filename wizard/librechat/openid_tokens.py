"""How LibreChat interprets the token endpoint's reply and the ID token (oauth4webapi 3.5.2 under openid-client 6.5.0)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from wizard.librechat.openid_situation import IdToken, NoAnswer, ProviderAnswer, TokenAnswer

TOLERANCE: Final = 30
"""Seconds by which exp and nbf may be off; OPENID_CLOCK_TOLERANCE changes nothing (openid-client's own default)."""
_REQUIRED: Final = ("aud", "exp", "iat", "iss", "sub")
_REUSABLE: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""Algorithms with which a reused ID token is accepted (jsonwebtoken 9): recorded for RS256 and ES256, refused HS256 and EdDSA."""
_OK: Final = 200

NETWORK: Final = "token.unreachable"
HANGS: Final = "token.hangs"
NO_ID_TOKEN: Final = "token.no-id-token"
_FAILURES: Final = {NoAnswer.SILENT: HANGS, NoAnswer.CERTIFICATE: "tls.refused", NoAnswer.UNREACHABLE: NETWORK}


def answer_fault(answer: TokenAnswer) -> str:
    """Return why the token endpoint's answer does not count, as a finding's name; empty if it does.

    A JSON body counts whatever its content type is (``getResponseJsonBody``, ``processGenericAccessTokenResponse``).
    """
    if answer.failure is not None:
        return _FAILURES[answer.failure]
    if answer.status != _OK:
        return "token.error" if isinstance(answer.fields.get("error"), str) else "token.status"
    if not isinstance(answer.body, Mapping):
        return "token.not-json"
    return _odd_field(answer.fields)


def _odd_field(fields: Mapping[str, Any]) -> str:
    kind = fields.get("token_type")
    if not _text(fields.get("access_token")):
        return "token.no-access-token"
    if not _text(kind) or str(kind).lower() not in {"bearer", "dpop"}:
        return "token.type"
    if "expires_in" in fields and not _positive(fields["expires_in"]):
        return "token.field"
    refresh, scope, id_token = (fields.get(name, "x") for name in ("refresh_token", "scope", "id_token"))
    return "" if _text(refresh) and isinstance(scope, str) and _text(id_token) else "token.field"


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _positive(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return 0 < value < math.inf
    # parseFloat: the number that a text begins with.
    match = re.match(r"\s*\+?(\d+\.?\d*|\.\d+)", value) if isinstance(value, str) else None
    return match is not None and float(match[1]) > 0


def id_token_fault(
    token: IdToken, metadata: Mapping[str, Any], client_id: str, *, nonce: str | None, now: float
) -> tuple[str, str]:
    """Return why an ID token is refused: a finding's name and the value that decided; two empty texts if it is accepted.

    ``nonce`` is what LibreChat sent; ``None``: nothing, and then the token may have none either. The signature is not looked at.
    """
    listed = metadata.get("id_token_signing_alg_values_supported")
    if token.algorithm not in (listed if isinstance(listed, list) else ["RS256"]):
        return "token.alg", token.algorithm
    return _claims_fault(token.claims, metadata, client_id, nonce=nonce, now=now)


def _claims_fault(
    claims: Mapping[str, Any], metadata: Mapping[str, Any], client_id: str, *, nonce: str | None, now: float
) -> tuple[str, str]:
    if fault := _time_fault(claims, now):
        return fault
    lacking = next((name for name in _REQUIRED if claims.get(name) is None), "")
    if lacking or (nonce is not None and "nonce" not in claims):
        return "token.claim-missing", lacking or "nonce"
    if claims["iss"] != _expected_issuer(metadata, claims):
        return "discovery.issuer-inside", str(claims["iss"])
    if fault := _audience_fault(claims, client_id):
        return fault
    unlike = "nonce.unasked" if nonce is None else "nonce.other"
    return (unlike if claims.get("nonce") != nonce else ""), ""


def _expected_issuer(metadata: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Return the issuer that a token has to name; Entra's document for all tenants has a placeholder (``handleEntraId``)."""
    return str(metadata.get("issuer", "")).replace("{tenantid}", str(claims.get("tid", "undefined")))


def _time_fault(claims: Mapping[str, Any], now: float) -> tuple[str, str] | None:
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name)
        if name in claims and (isinstance(value, bool) or not isinstance(value, int | float)):
            return "token.claim-type", name
    if "exp" in claims and claims["exp"] <= math.floor(now) - TOLERANCE:
        return "clock.skew", "exp"
    if "nbf" in claims and claims["nbf"] > math.floor(now) + TOLERANCE:
        return "clock.skew", "nbf"
    return None


def _audience_fault(claims: Mapping[str, Any], client_id: str) -> tuple[str, str] | None:
    audience = claims["aud"]
    if not isinstance(audience, str | list):
        return "token.claim-type", "aud"
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        return "token.audience", str(audience)
    if isinstance(audience, list) and len(audience) != 1 and claims.get("azp") != client_id:
        return "token.azp", str(claims.get("azp"))
    return None


def userinfo_of(answer: ProviderAnswer, subject: str) -> Mapping[str, Any] | None:
    """Return what the userinfo endpoint adds to the ID token's claims; ``None``: LibreChat logs a fault and continues without.

    ``processUserInfoResponse``; ``getUserInfo`` catches all (api/strategies/openidStrategy.js, v0.8.8-rc1).
    """
    usable = answer.failure is None and answer.status == _OK and isinstance(answer.body, Mapping)
    return answer.fields if usable and answer.fields.get("sub") == subject else None


def reuse_fault(token: TokenAnswer, keys: ProviderAnswer) -> str:
    """Return why a reused token (OPENID_REUSE_TOKENS) is refused or missing; empty if each call of the API accepts it.

    Without a refresh token LibreChat sets no cookie (``setOpenIDAuthTokens``, api/server/services/AuthService.js); the ID token is
    verified with the keys of jwks_uri (api/strategies/openIdJwtStrategy.js, v0.8.8-rc1).
    """
    return keys_fault(token.id_token, keys) if token.fields.get("refresh_token") else "reuse.no-refresh"


def keys_fault(token: IdToken | None, keys: ProviderAnswer) -> str:
    """Return why a reused ID token does not verify; empty if it does."""
    usable = keys.failure is None and keys.status == _OK and bool(keys.fields.get("keys"))
    known = token is not None and token.key_is_published and token.algorithm in _REUSABLE
    return "" if usable and known else "reuse.keys"
