"""The social provider of a recorded row, answering in memory as the providers document (not recorded from the real ones)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.oauth.apple_key import fresh_key
from checks.provider.oauth.task import KeyFile, SocialTask
from tests.checks.provider.row_provider import http
from tests.wizard.librechat.social_rows import KEY_PATH
from wizard.librechat.social_situation import SocialSituation


@cache
def apple_key() -> str:
    """The key that Apple knows in the rows; what other files of the recording held is no part of them."""
    return fresh_key()


def task_of_row(situation: SocialSituation) -> SocialTask:
    """Return what the check is about in a row: of Apple's key files, the registered one alone can be seen."""
    path = situation.settings.get("APPLE_PRIVATE_KEY_PATH", "")
    seen = KeyFile(text=apple_key()) if path == KEY_PATH else KeyFile(text=None, unseen=f"nothing is mounted at {path}")
    return SocialTask(provider=situation.provider, settings=situation.settings, release=situation.release, key=seen)


class RowSocial:
    """A transport for the check; ``requests`` remembers what it was asked."""

    def __init__(self, recorded: Mapping[str, Any], situation: SocialSituation) -> None:
        self.row = recorded
        self.situation = situation
        self.requests: list[ProviderRequest] = []

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        self.requests.append(request)
        return self._authorize(request) if request.form is None else self._token(request, request.form)

    def _authorize(self, request: ProviderRequest) -> HttpResponse:
        app, provider = self.situation.app, self.situation.provider
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        knows = asked.get("client_id") == app.client_id
        if knows and asked.get("redirect_uri") in (app.redirect_uris or ()):
            return http(request.url, 302, location="/v3/signin/identifier" if provider == "google" else "/login")
        if provider == "google":
            code = b"redirect_uri_mismatch" if knows else b"invalid_client"
            error = base64.urlsafe_b64encode(b"\x0a\x15" + code + b"\x12\x05words").decode().rstrip("=")
            return http(request.url, 302, location=f"https://accounts.google.com/signin/oauth/error?authError={error}")
        if provider == "github" and knows:
            registered = min(app.redirect_uris or ())
            return http(request.url, 302, location=f"{registered}?error=redirect_uri_mismatch&state=x")
        return http(request.url, 404 if provider == "github" else 400, "<html>")

    def _token(self, request: ProviderRequest, form: Mapping[str, str]) -> HttpResponse:
        app, provider, step = self.situation.app, self.situation.provider, self.situation.token
        if not step.is_well:
            return http(request.url, step.status, "<html>")
        is_right = form["client_id"] == app.client_id and self._knows(form["client_secret"])
        if provider == "github":
            return http(
                request.url, 200, {"error": "bad_verification_code" if is_right else "incorrect_client_credentials"}
            )
        if provider == "facebook":
            return http(request.url, 400, {"error": {"code": 100 if is_right else 1}})
        status = 400 if is_right or provider == "apple" else 401
        return http(request.url, status, {"error": "invalid_grant" if is_right else "invalid_client"})

    def _knows(self, secret: str) -> bool:
        app = self.situation.app
        if self.situation.provider != "apple":
            return secret == app.secret
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        key: Any = load_pem_private_key(apple_key().encode(), password=None)
        try:
            claims = jwt.decode(
                secret, key.public_key(), algorithms=["ES256"], audience="https://appleid.apple.com", issuer=app.team_id
            )
        except jwt.InvalidTokenError:
            return False
        return bool(jwt.get_unverified_header(secret)["kid"] == app.key_id and claims["sub"] == app.client_id)
