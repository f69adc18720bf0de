"""Builds what the check is about, and drives it against providers in memory and on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from checks.model import RunMemory, Subject
from checks.net.errors import HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest, Transport
from checks.provider.openid import OPENID
from checks.provider.openid.examine import examine
from checks.provider.openid.task import OpenIdTask
from tests.checks.provider.row_provider import http
from tests.patience import within
from tests.wizard.rules import builder
from wizard.basics.finding import Finding, Status

SECRET = "s3cret-of-the-tests/+="
ISSUER = "https://id.example.com"
CHAT = "https://chat.example.com"
METADATA: Mapping[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/me",
    "jwks_uri": f"{ISSUER}/jwks",
}
SETTINGS: Mapping[str, str] = {
    "NODE_ENV": "production",
    "DOMAIN_CLIENT": CHAT,
    "DOMAIN_SERVER": CHAT,
    "ALLOW_SOCIAL_LOGIN": "true",
    "OPENID_CLIENT_ID": "librechat",
    "OPENID_CLIENT_SECRET": SECRET,
    "OPENID_ISSUER": ISSUER,
    "OPENID_SESSION_SECRET": "6f" * 32,
    "OPENID_SCOPE": "openid profile email",
    "OPENID_CALLBACK_URL": "/oauth/openid/callback",
}
Answering = Callable[[ProviderRequest], HttpResponse | None]
"""Answers a request otherwise than the well-behaved provider does; ``None``: as that one."""


class Provider:
    """A provider in memory that behaves well but for what a test says."""

    def __init__(self, odd: Answering | None = None, **metadata: Any) -> None:
        merged = {**METADATA, **metadata}
        self.metadata = {name: value for name, value in merged.items() if value is not None}
        self.requests: list[ProviderRequest] = []
        self._odd = odd

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        self.requests.append(request)
        if self._odd is not None and (odd := self._odd(request)) is not None:
            return odd
        if ".well-known" in request.url:
            return http(request.url, 200, self.metadata)
        if request.url.endswith("/jwks"):
            return http(request.url, 200, {"keys": [{"kty": "EC"}]})
        if request.form is not None:
            right = request.form.get("client_secret") == SECRET
            return http(request.url, 400 if right else 401, {"error": "invalid_grant" if right else "invalid_client"})
        if "callback%2Fx" in request.url:
            return http(request.url, 400, "<html>")
        target = f"{CHAT}/oauth/openid/callback?error=login_required&state=x&iss={self.metadata['issuer']}"
        return http(request.url, 302, location=target)


def task(**settings: str) -> OpenIdTask:
    return OpenIdTask(settings={**SETTINGS, **settings})


async def asked(provider: Transport, about: OpenIdTask | None = None) -> list[Finding]:
    """Run the check against a provider in memory."""
    return [finding async for finding in examine(about or task(), provider)]


def statuses(findings: list[Finding]) -> dict[str, Status]:
    return {finding.id.removeprefix("openid."): finding.status for finding in findings}


def subject(issuer: str, **settings: str) -> Subject:
    """Return a subject whose provider is on loopback."""
    return Subject(
        memory=RunMemory(),
        deployment=builder.deployment({**SETTINGS, "OPENID_ISSUER": issuer, **settings}, release="v0.8.8-rc1"),
    )


async def checked(about: Subject) -> list[Finding]:
    """Run the check as the doctor does."""
    assert OPENID.run is not None
    assert OPENID.static is not None

    async def gathered(found: AsyncIterator[Finding]) -> list[Finding]:
        return [finding async for finding in found]

    return [*OPENID.static(about), *await within(gathered(OPENID.run(about)))]


def told(findings: list[Finding]) -> str:
    """Return everything that a person could read."""
    return json.dumps([(each.id, each.summary, each.remedy, each.evidence, repr(each)) for each in findings])


def failing(error: HttpError, part: str) -> Answering:
    """Answer requests whose address has this part with an error of the network."""

    def odd(request: ProviderRequest) -> HttpResponse | None:
        if part in request.url:
            raise error
        return None

    return odd


def answering(part: str, status: int, body: Any = None, **headers: str) -> Answering:
    """Answer requests whose address has this part so."""
    return lambda request: http(request.url, status, body, **headers) if part in request.url else None
