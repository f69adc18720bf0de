"""A small GitHub Enterprise over HTTPS on loopback: one application, one person who is signed in, tokens that can be deleted.

Paths and answers are those that GitHub documents (docs.github.com, Authorizing OAuth apps; REST API, users, emails, OAuth authorizations).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.certificates import Certificates
from tests.servers.smtp import listening

CLIENT, SECRET = "client-1", "github-Canary-secret-1"


@dataclass(slots=True)
class GitHub:
    """The server."""

    callback: str
    """The address that is registered."""
    emails: list[dict[str, object]] = field(default_factory=list)
    port: int = 0
    requests: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    """Those that still count."""
    given: list[str] = field(default_factory=list)
    """Every code and token that there ever was."""

    @property
    def base(self) -> str:
        return f"https://localhost:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, target, _ = first.split(" ")
        status, answer, location = self._answer(method, target, headers, body.decode())
        self.requests.append(f"{method} {urlsplit(target).path} {status}")
        extra = f"Location: {location}\r\n" if location else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\n{extra}Content-Type: application/json\r\nContent-Length: {len(answer.encode())}\r\n\r\n{answer}".encode()
        )
        await writer.drain()
        writer.close()

    def _made(self, kept: set[str]) -> str:
        value = secrets.token_urlsafe(24)
        kept.add(value)
        self.given.append(value)
        return value

    def _answer(self, method: str, target: str, headers: dict[str, str], body: str) -> tuple[int, str, str]:
        parts = urlsplit(target)
        is_known = headers.get("authorization", "").removeprefix("Bearer ") in self.tokens
        status, answer, location = 404, "{}", ""
        match method, parts.path:
            case "GET", "/login/oauth/authorize":
                status, answer, location = 302, "", self._sent_back(parts.query)
            case "POST", "/login/oauth/access_token":
                status, answer = 200, self._token({name: values[0] for name, values in parse_qs(body).items()})
            case "GET", "/api/v3/user" if is_known:
                person = {"id": 7, "login": "Ada", "name": "Ada Lovelace", "email": None}
                status, answer = 200, json.dumps(person)
            case "GET", "/api/v3/user/emails" if is_known:
                status, answer = 200, json.dumps(self.emails)
            case "DELETE", path if path == f"/api/v3/applications/{CLIENT}/token":
                basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
                token = json.loads(body)["access_token"]
                if headers.get("authorization") == f"Basic {basic}" and token in self.tokens:
                    self.tokens.discard(token)
                    status, answer = 204, ""
        return status, answer, location

    def _sent_back(self, query: str) -> str:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        is_registered = (asked["client_id"], asked["redirect_uri"]) == (CLIENT, self.callback)
        fields = {"code": self._made(self.codes)} if is_registered else {"error": "redirect_uri_mismatch"}
        return f"{self.callback}?{urlencode({**fields, 'state': asked['state']})}"

    def _token(self, form: dict[str, str]) -> str:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return json.dumps({"error": "incorrect_client_credentials"})
        if form.get("code") not in self.codes or form.get("redirect_uri") != self.callback:
            return json.dumps({"error": "bad_verification_code"})
        self.codes.discard(form["code"])
        return json.dumps({"access_token": self._made(self.tokens), "scope": "user:email", "token_type": "bearer"})


@contextlib.asynccontextmanager
async def github_enterprise(
    certificates: Certificates, callback: str, emails: list[dict[str, object]] | None = None
) -> AsyncIterator[GitHub]:
    """Run the server; ``emails`` as the API lists them, without any: the application may not see them."""
    usual: list[dict[str, object]] = [
        {"email": "second@example.org", "primary": False, "verified": True},
        {"email": "Ada@Example.org", "primary": True, "verified": True},
    ]
    server = GitHub(callback=callback, emails=usual if emails is None else emails)
    async with listening(server.handle, context=certificates.context("valid")) as port:
        server.port = port
        yield server
