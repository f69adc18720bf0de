"""A small Mailgun over HTTPS on loopback: keys, domains and their states, and the mails that it took.

Answers are worded as Mailgun's own, in the order in which it looks: key, domain, form.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import email
import email.policy
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.certificates import Certificates
from tests.servers.smtp import listening

KEY = "key-Canary0123456789abcdef"
SENDING_KEY = "sending-Canary0123456789"


@dataclass(slots=True)
class Server:
    """A region of Mailgun."""

    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    authorized: tuple[str, ...] = ()
    """Recipients that a sandbox sends to."""
    port: int = 0
    requests: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """Those of the last request."""
    mails: list[dict[str, str]] = field(default_factory=list)
    always: tuple[int, str] | None = None
    """One answer to everything: status and body."""

    @property
    def host(self) -> str:
        return f"https://localhost:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.headers = headers
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        self.requests.append(f"{method} {path}")
        status, answer = self.always or self._answer(method, path, headers, body)
        extra = "Location: /elsewhere\r\n" if status == 302 else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\n{extra}Content-Type: application/json\r\nContent-Length: {len(answer.encode())}\r\n\r\n{answer}".encode()
        )
        await writer.drain()
        await reader.read()  # as servers do that would rather keep the connection

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        user, _, key = base64.b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode().partition(":")
        if user != "api" or key not in (KEY, SENDING_KEY):
            return 401, "Forbidden"
        if method == "GET" and path.startswith("/v4/domains/") and key == KEY:
            about = self.domains.get(path.rpartition("/")[2])
            return (200, json.dumps({"domain": about})) if about else (404, json.dumps({"message": "Domain not found"}))
        parts = path.split("/")
        if key == SENDING_KEY and method == "GET":
            return 401, "Forbidden"
        if method != "POST" or len(parts) != 4 or parts[1] != "v3" or parts[3] != "messages":
            return 404, json.dumps({"message": "not found"})
        about = self.domains.get(parts[2])
        if about is None:
            return 404, json.dumps({"message": f"Domain not found: {parts[2]}"})
        return self._take(about, _form(headers["content-type"], body))

    def _take(self, about: dict[str, Any], form: dict[str, str]) -> tuple[int, str]:
        if "from" not in form:
            return 400, json.dumps({"message": "from parameter is missing"})
        if about.get("type") == "sandbox" and not any(address in form["to"] for address in self.authorized):
            message = f"Domain {about['name']} is not allowed to send: Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings."
            return 403, json.dumps({"message": message})
        if about.get("is_disabled"):
            return 403, json.dumps({"message": f"Domain {about['name']} is not allowed to send: disabled"})
        self.mails.append(form)
        return 200, json.dumps({"id": "<1@x>", "message": "Queued. Thank you."})


def _form(content_type: str, body: bytes) -> dict[str, str]:
    whole = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode() + body
    message = email.message_from_bytes(whole, policy=email.policy.HTTP)
    form = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        form[str(part.get_param("name", header="content-disposition"))] = data.decode()
    return form


def domain(name: str, **about: Any) -> dict[str, dict[str, Any]]:
    """Return a domain of the account, active where nothing else is said."""
    return {name: {"name": name, "state": "active", "type": "custom", "is_disabled": False, **about}}


@contextlib.asynccontextmanager
async def mailgun(server: Server, certificates: Certificates, certificate: str = "valid") -> AsyncIterator[Server]:
    """Run a region."""
    async with listening(server.handle, context=certificates.context(certificate)) as port:
        server.port = port
        yield server
