"""How the running LibreChat is reached without a proxy: at its published port, or inside its container."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wizard.answers.model import Stack
from wizard.basics.docker_engine import is_elsewhere
from wizard.deployment.ports import bound, own_port

if TYPE_CHECKING:
    from wizard.apply.commands import Compose
    from wizard.apply.stack_files import ComposeFiles
    from wizard.deployment.model import Deployment

_FROM_INSIDE: Final = (
    "require('http').get({host:'127.0.0.1',port:+process.argv[1],path:process.argv[2],timeout:5000},r=>{let t='';"
    "r.setEncoding('utf8');r.on('data',d=>{t+=d});r.on('end',()=>console.log(JSON.stringify({status:r.statusCode,"
    "body:t.slice(0,500000)})))}).on('error',()=>process.exit(1)).on('timeout',()=>process.exit(1))"
)
"""For node in the api container, if no port is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiReply:
    """What LibreChat answered."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    @property
    def object(self) -> dict[str, Any]:
        """The body's JSON object; empty if it is none."""
        return _object(self.body)


HttpGet = Callable[[str], Awaitable[ApiReply | None]]
"""Sends one GET request to a URL; ``None`` if nothing answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAddress:
    """Where LibreChat's api container is asked."""

    host: str
    """An address of this machine; empty if no port is published."""
    port: int

    @property
    def url(self) -> str:
        """The address, if one is published."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def where(self) -> str:
        """The address for a person."""
        return self.url if self.host else f"port {self.port} inside the container"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibreChatApi:
    """The running LibreChat of one folder, asked at its address or through its container."""

    address: ApiAddress
    compose: Compose
    files: ComposeFiles
    http_get: HttpGet

    async def get(self, path: str) -> ApiReply | None:
        """Ask for a path; ``None`` if nothing answers."""
        if self.address.host:
            return await self.http_get(f"{self.address.url}{path}")
        return await self._from_inside(path)

    async def _from_inside(self, path: str) -> ApiReply | None:
        node = ("node", *inside_words(self.address.port, path))
        words = self.files.arguments("exec", "-T", self.files.service, *node)
        status, out, _ = await self.compose.ask(words, seconds=10)
        return reply_from_inside(status, out)


def inside_words(port: int, path: str) -> tuple[str, ...]:
    """Return what node is given where LibreChat runs, to ask it."""
    return ("-e", _FROM_INSIDE, str(port), path)


def reply_from_inside(status: int | None, out: str) -> ApiReply | None:
    """Return what LibreChat answered to :func:`inside_words`; ``None`` if nothing did."""
    found = _object(out) if status == 0 else {}
    code = found.get("status")
    return ApiReply(status=code, body=str(found.get("body", "")).encode()) if isinstance(code, int) else None


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def api_address(deployment: Deployment) -> ApiAddress:
    """Return where LibreChat is asked with these files.

    ``PORT`` inside (deploy-compose.yml publishes 3080 whatever it says), outside what the merged compose files publish.
    """
    inside = own_port(deployment)
    if is_elsewhere():
        # What the engine publishes is published on its machine; on this one somebody else may listen there.
        return ApiAddress(host="", port=inside)
    for each in bound(deployment):
        if each.target == inside or deployment.stack is Stack.DEPLOY:
            return ApiAddress(host="127.0.0.1" if each.host in ("", "0.0.0.0", "::") else each.host, port=each.port)  # noqa: S104
    return ApiAddress(host="", port=inside)
