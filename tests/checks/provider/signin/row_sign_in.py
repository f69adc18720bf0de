"""A recorded sign-in done again from the terminal: the row's provider redeems a code, and the person pastes what its browser shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.openid.task import OpenIdTask
from checks.provider.signin.openid import OpenIdSignIn, OpenIdSignInResult
from tests.checks.provider.row_provider import RowProvider, http
from tests.wizard.librechat.openid_rows import NOW
from wizard.basics.secret import Secret
from wizard.librechat.openid_situation import IdToken, NoAnswer, OpenIdSituation, ProviderAnswer

CODE, ACCESS, REFRESH = "the-one-code-of-the-row", "the-access-token-of-the-row", "the-refresh-token-of-the-row"
_FAILURES: Final = {
    NoAnswer.CERTIFICATE: Failure.CERTIFICATE,
    NoAnswer.SILENT: Failure.SILENT,
    NoAnswer.UNREACHABLE: Failure.REFUSED,
}


@cache
def keys() -> Mapping[str, Any]:
    """Return the keys that a row may sign with."""
    return {"RS256": rsa.generate_private_key(65537, 2048), "ES256": ec.generate_private_key(ec.SECP256R1())}


def signed(token: IdToken, claims: Mapping[str, Any]) -> str:
    """Return an ID token with the row's algorithm; an algorithm that is not used for real has a signature of nobody's."""
    key = keys().get(token.algorithm) if token.key_is_published else None
    if key is not None:
        return jwt.encode(dict(claims), key, token.algorithm, headers={"kid": token.algorithm})
    head = jwt.utils.base64url_encode(json.dumps({"alg": token.algorithm, "kid": "another"}).encode())
    body = jwt.utils.base64url_encode(json.dumps(claims).encode())
    return f"{head.decode()}.{body.decode()}.bm9ib2R5"


def published() -> dict[str, Any]:
    """Return the provider's key set."""
    made = [
        json.loads(jwt.get_algorithm_by_name(name).to_jwk(key.public_key())) | {"kid": name}
        for name, key in keys().items()
    ]
    return {"keys": made}


class RedeemingProvider(RowProvider):
    """The row's provider, which also redeems the code that it gave out, once."""

    def __init__(self, recorded: Mapping[str, Any], situation: OpenIdSituation) -> None:
        super().__init__(recorded, situation)
        self.asked: dict[str, str] = {}
        """The parameters of the authorization request."""
        self.redeemed = 0

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        if request.form is not None and request.form.get("code") == CODE:
            self.requests.append(request)
            self.redeemed += 1
            return self._redeem(request)
        if request.form is not None and request.form.get("assertion") == ACCESS:
            self.requests.append(request)
            given = self.situation.on_behalf_of
            return http(request.url, 200 if given else 400, {"access_token": ACCESS} if given else {"error": "x"})
        if urlsplit(request.url).path == "/me" or request.headers.get("Authorization", "").startswith("Bearer "):
            self.requests.append(request)
            assert request.headers["Authorization"] == f"Bearer {ACCESS}"
            return self._told(request, self.situation.userinfo)
        if request.url.endswith("/jwks") and self.situation.keys.fields.get("keys") == [{}]:
            return http(request.url, 200, published())
        return await super().__call__(request)

    def browsed(self, url: str) -> str:
        """Return the address bar after the person signed in; empty where the browser never comes back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        answer = self._authorize(ProviderRequest(method="GET", url=f"{url}&prompt=none"))
        if answer.status // 100 != 3:
            return ""
        callback, redirect = self.situation.callback, self.asked["redirect_uri"]
        refusal = {name: value for name, value in self._refused().items() if value}
        fields = {"state": self.asked["state"] if callback.state_matches else "another"}
        fields |= {"error": callback.error} if callback.error else refusal or {"code": CODE}
        fields |= {"iss": callback.issuer} if callback.issuer is not None else {}
        return f"{redirect}?{urlencode(fields)}"

    def _refused(self) -> dict[str, str]:
        error, description = self._policy(self.asked.get("scope", ""))
        return {"error": error, "error_description": description}

    def _redeem(self, request: ProviderRequest) -> HttpResponse:
        client, token, form = self.situation.client, self.situation.token, request.form or {}
        assert form["redirect_uri"] == self.asked["redirect_uri"]
        assert form["grant_type"] == "authorization_code"
        assert len(form["code_verifier"]) >= 43
        secret = form.get("client_secret")
        takes = client.post_allowed or not secret
        if (client.is_public and secret) or not takes or (client.secret is not None and secret != client.secret):
            return http(request.url, 401, {"error": "invalid_client"})
        if not self.situation.callback.code_is_valid:
            return http(request.url, 400, {"error": "invalid_grant"})
        if isinstance(token.body, Mapping) and token.id_token is not None and token.failure is None:
            shift = _shift()
            claims = {
                name: value + shift if name in {"exp", "iat", "nbf"} and isinstance(value, int | float) else value
                for name, value in token.id_token.claims.items()
            }
            if "nonce" in claims and claims["nonce"] == "n" and "nonce" in self.asked:
                claims["nonce"] = self.asked["nonce"]
            body = {**token.body, "id_token": signed(token.id_token, claims)}
            own = {"access_token": ("opaque", ACCESS), "refresh_token": ("refresh", REFRESH)}
            body |= {name: value for name, (usual, value) in own.items() if token.body.get(name) == usual}
            return http(request.url, token.status, body)
        if isinstance(token.body, Mapping) and token.body.get("access_token") == "opaque":
            return http(request.url, token.status, {**token.body, "access_token": ACCESS, "refresh_token": REFRESH})
        return self._told(request, token)

    @staticmethod
    def _told(request: ProviderRequest, answer: ProviderAnswer) -> HttpResponse:
        if answer.failure is not None:
            raise HttpError(_FAILURES[answer.failure], "no answer")
        return http(request.url, answer.status, "<html>" if answer.body is None else answer.body)


def _shift() -> float:
    """Return how much later it is than the rows' clock says."""
    import time

    return time.time() - NOW


async def signed_in(
    recorded: Mapping[str, Any], situation: OpenIdSituation
) -> tuple[OpenIdSignInResult, RedeemingProvider]:
    """Do a recorded sign-in again; ``AssertionError`` where it gives no address, or nothing to paste."""
    provider = RedeemingProvider(recorded, situation)
    start = situation.browser.start
    about = OpenIdTask(settings=situation.settings, release=situation.release, start=start)
    sign_in = OpenIdSignIn(about, provider, allowed_domains=situation.allowed_domains, accounts=situation.accounts)
    begun = await sign_in.begin()
    assert begun.url, [finding.id for finding in begun.findings]
    pasted = provider.browsed(begun.url)
    assert pasted, "the provider keeps the person"
    return await sign_in.finish(Secret(pasted)), provider
