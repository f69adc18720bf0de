"""A practice OpenID provider: on this machine only, over HTTPS, with people who sign in without a password.

Authorization code flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core), as strict as a real one about client, secret, redirect URI and codes;
revocation (RFC 7009) as well. Everything is in memory and gone at the end.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import html
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from screens.demo.http_server import ClientConnection, Malformed, Request, Response, as_json, redirect, text

CLIENT_ID, CLIENT_SECRET = "librechat", "practice-client-secret"
"""What is registered; public."""
CALLBACK: Final = "/oauth/openid/callback"
PEOPLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "ada": {
        "email": "ada@practice.example",
        "email_verified": True,
        "given_name": "Ada",
        "family_name": "Lovelace",
        "preferred_username": "ada",
        "groups": ["librechat-users", "librechat-admins"],
    },
    "grace": {
        "email": "grace@practice.example",
        "email_verified": True,
        "name": "Grace Hopper",
        "preferred_username": "grace",
        "groups": ["librechat-users"],
    },
    "nomail": {"given_name": "No", "family_name": "Mail", "preferred_username": "nomail", "groups": []},
}
"""Who may sign in: one with the group of administrators, one whose name LibreChat does not see, one without an email address."""
_LIVES: Final = 120.0
"""Seconds that a code counts."""
_TOKEN_LIVES: Final = 300
_SECONDS: Final = 15.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    person: str
    redirect_uri: str
    challenge: str
    nonce: str
    scope: str
    ends: float


@dataclass(slots=True)
class IdentityProvider:
    """The provider; :meth:`start` and :meth:`stop` it in an event loop."""

    context: ssl.SSLContext
    port: int = 0
    _codes: dict[str, _Code] = field(default_factory=dict, repr=False)
    _tokens: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """Access and refresh tokens that count, with the person and scope."""
    _server: asyncio.Server | None = None
    _key: Any = field(default=None, repr=False)

    @property
    def issuer(self) -> str:
        """Its issuer: the name that its certificate has."""
        return f"https://localhost:{self.port}"

    async def start(self) -> None:
        """Start listening on this machine."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=self.context)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = ClientConnection(reader, writer, patience=_SECONDS)
        try:
            while (request := await client.request(_SECONDS)) is not None:
                await client.answer(request, self.answer(request))
                if not request.persistent:
                    break
            await client.end()
        except Malformed as fault:
            await client.end(fault.status)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        routes = {
            ("GET", "/.well-known/openid-configuration"): self._discovery,
            ("GET", "/jwks"): self._jwks,
            ("GET", "/auth"): self._authorize,
            ("GET", "/continue"): self._continue,
            ("POST", "/token"): self._token,
            ("GET", "/me"): self._me,
            ("POST", "/revoke"): self._revoke,
        }
        route = routes.get((request.method, request.path))
        return text(404, "Not found") if route is None else route(request)

    def _discovery(self, _: Request) -> Response:
        ends = {
            "authorization_endpoint": "/auth",
            "token_endpoint": "/token",
            "userinfo_endpoint": "/me",
            "jwks_uri": "/jwks",
            "revocation_endpoint": "/revoke",
        }
        return as_json(
            200,
            {
                "issuer": self.issuer,
                **{name: f"{self.issuer}{path}" for name, path in ends.items()},
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            },
        )

    def _jwks(self, _: Request) -> Response:
        import json

        from jwt.algorithms import ECAlgorithm

        key = json.loads(ECAlgorithm.to_jwk(self._signing_key().public_key()))
        return as_json(200, {"keys": [{**key, "kid": "practice", "use": "sig", "alg": "ES256"}]})

    def _signing_key(self) -> Any:
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric import ec

            self._key = ec.generate_private_key(ec.SECP256R1())
        return self._key

    def _authorize(self, request: Request) -> Response:
        """Show who may sign in; what is wrong with client or redirect URI is never sent back (RFC 6749 section 4.1.2.1)."""
        asked = request.query
        if asked.get("client_id") != CLIENT_ID:
            return text(400, "<h1>Unknown client</h1>")
        if not _is_registered(asked.get("redirect_uri", "")):
            return text(400, "<h1>This redirect URI is not registered</h1>")
        if "openid" not in asked.get("scope", "").split() or asked.get("response_type") != "code":
            return self._back(asked, error="invalid_scope")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return self._back(asked, error="invalid_request", error_description="PKCE is required")
        if asked.get("prompt") == "none":
            return self._back(asked, error="login_required")
        query = quote(urlencode(asked), safe="")
        rows = [
            f'<p><a href="/continue?as={name}&amp;with={query}">{html.escape(name)}</a> {html.escape(", ".join(each["groups"]))}</p>'
            for name, each in PEOPLE.items()
        ]
        deny = f'<p><a href="/continue?as=&amp;with={query}">Deny</a></p>'
        return text(200, f"<!doctype html><title>Practice provider</title><h1>Sign in as</h1>{''.join(rows)}{deny}")

    def _continue(self, request: Request) -> Response:
        asked = dict(parse_qsl(request.query.get("with", ""), keep_blank_values=True))
        person = request.query.get("as", "")
        if not _is_registered(asked.get("redirect_uri", "")):
            return text(400, "<h1>This redirect URI is not registered</h1>")
        if person not in PEOPLE:
            return self._back(asked, error="access_denied")
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            person=person,
            redirect_uri=asked["redirect_uri"],
            challenge=asked.get("code_challenge", ""),
            nonce=asked.get("nonce", ""),
            scope=asked.get("scope", ""),
            ends=time.time() + _LIVES,
        )
        return self._back(asked, code=code)

    def _back(self, asked: Mapping[str, str], **fields: str) -> Response:
        state = {"state": asked["state"]} if "state" in asked else {}
        return redirect(f"{asked['redirect_uri']}?{urlencode({**fields, **state, 'iss': self.issuer})}")

    def _token(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        if form.get("client_id") != CLIENT_ID or not hmac.compare_digest(
            form.get("client_secret", "").encode(), CLIENT_SECRET.encode()
        ):
            return as_json(401, {"error": "invalid_client"})
        if form.get("grant_type") == "refresh_token":
            held = self._tokens.pop(form.get("refresh_token", ""), None)
            return as_json(400, {"error": "invalid_grant"}) if held is None else self._issue(*held, nonce="")
        code = self._codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = (
            code is not None
            and code.ends > time.time()
            and code.redirect_uri == form.get("redirect_uri")
            and code.challenge == base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        )
        if code is None or not is_right:
            return as_json(400, {"error": "invalid_grant"})
        return self._issue(code.person, code.scope, nonce=code.nonce)

    def _issue(self, person: str, scope: str, *, nonce: str) -> Response:
        import jwt

        now = int(time.time())
        claims = {"iss": self.issuer, "sub": person, "aud": CLIENT_ID, "iat": now, "exp": now + _TOKEN_LIVES}
        extra = {"nonce": nonce} if nonce else {}
        body = {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIVES,
            "scope": scope,
            "id_token": jwt.encode({**claims, **extra}, self._signing_key(), "ES256", headers={"kid": "practice"}),
        }
        if "offline_access" in scope.split():
            body["refresh_token"] = secrets.token_urlsafe(32)
        for name in ("access_token", "refresh_token"):
            if name in body:
                self._tokens[str(body[name])] = (person, scope)
        return as_json(200, body)

    def _me(self, request: Request) -> Response:
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        if token not in self._tokens:
            return as_json(401, {"error": "invalid_token"})
        person, _ = self._tokens[token]
        return as_json(200, {"sub": person, **PEOPLE[person]})

    def _revoke(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        self._tokens.pop(form.get("token", ""), None)
        return as_json(200, {})


def _is_registered(address: str) -> bool:
    """Whether a redirect URI is LibreChat's callback on this machine, at any port (RFC 8252 section 7.3)."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK and parts.path == CALLBACK
