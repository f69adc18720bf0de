"""The way to a running LibreChat past every proxy: the port that its compose file publishes, or a look from inside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from checks.apply.steps import API
from wizard.answers import Stack
from wizard.composedotenv import interpolate

if TYPE_CHECKING:
    from checks.apply.commands import Compose
    from checks.apply.steps import Stackfiles
    from wizard.deployment import Deployment

_LARGEST: Final = 1_000_000
_BROWSER: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
"""LibreChat bans programs by their User-Agent on some routes (api/server/middleware/uaParser.js)."""
_FROM_INSIDE: Final = (
    "require('http').get({host:'127.0.0.1',port:+process.argv[1],path:process.argv[2],timeout:5000},r=>{let t='';"
    "r.setEncoding('utf8');r.on('data',d=>{t+=d});r.on('end',()=>console.log(JSON.stringify({status:r.statusCode,"
    "body:t.slice(0,500000)})))}).on('error',()=>process.exit(1)).on('timeout',()=>process.exit(1))"
)
"""For node in the api container, where no port is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What LibreChat answered; its text is untrusted."""

    status: int
    body: str = field(default="", repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)
    """``name=value`` of each ``Set-Cookie``."""

    def json(self) -> Mapping[str, Any]:
        """Return the object that the body is, an empty one where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where LibreChat is asked."""

    host: str
    """An address of this machine; empty where no port is published."""
    port: int

    @property
    def where(self) -> str:
        """The address for a person."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}" if self.host else f"port {self.port} inside of the container"

    async def get(self, path: str, compose: Compose, files: Stackfiles) -> Answer | None:
        """Ask for a path; ``None`` where nothing answers."""
        if self.host:
            return await self.send("GET", path)
        words = files.arguments("exec", "-T", API, "node", "-e", _FROM_INSIDE, str(self.port), path)
        status, out, _ = await compose.ask(words, seconds=10)
        found = Answer(status=0, body=out).json() if status == 0 else {}
        code = found.get("status")
        return Answer(status=code, body=str(found.get("body", ""))) if isinstance(code, int) else None

    async def send(
        self, method: str, path: str, body: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Send one request over HTTP/1.1 (RFC 9112); ``None`` where nothing answers in five seconds."""
        data = b"" if body is None else json.dumps(dict(body)).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {'[' + self.host + ']' if ':' in self.host else self.host}:{self.port}",
            f"User-Agent: {_BROWSER}",
            "Accept: application/json, text/plain, */*",
            "Connection: close",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
            *(("Content-Type: application/json",) if data else ()),
            *((f"Content-Length: {len(data)}",) if method != "GET" else ()),
        ]
        try:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                try:
                    writer.write("\r\n".join((*lines, "", "")).encode() + data)
                    await writer.drain()
                    return _answer(await _all(reader))
                finally:
                    writer.close()
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        except (OSError, TimeoutError, ValueError):
            return None


async def _all(reader: asyncio.StreamReader) -> bytes:
    found = bytearray()
    while len(found) < _LARGEST and (chunk := await reader.read(65536)):
        found += chunk
    return bytes(found)


def _answer(data: bytes) -> Answer:
    """Read an answer that ended with the connection; ``ValueError`` where it is no HTTP."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    match = re.match(r"HTTP/1\.[01] (\d{3})(?: |$)", first)
    if match is None:
        raise ValueError(first)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
    if ("transfer-encoding", "chunked") in [(name, value.lower()) for name, value in headers]:
        body = _unchunked(body)
    cookies = tuple(value.partition(";")[0] for name, value in headers if name == "set-cookie")
    return Answer(status=int(match[1]), body=body.decode("utf-8", "replace"), cookies=cookies)


def _unchunked(body: bytes) -> bytes:
    """Join the chunks (RFC 9112, section 7.1); ``ValueError`` where a size is none."""
    found = bytearray()
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if length <= 0:
            break
        found += body[:length]
        body = body[length + 2 :]
    return bytes(found)


def door(deployment: Deployment) -> Door:
    """Return where LibreChat is asked with these files.

    ``PORT`` inside (deploy-compose.yml publishes 3080 whatever it says), outside what the merged compose files publish.
    """
    values = deployment.dotenv.compose_values()
    service = (deployment.compose.get("services") or {}).get(API) or {}
    inside = _number(deployment.settings.get("PORT")) or 3080
    for entry in service.get("ports") or []:
        host, published, target = _published(entry, values)
        if published and (target == inside or deployment.stack is Stack.DEPLOY):
            return Door(host="127.0.0.1" if host in ("", "0.0.0.0", "::") else host, port=published)  # noqa: S104
    return Door(host="", port=inside)


def _published(entry: Any, values: Mapping[str, str]) -> tuple[str, int, int]:
    """Return host address, host port and container port of an entry of ``ports`` (compose-spec, "ports")."""
    if isinstance(entry, Mapping):
        texts = [interpolate(str(entry.get(key) or ""), values) for key in ("host_ip", "published", "target")]
        return texts[0].strip("[]"), _number(texts[1]), _number(texts[2])
    text = interpolate(str(entry), values).partition("/")[0]
    match = re.fullmatch(r"(?:(?P<host>\[[0-9a-fA-F:]+\]|[0-9.]+):)?(?P<outside>\d+):(?P<inside>\d+)", text)
    if match is None:
        return "", 0, 0
    return (match["host"] or "").strip("[]"), _number(match["outside"]), _number(match["inside"])


def _number(text: str | None) -> int:
    match = re.fullmatch(r"\s*([0-9]{1,5})\s*", text or "")
    return int(match[1]) if match else 0
