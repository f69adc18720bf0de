"""Tokens and key sets of a provider that means harm, or has a bug: judged as LibreChat judges them, and never a crash."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from jwt.utils import base64url_encode

from checks.provider.openid.task import OpenIdTask
from checks.provider.signin.renewing import HeldTokens
from checks.provider.signin.revoking import sign_out_address
from checks.provider.signin.token_claims import claims_of, id_token_of
from tests.checks.provider.row_provider import http
from wizard.librechat.openid_situation import TokenAnswer
from wizard.librechat.openid_tokens import answer_fault


def token(header: object, payload: object) -> str:
    """Return a token that nobody signed; a text stands in it as it is."""
    parts = (part if isinstance(part, str) else json.dumps(part) for part in (header, payload))
    return ".".join(base64url_encode(part.encode()).decode() for part in parts) + ".AAAA"


@pytest.mark.parametrize(
    "payload", ['{"exp": NaN}', '{"sub": "u", "nbf": -Infinity}', '{"a": [Infinity]}', "[]", "7", "{"]
)
def test_claims_that_json_parse_refuses_are_none(payload: str) -> None:
    assert claims_of(token({"alg": "RS256"}, payload)) is None
    read = id_token_of(token({"alg": "RS256"}, payload), {})
    assert read is not None
    assert (read.algorithm, read.claims) == ("", {}), "no algorithm that counts"


def test_a_header_that_json_parse_refuses_is_none() -> None:
    assert claims_of(token('{"alg": "RS256", "x": NaN}', {"sub": "u"})) is None


@pytest.mark.parametrize(
    "key",
    [
        *({"kty": "oct"}, {"kty": "oct", "k": 5}, {"kty": {}}, {"kty": "RSA", "n": 5, "e": "AQAB"}, {"kty": "RSA"}),
        *({"kty": "RSA", "n": "", "e": ""}, {"kty": "EC", "crv": "P-256", "x": {}, "y": []}, {"kty": "OKP", "x": 5}),
        *({"kty": "RSA", "n": "\ud800", "e": "AQ"}, {"kty": "RSA", "n": "AQ", "e": "AQ", "d": "AQ", "oth": 1}, {}),
    ],
    ids=ascii,
)
def test_keys_of_any_shape_verify_nothing(key: dict[str, Any]) -> None:
    for algorithm in ("RS256", "HS256", "ES256", "EdDSA", "none", ""):
        read = id_token_of(token({"alg": algorithm}, {"sub": "u"}), {"keys": [key, 5, None]})
        assert read is not None
        assert not read.key_is_published


def test_numbers_without_an_end() -> None:
    huge = "9" * 400
    answer = http("https://id.example/token", 200, {"access_token": "a", "token_type": "Bearer"})
    body = answer.body[:-1] + f', "expires_in": {huge}}}'.encode()
    fields = type(answer)(
        url=answer.url, status=200, headers=(), body=body, cut=False, address="", sent=answer.sent, received=answer.sent
    ).object
    assert answer_fault(TokenAnswer(status=200, body=fields)) == "token.field", "Infinity is no positive number"
    assert answer_fault(TokenAnswer(status=200, body={**fields, "expires_in": 10**400})) == ""
    held = HeldTokens({"id_token": token({"alg": "RS256"}, f'{{"exp": {huge}}}'), "expires_in": 60})
    assert held.lifetime() == 60
    held = HeldTokens({"id_token": token({"alg": "RS256"}, {"exp": time.time() - 5}), "expires_in": 60})
    assert held.lifetime() == 0


def test_an_address_to_sign_out_that_nobody_can_copy_is_not_offered() -> None:
    task = OpenIdTask(settings={"OPENID_CLIENT_ID": "librechat"})
    usual = "https://id.example/logout"
    assert sign_out_address(task, {"end_session_endpoint": usual}) == f"{usual}?client_id=librechat"
    for endless in (f"{usual}?x={'a' * 100_000}", f"https://id.example/{'é' * 1000}"):
        assert sign_out_address(task, {"end_session_endpoint": endless}) == ""
