"""The provider of a recorded row, answering in memory: discovery, authorization and token requests as oidc-provider answers them.

Its answers were recorded (``openid-probes.jsonl``, held against this by a test): 400 for a wrong client or redirect URI, a redirect
with ``login_required`` for prompt=none, 400 invalid_grant or 401 invalid_client for a code that nobody issued.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from tests.wizard.librechat.openid_rows import OP, base_of, named
from wizard.librechat.openid_forward_proxy import forward_proxy
from wizard.librechat.openid_situation import NoAnswer, OpenIdSituation, ProviderAnswer
from wizard.librechat.openid_start import DISCOVERY_SECONDS

_CERTIFICATES: Final = {
    "expired": "certificate has expired",
    "notyet": "certificate is not yet valid",
    "wrongname": "Hostname mismatch, certificate is not valid for 'localhost'.",
}


def http(url: str, status: int, body: Any = None, **headers: str) -> HttpResponse:
    """Return an answer with a JSON body; text is sent as it is."""
    now = datetime.now(UTC)
    content = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    pairs = tuple((name.lower().replace("_", "-"), value) for name, value in headers.items())
    date = ("date", now.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    return HttpResponse(
        url=url,
        status=status,
        headers=(date, *pairs),
        body=content,
        cut=False,
        address="127.0.0.1",
        sent=now,
        received=now,
    )


class RowProvider:
    """A transport for the check; ``requests`` remembers what it was asked."""

    def __init__(self, recorded: Mapping[str, Any], situation: OpenIdSituation) -> None:
        self.row = named(recorded)
        self.situation = situation
        self.requests: list[ProviderRequest] = []

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        self.requests.append(request)
        parts = urlsplit(request.url)
        settings, release = self.situation.settings, self.situation.release
        proxy = forward_proxy(settings, release, parts.hostname or "", parts.port or 443)
        if proxy is not None and (proxy.address is None or not self.situation.proxy_answers):
            raise HttpError(Failure.REFUSED, "connection refused")
        if parts.netloc != OP:
            raise HttpError(Failure.REFUSED, "connection refused")
        if request.form is not None:
            return self._token(request)
        if parts.path.endswith("/auth"):
            return self._authorize(request)
        if parts.path.endswith("/jwks"):
            return self._plain(request, self.situation.keys)
        if "/.well-known/" in parts.path:
            return self._discovery(request)
        return http(request.url, 404, "<html>")

    def _discovery(self, request: ProviderRequest) -> HttpResponse:
        answer = self.situation.discovery
        if answer.failure is NoAnswer.CERTIFICATE:
            provider = self.row["provider"]
            if "tls" in provider:
                raise HttpError(Failure.HANDSHAKE, "TLSV1_ALERT_PROTOCOL_VERSION")
            raise HttpError(Failure.CERTIFICATE, _CERTIFICATES.get(provider.get("cert"), "self-signed certificate"))
        if answer.failure is NoAnswer.UNREACHABLE:
            down = self.row["faults_at_start"].get("down")
            raise HttpError(Failure.REFUSED if down else Failure.CLOSED, "no answer")
        if answer.failure is NoAnswer.SILENT or answer.seconds >= DISCOVERY_SECONDS:
            raise HttpError(Failure.SILENT, "no whole answer in time")
        location = self.row.get("faults_at_start", {}).get("discovery", {}).get("headers", {}).get("location", "")
        return http(request.url, answer.status, answer.body, location=location)

    @staticmethod
    def _plain(request: ProviderRequest, answer: ProviderAnswer) -> HttpResponse:
        if answer.failure is not None:
            raise HttpError(Failure.CLOSED, "connection closed")
        body = {"keys": [{"kty": "RSA"}]} if answer.fields.get("keys") else answer.body
        return http(request.url, answer.status, body)

    def _authorize(self, request: ProviderRequest) -> HttpResponse:
        client = self.situation.client
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        uris = client.redirect_uris or frozenset()
        if asked.get("client_id") != client.client_id or asked.get("redirect_uri") not in uris:
            return http(request.url, 400, "<h1>oops</h1>")
        error, description = self._policy(asked.get("scope", ""))
        if not error and asked.get("prompt") != "none":
            return http(request.url, 303, location="/interaction/x")
        fields = {"error": error or "login_required", "error_description": description, "state": asked["state"]}
        true_issuer = self.row["provider"].get("issuer", base_of(self.row))
        target = f"{asked['redirect_uri']}?{urlencode({**fields, 'iss': true_issuer})}"
        return http(request.url, 303, location=target)

    def _policy(self, scope: str) -> tuple[str, str]:
        client = self.situation.client
        if client.requires_par:
            return "invalid_request", "Pushed Authorization Request must be used"
        if client.requires_jar:
            return "invalid_request", "Request Object must be used"
        if not client.code_flow:
            return "unauthorized_client", "requested response_type is not allowed for this client"
        if '"' in scope:
            return "invalid_scope", "scope contains invalid characters"
        if any(word in client.refused_scopes for word in scope.split()):
            return "invalid_scope", "requested scope is not allowed"
        return "", ""

    def _token(self, request: ProviderRequest) -> HttpResponse:
        fault, client = self.row.get("faults_at_sign_in", {}).get("token", {}), self.situation.client
        if fault.get("reset"):
            raise HttpError(Failure.CLOSED, "connection closed")
        if fault.get("hang"):
            raise HttpError(Failure.SILENT, "no whole answer in time")
        if "status" in fault:
            return http(request.url, fault["status"], fault.get("body", "<html>"))
        form = request.form or {}
        identity, secret, by_header = form.get("client_id"), form.get("client_secret"), False
        if header := request.headers.get("Authorization"):
            identity, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
            identity, secret, by_header = unquote(identity), unquote(secret), True
        strict = self.row["provider"].get("strictAuth")
        takes = (
            client.post_allowed if not by_header else strict != "post" and (client.post_allowed or strict == "basic")
        )
        right = secret is None if client.is_public else takes and secret == client.secret
        if identity != client.client_id or not right:
            return http(
                request.url, 401, {"error": "invalid_client", "error_description": "client authentication failed"}
            )
        return http(request.url, 400, {"error": "invalid_grant", "error_description": "grant request is invalid"})
