"""A client that shows everything: one connection a request, headers as sent, cookies in their parts."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screens.demo.librechat import StandIn
from tests.patience import within

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    name: str
    value: str
    attributes: dict[str, str | bool]

    @property
    def secure(self) -> bool:
        return bool(self.attributes.get("Secure", False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cookies(self) -> list[Cookie]:
        return [parsed_cookie(value) for name, value in self.headers if name == "set-cookie"]

    def cookie(self, name: str) -> str:
        return next(cookie.value for cookie in self.cookies if cookie.name == name)


def parsed_cookie(line: str) -> Cookie:
    first, *rest = line.split("; ")
    name, _, value = first.partition("=")
    attributes: dict[str, str | bool] = {}
    for part in rest:
        key, equals, text = part.partition("=")
        attributes[key] = text if equals else True
    return Cookie(name=name, value=value, attributes=attributes)


async def exchange(server: StandIn, data: bytes, *, tls: ssl.SSLContext | None = None) -> bytes:
    """Send bytes and return all that comes back until the server closes."""
    reader, writer = await asyncio.open_connection(server.host, server.port, ssl=tls)
    try:
        writer.write(data)
        await writer.drain()
        return await within(reader.read(-1))
    finally:
        writer.close()
        await writer.wait_closed()


async def ask(
    server: StandIn,
    method: str,
    target: str,
    *,
    headers: Mapping[str, str] | Mapping[str, str | None] | None = None,
    payload: Any = None,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send one request as Chrome would name itself; a header of ``None`` is not sent."""
    sent: dict[str, str | None] = {"Host": f"{server.host}:{server.port}", "User-Agent": CHROME}
    sent.update(headers or {})
    body = b""
    if payload is not None:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent.setdefault("Content-Type", "application/json")
    if body or method == "POST":
        sent["Content-Length"] = str(len(body))
    sent["Connection"] = "close"
    lines = [f"{name}: {value}" for name, value in sent.items() if value is not None]
    raw = await exchange(server, "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode() + body, tls=tls)
    return parsed(raw)


def parsed(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    start, *lines = head.decode("latin-1").split("\r\n")
    pairs = tuple((name.lower(), value) for name, _, value in (line.partition(": ") for line in lines))
    return Answer(status=int(start.split(" ")[1]), headers=pairs, body=body)


async def login(server: StandIn, email: str, password: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask(server, "POST", "/api/auth/login", payload={"email": email, "password": password}, headers=named)


async def refresh(server: StandIn, token: str | None, *, target: str = "/api/auth/refresh") -> Answer:
    headers = {} if token is None else {"Cookie": f"refreshToken={token}; token_provider=librechat"}
    return await ask(server, "POST", target, headers=headers)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
