"""Builds what the check is about, and identity providers in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest, Transport
from checks.provider.saml.examine import examine
from checks.provider.saml.own_settings import settings_findings
from checks.provider.saml.task import SamlTask
from tests.checks.provider.row_provider import http
from tests.servers.saml_idp import Answer, IdentityProvider, SigningKey, signing_key
from wizard.basics.finding import Finding, Status
from wizard.basics.secret import Secret
from wizard.librechat.releases import RECORDED, Release
from wizard.librechat.saml_settings import saml_settings

CHAT = "https://chat.example"
NOW = datetime.now(UTC)
"""The clock of the tests: responses are made, and judged, at this moment, however long the run takes."""
FORM = '<form method="post"><input name="user"><input type="password" name="pass"></form>'
METADATA = "https://idp.example/metadata"


def variables(**changed: str | None) -> dict[str, str]:
    """Return settings that work with the provider in memory; ``None`` takes one out."""
    whole = {
        "DOMAIN_CLIENT": CHAT,
        "DOMAIN_SERVER": CHAT,
        "ALLOW_SOCIAL_LOGIN": "true",
        "SAML_ENTRY_POINT": "https://idp.example/sso",
        "SAML_ISSUER": f"{CHAT}/sp",
        "SAML_CERT": signing_key().pem,
        "SAML_SESSION_SECRET": "5e" * 32,
        "SAML_CALLBACK_URL": f"{CHAT}/oauth/saml/callback",
        **changed,
    }
    return {name: text for name, text in whole.items() if text is not None}


def task(
    given: Mapping[str, str] | None = None,
    *,
    metadata: str | Path = METADATA,
    response: str | None = None,
    release: Release = RECORDED,
    file: str | None = None,
    **fields: Any,
) -> SamlTask:
    given = variables() if given is None else given
    return SamlTask(
        variables=given,
        settings=saml_settings(given, release, file),
        release=release,
        metadata=str(metadata),
        response=None if response is None else Secret(response),
        **{"clock": lambda: NOW, **fields},
    )


def encoded(provider: IdentityProvider | None = None, **odd: Any) -> str:
    """Return the field SAMLResponse of a response of this moment; ``odd``: what an :class:`Answer` says otherwise."""
    return (provider or IdentityProvider()).encoded(Answer(**odd), NOW)


class Provider:
    """An identity provider in memory: metadata, and a login form for whatever else is asked."""

    def __init__(
        self,
        odd: Callable[[ProviderRequest], HttpResponse | None] | None = None,
        *,
        wants_signed: bool = False,
        post_only: bool = False,
        keys: list[SigningKey] | None = None,
    ) -> None:
        self.requests: list[ProviderRequest] = []
        self._odd = odd
        self._metadata = IdentityProvider().metadata(wants_signed=wants_signed, post_only=post_only, keys=keys)

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        self.requests.append(request)
        if self._odd is not None and (odd := self._odd(request)) is not None:
            return odd
        return http(request.url, 200, self._metadata if request.url == METADATA else FORM)


async def asked(about: SamlTask, provider: Transport | None = None) -> list[Finding]:
    """Run the whole check."""
    found = list(settings_findings(about))
    return found + [finding async for finding in examine(about, provider or Provider())]


def failed(found: list[Finding]) -> list[str]:
    return [finding.id.removeprefix("saml.") for finding in found if finding.status is Status.FAIL]


def ids(found: list[Finding]) -> list[str]:
    return [finding.id.removeprefix("saml.") for finding in found]
